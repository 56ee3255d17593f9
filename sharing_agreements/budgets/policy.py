"""Who keeps a budget, puts a version before its board and invoices, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import User
from agencies.policy import acts_for
from portal.kernel.errors import Refused
from sharing_agreements.funding.policy import KEEPERS

from . import sponsors
from .models import Budget, BudgetVersion, Invoice
from .sharing import in_force


def may_open(person: User, board_id: UUID | None = None) -> None:
    """Begin a budget: the chair of the board that is to adopt it, or without one named of any."""
    led = sponsors.boards().led_by(person)
    if not (led.filter(pk=board_id) if board_id else led).exists():
        raise PermissionDenied("Only the chair of a board opens a budget for it.")


def may_keep(person: User, budget: Budget) -> None:
    """Change the draft, propose, invoice: drafters and administrators of the owner, and the chair."""
    if acts_for(person, budget.owner_id, *KEEPERS):
        return
    if not sponsors.boards().led_by(person).filter(pk=budget.board_id).exists():
        raise PermissionDenied(
            "Only the chair of the board, and drafters and administrators of the agency that owns the budget, do that."
        )


def may_invoice(person: User, version: BudgetVersion) -> None:
    """Send invoices: under the version in force alone."""
    may_keep(person, version.budget)
    if in_force(version.budget) != version:
        raise Refused("Invoices are sent under the version that the board adopted last.", code="not_in_force")


def may_settle(person: User, invoice: Invoice) -> None:
    """Record a payment, or take an invoice back."""
    may_keep(person, invoice.budget)
    if invoice.paid_on is not None:
        raise Refused(f"Invoice {invoice} is paid.", code="paid")
    if invoice.cancelled_at is not None:
        raise Refused(f"Invoice {invoice} was taken back.", code="cancelled")


def may_be_adopted(version: BudgetVersion) -> None:
    """A board adopts the newest version that was put before it, once."""
    if hasattr(version, "adoption"):
        raise Refused(f"{version} is adopted already.", code="adopted")
    if version.budget.versions.filter(number__gt=version.number).exists():
        raise Refused(f"A newer version of {version.budget} was put before the board. Move that one.", code="moot")
