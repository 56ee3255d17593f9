"""From answers to a score: who writes, who reviews, who reads what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.models import Agency, Role, User
from agencies.readiness import commands, policy, state
from agencies.readiness.commands import Given
from agencies.readiness.models import Answer, Assessment, Evidence
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.files import path_of
from portal.kernel.policy import allows
from tests import make
from tests.agencies.test_views import downloaded
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"readiness:{name}", args=args)


def second(court: Agency) -> User:
    return make.someone(court, Role.PRIVACY_OFFICER)


def test_a_draft_is_answered_and_given_to_review_when_it_is_whole(court: Agency, planner: User) -> None:
    draft = make.readiness(court)
    with pytest.raises(Refused, match="not complete"):
        commands.submit(actor=planner, assessment_id=draft.pk)
    for wrong in (Given(5, "high"), Given(2, "certain")):
        with pytest.raises(ValidationError, match=r"Question 4\.1"):
            commands.answer(actor=planner, assessment_id=draft.pk, answers={"authority": wrong})
    with pytest.raises(PermissionDenied):
        commands.answer(actor=second(court), assessment_id=draft.pk, answers={"authority": Given(2, "low")})
    commands.answer(actor=planner, assessment_id=draft.pk, answers={"authority": Given(2, "low")})
    with pytest.raises(Refused, match="Somebody else answered"):
        commands.answer(actor=planner, assessment_id=draft.pk, answers={"authority": Given(3, "low")})
    make.answered(draft)
    assert commands.submit(actor=planner, assessment_id=draft.pk).status == "in_review"
    with pytest.raises(Refused, match="in review"):
        make.answered(draft)
    with pytest.raises(Refused, match="Go on with it"):
        make.readiness(court)


def test_high_confidence_needs_evidence(court: Agency, planner: User) -> None:
    draft = make.answered(make.readiness(court))
    read_before = state.of(draft).answers["authority"].pk
    commands.answer(
        actor=planner, assessment_id=draft.pk, answers={"authority": Given(4, "high", "Charter", read_before)}
    )
    assert state.of(draft).missing == ["Add evidence to question 4.1, or lower the confidence: it is high."]
    with pytest.raises(ValidationError, match="one of both"):
        commands.add_evidence(actor=planner, assessment_id=draft.pk, question="authority", title="Charter")
    with pytest.raises(ValidationError):
        commands.add_evidence(
            actor=planner, assessment_id=draft.pk, question="authority", title="Charter", link="javascript:alert(1)"
        )
    commands.add_evidence(
        actor=planner, assessment_id=draft.pk, question="authority", title="Charter", link="https://law.example"
    )
    assert state.of(draft).missing == []


def test_a_second_person_reviews_and_the_scores_stand(court: Agency, planner: User) -> None:
    officer = second(court)
    given = make.given_to_review(court, {"authority": 1})
    with pytest.raises(Refused, match="Somebody else of the agency reviews"):
        commands.accept(actor=planner, assessment_id=given.pk)
    with pytest.raises(PermissionDenied):
        commands.accept(actor=make.person(make.agency()).person, assessment_id=given.pk)
    with pytest.raises(ValidationError, match="what is to change"):
        commands.send_back(actor=officer, assessment_id=given.pk, remark=" ")
    commands.send_back(actor=officer, assessment_id=given.pk, remark="Say more of 4.1.")
    commands.submit(actor=planner, assessment_id=given.pk)
    done = commands.accept(actor=officer, assessment_id=given.pk)
    assert (done.status, done.score, done.mean) == ("reviewed", Decimal("1.00"), Decimal("2.88"))
    governance = done.scores.get(dimension="governance")
    assert (governance.value, governance.mean) == (Decimal("1.00"), Decimal("2.33"))
    assert done.scores.count() == 16


def test_where_only_clerks_are_left_one_of_them_reviews(court: Agency, planner: User) -> None:
    clerk = make.someone(court, Role.CLERK)
    given = make.given_to_review(court)
    assert allows(policy.may_review, clerk, given)
    second(court)
    assert not allows(policy.may_review, clerk, given)


def test_the_next_version_takes_over_answers_and_evidence_to_be_confirmed(court: Agency, planner: User) -> None:
    second(court)
    draft = make.answered(make.readiness(court))
    commands.add_evidence(
        actor=planner, assessment_id=draft.pk, question="access", title="Audit", link="https://a.example"
    )
    commands.submit(actor=planner, assessment_id=draft.pk)
    commands.accept(actor=second(court), assessment_id=draft.pk)
    following = make.readiness(court)
    now = state.of(following)
    assert (following.number, now.answered, len(now.answers)) == (2, 0, 50)
    assert [each.title for each in now.evidence["access"]] == ["Audit"]
    assert not policy.writers(following).exists(), "what is taken over was not written here"
    assert now.missing[0].startswith("Answer 50 questions of dimensions 1, 2, 3,")
    make.answered(following)
    assert state.of(following).missing == []


def test_the_database_keeps_reviewed_versions_answers_and_second_persons(court: Agency, planner: User) -> None:
    officer = second(court)
    given = make.given_to_review(court)
    answer = "INSERT INTO readiness_answer (id, assessment_id, question, level, confidence, note, by_id, taken_over) "
    answer += f"SELECT gen_random_uuid(), '{given.pk}', 'access', 4, 'low', '', '{planner.pk}', false"
    accepted = "UPDATE readiness_assessment SET status = 'reviewed', reviewed_at = now(), score = 4, mean = 4, "
    for sql, match in (
        (answer, "belong to a draft"),
        ("UPDATE readiness_answer SET level = 4", "permission denied"),
        ("DELETE FROM readiness_assessment", "permission denied"),
        ("DELETE FROM readiness_historicalassessment", "permission denied"),
        (f"{accepted} submitted_by_id = '{officer.pk}', reviewed_by_id = '{planner.pk}'", "wrote a part"),
        (f"{accepted} reviewed_by_id = submitted_by_id", "wrote a part|readiness_reviewed"),
    ):
        _refuses(sql, match)
    commands.accept(actor=officer, assessment_id=given.pk)
    for sql, match in (
        (answer, "belong to a draft"),
        ("UPDATE readiness_assessment SET score = 4", "is final"),
        ("UPDATE readiness_dimensionscore SET value = 4", "permission denied"),
        (
            "INSERT INTO readiness_dimensionscore (id, assessment_id, dimension, mean, value) "
            f"VALUES (gen_random_uuid(), '{given.pk}', 'x', 4, 4)",
            "scores to a review",
        ),
    ):
        _refuses(sql, match)


def _refuses(sql: str, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- Who reads what -------------------------------------------------------------------------------------------------


def test_partners_see_scores_and_those_whom_the_agency_chose_read_answers(
    court: Agency, police: Agency, planner: User
) -> None:
    officer, clerk = second(court), client_of(make.someone(police, Role.CLERK))
    other = client_of(make.person(make.agency("Tolland Sheriff")).person)
    given = make.given_to_review(court)
    for name, thing in (("agency", court.pk), ("detail", given.pk), ("plan", court.pk), ("answers_csv", given.pk)):
        assert clerk.get(at(name, thing)).status_code == 404
    assert "Cedar Court" not in read(clerk.get(at("partners")))
    with pytest.raises(Refused, match="once it is reviewed"):
        commands.show_answers(actor=planner, assessment_id=given.pk, agency_ids=[police.pk])
    done = commands.accept(actor=officer, assessment_id=given.pk)
    assert "Cedar Court" in read(clerk.get(at("partners")))
    profile = read(clerk.get(at("agency", court.pk)))
    assert "Kept to the agency" in profile
    assert "4. Governance" in profile
    assert clerk.get(at("detail", done.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        commands.show_answers(actor=officer, assessment_id=done.pk, agency_ids=[police.pk])
    commands.show_answers(actor=planner, assessment_id=done.pk, agency_ids=[police.pk])
    assert "Is there a body that decides" in read(clerk.get(at("detail", done.pk)))
    assert "Is there a body that decides" in downloaded(clerk, at("answers_csv", done.pk))
    assert other.get(at("detail", done.pk)).status_code == 404
    commands.show_answers(actor=planner, assessment_id=done.pk, agency_ids=[])
    assert clerk.get(at("detail", done.pk)).status_code == 404
    shown = Event.objects.filter(kind="readiness.shown").order_by("sequence")
    assert [each.detail["shown_to"] for each in shown] == [[str(police.pk)], []]


def test_a_permission_on_a_draft_opens_nothing(court: Agency, police: Agency, planner: User) -> None:
    from guardian.shortcuts import assign_perm  # noqa: PLC0415

    draft = make.readiness(court)
    police.refresh_from_db()
    assign_perm("view_assessment", police.group, draft)
    clerk = make.person(police)
    assert not Assessment.objects.visible_to(clerk.person, clerk).exists()


def test_auditors_read_and_who_has_no_agency_sees_nothing(court: Agency) -> None:
    draft = make.readiness(court)
    auditor = client_of(make.auditor(court))
    assert auditor.get(at("detail", draft.pk)).status_code == 200
    elsewhere = client_of(make.auditor(make.agency()))
    assert elsewhere.get(at("detail", draft.pk)).status_code == 404
    keeper = client_of(make.portal_administrator())
    assert [keeper.get(at(*address)).status_code for address in (("partners",), ("partners_csv",))] == [404, 404]


def test_files_of_evidence_are_told_by_content_kept_privately_and_logged(
    court: Agency, police: Agency, planner: User
) -> None:
    draft, writer = make.readiness(court), client_of(planner)
    page = at("evidence", draft.pk, "authority")
    image = SimpleUploadedFile("charter.pdf", b"\x89PNG\r\n\x1a\n\x00\x00")
    assert "By its content this file is no PDF" in read(writer.post(page, {"title": "Charter", "file": image}))
    assert "one of both" in read(writer.post(page, {"title": "Charter"}))
    file = SimpleUploadedFile("charter.txt", b"The board decides.")
    assert writer.post(page, {"title": "Charter", "file": file}).status_code == 302
    made = Evidence.objects.get()
    assert made.file is not None
    answer: Any = writer.get(at("download", made.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"The board decides."
    assert Event.objects.filter(kind="readiness.evidence_downloaded").count() == 1
    stranger = client_of(make.someone(police, Role.CLERK))
    assert stranger.get(at("download", made.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        commands.remove_evidence(actor=second(court), evidence_id=made.pk)
    assert path_of("readiness", made.file).exists()


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_a_dimension_is_answered_on_its_page_in_parts(court: Agency, planner: User) -> None:
    draft, writer = make.readiness(court), client_of(planner)
    page = at("questions", draft.pk, "governance")
    missing = writer.post(page, {"authority-level": "2", "authority-confidence": ""})
    assert "Question 4.1: say how sure you are." in read(missing)
    assert not Answer.objects.exists()
    done = writer.post(page, {"authority-level": "2", "authority-confidence": "low"})
    assert done["Location"] == page, "two questions of it are left"
    assert writer.get(at("questions", draft.pk, "nothing")).status_code == 404
    assert "Governance" in read(writer.get(page))


def test_progress_over_versions_has_its_table(court: Agency, planner: User) -> None:
    second(court)
    make.assessed_readiness(court, {"authority": 0})
    make.assessed_readiness(court)
    page = read(client_of(planner).get(at("agency", court.pk)))
    assert "Whole score over 2 versions" in page
    for words in ("Version 1", "Version 2", "0.00", "3.00"):
        assert words in page
