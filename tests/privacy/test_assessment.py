"""The impact assessment: answered, with risks and what is done about them, before a policy is adopted; final after."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from privacy import commands as privacy
from privacy.assessment import commands, matrix, questionnaire, state
from privacy.assessment.commands import Given
from privacy.assessment.levels import HIGH, Level, level_of
from privacy.assessment.models import Answer, Assessment, Risk
from privacy.development import commands as development
from privacy.development import progress
from privacy.development.fingerprint import version_sha256
from privacy.models import PolicyVersion
from tests import kept, make
from tests.sharing_agreements.test_views import client_of, read

from .test_races import at_once

pytestmark = pytest.mark.django_db

DONE = {
    "mitigation": "Entries are cleared first.",
    "residual_likelihood": 1,
    "residual_impact": 5,
    "owner": "Custodian",
}
"""What brings a risk of 4 times 5 below the line."""


@kept.fixture
def assessed(draft: PolicyVersion, officer: User) -> PolicyVersion:
    return make.assessed(draft, by=officer)


def head_of(court: Agency) -> User:
    head = make.administrator_of(court)
    assert head is not None
    return head


def high(version: PolicyVersion, by: User, **values: Any) -> Risk:
    said = {"likelihood": 4, "impact": 5, "title": "An entry names a witness", "harmed": ["witnesses"], **values}
    return make.risk(version, by=by, **said)


def change(risk: Risk, by: User, **values: Any) -> Risk:
    return commands.save_risk(actor=by, version_id=risk.version_id, risk_id=risk.pk, **values)


def adopt(version: PolicyVersion, by: User) -> None:
    development.adopt(actor=by, version_id=version.pk, sha256=version_sha256(version))


def at(name: str, thing: Any) -> str:
    return reverse(f"privacy:assessment:{name}", args=[thing.pk])


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


STAYS = "assessment_stays_with_its_version"
PUBLISH = "UPDATE privacy_policyversion SET status = 'published', published_at = now() WHERE id = %s"


# --- Questions ------------------------------------------------------------------------------------------------------


def test_the_first_questionnaire_stays_as_it_was_released() -> None:
    text = (questionnaire.HERE / "1.toml").read_bytes()
    assert sha256(text).hexdigest() == "fd2cca29666bf502635cade56bc99b607b260dbd55598f583ae32f4c9409fd26"
    asked = questionnaire.questions(1)
    assert (len(asked), len(questionnaire.groups(1))) == (24, 10)
    assert [each.number for each in asked.values()][:5] == ["1.1", "1.2", "1.3", "1.4", "2.1"]


def test_questions_are_answered_in_parts_and_the_newest_answer_counts(draft: PolicyVersion, officer: User) -> None:
    made = commands.answer(actor=officer, version_id=draft.pk, answers={"people": Given("Everybody in a case.")})
    second = {"people": Given("And their families.", read=made[0].pk), "necessary": Given("By its list.", "yes")}
    commands.answer(actor=officer, version_id=draft.pk, answers=second)
    now = state.of(draft)
    assert (now.answered, now.answers["people"].text) == (2, "And their families.")
    assert Answer.objects.count() == 3, "what was said before stays"
    event = Event.objects.filter(kind="policy.assessment_answered").latest("sequence")
    assert (event.actor, event.detail) == (officer, {"version": 1, "answers": 2})


@pytest.mark.parametrize(
    ("key", "given", "why"),
    [
        ("people", Given(" "), r"Question 1\.2: write the answer in words"),
        ("people", Given("All.", "yes"), r"Question 1\.2: choose"),
        ("necessary", Given("All."), r"Question 1\.3: choose yes, no or not applicable"),
        ("necessary", Given("", "no"), r"Question 1\.3: write the answer"),
    ],
)
def test_an_answer_says_something(draft: PolicyVersion, officer: User, key: str, given: Given, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        commands.answer(actor=officer, version_id=draft.pk, answers={"sources": Given("Filings."), key: given})
    assert not Answer.objects.exists(), "nothing of it is half-written"
    assert not Assessment.objects.exists()


def test_an_answer_that_somebody_else_gave_meanwhile_is_not_written_over(draft: PolicyVersion, officer: User) -> None:
    commands.answer(actor=officer, version_id=draft.pk, answers={"people": Given("Everybody.")})
    with pytest.raises(Refused, match=r"Somebody else answered question 1\.2 meanwhile"):
        commands.answer(actor=officer, version_id=draft.pk, answers={"people": Given("Nobody.")})
    with pytest.raises(Refused, match="no such question"):
        commands.answer(actor=officer, version_id=draft.pk, answers={"color": Given("Blue.")})
    with pytest.raises(ValidationError, match="at least one"):
        commands.answer(actor=officer, version_id=draft.pk, answers={})


# --- Risks ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_undone_is_high_unless_it_is_remote() -> None:
    assert [level_of(likelihood * 5) for likelihood in (1, 2)] == [Level.MODERATE, Level.HIGH]
    assert [level_of(score) for score in (4, 9, HIGH)] == [Level.LOW, Level.MODERATE, Level.HIGH]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"residual_likelihood": None}, "residual_likelihood"),
        ({"residual_impact": None}, "residual_impact"),
        ({"residual_likelihood": 5}, "residual_likelihood"),
        ({"mitigation": " "}, "mitigation"),
        ({"harmed": []}, "harmed"),
        ({"likelihood": 6}, "likelihood"),
    ],
)
def test_a_risk_says_what_is_left_of_it(draft: PolicyVersion, officer: User, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as no:
        high(draft, officer, **{**DONE, **wrong})
    assert field in no.value.message_dict
    assert not Risk.objects.exists()


def test_a_provision_or_rule_that_mitigates_a_risk_stays(draft: PolicyVersion, officer: User) -> None:
    provision, rule = draft.provisions.get(number="15.2"), draft.rules.get(code="R7")
    risk = make.risk(draft, by=officer, provision=provision, rule=rule)
    with pytest.raises(Refused, match=r"Provision 15\.2 is named as what mitigates risk 1"):
        privacy.remove_provision(actor=officer, provision_id=provision.pk)
    with pytest.raises(Refused, match="Rule R7 is named as what mitigates risk 1"):
        privacy.remove_rule(actor=officer, rule_id=rule.pk)
    change(risk, officer, provision=None, rule=None)
    privacy.remove_provision(actor=officer, provision_id=provision.pk)
    with pytest.raises(Refused, match="was removed while you were here"):
        change(risk, officer, rule=make.policy_draft(make.agency()).rules.get(code="R1"))


# --- What it holds up -----------------------------------------------------------------------------------------------


def test_nothing_is_given_to_review_before_it_is_assessed(draft: PolicyVersion, officer: User) -> None:
    def ask() -> None:
        development.ask_review(actor=officer, version_id=draft.pk)

    with pytest.raises(Refused, match="make the impact assessment"):
        ask()
    commands.answer(actor=officer, version_id=draft.pk, answers={"information": Given("Cases.")})
    with pytest.raises(Refused, match=r"answer questions 1\.2, .*10\.2 of the impact assessment. enter at least one"):
        ask()
    risk = high(draft, officer)
    make.assessed(draft, by=officer)
    with pytest.raises(
        Refused, match=r"mitigate risk 1, “An entry names a witness”: it is high \(20\) and needs a mitigation and some"
    ):
        ask()
    change(risk, officer, **{**DONE, "residual_likelihood": 2})
    with pytest.raises(Refused, match=r"needs a mitigation that brings it below 10, from 10\."):
        ask()
    change(risk, officer, **{**DONE, "owner": ""})
    with pytest.raises(Refused, match=r"needs somebody who answers for it\."):
        ask()
    change(risk, officer, **DONE)
    ask()


def test_a_high_risk_holds_up_adoption_and_publication(assessed: PolicyVersion, officer: User, court: Agency) -> None:
    make.reviewed(assessed, by=officer)
    risk = high(assessed, officer)
    with pytest.raises(Refused, match="Before it can be adopted: mitigate risk 2"):
        adopt(assessed, head_of(court))
    change(risk, officer, **DONE)
    adopt(assessed, head_of(court))
    change(risk, officer, owner="")
    with pytest.raises(Refused, match="Before it can be published: mitigate risk 2"):
        privacy.publish(actor=officer, version_id=assessed.pk)


@pytest.mark.parametrize("part", ["answer", "risk", "removed", "shown"])
def test_any_change_of_the_assessment_ends_an_adoption(assessed: PolicyVersion, officer: User, part: str) -> None:
    make.adopted(assessed, by=officer)
    assert progress.adoption_of(assessed) is not None
    risk = assessed.risks.get()
    before = state.of(assessed).answers["people"]
    changes: dict[str, Callable[[], object]] = {
        "answer": lambda: commands.answer(
            actor=officer, version_id=assessed.pk, answers={"people": Given("Others.", read=before.pk)}
        ),
        "risk": lambda: change(risk, officer, title="Something else"),
        "removed": lambda: commands.remove_risk(actor=officer, version_id=assessed.pk, risk_id=risk.pk),
        "shown": lambda: commands.show_risks(actor=officer, version_id=assessed.pk, is_public=True),
    }
    changes[part]()
    assert progress.adoption_of(assessed) is None
    with pytest.raises(Refused, match=r"before its last change|at least one risk"):
        privacy.publish(actor=officer, version_id=assessed.pk)
    if part != "removed":
        development.ask_review(actor=officer, version_id=assessed.pk)  # something changed, so it can be asked again


def test_who_assessed_it_does_not_adopt_it(court: Agency, draft: PolicyVersion, officer: User) -> None:
    both = make.person(court, roles=(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)).person
    make.risk(draft, by=officer)
    commands.answer(actor=both, version_id=draft.pk, answers={"people": Given("Everybody.")})
    make.reviewed(draft, by=officer)
    with pytest.raises(Refused, match="You wrote a part of this version"):
        adopt(draft, both)


def test_only_the_privacy_officer_assesses(assessed: PolicyVersion, court: Agency) -> None:
    risk = assessed.risks.get()
    stranger = make.privacy_officer(make.agency())
    for by in (head_of(court), make.someone(court, Role.COUNSEL), make.someone(court, Role.CLERK), stranger):
        with pytest.raises(PermissionDenied):
            commands.answer(actor=by, version_id=assessed.pk, answers={"people": Given("All.")})
        with pytest.raises(PermissionDenied):
            make.risk(assessed, by=by)
        with pytest.raises(PermissionDenied):
            change(risk, by, title="Other")
        with pytest.raises(PermissionDenied):
            commands.remove_risk(actor=by, version_id=assessed.pk, risk_id=risk.pk)
        with pytest.raises(PermissionDenied):
            commands.show_risks(actor=by, version_id=assessed.pk, is_public=True)


# --- Final, and taken over ------------------------------------------------------------------------------------------


def test_it_is_final_with_the_version(assessed: PolicyVersion, officer: User) -> None:
    make.published(assessed, by=officer)
    risk, before = assessed.risks.get(), state.of(assessed).answers["people"]
    for work in (
        lambda: commands.answer(
            actor=officer, version_id=assessed.pk, answers={"people": Given("Others.", read=before.pk)}
        ),
        lambda: make.risk(assessed, by=officer),
        lambda: change(risk, officer, title="Other"),
        lambda: commands.remove_risk(actor=officer, version_id=assessed.pk, risk_id=risk.pk),
        lambda: commands.show_risks(actor=officer, version_id=assessed.pk, is_public=True),
    ):
        with pytest.raises(Refused, match="text is final"):
            work()


def test_the_next_version_takes_it_over_to_be_looked_through_again(
    draft: PolicyVersion, officer: User, court: Agency
) -> None:
    high(draft, officer, provision=draft.provisions.get(number="10.5"), rule=draft.rules.get(code="R7"), **DONE)
    commands.show_risks(actor=officer, version_id=draft.pk, is_public=True)
    make.published(draft, by=officer)
    second = make.person(court, roles=(Role.PRIVACY_OFFICER,)).person
    following = privacy.start_new_version(actor=second, policy_id=draft.policy_id)
    now, old = state.of(following), state.of(draft)
    assert now.assessment is not None
    assert (now.answered, len(now.to_confirm), now.assessment.is_public) == (0, 24, False)
    assert {(each.by, each.at) for each in now.answers.values()} == {
        (each.by, each.at) for each in old.answers.values()
    }
    risk = now.risks[0]
    assert (risk.provision.number, risk.rule.code, risk.taken_over) == ("10.5", "R7", True)  # type: ignore[union-attr]
    assert {risk.provision.version_id, risk.rule.version_id} == {following.pk}  # type: ignore[union-attr]
    with pytest.raises(Refused, match=r"confirm what is taken over .* questions 1\.1, .* look through risk 1 of"):
        development.ask_review(actor=second, version_id=following.pk)
    people = now.answers["people"]
    same = {"people": Given(people.text, people.choice, people.pk)}
    commands.answer(actor=second, version_id=following.pk, answers=same)
    change(risk, second)
    now = state.of(following)
    assert (now.answered, now.answers["people"].by, now.risks[0].taken_over) == (1, second, False)
    make.published(following, by=second)
    assert state.of(draft).answers.keys() == old.answers.keys()


def test_a_version_from_before_there_were_assessments_stays_as_it_is(officer: User, draft: PolicyVersion) -> None:
    make.published(draft, by=officer)
    with connection.cursor() as cursor:  # as an upgrade finds it
        cursor.execute("RESET ROLE")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE assessment_assessment DISABLE TRIGGER {STAYS}")
        for table in ("risk", "answer", "assessment"):
            cursor.execute(f"ALTER TABLE assessment_{table} DISABLE TRIGGER {table}_final")
            cursor.execute(f"DELETE FROM assessment_{table}")
        cursor.execute("SET ROLE portal_runtime")
    draft.refresh_from_db()
    assert progress.adoption_of(draft) is not None
    assert "published before policies were assessed" in read(client_of(officer).get(at("detail", draft)))
    following = privacy.start_new_version(actor=officer, policy_id=draft.policy_id)
    assert state.of(following).assessment is None
    make.published(following, by=officer)


def test_a_discarded_draft_takes_its_assessment_along(assessed: PolicyVersion, officer: User) -> None:
    make.risk(assessed, by=officer, provision=assessed.provisions.get(number="15.2"))
    privacy.discard_draft(actor=officer, version_id=assessed.pk)
    assert [model.objects.count() for model in (Risk, Answer, Assessment)] == [0, 0, 0]
    assert Risk.history.filter(history_type="-").count() == 2


# --- The database ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("INSERT", "a high risk that is not mitigated"),
        ("UPDATE assessment_risk SET taken_over = true", "whose risks were looked through"),
        ("DELETE FROM assessment_risk", "whose risks were looked through"),
        ("DELETE FROM assessment_answer WHERE question = 'people'", "answered whole"),
        ("LOSE", "answered whole"),
    ],
)
def test_the_database_publishes_nothing_past_it(assessed: PolicyVersion, officer: User, spoilt: str, why: str) -> None:
    make.adopted(assessed, by=officer)
    if spoilt == "INSERT":
        high(assessed, officer)
    elif spoilt == "LOSE":
        for sql in (
            "RESET ROLE",
            f"ALTER TABLE assessment_assessment DISABLE TRIGGER {STAYS}",
            "SET ROLE portal_runtime",
        ):
            run(sql)
        run("DELETE FROM assessment_assessment")
    else:
        run(spoilt)
    with pytest.raises(DatabaseError, match=why):
        run(PUBLISH, assessed.pk)


@pytest.mark.parametrize("short", [{"owner": ""}, {"residual_likelihood": 2}])
def test_the_database_asks_for_an_owner_and_for_what_is_left(
    assessed: PolicyVersion, officer: User, short: dict[str, Any]
) -> None:
    risk = high(assessed, officer, **DONE)
    make.adopted(assessed, by=officer)
    change(risk, officer, **short)
    with pytest.raises(DatabaseError, match="not mitigated"):
        run(PUBLISH, assessed.pk)


@pytest.mark.parametrize(("likelihood", "impact"), [(2, 5), (3, 3)])
def test_the_database_draws_the_line_where_the_code_does(
    assessed: PolicyVersion, officer: User, likelihood: int, impact: int
) -> None:
    make.adopted(assessed, by=officer)
    risk = high(assessed, officer, likelihood=likelihood, impact=impact)
    if risk.lacks:
        with pytest.raises(DatabaseError, match="not mitigated"):
            run(PUBLISH, assessed.pk)
    else:
        run(PUBLISH, assessed.pk)
    assert (risk.score, bool(risk.lacks)) in {(HIGH, True), (HIGH - 1, False)}


def test_the_database_takes_the_newest_answer(assessed: PolicyVersion, officer: User) -> None:
    make.adopted(assessed, by=officer)
    Answer(version=assessed, question="people", text="From before.", by=officer, taken_over=True).save()
    with pytest.raises(DatabaseError, match="answered whole"):
        run(PUBLISH, assessed.pk)


def test_the_database_keeps_it(assessed: PolicyVersion, officer: User) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        run("UPDATE assessment_answer SET text = 'x'")
    with pytest.raises(DatabaseError, match="keeps its version and its questions"):
        run("UPDATE assessment_assessment SET questions = '{people}'")
    with pytest.raises(DatabaseError, match="goes with its draft"):
        run("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM assessment_assessment")
    with pytest.raises(DatabaseError, match="risk_mitigation_helps"):
        run("UPDATE assessment_risk SET mitigation = 'x'")
    with pytest.raises(DatabaseError, match="risk_mitigation_helps"):
        run("UPDATE assessment_risk SET mitigation = 'x', residual_likelihood = 5, residual_impact = 1")
    make.published(assessed, by=officer)
    for sql in (
        "DELETE FROM assessment_answer",
        "DELETE FROM assessment_risk",
        "DELETE FROM assessment_assessment",
        "UPDATE assessment_risk SET title = 'x'",
        "UPDATE assessment_assessment SET is_public = true",
    ):
        with pytest.raises(DatabaseError, match="published policy version cannot change"):
            run(sql)
    with pytest.raises(DatabaseError, match="published policy version cannot change"), transaction.atomic():
        Answer(version=assessed, question="people", text="Later.", by=officer).save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_a_high_risk_beside_an_adoption_stops_it_or_ends_it() -> None:
    court = make.agency()
    officer, head = make.privacy_officer(court), make.someone(court, Role.ADMINISTRATOR)
    draft = make.reviewed(make.policy_draft(court, actor=officer), by=officer)
    now = version_sha256(PolicyVersion.objects.get(pk=draft.pk))
    codes = at_once(
        lambda: high(draft, officer),
        lambda: development.adopt(actor=head, version_id=draft.pk, sha256=now),
    )
    assert codes in ([], ["incomplete"])
    assert (progress.adoption_of(draft), draft.risks.count()) == (None, 2)
    with pytest.raises(Refused, match="mitigate risk 2"):
        privacy.publish(actor=officer, version_id=draft.pk)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_who_reads_it(assessed: PolicyVersion, officer: User, court: Agency) -> None:
    counsel, clerk = make.someone(court, Role.COUNSEL), make.someone(court, Role.CLERK)
    auditors = make.auditor(court), make.auditor()
    others = (clerk, make.privacy_officer(make.agency()), make.auditor(make.agency()), make.portal_administrator())
    asked = (counsel, head_of(court))
    for reader in (*asked, *others):
        assert client_of(reader).get(at("detail", assessed)).status_code == 404
    development.ask_review(actor=officer, version_id=assessed.pk)
    for reader in (officer, *asked, *auditors):
        answer = client_of(reader).get(at("detail", assessed))
        assert answer.status_code == 200
        assert "Somebody is mistaken for another" in read(answer)
    for other in others:
        assert client_of(other).get(at("detail", assessed)).status_code == 404
    for reader in (*asked, *auditors, *others):
        for address in (at("questions", assessed), at("add_risk", assessed), at("edit_risk", assessed.risks.get())):
            assert client_of(reader).get(address).status_code == 404
        assert client_of(reader).post(at("show_risks", assessed)).status_code == 404
    make.published(assessed, by=officer)
    privacy.start_new_version(actor=officer, policy_id=assessed.policy_id)
    for reader in (officer, *asked, *auditors):
        assert "Somebody is mistaken for another" in read(client_of(reader).get(at("detail", assessed)))
    for reader in asked:
        kept = read(client_of(reader).get(reverse("privacy:list")))
        assert at("detail", assessed) in kept
        assert "Start a new version" not in kept
        assert "Version 2" not in kept, "nobody asked for its review"
        assert "Impact assessment" in read(client_of(reader).get(reverse("privacy:version", args=[assessed.pk])))
    for other in others:
        assert client_of(other).get(at("detail", assessed)).status_code == 404
    assert client_of(clerk).get(reverse("privacy:list")).status_code == 403


def test_from_the_first_question_to_the_last_in_the_browser(draft: PolicyVersion, officer: User) -> None:
    mine = client_of(officer)
    assert "0 of 24 questions answered, no risk entered" in read(mine.get(reverse("privacy:version", args=[draft.pk])))
    address = at("questions", draft)
    assert "Answer at least one question" in read(mine.post(address, {}))
    wrong = read(mine.post(address, {"necessary-text": "All of it."}))
    assert "Question 1.3: choose yes, no or not applicable." in wrong
    assert "All of it." in wrong
    done = read(mine.post(address, {"people-text": "Everybody.\r\nReally."}, follow=True))
    assert "1 answer saved. 23 left." in done
    page = mine.get(address)
    data: dict[str, str] = {}
    for form in page.context["forms"]:
        data[form.add_prefix("read")] = str(form.initial.get("read", ""))
        data[form.add_prefix("text")] = str(form.initial.get("text", "Looked into."))
        if form.question.has_choice:
            data[form.add_prefix("choice")] = "no"
    done = read(mine.post(address, data, follow=True))
    assert "23 answers saved. Every question is answered." in done
    assert "Everybody.<br>Really." in done
    risk = {"title": "An entry names a witness", "harmed": ["witnesses"], "likelihood": "4", "impact": "5"}
    assert "Say what is left once the mitigation works" in read(
        mine.post(at("add_risk", draft), {**risk, "mitigation": "x"})
    )
    done = read(mine.post(at("add_risk", draft), risk, follow=True))
    assert "The policy cannot be adopted until it has a mitigation and somebody who answers for it." in done
    rule = draft.rules.get(code="R7")
    more = {key: str(value) for key, value in DONE.items()}
    found = draft.risks.get()
    done = read(mine.post(at("edit_risk", found), {**risk, **more, "rule": str(rule.pk)}, follow=True))
    assert "Nothing of the assessment is missing." in done
    assert "rule R7" in done
    assert "The risk is saved." in done
    mine.post(at("remove_risk", found))
    assert not draft.risks.exists()


def test_a_stale_page_does_not_take_an_answer_back(draft: PolicyVersion, officer: User) -> None:
    mine, address = client_of(officer), at("questions", draft)
    first = commands.answer(actor=officer, version_id=draft.pk, answers={"people": Given("Everybody.")})[0]
    newer = {"people": Given("And their families.", read=first.pk)}
    commands.answer(actor=officer, version_id=draft.pk, answers=newer)
    stale = {"people-text": "Everybody.", "people-read": str(first.pk), "sources-text": "Filings."}
    mine.post(address, stale)
    assert {key: each.text for key, each in state.of(draft).answers.items()} == {
        "people": "And their families.",
        "sources": "Filings.",
    }
    assert "Somebody else answered question 1.2" in read(
        mine.post(address, {**stale, "people-text": "Nobody."}, follow=True)
    )


def test_what_is_taken_over_is_confirmed_on_the_page(assessed: PolicyVersion, officer: User) -> None:
    make.published(assessed, by=officer)
    following = privacy.start_new_version(actor=officer, policy_id=assessed.policy_id)
    mine, address = client_of(officer), at("questions", following)
    page = mine.get(address)
    data = {form.add_prefix(name): str(form.initial[name]) for form in page.context["forms"] for name in form.initial}
    assert "Answer at least one question, or confirm an answer." in read(mine.post(address, data))
    done = read(mine.post(address, {**data, "people-confirm": "on"}, follow=True))
    assert "1 answer saved. 23 left." in done
    shown = read(mine.get(at("detail", following)))
    assert "Taken over from the version before. Look through it" in shown


def test_the_public_sees_risks_only_where_the_agency_chose_so(draft: PolicyVersion, officer: User) -> None:
    high(draft, officer, **DONE)
    commands.show_risks(actor=officer, version_id=draft.pk, is_public=True)
    first = make.published(draft, by=officer)
    public = reverse("public:policy", args=[draft.policy_id])
    client = client_of(officer)
    client.logout()
    shown = read(client.get(public))
    assert "An entry names a witness" in shown
    assert "Entries are cleared first." in shown
    assert "Custodian" not in shown.partition('id="risks"')[2].partition('id="agreements"')[0]
    assert "Looked into." not in shown
    make.published(privacy.start_new_version(actor=officer, policy_id=draft.policy_id), by=officer)
    hidden = read(client.get(public))
    assert "An entry names a witness" not in hidden
    assert "Impact assessment" not in hidden
    assert "An entry names a witness" in read(client.get(reverse("public:policy_version", args=[first.pk])))
    assert client.get(at("detail", draft)).status_code == 302


def test_the_picture_says_what_its_table_says(draft: PolicyVersion, officer: User) -> None:
    for number in range(7):
        make.risk(draft, by=officer, title=f"<b>{number}</b>")
    high(draft, officer, **DONE)
    risks = state.of(draft).risks
    drawn = str(matrix.picture(risks))
    assert "8 risks by likelihood and impact" in drawn
    assert "<b>" not in drawn
    assert "+3" in drawn, "a cell has room for five marks, so four are drawn"
    assert drawn.count("Risk 8: An entry names a witness, before mitigation") == 1
    assert drawn.count("Risk 8: An entry names a witness, with mitigation") == 1
    assert [row[0] for row in matrix.table(risks)["rows"]] == [str(each) for each in risks]


def test_auditors_read_its_history(assessed: PolicyVersion, officer: User, court: Agency) -> None:
    risk = high(assessed, officer)
    change(risk, officer, **DONE)
    before = state.of(assessed).answers["people"]
    commands.answer(actor=officer, version_id=assessed.pk, answers={"people": Given("Families.", read=before.pk)})
    page = reverse("workbench:policy_history", args=[assessed.policy_id])
    auditor = client_of(make.auditor(court))
    shown = read(auditor.get(page))
    for words in (
        "Risk changed: 2. An entry names a witness, version 1",
        "Entries are cleared first.",
        "Families.",
        "Looked into.",
        "About whom",
    ):
        assert words in shown
    commands.remove_risk(actor=officer, version_id=assessed.pk, risk_id=risk.pk)
    assert "Risk removed: 2. An entry names a witness, version 1" in read(auditor.get(page))
    removed = next(each for each in auditor.get(page).context["entries"] if each.kind == "risk removed")
    assert ("Mitigation", "Entries are cleared first.") in {(each.field, each.before) for each in removed.differences}
    assert assessed.policy.title in read(auditor.get(reverse("workbench:history")))
    lines = b"".join(auditor.get(reverse("workbench:policy_history_csv", args=[assessed.policy_id])))
    assert b"Entries are cleared first." in lines
    for other in (officer, make.auditor(make.agency())):
        assert client_of(other).get(page).status_code == 404
