"""Agencies that looked at a record hear that it was corrected, is disputed, or is no longer theirs to see, and that a
request to destroy what they copied is taken back; never what it says, and never why it was taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell
from django.utils.timezone import localtime

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.models import Notice
from privacy.models import DataCategory
from privacy.notices import GROUP

from . import readers
from .models import DestructionCertificate, Dispute

OF_WHAT_IS_OPEN = ("record.corrected", "record.disputed", "record.dispute_ended", readers.LIFTED)


def _told(event: Event, shown: str = "") -> QuerySet[User]:
    """Nobody is told, or reads any more, of a correction or a dispute of what was taken back since, or that it is open;
    of the former only those hear who were shown it: `shown` names the agencies in the event's detail."""
    if event.acting_agency_id is None or (event.kind in OF_WHAT_IS_OPEN and _taken_back_since(event)):
        return User.objects.none()
    members = readers.members(event.subject_id, event.acting_agency_id)
    if shown:
        members = members.filter(agency__in=event.detail[shown])
    return User.objects.filter(memberships__in=members).distinct()


def _asked_before(event: Event) -> QuerySet[User]:
    """Who was asked to destroy or return copies, and is told still of the record."""
    asked = Notice.objects.filter(event=event.detail["recalled"]).values("recipient")
    return _told(event).filter(pk__in=asked)


def _taken_back_since(event: Event) -> bool:
    since = Event.objects.filter(subject_label=event.subject_label, subject_id=event.subject_id)
    return since.filter(kind=readers.RECALLED, sequence__gt=event.sequence).exists()


def _owner(event: Event) -> str:
    """Who took it back or corrected it; `_told` has seen to it that somebody did."""
    return Agency.objects.get(pk=str(event.acting_agency_id)).name


def _what(event: Event) -> str:
    return str(DataCategory(event.detail["category"]).label).lower()


def _disputed(event: Event) -> str:
    return str(Dispute.Field(event.detail["field"]).label).lower()


def _kind(
    name: str,
    subject: str,
    body: Callable[[Event], str],
    link: Callable[[Event], str],
    asks: str = "",
    still_due: Callable[[Event, User], bool] = kinds.always,
    audience: Callable[[Event], QuerySet[User]] = _told,
) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        subject=lambda event: subject,
        body=body,
        link=link,
        audience=audience,
        concerns=lambda event, person: audience(event).filter(pk=person.pk).exists(),
        group=GROUP,
        asks=asks,
        still_due=still_due,
    )


def _whose_looks(event: Event) -> str:
    """The page with the reader's own numbers. It goes by the event: the message does not say which record it was."""
    return reverse("records:recalled", args=[event.detail.get("recalled", event.pk)])


def _recalled(event: Event) -> str:
    if (lifted := readers.lifted(event)) is not None:
        day = spell(localtime(lifted.at), "M j, Y")
        return f"{_owner(event)} took back a record that your agency looked at, and withdrew that on {day}."
    return (
        f"{_owner(event)} took back a record that your agency looked at. It is no longer open to you. "
        "Destroy or return what you copied of it, and note that you did."
    )


def _still_recalled(event: Event, person: User) -> bool:
    return readers.lifted(event) is None


def _uncertified(event: Event, person: User) -> bool:
    told = readers.members(event.subject_id, UUID(str(event.acting_agency_id))).filter(person=person)
    certified = DestructionCertificate.objects.filter(expungement=event.subject_id).values("agency")
    return told.exclude(agency__in=certified).exists()


def register() -> None:
    """Called once when the app is ready."""
    kinds.register(
        _kind(
            "record.corrected",
            "A record that your agency looked at was corrected",
            lambda event: (
                f"{_owner(event)} corrected this: {_what(event)}. "
                "Look at the record again before you rely on what you have of it."
            ),
            lambda event: reverse("records:detail", args=[event.subject_id]),
            audience=partial(_told, shown="agencies"),
        )
    )
    kinds.register(
        _kind(
            "record.corrected",
            "A record that your agency looked at was corrected",
            lambda event: (
                f"{_owner(event)} corrected data shared with you. "
                "Look at the record again before you rely on what you have of it."
            ),
            lambda event: reverse("records:detail", args=[event.subject_id]),
            audience=partial(_told, shown="in_part"),
        )
    )
    kinds.register(
        _kind(
            "record.disputed",
            "Something on a record that your agency looked at is disputed",
            lambda event: (
                f"{_owner(event)} marked this as disputed while it is examined: {_disputed(event)}. "
                "Look at the record again before you rely on what you have of it."
            ),
            lambda event: reverse("records:detail", args=[event.subject_id]),
            audience=partial(_told, shown="agencies"),
        )
    )
    kinds.register(
        _kind(
            "record.dispute_ended",
            "A dispute about a record that your agency looked at is settled",
            lambda event: (
                f"{_owner(event)} settled what was disputed ({_disputed(event)}): "
                f"{str(Dispute.Outcome(event.detail['outcome']).label).lower()}."
            ),
            lambda event: reverse("records:detail", args=[event.subject_id]),
            audience=partial(_told, shown="agencies"),
        )
    )
    kinds.register(
        _kind(
            readers.RECALLED,
            "A record that your agency looked at was taken back",
            _recalled,
            _whose_looks,
            asks="copies of a record that its owner took back",
            still_due=_still_recalled,
        )
    )
    kinds.register(
        _kind(
            readers.LIFTED,
            "You need not destroy copies of a record any more",
            lambda event: (
                f"{_owner(event)} took back a record that your agency looked at, and asked you to destroy or return "
                "what you copied of it. It withdraws that: the request no longer holds."
            ),
            _whose_looks,
            audience=_asked_before,
        )
    )
    kinds.register(
        _kind(
            "record.expunged",
            "A record that your agency looked at was expunged",
            lambda event: (
                f"{_owner(event)} destroyed a record by the order of a court. Destroy every copy that your agency has, "
                "and certify that you did."
            ),
            _whose_looks,
            asks="copies of an expunged record to destroy",
            still_due=_uncertified,
        )
    )
