"""From answers to a score that partners see. Each locks the assessment's row first; beginning one, the agency's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Agency, User
from agencies.readiness import due, lifecycle, policy, questionnaire, state
from agencies.readiness.models import (
    FILES,
    Answer,
    Assessment,
    AssessmentGroupObjectPermission,
    Confidence,
    DimensionScore,
    Evidence,
    Reminder,
    newest,
)
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from portal.notices.tell import tell

S = Assessment.Status
MOST_EVIDENCE = 10
"""Pieces of evidence of one question."""


class Given(NamedTuple):
    """An answer, and the one that its writer read before: None where there was none."""

    level: int
    confidence: str
    note: str = ""
    read: UUID | None = None


def _note(kind: str, assessment: Assessment, actor: User | None, **detail: object) -> None:
    agency = assessment.agency_id
    tell(record(kind, assessment, actor=actor, acting_agency_id=agency, version=assessment.number, **detail))


@transaction.atomic(durable=True)
def begin(*, actor: User, agency_id: UUID) -> Assessment:
    """Begin the next version from the answers of the last one, each to be looked through again."""
    Agency.objects.for_update(agency_id)
    policy.may_begin(actor, agency_id)
    before = Assessment.objects.filter(agency=agency_id).order_by("-number").first()
    made = Assessment(
        agency_id=agency_id, number=before.number + 1 if before else 1, questionnaire=questionnaire.NEWEST
    )
    history.save(made, actor=actor, reason="Begun")
    if before is not None:
        _carry(before, made, actor)
    _note("readiness.begun", made, actor)
    return made


def _carry(before: Assessment, made: Assessment, actor: User) -> None:
    old, asked = state.of(before), questionnaire.questions(made.questionnaire)
    Answer.objects.bulk_create(
        Answer(
            assessment=made,
            question=key,
            level=each.level,
            confidence=each.confidence,
            note=each.note,
            by=each.by,
            at=each.at,
            taken_over=True,
        )
        for key, each in old.answers.items()
        if key in asked
    )
    for each in [one for key, several in old.evidence.items() if key in asked for one in several]:
        each.pk, each._state.adding = Evidence._meta.pk.get_default(), True
        each.assessment, each.taken_over = made, True
        history.save(each, actor=actor, reason=f"Copied from version {before.number}")


@transaction.atomic(durable=True)
def answer(*, actor: User, assessment_id: UUID, answers: Mapping[str, Given]) -> list[Answer]:
    """Answer questions by their keys, or confirm what is taken over by giving it again.

    ValidationError where something is missing; Refused where somebody else answered meanwhile.
    """
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_edit(actor, assessment)
    questions = questionnaire.questions(assessment.questionnaire)
    before = newest(assessment.answers.order_by("at", "id"))
    made = []
    for key, given in answers.items():
        if key not in questions:
            raise Refused("The questionnaire has no such question. Open it again.", code="unknown")
        stands = before.get(key)
        if given.read != (stands.pk if stands else None):
            raise Refused(
                f"Somebody else answered question {questions[key].number} meanwhile. Read that answer, then yours.",
                code="changed",
            )
        if not 0 <= given.level <= questionnaire.HIGHEST or given.confidence not in Confidence.values:
            raise ValidationError(f"Question {questions[key].number}: choose a level and how sure you are.")
        said = {"level": given.level, "confidence": given.confidence, "note": given.note.strip()}
        made.append(Answer(assessment=assessment, question=key, by=actor, **said))
    if not made:
        raise ValidationError("Answer at least one question, or confirm an answer.")
    Answer.objects.bulk_create(made)
    _note("readiness.answered", assessment, actor, answers=len(made))
    return made


@transaction.atomic(durable=True)
def add_evidence(
    *, actor: User, assessment_id: UUID, question: str, title: str, link: str = "", stored: Stored | None = None
) -> Evidence:
    """Say what shows that an answer holds: a page of the web or a stored file, one of both."""
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_edit(actor, assessment)
    if question not in questionnaire.questions(assessment.questionnaire):
        raise Refused("The questionnaire has no such question. Open it again.", code="unknown")
    if bool(link) == (stored is not None):
        raise ValidationError("Give a link or a file, one of both.")
    if assessment.evidence.filter(question=question).count() >= MOST_EVIDENCE:
        raise Refused(f"A question has at most {MOST_EVIDENCE} pieces of evidence.", code="many")
    made = Evidence(assessment=assessment, question=question, title=" ".join(title.split()), link=link, added_by=actor)
    if stored is not None:
        made.file, made.file_name, made.file_kind = stored.id, stored.name, stored.kind.code
        made.size, made.sha256 = stored.size, stored.sha256
    made.full_clean()
    history.save(made, actor=actor, reason="Added")
    _note("readiness.evidence_added", assessment, actor, question=question, sha256=made.sha256)
    return made


@transaction.atomic(durable=True)
def remove_evidence(*, actor: User, evidence_id: UUID) -> Assessment:
    """Take evidence off a draft; where an older version has the file too, it stays in the store."""
    gone = Evidence.objects.get(pk=evidence_id)
    assessment = Assessment.objects.for_update(gone.assessment_id)
    policy.may_edit(actor, assessment)
    history.delete(gone, actor=actor, reason="Removed")
    _note("readiness.evidence_removed", assessment, actor, question=gone.question)
    if gone.file is not None:
        transaction.on_commit(partial(_discard_unnamed, gone.file), robust=True)
    return assessment


def _discard_unnamed(file: UUID) -> None:
    if not Evidence.objects.filter(file=file).exists():
        files.discard(FILES, file)


@transaction.atomic(durable=True)
def note_download(*, actor: User, evidence_id: UUID, acting_agency_id: UUID | None) -> Evidence:
    """Write down who was given a file, before it is given."""
    found = Evidence.objects.get(pk=evidence_id)
    Assessment.objects.for_update(found.assessment_id)
    record(
        "readiness.evidence_downloaded",
        found.assessment,
        actor=actor,
        acting_agency_id=acting_agency_id,
        version=found.assessment.number,
        evidence=str(found.pk),
        sha256=found.sha256,
    )
    return found


@transaction.atomic(durable=True)
def submit(*, actor: User, assessment_id: UUID) -> Assessment:
    """Give a complete draft to a second person."""
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_submit(actor, assessment)
    lifecycle.move(assessment, S.IN_REVIEW)
    assessment.submitted_by, assessment.submitted_at = actor, database_now()
    history.save(assessment, actor=actor, reason="Given to review")
    _note("readiness.submitted", assessment, actor)
    return assessment


@transaction.atomic(durable=True)
def send_back(*, actor: User, assessment_id: UUID, remark: str) -> Assessment:
    """Let it be changed: the remark says what."""
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_review(actor, assessment)
    if not remark.strip():
        raise ValidationError({"remark": "Say what is to change."})
    lifecycle.move(assessment, S.DRAFT)
    assessment.remark = remark.strip()
    history.save(assessment, actor=actor, reason="Sent back")
    _note("readiness.sent_back", assessment, actor)
    return assessment


@transaction.atomic(durable=True)
def accept(*, actor: User, assessment_id: UUID, remark: str = "") -> Assessment:
    """Say that the answers hold. They are final, and partners see what each dimension comes to."""
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_review(actor, assessment)
    scores = state.of(assessment).scores
    assert scores is not None  # noqa: S101  (only what is complete is in review)
    DimensionScore.objects.bulk_create(
        DimensionScore(assessment=assessment, dimension=key, mean=each.mean, value=each.value)
        for key, each in scores.dimensions.items()
    )
    lifecycle.move(assessment, S.REVIEWED)
    assessment.reviewed_by, assessment.reviewed_at, assessment.remark = actor, database_now(), remark.strip()
    assessment.mean, assessment.score = scores.whole
    history.save(assessment, actor=actor, reason="Reviewed")
    _note("readiness.reviewed", assessment, actor, score=str(assessment.score))
    return assessment


@transaction.atomic(durable=True)
def show_answers(*, actor: User, assessment_id: UUID, agency_ids: Collection[UUID]) -> Assessment:
    """Let the people of these agencies read the answers, and of no others. Chosen anew for each version."""
    assessment = Assessment.objects.for_update(assessment_id)
    policy.may_show(actor, assessment)
    wanted = Agency.objects.filter(pk__in=agency_ids, status=Agency.Status.ACTIVE).exclude(pk=assessment.agency_id)
    groups = {each.group for each in wanted.select_related("group") if each.group}
    rows = AssessmentGroupObjectPermission.objects.filter(content_object=assessment).select_related("group")
    now = {each.group for each in rows}
    if groups == now:
        raise Refused("It is so already.", code="same", repeated=True)
    for group in groups - now:
        assign_perm("view_assessment", group, assessment)
    for group in now - groups:
        remove_perm("view_assessment", group, assessment)
    _note("readiness.shown", assessment, actor, shown_to=_ids(groups - now), hidden_from=_ids(now - groups))
    return assessment


def _ids(groups: Iterable[object]) -> list[str]:
    return sorted(str(each.agency.pk) for each in groups)  # type: ignore[attr-defined]


@transaction.atomic(durable=True)
def remind_of_assessment(*, assessment_id: UUID) -> Reminder | None:
    """Tell who plans that the next version comes due, or is overdue; each once."""
    assessment = Assessment.objects.for_update(assessment_id)
    day = due.again_on(assessment)
    step = due.step_of(assessment.agency, day) if day else None
    if day is None or step is None or assessment.reminders.filter(due_on=day, step=step).exists():
        return None
    made = Reminder.objects.create(assessment=assessment, due_on=day, step=step)
    _note(f"readiness.again_{step}", assessment, None, due_on=day.isoformat())
    return made
