"""One text of an agreement with its parties and terms; frozen, it never changes again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from simple_history.models import HistoricalRecords

from agencies.models import Agency, RecordSet
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import LegalAuthority
from privacy.models import DataCategory, ParticipantRole, Purpose
from privacy.models import Obligation as DataCondition


def first_moment(day: date, zone: str) -> datetime:
    """Midnight at which a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def days_until(moment: datetime, zone: str, now: datetime) -> int:
    """How many days of a time zone's calendar lie between now and a moment: 1 for the next midnight."""
    return (moment.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days


def last_day(not_after: datetime | None, zone: str) -> date | None:
    """The last day of sharing in a time zone, where `not_after` is the first moment without; None: no end."""
    return (not_after - timedelta.resolution).astimezone(ZoneInfo(zone)).date() if not_after else None


class Action(models.TextChoices):
    """What a recipient may do with records of a set."""

    SEARCH = "search", "Search"
    VIEW = "view", "View"
    PRINT = "print", "Print"
    EXPORT = "export", "Export"
    REDISCLOSE = "redisclose", "Redisclose"


SHAREABLE_ROLES = tuple(role for role in ParticipantRole if role != ParticipantRole.INFORMANT)
"""Roles of people that a term can open. No agreement opens a confidential informant: nobody is shown one."""


class SigningOrder(models.TextChoices):
    """Whether the parties sign as they come, or each after those who stand before it in the text."""

    ANY = "any", "In any order"
    TURN = "turn", "One after another, in the order of the parties"


class AgreementVersion(models.Model):
    """One text with its parties and terms. Frozen at submission: then neither text nor terms change again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey("sharing_agreements.Agreement", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    purpose = models.TextField(blank=True, help_text="Why the parties share")
    effective_on = models.DateField(
        help_text="First day; in force from then or from the last signature, whichever is later"
    )
    ends_on = models.DateField(null=True, blank=True, help_text="First day on which nothing is shared any more")
    withdrawal_days = models.PositiveSmallIntegerField(default=30, help_text="Notice that a party gives to withdraw")
    return_days = models.PositiveSmallIntegerField(default=30, help_text="From the end to the return or purge of data")
    signing_order = models.CharField(max_length=8, choices=SigningOrder, default=SigningOrder.ANY)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["AgreementVersion"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_number"),
            models.CheckConstraint(
                name="version_ends_after", condition=Q(ends_on=None) | Q(ends_on__gt=F("effective_on"))
            ),
            models.CheckConstraint(
                name="version_frozen_hash",
                condition=Q(frozen_at=None, sha256="") | (Q(frozen_at__isnull=False) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.number} version {self.number}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it shares."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


class PartyQuerySet(TrackedQuerySet["Party"]):
    def to_answer(self) -> PartyQuerySet:
        """Parties whose signature is asked for and not given."""
        return self.filter(signs=True, signature=None)

    def whose_turn(self) -> PartyQuerySet:
        """Parties that can answer now: all that have not, or the first of them where they sign one after another."""
        first = Party.objects.to_answer().filter(version=OuterRef("version")).order_by("position").values("pk")[:1]
        return self.to_answer().filter(Q(version__signing_order=SigningOrder.ANY) | Q(pk=Subquery(first)))


class Party(models.Model):
    """An agency that is bound by a version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=250, help_text="The agency's name as it stands in the text")
    position = models.PositiveSmallIntegerField()
    signs = models.BooleanField(default=True, help_text="False: bound by what it signed before, as in a joinder")

    objects = PartyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "parties"
        constraints = [models.UniqueConstraint(fields=["version", "agency"], name="party_once")]

    def __str__(self) -> str:
        return self.name


