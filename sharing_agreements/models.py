"""Agreements: who shares what with whom, for what, under which text; signatures; and the grants that open records."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, RecordSet, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.models import DataCategory, ParticipantRole, Purpose

from . import governance

EXPIRING = timedelta(days=180)
"""How long before its end an agreement counts as expiring, so that renewal is decided in time."""


def first_moment(day: date, zone: str) -> datetime:
    """Midnight at which a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


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


class AgreementQuerySet(TrackedQuerySet["Agreement"]):
    def visible_to(self, person: User, membership: Membership | None) -> AgreementQuerySet:
        """Agreements that the person may read: their agency's, those before their board, those that they audit."""
        if not person.is_active:
            return self.none()
        seen = governance.before_a_board_of(person) & SUBMITTED
        if membership is not None:
            seen |= _of_agencies(membership.agency_id)
        return self.filter(seen | _audited_by(person))

    def audited_by(self, person: User) -> AgreementQuerySet:
        """All for an auditor of the portal, else those of the agencies that the person audits."""
        return self.filter(_audited_by(person))

    def of_agency(self, agency_id: UUID) -> AgreementQuerySet:
        """Agreements that the agency leads, drafts included, and those submitted ones to which it is a party."""
        return self.filter(_of_agencies(agency_id))

    def with_end(self) -> AgreementQuerySet:
        """With `ends_moment`: when sharing ends, in the lead agency's zone; null where no end is set."""
        midnight = Func(
            F("lead_agency__time_zone"),
            F("current_version__ends_on"),
            template="timezone(%(expressions)s::timestamp)",
            output_field=models.DateTimeField(),
        )
        return self.annotate(ends_moment=midnight)

    def standing_as(self, standing: str) -> AgreementQuerySet:
        """Agreements whose `standing` is this: a status, `expiring` or `expired`, on the database's clock."""
        found = self.with_end()
        over, soon = Q(ends_moment__lte=Now()), Q(ends_moment__lte=Now() + EXPIRING)
        if standing == "expired":
            return found.filter(over, status__in=MAY_END)
        if standing == "expiring":
            return found.filter(soon, _ends_after(Now()), status=Agreement.Status.IN_FORCE)
        if standing == Agreement.Status.IN_FORCE:
            return found.filter(_ends_after(Now() + EXPIRING), status=standing)
        return found.filter(_ends_after(Now()) | ~Q(status__in=MAY_END), status=standing)

    def public(self) -> AgreementQuerySet:
        """What the public list shows: in force, and not past its end."""
        return self.with_end().filter(_ends_after(Now()), status=Agreement.Status.IN_FORCE)

    def sharing(self) -> AgreementQuerySet:
        """Agreements under which records are shared at this moment; nothing else of an agreement is public."""
        return self.public().filter(Exists(Grant.objects.live().filter(version=OuterRef("current_version"))))


def _ends_after(moment: object) -> Q:
    return Q(ends_moment=None) | Q(ends_moment__gt=moment)


