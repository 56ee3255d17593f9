"""A budget: its years, parties, lines, sources, and the figures and formulas by which it can be shared."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from agencies.readiness.models import PlanAction
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements.budgets import sponsors, years
from sharing_agreements.funding.models import Award

FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_YEARS = 10
NOT_NEGATIVE = MinValueValidator(Decimal(0), "Enter an amount of zero or more.")


def amount(**more: Any) -> models.DecimalField[Decimal, Decimal]:
    """A field for money in dollars and cents."""
    return models.DecimalField(max_digits=13, decimal_places=2, validators=[NOT_NEGATIVE], **more)


def amount_if_any(**more: Any) -> models.DecimalField[Decimal | None, Decimal | None]:
    """The same, where there may be none."""
    return models.DecimalField(
        max_digits=13, decimal_places=2, validators=[NOT_NEGATIVE], null=True, blank=True, **more
    )


class BudgetQuerySet(TrackedQuerySet["Budget"]):
    def read_for(self, agencies: Collection[UUID]) -> BudgetQuerySet:
        """Those that an agency reads: its group holds guardian's `view_budget` as long as it is owner or party."""
        held = BudgetGroupObjectPermission.objects.filter(permission__codename="view_budget")
        return self.filter(pk__in=held.filter(group__agency__in=agencies).values("content_object"))

    def audited_by(self, person: User) -> BudgetQuerySet:
        """All for an auditor of the portal; else those of the agencies that the person audits."""
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        return self.all() if None in audited else self.read_for([agency for agency in audited if agency])

    def visible_to(self, person: User, membership: Membership | None) -> BudgetQuerySet:
        """Budgets of the person's boards, of the agency that they act for, and those that they audit."""
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        mine = [membership.agency_id] if membership is not None and membership.roles else []
        every = self.model.objects
        return self.filter(
            Q(board__in=sponsors.boards().read_by(person))
            | Q(pk__in=every.read_for(mine).values("pk"))
            | Q(pk__in=every.audited_by(person).values("pk"))
        )


class Budget(models.Model):
    """What the parties of an exchange spend together over several fiscal years, and who pays it.

    The rows of a budget are its working draft. What a board adopts is a version of it, see `BudgetVersion`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # By name, since boards stand a floor above.
    board = models.ForeignKey("boards.Board", models.PROTECT, related_name="budgets")
    owner = models.ForeignKey(
        Agency, models.PROTECT, related_name="owned_budgets", help_text="Keeps the budget and sends the invoices"
    )
    title = models.CharField(max_length=160)
    about = models.TextField(blank=True, max_length=4000)
    first_year = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    last_year = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    begins_month = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(12)], help_text="In which a fiscal year begins"
    )
    credits_in_kind = models.BooleanField(
        default=False, db_default=False, help_text="What a party gives in kind counts against its share"
    )
    opened_at = models.DateTimeField(db_default=Now())

    objects = BudgetQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        default_permissions = ("view",)  # guardian's view_budget; nothing else is granted
        constraints = [
            models.UniqueConstraint(
                fields=["board", "title"],
                name="budget_title",
                violation_error_message="The board has a budget of this title. Choose another title.",
            ),
            models.CheckConstraint(
                name="budget_years",
                condition=Q(last_year__gte=F("first_year"), last_year__lt=F("first_year") + MOST_YEARS),
                violation_error_message=f"The last year is the first or follows it, within {MOST_YEARS} years in all.",
            ),
            models.CheckConstraint(name="budget_month", condition=Q(begins_month__gte=1, begins_month__lte=12)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def spelled(self, year: int) -> str:
        return years.spelled(year, self.begins_month)


class BudgetUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Budget, models.CASCADE)


class BudgetGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Budget, models.CASCADE)


class BudgetParty(models.Model):
    """An agency that takes part, and what it pays a year today, before any version is adopted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="budget_parties")
    pays_today = amount_if_any(help_text="What the agency pays a year now; empty if not known")

    objects = TrackedQuerySet["BudgetParty"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "budget parties"
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "agency"],
                name="budget_party_once",
                violation_error_message="This agency is a party already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


