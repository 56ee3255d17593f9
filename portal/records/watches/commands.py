"""What people do with their watches; what beat does of itself: remind, and forget what is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Membership, RecordSet, User
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.ids import of_form, uuid7
from portal.notices.tell import tell
from portal.records import listing, policy
from portal.records.decision import Viewer, look_as
from portal.records.models import Record, SavedSearch, Watch, WatchMatch, WatchNews
from portal.records.models.watches import CONFIRMED_FOR, LONGEST, MOST_WATCHES, REMIND
from portal.records.saved.shown import query_of
from portal.records.saved.steps import written
from sharing_agreements.models import Action

from .steps import end_those_of


@transaction.atomic(durable=True)
def set_watch(
    *,
    actor: User,
    membership_id: UUID,
    purpose: str,
    case_number: str,
    days: int,
    saved_id: UUID | None = None,
    record_id: UUID | None = None,
    key: UUID | None = None,
) -> Watch:
    """Watch a saved search or one record under a stated purpose. `key` comes with the form: sent twice, it is one.

    What matches already is no news. Raises SavedSearch.DoesNotExist, Record.DoesNotExist.
    """
    membership = Membership.objects.for_update(membership_id)
    policy.may_open_inquiry(actor, membership)
    pk = of_form(key, membership.pk) if key else uuid7()
    same = Q(pk=pk) | (Q(saved=saved_id) if saved_id else Q(record_id=record_id))
    again = membership.watches.filter(same, ended_at=None).first()
    if again is not None and again.expires_at > database_now():
        return again
    if membership.watches.kept().count() >= MOST_WATCHES:
        raise Refused(f"You have {MOST_WATCHES} watches. End one first.", code="many")
    watch = _made(membership, purpose, case_number, days, pk)
    watch.saved = SavedSearch.objects.of(membership).get(pk=saved_id) if saved_id else None
    watch.record_id = record_id
    if again is not None:
        _end(again, actor)
    return _begun(watch, actor)


@transaction.atomic(durable=True)
def re_aim(
    *,
    actor: User,
    saved_id: UUID,
    asked: Mapping[str, Any],
    purpose: str,
    case_number: str,
    days: int,
    key: UUID | None = None,
) -> Watch:
    """Let a watched search ask for something else, and watch that for what is stated anew.

    The watch until now ends, and stays with what was stated for it. `asked` and `key` as of `save_search` and
    `set_watch`. Raises SavedSearch.DoesNotExist.
    """
    membership = Membership.objects.for_update(
        SavedSearch.objects.values_list("membership", flat=True).get(pk=saved_id)
    )
    policy.may_open_inquiry(actor, membership)
    pk = of_form(key, membership.pk) if key else uuid7()
    again = membership.watches.filter(pk=pk, saved=saved_id, ended_at=None).first()
    if again is not None:
        return again
    watch = _made(membership, purpose, case_number, days, pk)
    for before in membership.watches.filter(saved=saved_id, ended_at=None):
        _end(before, actor)
    watch.saved = written(SavedSearch.objects.get(pk=saved_id), asked)
    return _begun(watch, actor)


def _begun(watch: Watch, actor: User) -> Watch:
    """Write a watch of what may be watched."""
    _watchable(watch)
    watch.full_clean(exclude=["made_at", "next_run_at"])
    if not watch.case_number.isprintable():
        raise ValidationError({"case_number": "Type the case number in letters, digits and signs."})
    watch.save(force_insert=True)
    agency = watch.membership.agency_id
    record("watch.set", watch, actor=actor, acting_agency_id=agency, purpose=watch.purpose)
    return watch


def _made(membership: Membership, purpose: str, case_number: str, days: int, pk: UUID) -> Watch:
    if not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise ValidationError({"days": f"Watch for 1 to {LONGEST.days} days."})
    now = database_now()
    expires = now + timedelta(days=days)
    return Watch(
        pk=uuid7() if Watch.objects.filter(pk=pk).exists() else pk,
        membership=membership,
        purpose=purpose,
        case_number=" ".join(case_number.split()),
        made_at=now,
        confirmed_until=min(now + CONFIRMED_FOR, expires),
        expires_at=expires,
    )


def _watchable(watch: Watch) -> None:
    """Only what is open to the watcher for the purpose is watched, and no more than is compared."""
    viewer = Viewer(watch.membership_id, Action.VIEW if watch.record_id else Action.SEARCH, watch.purpose)
    decision = look_as(viewer)
    if watch.saved is None:
        Record.objects.visible_to(decision).only("pk").get(pk=str(watch.record_id))
    elif watch.saved.record_class == RecordSet.RecordClass.INTELLIGENCE:
        raise Refused(
            "Criminal intelligence is not watched: each look at it is under an inquiry of its own (28 CFR 23.20(e)).",
            code="class",
        )
    elif listing.count(decision, query_of(watch.saved, decision)) > listing.MOST_COUNTED:
        raise Refused(
            f"This search finds more than {listing.MOST_COUNTED:,} records. Narrow it, save it, and watch it then.",
            code="wide",
        )


@transaction.atomic(durable=True)
def confirm_watch(*, actor: User, watch_id: UUID) -> Watch:
    """Say that the need still exists; a watch that paused goes on, and tells what came meanwhile."""
    watch = _own(actor, watch_id)
    policy.may_open_inquiry(actor, watch.membership)
    now = database_now()
    if watch.state(now) == "ended":
        raise Refused("This watch is over. Set it anew if you still need it.", code="over")
    watch.confirmed_until = min(now + CONFIRMED_FOR, watch.expires_at)
    watch.save(update_fields=["confirmed_until"])
    record("watch.confirmed", watch, actor=actor, acting_agency_id=watch.membership.agency_id)
    return watch


@transaction.atomic(durable=True)
def end_watch(*, actor: User, watch_id: UUID) -> Watch:
    """End a watch before its time; ending it twice ends it once."""
    watch = _own(actor, watch_id)
    if watch.ended_at is None:
        _end(watch, actor)
    return watch


def _end(watch: Watch, actor: User) -> None:
    watch.ended_at = database_now()
    watch.save(update_fields=["ended_at"])
    record("watch.ended", watch, actor=actor, acting_agency_id=watch.membership.agency_id)


def _own(actor: User, watch_id: UUID) -> Watch:
    """The watch, locked. Raises PermissionDenied."""
    found = Watch.objects.select_related("membership").select_for_update(of=("self",), no_key=True).get(pk=watch_id)
    if found.membership.person_id != actor.pk:
        raise PermissionDenied("This is another person's watch.")
    return found


def to_remind() -> list[UUID]:
    """Watches that pause or end soon, and whose watcher was not reminded of it."""
    near = Watch.objects.running().filter(confirmed_until__lte=Now() + REMIND)
    unsaid = near.exclude(reminded_of=F("confirmed_until")) | near.filter(reminded_of=None)
    return list(unsaid.order_by("confirmed_until").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def remind(*, watch_id: UUID) -> None:
    """Remind the watcher once of each validation date, and of the end."""
    watch = Watch.objects.select_related("membership").select_for_update(of=("self",), no_key=True).get(pk=watch_id)
    if watch.ended_at is not None or watch.reminded_of == watch.confirmed_until:
        return
    watch.reminded_of = watch.confirmed_until
    watch.save(update_fields=["reminded_of"])
    kind = "watch.ends" if watch.confirmed_until == watch.expires_at else "watch.unconfirmed"
    agency = watch.membership.agency_id
    tell(record(kind, watch, actor=None, acting_agency_id=agency, until=watch.confirmed_until.isoformat()))


@transaction.atomic(durable=True)
def forget() -> None:
    """Forget what watches that are over knew, and what people who left had saved; that there were watches, and why,
    stays."""
    for saved in SavedSearch.objects.filter(membership__ended_at__lte=Now()):
        end_those_of(saved)
        saved.delete()
    over = Watch.objects.filter(Q(ended_at__isnull=False) | Q(expires_at__lte=Now()))
    WatchNews.objects.filter(watch__in=over).delete()
    WatchMatch.objects.filter(watch__in=over).delete()
