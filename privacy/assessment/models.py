"""What an agency looked into before it adopted a policy: questions answered, and risks with what is done about them.

All of it belongs to one version of a policy, and is final when that is published.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Auditor, Membership, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import Harmed
from privacy.models import DisclosureRule, PolicyVersion, PolicyVersionQuerySet, Provision

from .levels import HIGH, Level, level_of

ONE_TO_FIVE = (MinValueValidator(1), MaxValueValidator(5))


def versions_read_by(person: User, membership: Membership | None) -> PolicyVersionQuerySet:
    """Versions of which this person reads the assessment: who keeps, reviews or adopts them, and auditors."""
    seen = PolicyVersion.objects.seen_by(membership)
    audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    if not audited:
        return seen
    theirs = Q(assessment__isnull=False) if None in audited else Q(assessment__isnull=False, policy__agency__in=audited)
    return PolicyVersion.objects.filter(Q(pk__in=seen.values("pk")) | theirs)


class Assessment(models.Model):
    """That a version is assessed, by which questionnaire, and whether its risks stand beside it in public."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.OneToOneField(PolicyVersion, models.CASCADE, related_name="assessment")
    questionnaire = models.PositiveSmallIntegerField(help_text="Its number")
    questions = ArrayField(models.CharField(max_length=24), editable=False, help_text="What it asks, for the database")
    is_public = models.BooleanField("shown to everybody", default=False)

    objects = TrackedQuerySet["Assessment"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.CheckConstraint(name="assessment_asks", condition=~Q(questions=[]))]

    def __str__(self) -> str:
        return f"Impact assessment of {self.version}"


class Choice(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Answer(models.Model):
    """What was answered to a question. Written once; the newest counts, and the older ones are its history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=24, help_text="Its key")
    choice = models.CharField(max_length=14, choices=Choice, blank=True)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    taken_over = models.BooleanField(default=False, help_text="From the version before, and not looked through since")

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="answer_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.question}: {self.text}"


class Risk(models.Model):
    """What could happen to whom, how likely and how bad, and what is done about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="risks")
    number = models.PositiveSmallIntegerField()
    title = models.CharField("what could happen", max_length=250)
    harmed = ArrayField(models.CharField(max_length=10, choices=Harmed))
    likelihood = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    impact = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    mitigation = models.TextField(max_length=4000, blank=True)
    residual_likelihood = models.PositiveSmallIntegerField(
        "likelihood after mitigation", null=True, blank=True, validators=ONE_TO_FIVE
    )
    residual_impact = models.PositiveSmallIntegerField(
        "impact after mitigation", null=True, blank=True, validators=ONE_TO_FIVE
    )
    owner = models.CharField("who answers for it", max_length=120, blank=True, help_text="A person or an office")
    provision = models.ForeignKey(Provision, models.PROTECT, null=True, blank=True, related_name="risks")
    rule = models.ForeignKey(DisclosureRule, models.PROTECT, null=True, blank=True, related_name="risks")
    taken_over = models.BooleanField(default=False, editable=False, help_text="Not looked through since")

    objects = TrackedQuerySet["Risk"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="risk_number"),
            models.CheckConstraint(name="risk_harms_somebody", condition=~Q(harmed=[])),
            models.CheckConstraint(
                name="risk_one_to_five",
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5))
                & (Q(residual_likelihood=None) | Q(residual_likelihood__gte=1))
                & (Q(residual_impact=None) | Q(residual_impact__gte=1)),
            ),
            models.CheckConstraint(
                name="risk_mitigation_helps",
                condition=Q(mitigation="", residual_likelihood=None, residual_impact=None)
                # A comparison with NULL would pass the check.
                | ~Q(mitigation="")
                & Q(residual_likelihood__isnull=False, residual_likelihood__lte=F("likelihood"))
                & Q(residual_impact__isnull=False, residual_impact__lte=F("impact")),
            ),
        ]

    def __str__(self) -> str:
        return f"Risk {self.number}: {self.title}"

    @property
    def harms(self) -> str:
        """Who could be harmed, in words."""
        return ", ".join(str(each.label) for each in Harmed if each.value in self.harmed)

    @property
    def score(self) -> int:
        """Likelihood times impact, as it would be without the mitigation."""
        return self.likelihood * self.impact

    @property
    def left(self) -> tuple[int, int]:
        """Likelihood and impact that are left with the mitigation, or as they are without one."""
        return self.residual_likelihood or self.likelihood, self.residual_impact or self.impact

    @property
    def score_left(self) -> int:
        likelihood, impact = self.left
        return likelihood * impact

    @property
    def level(self) -> Level:
        return level_of(self.score)

    @property
    def level_left(self) -> Level:
        return level_of(self.score_left)

    @property
    def lacks(self) -> list[str]:
        """What a high risk still needs before the policy can be adopted; nothing of any other."""
        if self.score < HIGH:
            return []
        lacks = [] if self.mitigation else ["a mitigation"]
        if self.mitigation and self.score_left >= HIGH:
            lacks = [f"a mitigation that brings it below {HIGH}, from {self.score_left}"]
        return lacks if self.owner else [*lacks, "somebody who answers for it"]


def newest(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answer that counts to each question; `answers` in the order in which they were given."""
    return {each.question: each for each in answers}
