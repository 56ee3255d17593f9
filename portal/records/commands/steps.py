"""What the verbs on a record have in common: the record as its actor sees it, and the event."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.audit.record import record as note
from portal.notices.tell import tell
from portal.records import policy
from portal.records.decision import BY_OFFICE, Decision, Viewer, look_as
from portal.records.models import Record

CUSTODY = "custody"


def seen_by(
    actor: User, membership_id: UUID, record_id: UUID, *, may: Callable[..., None] = policy.may_keep
) -> tuple[Record, Decision]:
    """The record as the actor sees it, and the decision that shows it. Raises Record.DoesNotExist, PermissionDenied."""
    membership = Membership.objects.select_related("person").get(pk=membership_id)
    viewer = Viewer(membership.pk, BY_OFFICE)
    decision = look_as(viewer)
    seen = Record.objects.visible_to(decision).only("pk", "record_set", "docket_number").get(pk=record_id)
    may(actor, membership, decision, seen.record_set_id)
    return seen, decision


def write_down(seen: Record, actor: User, decision: Decision, kind: str, **detail: object) -> Event:
    """What happened to the record, for its owner; whoever is to be told of it is."""
    owner = decision.sets[seen.record_set_id].owner_id
    return tell(note(kind, seen, actor=actor, acting_agency_id=owner, **detail))
