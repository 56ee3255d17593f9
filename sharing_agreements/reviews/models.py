"""Stages of review between submission and the board: as each board plans them, and as each version passes them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Membership, Role, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements.boards.models import Board
from sharing_agreements.models import Agreement, AgreementVersion, Clause, Comment

LAST_STEP = 9
LONGEST = 180
"""Days that a plan may give a stage."""


class Discipline(models.TextChoices):
    """What a stage looks at."""

    PRIVACY = "privacy", "Privacy"
    LEGAL = "legal", "Legal"
    TECHNICAL = "technical", "Technical"


REVIEWED_BY: dict[str, Role] = {
    Discipline.PRIVACY: Role.PRIVACY_OFFICER,
    Discipline.LEGAL: Role.COUNSEL,
    Discipline.TECHNICAL: Role.SECURITY_OFFICER,
}
"""Who takes a stage, at the agency that it is given to."""


class ReviewPlan(models.Model):
    """The stages that agreements pass before a board takes them up; the newest of a board is in force. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="review_plans")
    number = models.PositiveIntegerField()
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=500)

    objects = TrackedQuerySet["ReviewPlan"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "number"], name="review_plan_number")]

    def __str__(self) -> str:
        return f"Review plan {self.number} of {self.board}"


class ReviewStage(models.Model):
    """One stage of a plan: what is looked at, by which agency, in which step, within how many days. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(ReviewPlan, models.PROTECT, related_name="stages")
    step = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LAST_STEP)],
        help_text="Stages of one step run side by side; a step begins when all before it have approved",
    )
    discipline = models.CharField(max_length=9, choices=Discipline)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LONGEST)])
    guidance = models.CharField(max_length=500, blank=True, help_text="What to look at")
    kinds = ArrayField(
        models.CharField(max_length=16, choices=Agreement.Kind), blank=True, default=list, help_text="Empty: every kind"
    )
    takes_administrative = models.BooleanField(default=False, help_text="Also amendments that change words only")

    objects = TrackedQuerySet["ReviewStage"].as_manager()

    class Meta:
        ordering = ["step", "discipline", "agency__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "discipline", "agency"],
                name="review_stage_once",
                violation_error_message="The plan has this stage already.",
            ),
            models.CheckConstraint(name="review_stage_step", condition=Q(step__gte=1, step__lte=LAST_STEP)),
            models.CheckConstraint(name="review_stage_days", condition=Q(days__gte=1, days__lte=LONGEST)),
        ]

    def __str__(self) -> str:
        return f"{self.get_discipline_display()} review, {self.agency}"

    @property
    def role(self) -> Role:
        """Who takes it at the agency."""
        return REVIEWED_BY[self.discipline]

    def takes(self, agreement: Agreement) -> bool:
        """Whether agreements like this pass the stage."""
        if agreement.is_administrative and not self.takes_administrative:
            return False
        return not self.kinds or agreement.kind in self.kinds


class ReviewQuerySet(TrackedQuerySet["Review"]):
    def under_way(self) -> ReviewQuerySet:
        """Begun, not decided: somebody is to review it now."""
        return self.filter(status=Review.Status.OPEN)

    def read_by_office(self, person: User) -> ReviewQuerySet:
        """Those that were given to the person, and those that they could take, from when they begin."""
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        works = Membership.objects.current().filter(person=person)
        taken = Q(reviewer=person, reviewer_agency__in=works.values("agency"))
        for discipline, role in REVIEWED_BY.items():
            mine = works.with_role(role).values("agency")
            taken |= Q(stage__discipline=discipline, stage__agency__in=mine)
        return self.filter(taken, opened_at__isnull=False)

    def visible_to(self, person: User, membership: Membership | None) -> ReviewQuerySet:
        """Reviews of agreements that the person reads, and those of their own office, also once it is a draft again."""
        if not person.is_active:
            return self.none()
        reads = Agreement.objects.visible_to(person, membership)
        office = self.model.objects.read_by_office(person)
        return self.filter(Q(agreement__in=reads.values("pk")) | Q(pk__in=office.values("pk")))

    def to_do_for(self, person: User) -> ReviewQuerySet:
        """Open ones that the person took, and those that they could take: nobody did, or who did has left."""
        works = Membership.objects.current().filter(person=OuterRef("reviewer"), agency=OuterRef("reviewer_agency"))
        office = self.model.objects.read_by_office(person)
        mine = self.under_way().filter(pk__in=office.values("pk"))
        return mine.filter(Q(reviewer=person) | Q(reviewer=None) | ~Exists(works))


class Review(models.Model):
    """One stage of one submitted version. An approval is of exactly this text, and holds for no other."""

    class Status(models.TextChoices):
        WAITING = "waits", "Waits for an earlier step"
        OPEN = "in_review", "In review"
        APPROVED = "approved", "Approved"
        SENT_BACK = "sent_back", "Sent back"
        CLOSED = "closed", "Closed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="reviews")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="reviews")
    stage = models.ForeignKey(ReviewStage, models.PROTECT, related_name="reviews")
    content_sha256 = models.CharField(
        max_length=64, editable=False, help_text="Of text, parties, terms and dates, whatever number the version has"
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    opened_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    opinion = models.TextField(blank=True, max_length=8000, help_text="What the reviewer says of the text as a whole")
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", help_text="The approval of the same text"
    )

    objects = ReviewQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["stage__step", "stage__discipline", "stage__agency__name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "stage"], name="review_once"),
            models.CheckConstraint(
                name="review_opened",
                condition=Q(status="closed")
                | Q(status="waits", opened_at=None, due_at=None)
                | (~Q(status="waits") & Q(opened_at__isnull=False, due_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="review_taken",
                condition=Q(reviewer=None, reviewer_agency=None, taken_at=None)
                | Q(reviewer__isnull=False, reviewer_agency__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_decided",
                condition=(Q(status__in=["approved", "sent_back"], decided_at__isnull=False, reviewer__isnull=False))
                | (~Q(status__in=["approved", "sent_back"]) & Q(decided_at=None)),
            ),
            models.CheckConstraint(name="review_carried", condition=Q(carried_from=None) | Q(status="approved")),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="review_status")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.version}"


class ReviewRemark(models.Model):
    """What a reviewer asks for at one clause. When the text is sent back, a comment to settle there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="remarks")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["ReviewRemark"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["clause__position", "id"]

    def __str__(self) -> str:
        return f"On {self.clause}"


class RemarkComment(models.Model):
    """Which comment of the next version a remark became, so that its reviewer reads how it was settled. Kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    remark = models.OneToOneField(ReviewRemark, models.PROTECT, related_name="asked")
    comment = models.OneToOneField(Comment, models.PROTECT, related_name="remark")

    objects = TrackedQuerySet["RemarkComment"].as_manager()

    def __str__(self) -> str:
        return str(self.comment)


class ReviewReminder(models.Model):
    """That a review was reminded of; once each step. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Late"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["ReviewReminder"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "step"], name="review_reminder_once")]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.get_step_display()}"
