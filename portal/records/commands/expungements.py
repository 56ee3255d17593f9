"""Destroying a record: one custodian asks for it, another confirms; and the word of those who looked that their copies
are destroyed."""

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
    ExpungementRequest,
    Ground,
    Import,
    Participant,
    Record,
)
from portal.records.models.orders import FILES
from portal.records.reading import person_number
from portal.records.saved.commands import forget_of
from portal.records.searching import finds, forget_searches
from portal.records.watches import steps as watches

from .steps import CUSTODY, seen_by, write_down


@transaction.atomic(durable=True)
def ask_expungement(
    *,
    actor: User,
    membership_id: UUID,
    record_id: UUID,
    ground: str,
    authority: str = "",
    order_number: str = "",
    ordered_on: date | None = None,
) -> ExpungementRequest:
    """Ask for a record to be destroyed, on one of the grounds; the order is that of a court alone. Another custodian of
    the agency is told, and confirms or refuses."""
    seen, decision = seen_by(actor, membership_id, record_id)
    owner = Agency.objects.get(pk=decision.sets[seen.record_set_id].owner_id)
    with as_job(CUSTODY, seen.record_set_id):
        locked = Record.objects.for_update(record_id)
        if ExpungementRequest.objects.filter(record=locked).exists():
            raise Refused("That it is destroyed is asked for already.", code="asked", repeated=True)
        policy.may_be_destroyed(locked, ground, owner.today)
        asked = ExpungementRequest(record=locked, record_set_id=locked.record_set_id, ground=ground, asked_by=actor)
        if ground == Ground.ORDER:
            asked.authority, asked.order_number = " ".join(authority.split()), " ".join(order_number.split())
            asked.ordered_on = ordered_on
            policy.is_whole_order(asked, owner.today)
        asked.full_clean(exclude=["asked_at", "record"], validate_constraints=False)
        policy.may_stand_in_order(asked, locked, _names(locked))
        asked.save(force_insert=True)
        write_down(seen, actor, decision, "record.expungement_asked")
    return asked


@transaction.atomic(durable=True)
def withdraw_expungement(*, actor: User, membership_id: UUID, record_id: UUID) -> None:
    """Take back that a record is to be destroyed, or refuse to confirm it: either custodian's word keeps the record."""
    seen, decision = seen_by(actor, membership_id, record_id)
    with as_job(CUSTODY, seen.record_set_id):
        locked = Record.objects.for_update(record_id)
        if not ExpungementRequest.objects.filter(record=locked).delete()[0]:
            raise Refused("Nobody asks for it to be destroyed.", code="none", repeated=True)
        write_down(seen, actor, decision, "record.expungement_withdrawn")


@transaction.atomic(durable=True)
def expunge(*, actor: User, membership_id: UUID, record_id: UUID) -> Expungement:
    """Confirm what another custodian asked for: destroy everything that the portal has of a record. What is left names
    nobody, and there is no way back."""
    seen, decision = seen_by(actor, membership_id, record_id)
    owner = Agency.objects.get(pk=decision.sets[seen.record_set_id].owner_id)
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
        asked = ExpungementRequest.objects.filter(record=locked).first()
        if asked is None:
            raise Refused("Ask for it first; then another records custodian confirms it.", code="not_asked")
        policy.may_confirm(actor, asked)
        policy.may_be_destroyed(locked, asked.ground, owner.today)
        made = Expungement(
            pk=locked.pk,
            record_set_id=locked.record_set_id,
            **{name: getattr(asked, name) for name in ("ground", "authority", "order_number", "ordered_on")},
            asked_by_id=asked.asked_by_id,
            source_mac=expunged.mac(locked.record_set_id, (locked.source_system, locked.source_id)),
            key_name=expunged.key_name(),
            expunged_by=actor,
        )
        made.full_clean(exclude=["expunged_at"])
        orders = list(filter(None, CourtOrder.objects.filter(record=locked).values_list("file", flat=True)))
        names = _names(locked)
        policy.may_stand_in_order(made, locked, names)
        numbers = {locked.docket_key, locked.docket_tail, locked.source_id, *_other_numbers(locked)}
        _forget_searches(locked.pk, numbers, names)
        watches.forget_of(locked.pk, numbers, names)
        exports.void_those_with(locked.pk)
        made.save(force_insert=True)
        write_down(seen, actor, decision, "record.expunged", ground=made.ground)
    for each in orders:
        transaction.on_commit(partial(files.discard, FILES, each), robust=True)
    return made


def _names(of: Record) -> list[str]:
    """Keys of the names of everybody on it."""
    return list(Participant.objects.filter(record=of).values_list("name_key", flat=True))


def _other_numbers(of: Record) -> set[str]:
    """State and FBI numbers of everybody on it, and its tracking number, as searches compare them."""
    pairs = Participant.objects.filter(record=of).values_list("state_id", "fbi_id")
    written = [*(each for pair in pairs for each in pair), str(of.details.get("tracking_number", ""))]
    return {number for each in written if (number := person_number(each))}


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
