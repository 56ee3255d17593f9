"""From a template to a submitted text: who, when, what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from agencies import commands as agencies
from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements import commands, fingerprint, library
from sharing_agreements.forms import ClauseForm
from sharing_agreements.models import REQUIRED_TOPICS, Agreement, AgreementVersion, Clause
from sharing_agreements.models.texts import LONGEST_TEXT
from tests import make

from .conftest import Pair

pytestmark = pytest.mark.django_db

S = Agreement.Status


def version_of(agreement: Agreement) -> AgreementVersion:
    version = Agreement.objects.get(pk=agreement.pk).current_version
    assert version is not None
    return version


def drafter(agency: Agency) -> User:
    return make.person(agency, roles=(Role.DRAFTER,)).person


def start(actor: User, lead: Agency, **values: Any) -> Agreement:
    given: dict[str, Any] = {
        "title": " Case exchange ",
        "kind": Agreement.Kind.MOU,
        "party_ids": [],
        "effective_on": date(2027, 1, 1),
        "ends_on": date(2029, 1, 1),
        "purpose": "To share cases.",
        **values,
    }
    return commands.draft_agreement(actor=actor, lead_agency_id=lead.pk, **given)


def clause_values(**values: Any) -> dict[str, Any]:
    return {"number": "4.4", "topic": "other", "heading": "Costs", "text": "Each bears its own.", **values}


def kinds(agreement: Agreement) -> list[str]:
    mine = Event.objects.filter(subject_id=agreement.pk).order_by("sequence")
    return [kind.partition(".")[2] for kind in mine.values_list("kind", flat=True)]


# --- Starting -------------------------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_standard_text_and_the_lead_agency_as_party(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court, party_ids=[pair.police.pk])
    version = version_of(made)
    assert (made.title, made.status, version.number, version.frozen_at) == ("Case exchange", S.DRAFT, 1, None)
    assert [party.name for party in version.parties.all()] == ["Cedar Court", "Cedar Police"]
    assert set(REQUIRED_TOPICS) <= set(version.clauses.values_list("topic", flat=True))
    assert kinds(made) == ["drafted"]
    assert not Notice.objects.filter(event__subject_id=made.pk).exists()


@pytest.mark.parametrize("kind", Agreement.Kind.values)
def test_every_kind_has_a_standard_text_that_covers_its_topics(pair: Pair, kind: str) -> None:
    made = start(drafter(pair.court), pair.court, kind=kind)
    assert set(library.MANDATORY[kind][0]) <= set(version_of(made).clauses.values_list("topic", flat=True))


@pytest.mark.parametrize("roles", [(Role.CLERK,), (Role.SIGNATORY, Role.ADMINISTRATOR, Role.CUSTODIAN)])
def test_only_a_drafter_starts_one(pair: Pair, roles: tuple[str, ...]) -> None:
    with pytest.raises(PermissionDenied):
        start(make.person(pair.court, roles=roles).person, pair.court)


def test_a_drafter_of_another_agency_or_one_whose_account_is_closed_starts_none(pair: Pair) -> None:
    mine, other = make.person(pair.court, roles=(Role.DRAFTER,)), drafter(pair.police)
    with pytest.raises(PermissionDenied):
        start(other, pair.court)
    agencies.deactivate_person(actor=make.portal_administrator(), person_id=mine.person_id, reason="Left")
    with pytest.raises(PermissionDenied):
        start(mine.person, pair.court)


def test_numbers_of_a_year_follow_each_other_past_999(pair: Pair) -> None:
    actor = drafter(pair.court)
    first = start(actor, pair.court)
    assert first.number == f"MOU-{localdate():%Y}-001"
    first.number = f"MOU-{localdate():%Y}-999"
    history.save(first, actor=None, reason="As if it were the last of the first thousand")
    assert start(actor, pair.court).number.endswith("-1000")
    assert start(actor, pair.court).number.endswith("-1001")


def test_the_same_form_sent_twice_starts_one_draft(pair: Pair) -> None:
    actor, key = drafter(pair.court), uuid4()
    start(actor, pair.court, agreement_id=key)
    with pytest.raises(Refused) as why:
        start(actor, pair.court, agreement_id=key)
    assert why.value.code == "drafted"
    assert Agreement.objects.count() == 1


def test_only_agencies_that_work_here_are_parties(pair: Pair) -> None:
    with pytest.raises(ValidationError, match="active"):
        start(drafter(pair.court), pair.court, party_ids=[make.agency(active=False).pk])


def test_an_end_before_the_beginning_is_refused(pair: Pair) -> None:
    with pytest.raises(ValidationError):
        start(drafter(pair.court), pair.court, ends_on=date(2027, 1, 1))


@pytest.mark.parametrize("days", [{"effective_on": date(1, 1, 1)}, {"ends_on": date(9999, 12, 31)}])
def test_days_that_nobody_means_are_refused(pair: Pair, days: dict[str, date]) -> None:
    with pytest.raises(ValidationError, match="in the years 1990 to 2100"):
        start(drafter(pair.court), pair.court, **days)


# --- Editing --------------------------------------------------------------------------------------------------------


def test_clauses_stand_in_the_order_of_their_numbers(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    for number in ("4.10", "4.9", "10"):
        commands.save_clause(actor=made.author, agreement_id=made.pk, **clause_values(number=number))
    numbers = list(version_of(made).clauses.values_list("number", flat=True))
    assert numbers.index("4.3") < numbers.index("4.9") < numbers.index("4.10") < numbers.index("5.1")
    assert numbers[-1] == "10"


@pytest.mark.parametrize("number", ["", "0", "4.0", "4.", "iv", "4.2.1", "33", "04"])
def test_a_clause_has_a_plain_number(pair: Pair, number: str) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    with pytest.raises(ValidationError) as wrong:
        commands.save_clause(actor=made.author, agreement_id=made.pk, **clause_values(number=number))
    assert "number" in wrong.value.message_dict


def test_two_clauses_have_no_number_in_common(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    with pytest.raises(ValidationError):
        commands.save_clause(actor=made.author, agreement_id=made.pk, **clause_values(number="4.3"))


def test_a_clause_on_which_a_term_rests_stays(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    clause = version_of(made).clauses.get(number="3.1")
    with pytest.raises(Refused, match="T1"):
        commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    commands.remove_term(actor=made.author, agreement_id=made.pk, term_id=version_of(made).terms.get().pk)
    commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    assert not Clause.objects.filter(pk=clause.pk).exists()
    assert Clause.history.filter(id=clause.pk, history_type="-", history_user=made.author).exists()


def test_a_party_that_gives_or_receives_under_a_term_stays(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused, match="T1"):
        commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[])
    third = make.agency("Third")
    commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk, third.pk])
    commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk])
    assert [party.name for party in version_of(made).parties.all()] == ["Cedar Court", "Cedar Police"]


def test_a_term_is_between_parties_and_says_something(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    third = make.agency("Third")
    for wrong in ({"recipient": third}, {"recipient": pair.court}, {"record_set": make.record_set(third)}):
        with pytest.raises(ValidationError):
            make.add_term(made, wrong.get("record_set", pair.cases), wrong.get("recipient", pair.police))  # type: ignore[arg-type]
    for empty in ("actions", "purposes", "data_categories", "participant_roles"):
        with pytest.raises(ValidationError):
            make.add_term(made, pair.cases, pair.police, **{empty: []})


def test_no_term_opens_confidential_informants(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    with pytest.raises(ValidationError, match="No agreement opens confidential informants"):
        make.add_term(made, pair.cases, pair.police, participant_roles=["defendant", "informant"])


def test_the_same_term_twice_is_refused_and_another_gets_the_next_code(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused) as why:
        make.add_term(made, pair.cases, pair.police)
    assert why.value.code == "same_term"
    assert make.add_term(made, pair.cases, pair.police, actions=["view"]).code == "T2"


def test_whoever_is_no_drafter_of_the_lead_agency_changes_nothing(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    version = version_of(made)
    calls: dict[str, dict[str, Any]] = {
        "edit_version": {"title": "X", "purpose": "Y", "effective_on": localdate(), "ends_on": None},
        "set_parties": {"agency_ids": [pair.police.pk]},
        "save_clause": clause_values(),
        "remove_clause": {"clause_id": version.clauses.all()[0].pk},
        "remove_term": {"term_id": version.terms.get().pk},
        "submit": {},
        "take_back": {"reason": "No"},
        "withdraw": {"reason": "No"},
    }
    for person in (drafter(pair.police), make.person(pair.court).person, make.portal_administrator(), make.auditor()):
        for name, values in calls.items():
            with pytest.raises(PermissionDenied):
                getattr(commands, name)(actor=person, agreement_id=made.pk, **values)


# --- Submitting -----------------------------------------------------------------------------------------------------


def missing(agreement: Agreement) -> str:
    with pytest.raises(Refused) as why:
        commands.submit(actor=agreement.author, agreement_id=agreement.pk)
    assert why.value.code == "incomplete"
    return str(why.value)


def test_submitting_freezes_the_text_and_tells_board_and_parties(pair: Pair) -> None:
    officer = make.person(pair.police, roles=(Role.PRIVACY_OFFICER,)).person
    made = make.submitted(pair.court, pair.police, pair.cases)
    version = version_of(made)
    assert (made.status, version.sha256) == (S.IN_REVIEW, fingerprint.sha256(version))
    assert version.frozen_at is not None
    event = Event.objects.get(subject_id=made.pk, kind="agreement.submitted")
    told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
    members = set(make.the_board().seats.values_list("holder", flat=True))
    assert members | {officer.pk} <= told
    assert made.author_id not in told


def test_what_is_missing_is_named(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = version_of(made).clauses.get(topic="screening")
    commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    said = missing(made)
    assert "a clause on screening (CJIS Security Policy 5.1.1.3)" in said
    assert "at least two parties" in said
    assert "a term" in said


@pytest.mark.parametrize("topic", REQUIRED_TOPICS)
def test_each_of_the_eleven_topics_is_needed(pair: Pair, topic: str) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    for clause in version_of(made).clauses.filter(topic=topic):
        commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    assert "a clause on " in missing(made)


def test_an_end_that_has_passed_a_closed_set_and_a_missing_board_are_named(pair: Pair) -> None:
    past = make.draft(pair.court, pair.police, pair.cases, effective_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    assert "an end that is still to come" in missing(past)
    abroad = make.agency(kind="court", state="NV")
    make.board(states=["NV"], responsible_for=["user_agreement"])
    assert "ask a portal administrator" not in missing(start(drafter(abroad), abroad))
    board = make.the_board()
    make.amended(board, states=["CA"])
    assert "ask a portal administrator for a board" in missing(start(drafter(abroad), abroad))


def test_a_submitted_text_is_edited_by_nobody_and_submitted_once(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    for attempt in (
        lambda: commands.save_clause(actor=made.author, agreement_id=made.pk, **clause_values()),
        lambda: commands.submit(actor=made.author, agreement_id=made.pk),
        lambda: make.add_term(made, pair.cases, pair.police, actions=["view"]),
    ):
        with pytest.raises(Refused) as why:
            attempt()
        assert why.value.code in {"frozen", "submitted"}
    assert kinds(made).count("submitted") == 1


def test_names_freeze_with_the_text(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    rename(pair.police, "Cedar City Police")
    submitted = commands.submit(actor=made.author, agreement_id=made.pk)
    version = version_of(submitted)
    assert "Cedar City Police" in fingerprint.exact_text(version)
    rename(pair.police, "Police of Cedar")
    assert version.sha256 == fingerprint.sha256(version_of(submitted))
    assert make.signed_by_all(make.carry(make.ballot(make.the_board(), submitted))).status == S.IN_FORCE


def rename(agency: Agency, name: str) -> None:
    agencies.correct_agency(actor=make.portal_administrator(), agency_id=agency.pk, reason="Renamed", name=name)


# --- Taking back, withdrawing ---------------------------------------------------------------------------------------


def test_taking_back_keeps_the_submitted_text_and_starts_the_next_version(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=400))
    old = version_of(made)
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="A typing mistake")
    new = version_of(made)
    assert (new.number, new.frozen_at, new.ends_on) == (2, None, old.ends_on)
    old_text = fingerprint.exact_text(old).replace('"version":1', '"version":2')
    assert fingerprint.exact_text(new) == old_text
    assert AgreementVersion.objects.get(pk=old.pk).sha256 == old.sha256
    again = commands.submit(actor=made.author, agreement_id=made.pk)
    assert version_of(again).sha256 != old.sha256


def test_it_can_be_taken_back_only_before_the_board_took_it_up_and_with_a_reason(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    with pytest.raises(ValidationError):
        commands.take_back(actor=made.author, agreement_id=made.pk, reason=" ")
    make.motion(make.the_board(), made)
    with pytest.raises(Refused) as why:
        commands.take_back(actor=made.author, agreement_id=made.pk, reason="Too late")
    assert why.value.code == "not_in_review"


def test_withdrawing_needs_a_reason_and_ends_it(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    with pytest.raises(ValidationError):
        commands.withdraw(actor=made.author, agreement_id=made.pk, reason="")
    gone = commands.withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    assert gone.status == S.WITHDRAWN
    with pytest.raises(Refused):
        commands.withdraw(actor=made.author, agreement_id=made.pk, reason="Again")


def test_what_is_in_force_is_not_withdrawn(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused) as why:
        commands.withdraw(actor=made.author, agreement_id=made.pk, reason="Regret")
    assert why.value.code == "too_late"


def test_of_a_draft_that_is_withdrawn_nobody_else_learns(pair: Pair) -> None:
    make.person(pair.police, roles=(Role.SIGNATORY,))
    made = make.draft(pair.court, pair.police, pair.cases)
    commands.withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    told = Notice.objects.filter(event__subject_id=made.pk).values_list("recipient__memberships__agency", flat=True)
    assert set(told) <= {pair.court.pk}


def test_parties_that_knew_of_it_are_told_when_it_is_taken_back(pair: Pair) -> None:
    signatory = make.person(pair.police, roles=(Role.SIGNATORY,)).person
    made = make.submitted(pair.court, pair.police, pair.cases)
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="A typing mistake")
    event = Event.objects.get(subject_id=made.pk, kind="agreement.taken_back")
    told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
    assert {signatory.pk, *make.the_board().seats.values_list("holder", flat=True)} <= told


def test_a_clause_has_an_upper_length_in_the_form_the_command_and_the_database(pair: Pair) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases)
    make.reworded(draft, "x" * LONGEST_TEXT)
    with pytest.raises(ValidationError) as wrong:
        make.reworded(draft, "x" * (LONGEST_TEXT + 1), number="9.8")
    assert "text" in wrong.value.message_dict
    form = ClauseForm({"number": "9.8", "heading": "Costs", "topic": "other", "text": "x" * (LONGEST_TEXT + 1)})
    assert "at most 20000 characters" in str(form.errors["text"])
    clause = Clause.objects.get(version__agreement=draft, number="9.9")
    clause.text += "x"
    with pytest.raises(IntegrityError, match="clause_text_length"), transaction.atomic():
        clause.save()
