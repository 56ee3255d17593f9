"""Who is told of budgets: at a party, and at the owner, whoever sees to what is owed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.said import Said
from sharing_agreements.funding.policy import KEEPERS
from sharing_agreements.obligation_notices import OWED

from .models import Budget, Invoice


def _keepers(agencies: Any) -> QuerySet[User]:
    members = Membership.objects.current().with_role(*KEEPERS).filter(agency__in=agencies)
    return User.objects.filter(memberships__in=members).distinct()


def _parties(event: Event) -> QuerySet[User]:
    return _keepers(kinds.subject(event).parties.values("agency"))


def _owner(event: Event) -> QuerySet[User]:
    return _keepers([kinds.subject(event).owner_id])


def _party(event: Event) -> QuerySet[User]:
    return _keepers([event.detail["agency"]])


def _invoice(event: Event) -> Invoice:
    if "invoice" not in vars(event):
        vars(event)["invoice"] = Invoice.objects.get(pk=event.detail["invoice"])
    found: Invoice = vars(event)["invoice"]
    return found


def _is_open(event: Event, person: User) -> bool:
    return Invoice.objects.open().filter(pk=event.detail["invoice"]).exists()


def _invoice_page(event: Event) -> str:
    return reverse("budgets:invoice", args=[event.detail["invoice"]])


def _of_invoice(kind: str, subject: str, body: str, told: Callable[[Event], QuerySet[User]], **more: Any) -> Said:
    return Said(f"budget.{kind}", subject, body, told, _invoice_page, OWED, **more)


ASKS = {"asks": "an invoice that your agency owes, if you see to its budgets", "still_due": _is_open}

NAMES = {
    "b": kinds.subject,
    "d": lambda event: event.detail,
    "day": lambda event: spell(_invoice(event).due_on, "M j, Y"),
}

SAID = (
    Said(
        "budget.adopted",
        "{b.title}: the board adopted version {d[version]}",
        "Look at the share of your agency.",
        _parties,
        lambda event: reverse("budgets:version", args=[event.detail["version_id"]]),
        OWED,
    ),
    _of_invoice("invoiced", "Invoice {d[number]}", "It is under {b.title}, and due by {day}.", _party, **ASKS),
    _of_invoice("invoice_due", "Invoice {d[number]} is due soon", "It is due by {day}.", _party, **ASKS),
    _of_invoice("invoice_overdue", "Invoice {d[number]} is overdue", "It was due by {day}.", _party, **ASKS),
    _of_invoice(
        "invoice_overdue",
        "Invoice {d[number]} was not paid",
        "It was due by {day}. Ask the party what stands in the way, or record its payment.",
        _owner,
        still_due=_is_open,
    ),
    _of_invoice("invoice_paid", "Invoice {d[number]} is paid", "The payment is recorded.", _party),
    _of_invoice("invoice_cancelled", "Invoice {d[number]} was taken back", "Nothing is owed on it.", _party),
)  # fmt: skip


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Budget._meta.label, lambda: Budget.objects.select_related("owner", "board"))
    said.register(SAID, NAMES)
