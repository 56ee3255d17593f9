"""How ready an agency is to share: what it answered, what shows it, what that comes to, and what is done about it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from guardian.models import GroupObjectPermissionBase
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User, own_or_audited
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

FILES = "readiness"
"""The folder of the private store in which files of evidence lie."""


def takes_part(person: User, membership: Membership | None) -> bool:
    """Whether the person sees the scores of partners: people of agencies here, and auditors."""
    return membership is not None or Auditor.objects.current().filter(person=person).exists()


class AssessmentQuerySet(TrackedQuerySet["Assessment"]):
    def reviewed(self) -> AssessmentQuerySet:
        """Those whose scores stand: partners see them."""
        return self.filter(status=Assessment.Status.REVIEWED)

    def newest(self) -> AssessmentQuerySet:
        """Of each agency the last one that was reviewed."""
        return self.reviewed().order_by("agency", "-number").distinct("agency")

    def scored_for(self, person: User, membership: Membership | None) -> AssessmentQuerySet:
        """Those of which the person sees the scores."""
        return self.reviewed() if person.is_active and takes_part(person, membership) else self.none()

    def visible_to(self, person: User, membership: Membership | None) -> AssessmentQuerySet:
        """Those of which the person reads the answers: of their own agency, of one that they audit, and reviewed ones
        on which the group of their agency holds guardian's `view_assessment`."""
        if not person.is_active:
            return self.none()
        seen = own_or_audited(person, membership)
        if membership is not None:
            held = AssessmentGroupObjectPermission.objects.filter(
                group__agency=membership.agency_id, permission__codename="view_assessment"
            )
            seen |= Q(status=Assessment.Status.REVIEWED, pk__in=held.values("content_object"))
        return self.filter(seen)


