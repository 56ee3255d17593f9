"""Which other agencies a record was shown to, by the access log: whoever is told when it is corrected or recalled."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from agencies.models import Agency, Membership, MembershipQuerySet, Role
from portal.audit.models import Event

from .models import AccessEntry, Record

OFFICES = (Role.CUSTODIAN, Role.PRIVACY_OFFICER)


def shown(record_id: UUID) -> QuerySet[AccessEntry]:
    """Every time it was shown to anybody: its page, a list it stood in, a print, an export."""
    return AccessEntry.objects.filter(record_ids__contains=[record_id], outcome=AccessEntry.Outcome.SHOWN)


def looks(record_id: UUID, owner_id: UUID) -> QuerySet[AccessEntry]:
    """Every time it was shown to another agency."""
    return shown(record_id).exclude(agency=owner_id)


def agencies(record_id: UUID, owner_id: UUID) -> QuerySet[Agency]:
    return Agency.objects.filter(pk__in=looks(record_id, owner_id).values("agency"))


def members(record_id: UUID, owner_id: UUID) -> MembershipQuerySet:
    """Whom to tell at these agencies: who looked and works there still, records custodians, privacy officers."""
    seen = looks(record_id, owner_id)
    here = Membership.objects.current().filter(agency__in=seen.values("agency"))
    return here.with_role(*OFFICES) | here.filter(person__in=seen.values("person"))


def told(record_id: UUID) -> QuerySet[Event]:
    """When those who looked were told that something on it was corrected, and what."""
    corrected = Event.objects.filter(kind="record.corrected", subject_id=record_id)
    return corrected.filter(subject_label=Record._meta.label)
