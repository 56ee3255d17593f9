"""Programs that fund information sharing, applications to them, and awards with what is drawn and reported."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from portal.kernel.days import agreed
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

FILES = "funding"
"""The folder of the private store in which documents of applications lie."""


def amount(**more: Any) -> models.DecimalField[Decimal, Decimal]:
    """A field for money in dollars and cents."""
    not_negative = MinValueValidator(Decimal(0), "Enter an amount of zero or more.")
    return models.DecimalField(max_digits=13, decimal_places=2, validators=[not_negative], **more)


class Program(models.Model):
    """Where money can come from, and on what terms. What it says is public; everybody in the portal reads it."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", "Federal grant"
        STATE = "state", "State grant"
        APPROPRIATION = "appropriation", "Appropriation"
        COURT_FEE = "court_fee", "Court fees"
        OFFENDER_FEE = "offender_fee", "Offender fees"
        ACCESS_FEE = "access_fee", "Access fees"
        SUBSCRIPTION = "subscription", "Subscriptions"

    class Match(models.TextChoices):
        ANY = "any", "In cash or in kind"
        CASH = "cash", "In cash"
        IN_KIND = "in_kind", "In kind"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160)
    funder = models.CharField(max_length=160, help_text="Who gives the money")
    kind = models.CharField(max_length=13, choices=Kind)
    eligibility = models.TextField(max_length=4000, help_text="Who may apply, and for what")
    deadline_on = models.DateField(null=True, blank=True, validators=[agreed], help_text="Last day to apply")
    first_on = models.DateField(null=True, blank=True, validators=[agreed], help_text="From when on money may be spent")
    last_on = models.DateField(null=True, blank=True, validators=[agreed])
    match_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal("99.99"))],
        help_text="What the applicant pays of the whole cost",
    )
    match_kind = models.CharField(max_length=7, choices=Match, default=Match.ANY)
    no_supplanting = models.BooleanField(
        default=False, help_text="The applicant declares that the money adds to what it would spend anyway"
    )
    one_a_state = models.BooleanField(default=False, help_text="One application from each state")
    link = models.URLField(blank=True, max_length=500, help_text="Where the program is announced")
    kept_by = models.ForeignKey(Agency, models.PROTECT, related_name="funding_programs")

    objects = TrackedQuerySet["Program"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "deadline_on"],
                name="program_once",
                nulls_distinct=False,
                violation_error_message="This program is entered already. Open it.",
            ),
            models.CheckConstraint(
                name="program_period",
                condition=Q(first_on=None) | Q(last_on=None) | Q(last_on__gte=F("first_on")),
                violation_error_message="The period ends before it begins. Look at the days.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationQuerySet(TrackedQuerySet["Application"]):
    def visible_to(self, person: User, membership: Membership | None) -> ApplicationQuerySet:
        """Those of the agency that the person acts for, and of the agencies that they audit."""
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        if None in audited:
            return self.all()
        mine = [membership.agency_id] if membership is not None and membership.roles else []
        return self.filter(agency__in=[*mine, *(agency for agency in audited if agency)])


class Application(models.Model):
    """An agency's request to a program."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        AWARDED = "awarded", "Awarded"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="applications")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="funding_applications")
    purpose = models.TextField(max_length=4000, help_text="What the money is for")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    requested = amount()
    match_cash = amount(default=Decimal(0), blank=True)
    match_in_kind = amount(default=Decimal(0), blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Who declared that nothing is supplanted",
    )
    submitted_at = models.DateTimeField(null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "agency"],
                name="application_one_open",
                condition=Q(status__in=["draft", "submitted", "awarded"]),
                violation_error_message="Your agency has an application to this program already. Open it.",
            ),
            models.CheckConstraint(
                name="application_submitted",
                condition=Q(submitted_at__isnull=False) | Q(status__in=["draft", "withdrawn"]),
            ),
        ]
        indexes = [models.Index(fields=["status"], name="application_status")]

    def __str__(self) -> str:
        return f"{self.program}, {self.agency}"


class Task(models.Model):
    """Something to do before an application can go out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=300)
    due_on = models.DateField(validators=[agreed])
    done_on = models.DateField(null=True, editable=False)

    objects = TrackedQuerySet["Task"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.text


class Document(models.Model):
    """A file that belongs to an application."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    file = models.UUIDField(editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120)
    file_kind = models.CharField(max_length=4, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["Document"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "sha256"], name="document_once", condition=Q(removed_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Award(models.Model):
    """What a program gave to an application."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.OneToOneField(Application, models.PROTECT, related_name="award")
    number = models.CharField(max_length=60, help_text="The funder's number of the award")
    amount = amount()
    first_on = models.DateField(validators=[agreed])
    last_on = models.DateField(validators=[agreed])

    objects = TrackedQuerySet["Award"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="award_period",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message="The period ends before it begins. Look at the days.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.program.name}, award {self.number}"


class Drawdown(models.Model):
    """Money of an award that was drawn. Written once; what was entered wrongly is set off by another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="drawdowns")
    amount = models.DecimalField(max_digits=13, decimal_places=2, help_text="Less than zero: paid back, or set off")
    drawn_on = models.DateField(validators=[agreed])
    reference = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["Drawdown"].as_manager()

    class Meta:
        ordering = ["drawn_on", "id"]
        constraints = [models.CheckConstraint(name="drawdown_of_something", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.amount} on {self.drawn_on}"


class Report(models.Model):
    """A report that the funder asks for by a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="reports")
    what = models.CharField(max_length=160, help_text="Such as Financial report, first quarter")
    due_on = models.DateField(validators=[agreed])
    sent_on = models.DateField(null=True, editable=False)

    objects = TrackedQuerySet["Report"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on"], name="report_due", condition=Q(sent_on=None))]

    def __str__(self) -> str:
        return self.what


class FundingReminder(models.Model):
    """That something was brought to mind, once each step. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Late"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="reminders")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="reminders")
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["FundingReminder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "step"], name="funding_reminder_application"),
            models.UniqueConstraint(fields=["report", "step"], name="funding_reminder_report"),
            models.CheckConstraint(
                name="funding_reminder_of_one",
                condition=Q(application__isnull=False, report=None) | Q(application=None, report__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