class BudgetLine(models.Model):
    """What one thing costs in one fiscal year: planned, and what it came to."""

    class Recurrence(models.TextChoices):
        RECURRING = "recurring", "Recurring"
        ONE_TIME = "one_time", "One-time"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines")
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    recurrence = models.CharField(max_length=9, choices=Recurrence, default=Recurrence.RECURRING)
    planned = amount()
    actual = amount_if_any()
    provided_by = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who gives it in kind; empty: it is paid in money",
    )
    investment = models.ForeignKey(
        PlanAction,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="budget_lines",
        help_text="Of a partner's readiness plan, if it came from there",
    )

    objects = TrackedQuerySet["BudgetLine"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "year", "name"],
                name="budget_line_once",
                violation_error_message="The budget has a line of this name in this year. Change that one.",
            ),
            models.UniqueConstraint(fields=["investment", "year"], name="budget_line_investment_once"),
            models.CheckConstraint(name="budget_line_planned", condition=Q(planned__gte=0)),
            models.CheckConstraint(name="budget_line_actual", condition=Q(actual=None) | Q(actual__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {years.label(self.year)}"


class BudgetSource(models.Model):
    """Money that comes in a year from elsewhere than the parties' shares: grants, fees, appropriations."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="sources")
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    planned = amount()
    award = models.ForeignKey(
        Award,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budgeted",
        help_text="Whose money it is, if a grant's",
    )

    objects = TrackedQuerySet["BudgetSource"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "year", "name"],
                name="budget_source_once",
                violation_error_message="The budget has a source of this name in this year. Change that one.",
            ),
            models.CheckConstraint(name="budget_source_planned", condition=Q(planned__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {years.label(self.year)}"


class Basis(models.TextChoices):
    """What a share goes by."""

    POPULATION = "population", "Population"
    USERS = "users", "Users"
    OFFICERS = "officers", "Sworn officers"
    TRANSACTIONS = "transactions", "Transactions"
    RECORDS = "records", "Records contributed"
    WEIGHTS = "weights", "Agreed weights"


class Denominator(models.Model):
    """The figures of all parties on one basis, with where they are from and of which day they are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="denominators")
    basis = models.CharField(max_length=12, choices=Basis)
    source = models.CharField(max_length=300)
    as_of = models.DateField()

    objects = TrackedQuerySet["Denominator"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["basis"]
        constraints = [models.UniqueConstraint(fields=["budget", "basis"], name="denominator_once")]

    def __str__(self) -> str:
        return self.get_basis_display()


class Weight(models.Model):
    """One party's figure on a basis."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    denominator = models.ForeignKey(Denominator, models.PROTECT, related_name="weights")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    value = models.DecimalField(
        max_digits=16, decimal_places=4, validators=[MinValueValidator(Decimal(0), "Enter zero or more.")]
    )

    objects = TrackedQuerySet["Weight"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["denominator", "agency"], name="weight_once"),
            models.CheckConstraint(name="weight_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.denominator}: {self.agency}"


class Formula(models.Model):
    """A way of sharing what is left to pay each year: a base for everybody, and the rest by a basis, within bounds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="formulas")
    name = models.CharField(max_length=80)
    basis = models.CharField(max_length=12, choices=Basis, blank=True, help_text="Empty: all parties alike")
    base = amount(default=Decimal(0), blank=True)
    floor = amount_if_any()
    cap = amount_if_any()

    objects = TrackedQuerySet["Formula"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "formulas"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "name"],
                name="formula_name",
                violation_error_message="The budget has a formula of this name. Choose another name.",
            ),
            models.CheckConstraint(
                name="formula_bounds",
                condition=Q(cap=None) | Q(floor=None) | Q(cap__gte=F("floor")),
                violation_error_message="The floor is above the cap. Lower the floor, or raise the cap.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Bound(models.Model):
    """A floor or a cap of one party's own under a formula, in place of that for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    formula = models.ForeignKey(Formula, models.PROTECT, related_name="bounds")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    floor = amount_if_any()
    cap = amount_if_any()

    objects = TrackedQuerySet["Bound"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["formula", "agency"], name="bound_once"),
            models.CheckConstraint(
                name="bound_bounds",
                condition=Q(cap=None) | Q(floor=None) | Q(cap__gte=F("floor")),
                violation_error_message="The floor is above the cap. Lower the floor, or raise the cap.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formula}: {self.agency}"