class Agreement(models.Model):
    """A memorandum of understanding; its text and terms live in numbered versions."""

    class Kind(models.TextChoices):
        MOU = "mou", "Information exchange agreement (MOU)"
        USER = "user_agreement", "Criminal justice user agreement"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        BEFORE_BOARD = "before_board", "Before the board"
        APPROVED = "approved", "Approved"
        SIGNING = "signing", "Signing"
        IN_FORCE = "in_force", "In force"
        SUSPENDED = "suspended", "Suspended"
        TERMINATED = "terminated", "Terminated"
        SUPERSEDED = "superseded", "Superseded"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True, help_text="MOU-2026-014")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.MOU)
    lead_agency = models.ForeignKey(Agency, models.PROTECT, related_name="agreements_led")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    current_version = models.ForeignKey("AgreementVersion", models.PROTECT, null=True, related_name="+")
    in_force_at = models.DateTimeField(null=True, editable=False)

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_in_force_at",
                condition=~Q(status__in=["in_force", "suspended"]) | Q(in_force_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["status", "number"], name="agreement_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def standing(self) -> str:
        """The status, or what follows from the dates: `expiring`, `expired`. Derived, so that no job has to run."""
        ends_at = self.ends_at
        if ends_at is None or self.status not in MAY_END:
            return self.status
        if ends_at <= timezone.now():
            return "expired"
        soon = self.status == self.Status.IN_FORCE and ends_at <= timezone.now() + EXPIRING
        return "expiring" if soon else self.status

    @property
    def ends_at(self) -> datetime | None:
        """The moment from which nothing is shared any more; None: no end."""
        version = self.current_version
        if version is None or version.ends_on is None:
            return None
        return first_moment(version.ends_on, self.lead_agency.time_zone)


SUBMITTED = Q(current_version__frozen_at__isnull=False)
"""What others than the lead agency may see: a draft, and one that was withdrawn as a draft, is its author's alone."""

MAY_END = frozenset({Agreement.Status.IN_FORCE, Agreement.Status.SUSPENDED})


def _of_agencies(*agency_ids: UUID | None) -> Q:
    party = Exists(Party.objects.filter(version=OuterRef("current_version"), agency__in=agency_ids))
    return Q(lead_agency__in=agency_ids) | (SUBMITTED & Q(party))


def _audited_by(person: User) -> Q:
    audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    everything = ~Q(pk__in=[])  # an empty Q would vanish beside others
    return everything if None in audited else _of_agencies(*audited)


class AgreementVersion(models.Model):
    """One text with its parties and terms. Frozen at submission: then neither text nor terms change again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    purpose = models.TextField(blank=True, help_text="Why the parties share")
    effective_on = models.DateField(
        help_text="First day; in force from then or from the last signature, whichever is later"
    )
    ends_on = models.DateField(null=True, blank=True, help_text="First day on which nothing is shared any more")
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


class Party(models.Model):
    """An agency that is bound by a version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=250, help_text="The agency's name as it stands in the text")
    position = models.PositiveSmallIntegerField()

    objects = TrackedQuerySet["Party"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "parties"
        constraints = [models.UniqueConstraint(fields=["version", "agency"], name="party_once")]

    def __str__(self) -> str:
        return self.name


class Topic(models.TextChoices):
    """What a clause is about. The first eleven must be covered before submission (CJIS Security Policy 5.1.1.3)."""

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
    OTHER = "other", "Other"


REQUIRED_TOPICS = tuple(Topic)[:11]


class Clause(models.Model):
    """A numbered piece of a version's text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    topic = models.CharField(max_length=20, choices=Topic)
    heading = models.CharField(max_length=160)
    text = models.TextField()

    objects = TrackedQuerySet["Clause"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="clause_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"


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

    objects = TrackedQuerySet["Term"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="term_code"),
            models.CheckConstraint(name="term_says_something", condition=~Q(actions=[]) & ~Q(purposes=[])),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.record_set} to {self.recipient}"


class Signature(models.Model):
    """One party's answer to the exact text: signed or declined, once, by a signatory. Written once, never changed."""

    class Decision(models.TextChoices):
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.OneToOneField(Party, models.PROTECT, related_name="signature")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures")
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, help_text="The authority under which the person signs")
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.decision} by {self.signatory}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def standing(self) -> GrantQuerySet:
        """Neither suspended, revoked nor past its end; may begin later."""
        return self.filter(Q(not_after=None) | Q(not_after__gt=Now()), suspended_at=None, revoked_at=None)

    def live(self) -> GrantQuerySet:
        """Grants that open records now, on the database's clock."""
        return self.standing().filter(not_before__lte=Now())


class Grant(models.Model):
    """What a term opens while its agreement is in force. Written by `grants.reconcile()` alone.

    A suspension is final for the row: resuming revokes it and writes a new one, so that the row tells exactly when
    it opened records and when not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="grants")
    term = models.ForeignKey(Term, models.PROTECT, related_name="grants")
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="grants")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="grants")
    actions = ArrayField(models.CharField(max_length=12))
    purposes = ArrayField(models.CharField(max_length=2))
    includes_juvenile = models.BooleanField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term"], name="grant_one_open", condition=Q(revoked_at=None)),
        ]
        indexes = [
            models.Index(fields=["recipient", "record_set"], name="grant_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.term} from {self.not_before:%Y-%m-%d}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it opens records, in the lead agency's zone."""
        return last_day(self.not_after, self.version.agreement.lead_agency.time_zone)
