"""Destroying a record by the order of a court, and the word of those who looked that their copies are destroyed."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, Membership, Role, Session, User
from agencies.sessions import SessionStore
from portal.audit.record import record as note
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.records import expunged, policy, readers
from portal.records.exports import kept as exports
from portal.records.models import (
    AccessEntry,
    CourtOrder,
    DestructionCertificate,
    Expungement,
    Import,
    Participant,
    Record,
)
from portal.records.models.orders import FILES
from portal.records.saved.commands import forget_of
from portal.records.searching import finds, forget_searches
from portal.records.watches import steps as watches

from .steps import CUSTODY, seen_by, write_down


@transaction.atomic(durable=True)
def expunge(
    *, actor: User, membership_id: UUID, record_id: UUID, authority: str, order_number: str, ordered_on: date
) -> Expungement:
    """Destroy everything that the portal has of a record; what is left names nobody. There is no way back."""
    seen, decision = seen_by(actor, membership_id, record_id)
    if ordered_on > Agency.objects.get(pk=decision.sets[seen.record_set_id].owner_id).today:
        raise ValidationError({"ordered_on": "The order is of a day that has not come yet."})
    with as_job(CUSTODY, seen.record_set_id):
        reading = Import.objects.filter(record_set=seen.record_set_id, status__in=Import.UNDER_WAY)
        if not expunged.no_import_writes(seen.record_set_id) or reading.exists():
            raise Refused(
                "An import into this record set is under way, and may hold the record too. Wait until it is read or "
                "committed, or cancel it.",
                code="import",
            )
        expunged.wait_for_looks(seen.record_set_id)
        locked = Record.objects.for_update(record_id)
        made = Expungement(
            pk=locked.pk,
            record_set_id=locked.record_set_id,
            authority=" ".join(authority.split()),
            order_number=" ".join(order_number.split()),
            ordered_on=ordered_on,
            source_mac=expunged.mac(locked.record_set_id, (locked.source_system, locked.source_id)),
            key_name=expunged.key_name(),
            expunged_by=actor,
        )
        made.full_clean(exclude=["expunged_at"])
        orders = list(filter(None, CourtOrder.objects.filter(record=locked).values_list("file", flat=True)))
        names = list(Participant.objects.filter(record=locked).values_list("name_key", flat=True))
        policy.may_stand_in_order(made, locked, names)
        numbers = {locked.docket_key, locked.docket_tail}
        _forget_searches(locked.pk, numbers, names)
        watches.forget_of(locked.pk, numbers, names)
        exports.void_those_with(locked.pk)
        made.save(force_insert=True)
        write_down(seen, actor, decision, "record.expunged")
    for each in orders:
        transaction.on_commit(partial(files.discard, FILES, each), robust=True)
    return made


def _forget_searches(record_id: UUID, numbers: set[str], names: list[str]) -> None:
    """Sessions keep what was searched, and people do; what would have found this record for whom it was shown to is
    forgotten."""
    looks = AccessEntry.objects.filter(record_ids__contains=[record_id], outcome=AccessEntry.Outcome.SHOWN)
    people = set(looks.values_list("person", flat=True))
    forget_of(people, numbers, names)
    for session in Session.objects.filter(person_id__in=people).select_for_update(of=("self",)).order_by("pk"):
        kept = session.get_decoded()
        if forget_searches(kept, lambda search: finds(search, numbers, names)):
            session.session_data = SessionStore().encode(kept)
            session.save(update_fields=["session_data"])


@transaction.atomic(durable=True)
def certify_destruction(
    *, actor: User, membership_id: UUID, expungement_id: UUID, manner: str, method: str
) -> DestructionCertificate:
    """Give an agency's word that nothing of an expunged record is left with it. Raises Expungement.DoesNotExist."""
    membership = Membership.objects.select_related("agency").get(pk=membership_id, person=actor)
    with expunged.reading():
        found = Expungement.objects.select_related("record_set").get(pk=expungement_id)
        policy.may_certify_destruction(actor, membership, readers.members(found.pk, found.record_set.owner_id))
        Agency.objects.for_update(membership.agency_id)
        if found.certificates.filter(agency=membership.agency_id).exists():
            raise Refused("Your agency has certified this already.", code="certified", repeated=True)
        if not method.strip():
            raise ValidationError({"method": "Say how it was done, and by whom; the owner relies on it."})
        made = DestructionCertificate(
            expungement=found,
            agency=membership.agency,
            manner=manner,
            method=method.strip(),
            given_by=actor,
            title=membership.title or str(Role.CUSTODIAN.label),
        )
        made.full_clean(exclude=["at"])
        made.save(force_insert=True)
    note("destruction.certified", made, actor=actor, acting_agency_id=membership.agency_id, manner=manner)
    return made
