"""Agencies that looked at a record hear that it was corrected, is disputed, or is no longer theirs to see, and that a
request to destroy what they copied is taken back; never what it says, and never why it was taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as in_words
from django.utils.timezone import localtime

from agencies.models import Agency, Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.kernel.viewing import for_a_moment
from portal.notices import kinds
from portal.notices.models import Notice
from privacy.models import DataCategory
from privacy.notices import GROUP

from . import readers
from .commands.intelligence import days_of_reviews
from .decision import BY_OFFICE, Viewer, see_as
from .models import DestructionCertificate, Dispute, ExpungementRequest, Ground

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
        day = in_words(localtime(lifted.at), "M j, Y")
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


def _why(event: Event) -> str:
    return " by the order of a court" if event.detail.get("ground") == Ground.ORDER else ", which it keeps no longer"


# --- To its own custodians --------------------------------------------------------------------------------------------


def _custodians(event: Event) -> MembershipQuerySet:
    """The records custodians of the agency that it is about, or whose record."""
    agency = event.subject_id if event.subject_label == Agency._meta.label else event.acting_agency_id
    return Membership.objects.current().with_role(Role.CUSTODIAN).filter(agency=agency)


def _keeps(event: Event, person: User) -> bool:
    return _custodians(event).filter(person=person).exists()


def _kept_by(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=_custodians(event)).distinct()


def _unconfirmed(event: Event, person: User) -> bool:
    """Whether it waits for this person still: asked as they see it, under row-level security."""
    with for_a_moment():
        see_as(Viewer(_custodians(event).filter(person=person).values_list("pk", flat=True).first(), BY_OFFICE))
        return ExpungementRequest.objects.filter(record=event.subject_id).exclude(asked_by=person).exists()


def _unreviewed(event: Event, person: User) -> bool:
    agency = Agency.objects.get(pk=event.subject_id)
    day = date.fromisoformat(event.detail["day"])
    with for_a_moment():
        return day in days_of_reviews(agency)


def _day(event: Event) -> str:
    return in_words(date.fromisoformat(event.detail["day"]), "M j, Y")


def _to_custodians(
    name: str, subject: str, body: Callable[[Event], str], asks: str, still_due: Callable[[Event, User], bool]
) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        subject=lambda event: subject,
        body=body,
        link=lambda event: reverse("records:keeping"),
        audience=_kept_by,
        concerns=_keeps,
        group=GROUP,
        asks=asks,
        still_due=still_due,
    )


def _register_those_of_custodians() -> None:
    kinds.register(
        _to_custodians(
            "record.expungement_asked",
            "A record is to be destroyed, and waits for your word",
            lambda event: (
                "A colleague asks for a record of your agency to be destroyed. It is, once another records custodian "
                "confirms it."
            ),
            "records to be destroyed once you confirm it",
            _unconfirmed,
        )
    )
    reviews = "criminal intelligence to review"
    kinds.register(
        _to_custodians(
            "record_set.review_soon",
            "Criminal intelligence is to be reviewed",
            lambda event: (
                f"Criminal intelligence of your agency is to be reviewed by {_day(event)}: keep it with a reason, or "
                "destroy it. From the day after, it is closed to everybody but its custodians."
            ),
            reviews,
            _unreviewed,
        )
    )
    kinds.register(
        _to_custodians(
            "record_set.review_late",
            "The review of criminal intelligence is overdue",
            lambda event: (
                f"Criminal intelligence of your agency was to be reviewed by {_day(event)}. It is closed to everybody "
                "but its custodians until one reviews it, or destroys it."
            ),
            reviews,
            _unreviewed,
        )
    )


def register() -> None:
    """Called once when the app is ready."""
    _register_those_of_custodians()
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
                f"{_owner(event)} destroyed a record{_why(event)}. Destroy every copy that your agency has, and "
                "certify that you did."
            ),
            _whose_looks,
            asks="copies of an expunged record to destroy",
            still_due=_uncertified,
        )
    )