class Topic(models.TextChoices):
    """What a clause is about. The first eleven are those of a user agreement (CJIS Security Policy 5.1.1.3)."""

    AUDIT = "audit", "Audit"
    DISSEMINATION = "dissemination", "Dissemination"
    HIT_CONFIRMATION = "hit_confirmation", "Hit confirmation"
    LOGGING = "logging", "Logging"
    QUALITY = "quality_assurance", "Quality assurance"
    SCREENING = "screening", "Screening"
    SECURITY = "security", "Security"
    TIMELINESS = "timeliness", "Timeliness"
    TRAINING = "training", "Training"
    USE = "use_of_system", "Use of the system"
    VALIDATION = "validation", "Validation"
    PURPOSE = "purpose", "Purpose"
    AUTHORITY = "authority", "Legal authority"
    SHARING = "sharing", "What is shared"
    TERM = "term", "Term and ending"
    MANAGEMENT = "management_control", "Management control"
    BREACH = "breach", "Breach notice"
    SANCTIONS = "sanctions", "Sanctions"
    RETURN = "return", "Return or destruction"
    PARTICULARS = "particulars", "Particulars"
    OTHER = "other", "Other"


REQUIRED_TOPICS = tuple(Topic)[:11]


LONGEST_TEXT = 20_000
"""Letters of one clause, so that a text can be read, compared and printed."""


class ClauseQuerySet(TrackedQuerySet["Clause"]):
    def with_law(self) -> ClauseQuerySet:
        """With what they rest on, for pages that show it."""
        return self.prefetch_related(models.Prefetch("citations", ClauseAuthority.objects.select_related("authority")))


class Clause(models.Model):
    """A numbered piece of a version's text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    topic = models.CharField(max_length=20, choices=Topic)
    heading = models.CharField(max_length=160)
    text = models.TextField(validators=[MaxLengthValidator(LONGEST_TEXT)])
    library_version = models.ForeignKey(
        "sharing_agreements.LibraryVersion", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ClauseQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clause_number"),
            models.CheckConstraint(
                name="clause_text_length", condition=LessThanOrEqual(Length("text"), models.Value(LONGEST_TEXT))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"

    @property
    def is_fixed(self) -> bool:
        """Whether its words come from the library and no draft may change them."""
        return self.library_version is not None and self.library_version.clause.is_fixed


class ClauseAuthority(models.Model):
    """That a clause rests on an authority, in the words in which the text cites it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="citations")
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="citations")
    authority = models.ForeignKey(LegalAuthority, models.PROTECT, related_name="clause_citations")
    citation = models.CharField(max_length=160, help_text="As it stands in the text")
    title = models.CharField(max_length=250, help_text="As it stands in the text")

    objects = TrackedQuerySet["ClauseAuthority"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["citation"]
        verbose_name = "citation"
        constraints = [models.UniqueConstraint(fields=["clause", "authority"], name="clause_citation_once")]

    def __str__(self) -> str:
        return f"{self.clause.number} rests on {self.citation}"


class Term(models.Model):
    """Machine-readable sharing: this record set, to this party, for these actions, purposes, categories and roles."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="terms")
    code = models.CharField(max_length=8, help_text="T1")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="terms")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="terms")
    record_set_name = models.CharField(max_length=120, help_text="The set's name as it stands in the text")
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    actions = ArrayField(models.CharField(max_length=12, choices=Action))
    purposes = ArrayField(models.CharField(max_length=2, choices=Purpose))
    data_categories = ArrayField(models.CharField(max_length=16, choices=DataCategory))
    participant_roles = ArrayField(models.CharField(max_length=24, choices=ParticipantRole))
    includes_juvenile = models.BooleanField(default=False)
    includes_intelligence = models.BooleanField(
        default=False, db_default=False, help_text="Without it no criminal intelligence opens (28 CFR part 23)"
    )
    conditions = ArrayField(
        models.CharField(max_length=12, choices=DataCondition),
        default=list,
        db_default=[],
        blank=True,
        help_text="What goes with the data, beside what the owner's privacy policy asks",
    )
    handling = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Shown beside the data: how to handle it"
    )

    objects = TrackedQuerySet["Term"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="term_code"),
            models.CheckConstraint(name="term_says_something", condition=~Q(actions=[]) & ~Q(purposes=[])),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "id"],
                condition=Q(data_categories__contains=[DataCategory.NONCONVICTION]),
                name="term_on_nonconviction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.record_set} to {self.recipient}"
