"""Who is told that an agreement comes to its end, and what each can do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.kernel.clock import database_now
from portal.notices import kinds

from . import expiring, succession
from .models import Agreement, Party
from .notices import ACCESS, drafters

NAME = "agreement.end_announced"
Words = Callable[[Event], str]
Told = Callable[[Event], QuerySet[User]]


def _drafters(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=drafters(event)).distinct()


def _administrators(event: Event) -> QuerySet[User]:
    keepers = Membership.objects.current().with_role(Role.ADMINISTRATOR)
    return _people(keepers.filter(agency=kinds.subject(event).lead_agency_id))


def _signatories(event: Event) -> QuerySet[User]:
    """Of every party but those that leave anyway."""
    agreement: Agreement = kinds.subject(event)
    stay = Party.objects.filter(version=agreement.current_version_id)
    stay = stay.exclude(agency__in=agreement.withdrawals.standing().values("agency"))
    signatories = Membership.objects.current().with_role(Role.SIGNATORY)
    return _people(signatories.filter(agency__in=stay.values("agency")))


def _people(members: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.filter(memberships__in=members).distinct()


def still_open(event: Event, person: User) -> bool:
    """Whether the threshold is still the one that has come, and nobody decided meanwhile how it goes on."""
    agreement = Agreement.objects.select_related("current_version", "lead_agency").get(pk=event.subject_id)
    return bool(expiring.open_question(agreement, database_now()) == event.detail["days"])


def subject(event: Event) -> str:
    return f"{kinds.subject(event).number} ends: its last day is {last_day(event)}"


def last_day(event: Event) -> str:
    """The last day of which it was told."""
    return spell(date.fromisoformat(event.detail["last_day"]), "M j, Y")


def left(event: Event) -> str:
    """What every reader is told: how long it still shares."""
    agreement: Agreement = kinds.subject(event)
    return (
        f"{agreement.title} shares until {last_day(event)}, in at most {event.detail['days']} days. "
        "After that day nothing of it is open."
    )


def _to_drafters(event: Event) -> str:
    begun = succession.successor(kinds.subject(event))
    if begun is not None:
        return f"{left(event)} {begun.number} is begun to follow it: see that it is approved and signed before."
    return f"{left(event)} Renew it, or let it end: the board approves a renewal and every party signs it before."


def _to_others(event: Event) -> str:
    lead = kinds.subject(event).lead_agency
    return f"{left(event)} {lead} drafts a renewal, or lets it end: say there what your agency needs."


def _renewal(event: Event) -> str:
    """The page of the renewal: of the one that is begun, or where it is begun."""
    begun = succession.successor(kinds.subject(event))
    return (
        reverse("agreements:detail", args=[begun.pk])
        if begun
        else reverse("agreements:change", args=[event.subject_id])
    )


def _page(event: Event) -> str:
    return reverse("agreements:detail", args=[event.subject_id])


def register() -> None:
    """Called once when the app is ready. Whoever holds several roles reads what the first of them can do."""
    asks = "an agreement of your agency that ends soon, to renew or to let end"
    kinds.register(_kind(_to_drafters, _renewal, _drafters, asks=asks))
    kinds.register(_kind(_to_others, _page, _administrators, asks=asks))
    kinds.register(_kind(_to_others, _page, _signatories))


def _kind(body: Words, link: Words, told: Told, *, asks: str = "") -> kinds.Kind:
    return kinds.Kind(
        name=NAME,
        subject=subject,
        body=body,
        link=link,
        audience=told,
        concerns=lambda event, person: told(event).filter(pk=person.pk).exists(),
        group=ACCESS,
        asks=asks,
        still_due=still_open,
    )