class Assessment(models.Model):
    """One version of what an agency says of its own readiness. Final once a second person has reviewed it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        REVIEWED = "reviewed", "Reviewed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="readiness_assessments")
    number = models.PositiveIntegerField()
    questionnaire = models.PositiveSmallIntegerField(help_text="Its number")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    remark = models.TextField(max_length=2000, blank=True, help_text="What the reviewer said of it last")
    mean = models.DecimalField(max_digits=3, decimal_places=2, null=True, help_text="As if no item were critical")
    score = models.DecimalField(max_digits=3, decimal_places=2, null=True)

    objects = AssessmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        default_permissions = ("view",)  # guardian's view_assessment; nothing else is granted
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="readiness_number"),
            models.UniqueConstraint(
                fields=["agency"], name="readiness_one_open", condition=Q(status__in=["draft", "in_review"])
            ),
            models.CheckConstraint(
                name="readiness_submitted", condition=Q(status="draft") | Q(submitted_by__isnull=False)
            ),
            models.CheckConstraint(
                name="readiness_reviewed",
                condition=Q(status="reviewed", reviewed_by__isnull=False, reviewed_at__isnull=False)
                & Q(score__isnull=False, mean__isnull=False)
                & ~Q(reviewed_by=F("submitted_by"))
                | ~Q(status="reviewed") & Q(reviewed_by=None, reviewed_at=None, score=None, mean=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Readiness of {self.agency}, version {self.number}"


class AssessmentGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Assessment, models.CASCADE)


class Confidence(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Answer(models.Model):
    """At which level a question was answered. Written once; the newest counts, and the older ones are its history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=24, help_text="Its key")
    level = models.PositiveSmallIntegerField(validators=[MaxValueValidator(4)])
    confidence = models.CharField(max_length=6, choices=Confidence)
    note = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    taken_over = models.BooleanField(default=False, help_text="From the version before, and not looked through since")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="readiness_answer_level", condition=Q(level__lte=4)),
            models.CheckConstraint(
                name="readiness_answer_confidence", condition=Q(confidence__in=["high", "medium", "low"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.level}"


def newest(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answer that counts to each question; `answers` in the order in which they were given."""
    return {each.question: each for each in answers}


class EvidenceQuerySet(TrackedQuerySet["Evidence"]):
    def visible_to(self, person: User, membership: Membership | None) -> EvidenceQuerySet:
        return self.filter(assessment__in=Assessment.objects.visible_to(person, membership))


class Evidence(models.Model):
    """What shows that an answer holds: a page of the web, or a file. Versions may share what lies in the store."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="evidence")
    question = models.CharField(max_length=24, help_text="Its key")
    title = models.CharField(max_length=160)
    link = models.CharField(max_length=500, blank=True, validators=[URLValidator(schemes=["https", "http"])])
    file = models.UUIDField(null=True, editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120, blank=True)
    file_kind = models.CharField(max_length=4, blank=True, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    taken_over = models.BooleanField(default=False, editable=False, help_text="From the version before")

    objects = EvidenceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["added_at", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="readiness_evidence_link_or_file",
                condition=~Q(link="") & Q(file=None, file_name="", file_kind="", size=0, sha256="")
                | Q(link="", file__isnull=False) & ~Q(file_name="") & ~Q(file_kind="") & ~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DimensionScore(models.Model):
    """What a dimension came to when it was reviewed: the part that partners see. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="scores")
    dimension = models.CharField(max_length=24, help_text="Its key")
    mean = models.DecimalField(max_digits=3, decimal_places=2, help_text="As if no item were critical")
    value = models.DecimalField(max_digits=3, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "dimension"], name="readiness_score_once")]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.value}"


# --- The plan -------------------------------------------------------------------------------------------------------


class PlanActionQuerySet(TrackedQuerySet["PlanAction"]):
    def visible_to(self, person: User, membership: Membership | None) -> PlanActionQuerySet:
        """Those of the person's own agency, and of those that they audit."""
        return self.filter(own_or_audited(person, membership)) if person.is_active else self.none()

    def open(self) -> PlanActionQuerySet:
        """Those that somebody still has to see to."""
        return self.filter(status__in=[PlanAction.Status.PLANNED, PlanAction.Status.BEGUN])


class PlanAction(models.Model):
    """What an agency does about something that it lacks: who, until when, and what it costs."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        BEGUN = "begun", "Begun"
        DONE = "done", "Done"
        GIVEN_UP = "given_up", "Given up"

    class Recurs(models.TextChoices):
        ONCE = "once", "One time"
        YEARLY = "yearly", "Each year"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="readiness_actions")
    number = models.PositiveIntegerField()
    dimension = models.CharField(max_length=24, help_text="Its key")
    gap = models.CharField(max_length=500, help_text="What is missing")
    action = models.CharField(max_length=500, help_text="What is done about it")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.PLANNED)
    outcome = models.CharField(max_length=500, blank=True, help_text="What came of it, or why it was given up")
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Dollars"
    )
    recurs = models.CharField(max_length=6, choices=Recurs, blank=True)
    first_fiscal_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )

    objects = PlanActionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="readiness_action_number"),
            models.CheckConstraint(name="readiness_action_says_what", condition=~Q(gap="") & ~Q(action="")),
            models.CheckConstraint(
                name="readiness_action_outcome", condition=~Q(status__in=["done", "given_up"]) | ~Q(outcome="")
            ),
            models.CheckConstraint(
                name="readiness_action_investment",
                condition=Q(amount=None, recurs="", first_fiscal_year=None)
                | Q(amount__gte=0, recurs__in=["once", "yearly"], first_fiscal_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Action {self.number}: {self.action}"

    @property
    def investment(self) -> str:
        """What it costs, in words; nothing where it costs nothing."""
        if self.amount is None:
            return ""
        return f"${self.amount:,.2f} {self.get_recurs_display().lower()} from FY {self.first_fiscal_year}"


class Reminder(models.Model):
    """That somebody was reminded of an action, or of the yearly assessment; once each step. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    action = models.ForeignKey(PlanAction, models.PROTECT, null=True, related_name="reminders")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="reminders")
    due_on = models.DateField()
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "assessment", "due_on", "step"], name="readiness_reminder_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="readiness_reminder_of_one",
                condition=Q(action=None, assessment__isnull=False) | Q(action__isnull=False, assessment=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.get_step_display()}"
