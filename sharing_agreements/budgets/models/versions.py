"""What of a budget was put before its board and adopted, and the invoices under it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements.budgets import sponsors, years

from .budgets import Budget, amount


class BudgetVersion(models.Model):
    """The whole budget with one formula and the shares that follow, as it stood. Written once; an amendment is another.

    `content` holds lines, sources, parties, figures with source and date, the formula, and shares in cents.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    formula_name = models.CharField(max_length=80)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["BudgetVersion"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "number"], name="budget_version_number")]

    def __str__(self) -> str:
        return f"{self.budget}, version {self.number}"


class BudgetAdoption(models.Model):
    """That a board adopted a version, by a motion that carried. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.OneToOneField(BudgetVersion, models.PROTECT, related_name="adoption")
    motion = models.CharField(max_length=16)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["BudgetAdoption"].as_manager()

    def __str__(self) -> str:
        return f"{self.version}, by motion {self.motion}"


class InvoiceQuerySet(TrackedQuerySet["Invoice"]):
    def open(self) -> InvoiceQuerySet:
        """Neither paid nor taken back."""
        return self.filter(paid_on=None, cancelled_at=None)

    def visible_to(self, person: User, membership: Membership | None) -> InvoiceQuerySet:
        """Those of the agency that the person acts for, as the one that pays or the one that sends it; those of boards
        that the person chairs, and those that they audit."""
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        if None in audited:
            return self.all()
        seen = Q(agency__in=audited) | Q(budget__owner__in=audited)
        seen |= Q(budget__board__in=sponsors.boards().led_by(person))
        if membership is not None and membership.roles:
            mine = membership.agency_id
            seen |= Q(agency=mine) | Q(budget__owner=mine)
        return self.filter(seen)


class Invoice(models.Model):
    """What a party owes for a fiscal year under an adopted version, or one of several parts of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="invoices")
    version = models.ForeignKey(BudgetVersion, models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=16, help_text="INV-2027-004")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="budget_invoices")
    year = models.PositiveSmallIntegerField()
    instalment = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="Which part of the year's share")
    instalments = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="Of how many parts")
    amount = amount()
    issued_on = models.DateField()
    due_on = models.DateField()
    paid_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="Of the payment")
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = InvoiceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "number"], name="invoice_number"),
            models.UniqueConstraint(
                fields=["budget", "agency", "year", "instalment"], name="invoice_once", condition=Q(cancelled_at=None)
            ),
            models.CheckConstraint(
                name="invoice_instalment",
                condition=Q(instalment__gte=1, instalment__lte=F("instalments"), instalments__lte=12),
            ),
            models.CheckConstraint(name="invoice_one_end", condition=Q(paid_on=None) | Q(cancelled_at=None)),
        ]
        indexes = [models.Index(fields=["due_on"], name="invoice_due", condition=Q(paid_on=None, cancelled_at=None))]

    def __str__(self) -> str:
        return self.number

    @property
    def year_label(self) -> str:
        return years.label(self.year) if self.instalments == 1 else f"{years.label(self.year)}, {self.part}"

    @property
    def part(self) -> str:
        """`2 of 4`, where the share is billed in parts."""
        return f"{self.instalment} of {self.instalments}" if self.instalments > 1 else ""


class InvoiceReminder(models.Model):
    """That an invoice was reminded of; once each step. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=7, choices=Step)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["InvoiceReminder"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "step"], name="invoice_reminder_once")]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.get_step_display()}"
