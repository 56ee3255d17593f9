"""One agreement follows another: amended, renewed, joined, left, halted; without a gap or an overlap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from agencies.models import Agency, Role
from portal.audit.models import Event
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import closing, commands, grants
from sharing_agreements.models import Agreement, Certificate, Grant, Signature, first_moment
from tests import kept, make
from tests.records.scene import force

from .conftest import Pair

pytestmark = pytest.mark.django_db
Change = Agreement.Change
TODAY = localdate()
LAST = TODAY + timedelta(days=40)


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("current_version", "lead_agency", "follows").get(pk=agreement.pk)


def open_to(agency: Agency) -> set[tuple[str, str]]:
    """Agreement and term of everything that is open to an agency now."""
    live = Grant.objects.live().filter(recipient=agency)
    return set(live.values_list("version__agreement__number", "term__code"))


@pytest.fixture(autouse=True)
def no_drift(pair: Pair) -> Iterator[None]:
    yield
    assert not any(grants.drift().values())


@kept.fixture
def old(pair: Pair) -> Agreement:
    return make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=LAST)


def without_export(drafted: Agreement) -> Agreement:
    """The draft, narrower in its one term."""
    version = drafted.current_version
    assert version is not None
    term = version.terms.get()
    names = ("clause_id", "record_set_id", "recipient_id", "purposes", "data_categories", "participant_roles")
    values: dict[str, Any] = {name: getattr(term, name) for name in names}
    commands.save_term(
        actor=drafted.author, agreement_id=drafted.pk, term_id=term.pk, actions=["search", "view"], **values
    )
    return drafted


# --- Amendment ------------------------------------------------------------------------------------------------------


def test_an_amendment_changes_nothing_until_the_last_signature_and_everything_with_it(
    pair: Pair, old: Agreement
) -> None:
    new = make.approved(without_export(make.change(old)))
    assert new.number == f"{old.number}-A1"
    assert open_to(pair.police) == {(old.number, "T1")}
    make.signed_by_all(new)
    assert open_to(pair.police) == {(new.number, "T1")}
    assert fresh(old).status == "superseded"
    closed, opened = Grant.objects.get(version__agreement=old), Grant.objects.get(version__agreement=new)
    assert closed.revoked_at == opened.not_before, "neither a gap nor an overlap"
    assert opened.actions == ["search", "view"]


def test_an_amendment_for_a_later_day_takes_over_on_that_day_by_the_clock_alone(pair: Pair, old: Agreement) -> None:
    begins = TODAY + timedelta(days=10)
    new = make.through(make.reworded(make.change(old, effective_on=begins)))
    moment = first_moment(begins, pair.court.time_zone)
    assert open_to(pair.police) == {(old.number, "T1")}
    assert (fresh(old).closes_at, fresh(old).standing) == (moment, "in_force"), "what follows it is signed"
    assert list(Agreement.objects.standing_as("in_force")) == [old]
    assert (fresh(new).standing, list(Agreement.objects.standing_as("begins"))) == ("begins", [new])
    assert not Agreement.objects.standing_as("expiring").exists()
    mine = Grant.objects.filter(record_set=pair.cases, revoked_at=None)
    assert {(each.version.agreement.number, each.not_before >= moment, each.not_after) for each in mine} == {
        (old.number, False, moment),
        (new.number, True, first_moment(LAST, pair.court.time_zone)),
    }
    force(fresh(old), closes_at=database_now() - timedelta(seconds=1))
    assert fresh(old).standing == "superseded"
    assert list(Agreement.objects.standing_as("superseded")) == [old]


def test_one_agreement_has_one_successor_and_a_failed_one_makes_room(pair: Pair, old: Agreement) -> None:
    first = make.change(old)
    with pytest.raises(Refused, match="is to follow it already"):
        make.change(old)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(
            number="X", title="X", lead_agency=pair.court, author=first.author, follows=old, change="amendment"
        )
    commands.withdraw(actor=first.author, agreement_id=first.pk, reason="Another way")
    assert make.change(old).number == f"{old.number}-A2"


def test_an_amendment_that_changes_nothing_is_not_submitted(old: Agreement) -> None:
    drafted = make.change(old)
    with pytest.raises(Refused, match="change something"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)


def test_an_administrative_amendment_changes_words_and_nothing_that_is_shared(old: Agreement) -> None:
    drafted = without_export(make.change(old, is_administrative=True))
    with pytest.raises(Refused, match="leave terms as they were: an administrative amendment changes words only"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    commands.withdraw(actor=drafted.author, agreement_id=drafted.pk, reason="It is a substantive one")
    assert make.through(make.reworded(make.change(old, is_administrative=True))).status == "in_force"


def test_only_a_drafter_of_the_lead_agency_changes_it(pair: Pair, old: Agreement) -> None:
    for who in (make.person(pair.police, roles=(Role.DRAFTER,)), make.person(pair.court, roles=(Role.SIGNATORY,))):
        with pytest.raises(PermissionDenied):
            commands.draft_change(actor=who.person, agreement_id=old.pk, change=Change.AMENDMENT)


@pytest.mark.usefixtures("pair")
def test_what_an_agreement_follows_is_fixed_in_the_database(old: Agreement) -> None:
    drafted = make.change(old)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        force(drafted, follows=None, change="")


# --- Renewal --------------------------------------------------------------------------------------------------------


def test_a_renewal_begins_the_moment_the_old_one_ends(pair: Pair, old: Agreement) -> None:
    new = make.through(make.change(old, Change.RENEWAL, ends_on=LAST + timedelta(days=365)))
    before, after = Grant.objects.get(version__agreement=old), Grant.objects.get(version__agreement=new)
    assert before.not_after == after.not_before == first_moment(LAST, pair.court.time_zone)
    assert fresh(old).status == "in_force"
    assert open_to(pair.police) == {(old.number, "T1")}


def test_an_amendment_begins_before_the_end(old: Agreement) -> None:
    with pytest.raises(ValidationError, match="ends before then"):
        make.change(old, effective_on=LAST + timedelta(days=1))


@pytest.mark.parametrize("ends_on", [LAST, LAST - timedelta(days=1)])
def test_a_renewal_ends_later(old: Agreement, ends_on: date) -> None:
    drafter = make.person(old.lead_agency, roles=(Role.DRAFTER,)).person
    with pytest.raises(ValidationError):
        commands.draft_change(actor=drafter, agreement_id=old.pk, change=Change.RENEWAL, ends_on=ends_on)


def test_a_renewal_goes_on_with_what_is_shared(old: Agreement) -> None:
    drafted = without_export(make.change(old, Change.RENEWAL, ends_on=LAST + timedelta(days=365)))
    with pytest.raises(Refused, match="leave parties and terms as they were"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)


def test_without_an_end_there_is_nothing_to_renew(pair: Pair) -> None:
    endless = make.agreement_in_force(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused, match="no last day"):
        make.change(endless, Change.RENEWAL)


def test_what_was_left_by_a_party_is_not_renewed(pair: Pair, old: Agreement) -> None:
    new = make.approved(make.change(old, Change.RENEWAL, ends_on=LAST + timedelta(days=365)))
    force(Grant.objects.get(version__agreement=old), not_after=database_now() - timedelta(hours=1))
    force(fresh(old), closes_at=database_now() - timedelta(hours=1), closes_by="withdrawal")
    with pytest.raises(Refused, match="has ended"):
        make.signed_by_all(new)
    assert open_to(pair.police) == set()
    assert grants.heal() == 1, "the row of what lapsed goes at night"


# --- Joinder --------------------------------------------------------------------------------------------------------


def joinder(pair: Pair, old: Agreement, joins: Agency) -> Agreement:
    drafted = make.change(old, Change.JOINDER, joins_id=joins.pk)
    make.add_term(drafted, pair.cases, joins, actions=["search", "view"])
    return drafted


def test_a_joinder_needs_the_new_partys_signature_and_a_countersignature_and_no_other(
    pair: Pair, old: Agreement
) -> None:
    joins = make.agency("Cedar Sheriff")
    new = make.approved(joinder(pair, old, joins))
    assert new.current_version is not None
    assert set(new.current_version.parties.to_answer().values_list("agency", flat=True)) == {joins.pk, pair.court.pk}
    police = new.current_version.parties.get(agency=pair.police)
    signatory = make.person(pair.police, roles=(Role.SIGNATORY,))
    with pytest.raises(Refused, match="bound by what it signed before"):
        commands.sign(
            actor=signatory.person, agreement_id=new.pk, party_id=police.pk, sha256=new.current_version.sha256
        )
    with pytest.raises(IntegrityError, match="that are asked"), transaction.atomic():
        Signature.objects.create(
            party=police,
            version=new.current_version,
            signatory=signatory.person,
            title="Chief",
            decision="signed",
            sha256=new.current_version.sha256,
        )
    make.signed_by_all(new)
    assert open_to(joins) == {(new.number, "T2")}
    assert open_to(pair.police) == {(new.number, "T1")}, "and nothing closed for who was there"


def test_a_joinder_touches_nobody_else(pair: Pair, old: Agreement) -> None:
    drafted = without_export(make.change(old, Change.JOINDER, joins_id=make.agency("Cedar Sheriff").pk))
    with pytest.raises(Refused, match="leave term T1 out"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    commands.withdraw(actor=drafted.author, agreement_id=drafted.pk, reason="Anew")
    drafted = make.reworded(joinder(pair, old, make.agency("Cedar Probation")))
    with pytest.raises(Refused, match="leave the text"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)


# --- Withdrawal of a party ------------------------------------------------------------------------------------------


def three(pair: Pair) -> tuple[Agreement, Agency]:
    """An agreement of three parties: court to police, court to sheriff."""
    sheriff = make.agency("Cedar Sheriff")
    drafted = make.draft(pair.court, pair.police, pair.cases)
    keys = [pair.police.pk, sheriff.pk]
    commands.set_parties(actor=drafted.author, agreement_id=drafted.pk, agency_ids=keys)
    make.add_term(drafted, pair.cases, sheriff, actions=["search", "view"])
    return make.through(drafted), sheriff


def leaves(agreement: Agreement, agency: Agency, reason: str = "We use another way.") -> Any:
    signatory = make.person(agency, roles=(Role.SIGNATORY,))
    return commands.give_notice(actor=signatory.person, agreement_id=agreement.pk, agency_id=agency.pk, reason=reason)


def test_a_party_leaves_after_its_notice_and_the_others_go_on(pair: Pair) -> None:
    made, sheriff = three(pair)
    notice = leaves(made, sheriff)
    days = 30 + 1
    assert notice.effective_at == first_moment(pair.court.today + timedelta(days=days), pair.court.time_zone)
    assert {(each.recipient.name, each.not_after) for each in Grant.objects.standing()} == {
        ("Cedar Sheriff", notice.effective_at),
        ("Cedar Police", None),
    }
    assert fresh(made).closes_at is None
    assert open_to(sheriff), "until then it stays open"


def test_where_the_lead_agency_leaves_or_one_party_would_be_left_the_agreement_ends_for_all(
    pair: Pair, old: Agreement
) -> None:
    notice = leaves(old, pair.police)
    assert (fresh(old).closes_at, fresh(old).closes_by) == (notice.effective_at, "withdrawal")
    made, _ = three(pair)
    assert leaves(made, pair.court).effective_at == fresh(made).closes_at
    assert not Grant.objects.standing().filter(version__agreement=made, not_after=None).exists()


def test_a_notice_is_given_once_by_the_partys_signatory_and_can_be_taken_back(pair: Pair, old: Agreement) -> None:
    clerk = make.person(pair.police)
    with pytest.raises(PermissionDenied):
        commands.give_notice(actor=clerk.person, agreement_id=old.pk, agency_id=pair.police.pk, reason="No")
    notice = leaves(old, pair.police)
    with pytest.raises(Refused, match="given notice already"):
        leaves(old, pair.police)
    commands.take_back_notice(actor=notice.given_by, withdrawal_id=notice.pk)
    assert fresh(old).closes_at is None
    assert Grant.objects.standing().get().not_after == first_moment(LAST, pair.court.time_zone)


def test_a_notice_holds_for_what_follows(pair: Pair) -> None:
    made, sheriff = three(pair)
    drafted = make.approved(make.reworded(make.change(made)))
    notice = leaves(made, sheriff)
    new = make.signed_by_all(drafted)
    assert new.withdrawals.get().effective_at == notice.effective_at
    assert Grant.objects.live().get(recipient=sheriff).not_after == notice.effective_at
    assert Grant.objects.live().get(recipient=pair.police).not_after is None


# --- Halting --------------------------------------------------------------------------------------------------------


def test_what_is_signed_for_later_is_suspended_and_resumed_with_what_it_follows(pair: Pair, old: Agreement) -> None:
    new = make.through(make.change(old, Change.RENEWAL, ends_on=LAST + timedelta(days=365)))
    make.suspended(old, make.the_board())
    assert fresh(new).status == "suspended"
    assert not Grant.objects.standing().exists()
    make.carry(make.ballot(make.the_board(), old, "resume"))
    assert fresh(new).status == "in_force"
    assert Grant.objects.standing().count() == 2


def test_nothing_is_signed_while_what_it_changes_is_suspended(pair: Pair, old: Agreement) -> None:
    new = make.approved(make.reworded(make.change(old)))
    make.suspended(old, make.the_board())
    with pytest.raises(Refused, match="is suspended"):
        make.signed_by_all(new)
    assert open_to(pair.police) == set()


def ended_by_itself(drafted: Agreement) -> Agreement:
    return terminated(make.through(drafted))


def test_a_termination_ends_what_follows_in_every_state(pair: Pair) -> None:
    board = make.the_board()
    for stage, ends in (
        (lambda drafted: drafted, "withdrawn"),
        (make.approved, "withdrawn"),
        (make.through, "terminated"),
        (ended_by_itself, "terminated"),
    ):
        made = make.agreement_in_force(pair.court, pair.police, pair.cases)
        new = stage(make.reworded(make.change(made, effective_on=TODAY + timedelta(days=5))))
        make.carry(make.ballot(board, made, "terminate"))
        assert fresh(new).status == ends
    assert not Grant.objects.standing().exists()


# --- Signing --------------------------------------------------------------------------------------------------------


def test_parties_sign_one_after_another_where_the_text_says_so(pair: Pair) -> None:
    new = make.signing_in_turn(pair.court, pair.police, pair.cases)
    assert new.current_version is not None
    second = new.current_version.parties.get(agency=pair.police)
    signatory = make.person(pair.police, roles=(Role.SIGNATORY,)).person
    sha256 = new.current_version.sha256
    with pytest.raises(Refused, match="Cedar Court comes first"):
        commands.sign(actor=signatory, agreement_id=new.pk, party_id=second.pk, sha256=sha256)
    assert make.signed_by_all(new).status == "in_force"
    asked = Event.objects.filter(subject_id=new.pk, kind__in=["agreement.signing_opened", "agreement.turn_to_sign"])
    told = {event.kind: {notice.recipient_id for notice in event.notices.all()} for event in asked}
    assert signatory.pk in told["agreement.turn_to_sign"]
    assert signatory.pk not in told["agreement.signing_opened"]


# --- Closing --------------------------------------------------------------------------------------------------------


def certified(duty: closing.Duty, **values: Any) -> Certificate:
    custodian = make.person(duty.agency, roles=(Role.CUSTODIAN,))
    given: dict[str, Any] = {"manner": Certificate.Manner.PURGED, "method": "Deleted from the case system.", **values}
    return commands.certify(
        actor=custodian.person,
        agreement_id=duty.agreement.pk,
        agency_id=duty.agency.pk,
        record_set_id=duty.record_set.pk,
        **given,
    )


def terminated(agreement: Agreement) -> Agreement:
    return make.carry(make.ballot(make.the_board(), agreement, "terminate"))


def test_after_the_end_each_recipient_certifies_once(pair: Pair, old: Agreement) -> None:
    assert closing.owed_by(pair.police.pk) == []
    terminated(old)
    duty = closing.owed_by(pair.police.pk)[0]
    assert duty.due_on == pair.court.today + timedelta(days=30)
    assert closing.owed_by(pair.court.pk) == []
    certified(duty)
    assert closing.owed_by(pair.police.pk) == []
    assert [each.certificate is not None for each in closing.of_agreement(fresh(old))] == [True]
    with pytest.raises(Refused, match="certified already"):
        certified(duty)


def test_only_the_recipients_custodian_or_signatory_certifies(pair: Pair, old: Agreement) -> None:
    terminated(old)
    for who in (make.person(pair.police), make.person(pair.court, roles=(Role.CUSTODIAN,))):
        with pytest.raises(PermissionDenied):
            commands.certify(
                actor=who.person,
                agreement_id=old.pk,
                agency_id=pair.police.pk,
                record_set_id=pair.cases.pk,
                manner="purged",
                method="Deleted.",
            )


def test_nothing_is_returned_while_another_agreement_still_covers_it(pair: Pair, old: Agreement) -> None:
    other = make.agreement_in_force(pair.court, pair.police, pair.cases)
    terminated(old)
    assert closing.owed_by(pair.police.pk) == []
    terminated(other)
    assert [duty.agreement.pk for duty in closing.owed_by(pair.police.pk)] == [other.pk]


def test_a_successor_that_goes_on_asks_for_nothing_and_one_that_drops_a_recipient_does(pair: Pair) -> None:
    made, sheriff = three(pair)
    drafted = make.change(made)
    version = drafted.current_version
    assert version is not None
    commands.remove_term(actor=drafted.author, agreement_id=drafted.pk, term_id=version.terms.get(code="T2").pk)
    make.through(drafted)
    assert closing.owed_by(pair.police.pk) == []
    assert [duty.record_set for duty in closing.owed_by(sheriff.pk)] == [pair.cases]


def test_an_expiry_and_a_withdrawal_owe_certificates_by_the_clock_alone(pair: Pair) -> None:
    made, sheriff = three(pair)
    notice = leaves(made, sheriff)
    # Two days more than the thirty: where clocks were set back meanwhile, the day begins an hour apart.
    past: datetime = database_now() - timedelta(days=32)
    begun = past - timedelta(days=100)
    replaced, grant = Grant.objects.filter(recipient=sheriff).order_by("not_before")
    force(replaced, not_before=begun, revoked_at=begun)
    force(grant, not_before=begun, not_after=past)
    force(notice, effective_at=past)
    duty = closing.owed_by(sheriff.pk)[0]
    assert (duty.closed_at, duty.overdue) == (past, True)
    assert closing.owed_by(pair.police.pk) == []
    assert grants.heal() == 1, "the row of what lapsed goes at night"
