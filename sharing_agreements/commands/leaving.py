"""One party's way out, and what recipients certify when sharing has ended."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Membership, Role, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import closing, grants, policy, steps, succession
from sharing_agreements.models import Agreement, Certificate, Withdrawal, first_moment
from sharing_agreements.steps import note


@transaction.atomic(durable=True)
def give_notice(*, actor: User, agreement_id: UUID, agency_id: UUID, reason: str) -> Withdrawal:
    """A party leaves: after the notice period of the text nothing is open to it or from it any more.

    Where it leads, or only one party would be left, the agreement ends with that moment for everybody. The notice holds
    for a signed successor too.
    """
    agreement = Agreement.objects.for_update(agreement_id)
    version = agreement.current_version
    assert version is not None  # noqa: S101  (drafting makes one)
    version.agreement = agreement
    party = version.parties.get(agency=agency_id)
    party.version = version
    policy.may_give_notice(actor, party)
    if not reason.strip():
        raise ValidationError({"reason": "Say why you leave; the other parties read it."})
    effective_at = _after_notice(agreement, version.withdrawal_days)
    made = _give(agreement, agency_id, actor, reason.strip(), effective_at)
    follower = _signed_successor(agreement)
    if follower is not None and _stays_in(follower, agency_id):
        _give(follower, agency_id, actor, reason.strip(), effective_at)
    reconciled = [agreement, *([follower] if follower else [])]
    grants.reconcile(*reconciled, actor=actor, reason=f"{party.name} gave notice")
    note(
        "agreement.notice_given",
        agreement,
        actor=actor,
        acting_agency_id=agency_id,
        party=party.name,
        reason=reason.strip(),
        effective_at=effective_at.isoformat(),
        dissolves=agreement.closes_by == Agreement.Closing.WITHDRAWAL,
    )
    return made


def _stays_in(agreement: Agreement, agency_id: UUID) -> bool:
    """Whether the agency is a party that has not given notice."""
    noticed = agreement.withdrawals.standing().filter(agency=agency_id).exists()
    return succession.binds(agreement, agency_id) and not noticed


def _after_notice(agreement: Agreement, days: int) -> datetime:
    """Midnight after the last day of the notice period, in the lead agency's zone."""
    zone = agreement.lead_agency.time_zone
    today = database_now().astimezone(ZoneInfo(zone)).date()
    return first_moment(today + timedelta(days=days + 1), zone)


def _give(agreement: Agreement, agency_id: UUID, actor: User, reason: str, effective_at: datetime) -> Withdrawal:
    made = Withdrawal(
        agreement=agreement, agency_id=agency_id, reason=reason, given_by=actor, effective_at=effective_at
    )
    made.full_clean(exclude=["given_at"])
    history.save(made, actor=actor, reason=reason)
    steps.fix_end(agreement, actor=actor, reason="Notice of withdrawal")
    return made


def _signed_successor(agreement: Agreement) -> Agreement | None:
    """What will take over, locked, once it is signed."""
    found = succession.successor(agreement)
    if found is None or found.in_force_at is None:
        return None
    return Agreement.objects.for_update(found.pk)


@transaction.atomic(durable=True)
def take_back_notice(*, actor: User, withdrawal_id: UUID) -> Agreement:
    """A party stays after all, as long as it has not left."""
    agreement_id = Withdrawal.objects.values_list("agreement", flat=True).get(pk=withdrawal_id)
    agreement = Agreement.objects.for_update(agreement_id)
    notice = Withdrawal.objects.for_update(withdrawal_id)
    policy.may_take_back_notice(actor, notice)
    concerned = [agreement, *filter(None, [_signed_successor(agreement)])]
    for each in concerned:
        for one in each.withdrawals.standing().filter(agency=notice.agency_id):
            one.taken_back_at = database_now()
            history.save(one, actor=actor, reason="Taken back")
        steps.fix_end(each, actor=actor, reason="Notice of withdrawal taken back")
    grants.reconcile(*concerned, actor=actor, reason=f"{notice.agency} stays")
    note(
        "agreement.notice_taken_back",
        agreement,
        actor=actor,
        acting_agency_id=notice.agency_id,
        party=str(notice.agency),
    )
    return agreement


@transaction.atomic(durable=True)
def certify(
    *, actor: User, agreement_id: UUID, agency_id: UUID, record_set_id: UUID, manner: str, method: str
) -> Certificate:
    """A recipient gives its word that it returned or destroyed what it received of a record set."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_certify(actor, agency_id)
    duty = closing.duty_of(agreement, agency_id, record_set_id)
    if duty is None:
        raise Refused("Nothing is to be returned: the records are still open to the agency.", code="not_closed")
    if duty.certificate is not None:
        raise Refused("This is certified already.", code="certified", repeated=True)
    if not method.strip():
        raise ValidationError({"method": "Say how it was done, and by whom; the owner relies on it."})
    signs = Membership.objects.acted_under(actor).filter(agency=agency_id).latest("started_at")
    made = Certificate(
        agreement=agreement,
        agency_id=agency_id,
        record_set_id=record_set_id,
        closed_at=duty.closed_at,
        manner=manner,
        method=method.strip(),
        given_by=actor,
        title=signs.title or str(Role.CUSTODIAN.label),
    )
    made.full_clean(exclude=["at"])
    made.save(force_insert=True)
    note(
        "agreement.certified",
        agreement,
        actor=actor,
        acting_agency_id=agency_id,
        party=str(made.agency),
        record_set=made.record_set.name,
        manner=made.get_manner_display(),
    )
    return made
