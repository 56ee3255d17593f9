"""Privacy policies: what an agency says in public about personal information, and the rules that keep it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Membership, Role
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

READERS = (Role.PRIVACY_OFFICER, Role.COUNSEL, Role.ADMINISTRATOR)
"""Who keeps a policy, who reviews it, and who adopts it."""


class PrivacyPolicy(models.Model):
    """One agency's privacy policy; its text lives in versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.OneToOneField(Agency, models.PROTECT, related_name="privacy_policy")
    title = models.CharField(max_length=200)

    objects = TrackedQuerySet["PrivacyPolicy"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "privacy policies"

    def __str__(self) -> str:
        return self.title


class PolicyVersionQuerySet(TrackedQuerySet["PolicyVersion"]):
    def published(self) -> PolicyVersionQuerySet:
        """Versions in force now, one a policy."""
        return self.filter(status=PolicyVersion.Status.PUBLISHED)

    def public(self) -> PolicyVersionQuerySet:
        """Versions that anybody may read: in force now, or once."""
        return self.exclude(status=PolicyVersion.Status.DRAFT)

    def kept_by(self, membership: Membership | None) -> PolicyVersionQuerySet:
        """Versions of the policy that this membership keeps, drafts included."""
        if membership is None or not membership.has(Role.PRIVACY_OFFICER):
            return self.none()
        return self.filter(policy__agency=membership.agency_id)

    def seen_by(self, membership: Membership | None) -> PolicyVersionQuerySet:
        """Versions that this membership keeps; for who may review or adopt them, those that were published, and drafts
        of which that is asked."""
        if membership is None or not membership.has(*READERS):
            return self.none()
        own = self.filter(policy__agency=membership.agency_id)
        if membership.has(Role.PRIVACY_OFFICER):
            return own
        asked = PolicyVersion.objects.filter(review_requests__isnull=False).values("pk")
        return own.filter(~Q(status=PolicyVersion.Status.DRAFT) | Q(pk__in=asked))

    def readable_by(self, membership: Membership | None) -> PolicyVersionQuerySet:
        """What is public, and the drafts that one keeps, reviews or adopts beside it."""
        return self.public() | self.seen_by(membership)


class PolicyVersion(models.Model):
    """A numbered text of a policy with its disclosure rules; immutable once published."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.ForeignKey(PrivacyPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    summary = models.TextField(help_text="What the policy means for a person, in plain words")
    officer_name = models.CharField("privacy officer", max_length=120)
    officer_email = models.EmailField("privacy officer's email")
    officer_phone = models.CharField("privacy officer's phone", max_length=40, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)

    objects = PolicyVersionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.UniqueConstraint(fields=["policy"], name="policy_one_published", condition=Q(status="published")),
            models.UniqueConstraint(fields=["policy"], name="policy_one_draft", condition=Q(status="draft")),
            models.CheckConstraint(
                name="policy_version_published_at",
                condition=Q(status="draft", published_at=None) | (~Q(status="draft") & Q(published_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="policy_version_superseded_at",
                # A comparison with NULL would pass the check.
                condition=Q(status="superseded", superseded_at__isnull=False, superseded_at__gte=F("published_at"))
                | (~Q(status="superseded") & Q(superseded_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class Principle(models.TextChoices):
    """The eight fair information practice principles, in the order of the guidelines that name them."""

    COLLECTION = "collection", "Collection limitation"
    QUALITY = "quality", "Data quality"
    PURPOSE = "purpose", "Purpose specification"
    USE = "use", "Use limitation"
    SECURITY = "security", "Security safeguards"
    OPENNESS = "openness", "Openness"
    PARTICIPATION = "participation", "Individual participation"
    ACCOUNTABILITY = "accountability", "Accountability"


class Provision(models.Model):
    """One numbered statement of a policy, in one of the fifteen sections of the national template."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="provisions")
    section = models.PositiveSmallIntegerField(help_text="1 purpose ... 15 training")
    number = models.CharField(max_length=12, help_text="10.2")
    heading = models.CharField(max_length=200)
    text = models.TextField()
    principles = ArrayField(
        models.CharField(max_length=14, choices=Principle),
        default=list,
        db_default=[],
        blank=True,
        help_text="Which it serves",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="Whose words number, heading and text are; somebody else reviews them",
    )

    objects = TrackedQuerySet["Provision"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["section", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="provision_number"),
            models.CheckConstraint(name="provision_section", condition=Q(section__gte=1, section__lte=15)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"

    @property
    def writers(self) -> set[UUID]:
        """Whose words it is, and whose rules rest on it: nobody of these reviews it."""
        return {each for each in (self.written_by_id, *(rule.written_by_id for rule in self.rules.all())) if each}


class DataCategory(models.TextChoices):
    """What kind of data a field holds; disclosure rules speak of these."""

    NAME = "name", "Name and aliases"
    BIRTH_DATE = "birth_date", "Date of birth"
    CONTACT = "contact", "Address, phone and email"
    CHARGES = "charges", "Charges and dispositions"
    FREE_TEXT = "free_text", "Free text"
    IDENTIFIERS = "identifiers", "State and FBI numbers"
    NONCONVICTION = "nonconviction", "Nonconviction data"
    ORDERS = "orders", "Terms of warrants and orders"
    CUSTODY = "custody", "Custody, release and supervision"
    INCIDENT = "incident", "Incidents and arrests"
    INTELLIGENCE = "intelligence", "Criminal intelligence"


class Treatment(models.TextChoices):
    """What a recipient sees of a field, from most to least."""

    SHOWN = "shown", "Shown"
    MASKED = "masked", "Masked"
    PSEUDONYM = "pseudonym", "Pseudonym"
    WITHHELD = "withheld", "Withheld"


class ParticipantRole(models.TextChoices):
    """Part a person plays in a record; a participant's `source_type` keeps the source's own word."""

    DEFENDANT = "defendant", "Defendant"
    PLAINTIFF = "plaintiff", "Plaintiff"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    INFORMANT = "informant", "Confidential informant"
    JUVENILE = "juvenile", "Juvenile"
    GUARDIAN = "guardian", "Guardian"
    PETITIONER = "petitioner", "Petitioner"
    RESPONDENT = "respondent", "Respondent"
    JUDGE = "judge", "Judge"
    PROSECUTION = "prosecution_attorney", "Prosecuting attorney"
    DEFENSE = "defense_attorney", "Defense attorney"
    ATTORNEY = "attorney", "Attorney"
    ARREST_OFFICIAL = "arrest_official", "Arrest official"
    SPECIAL_MASTER = "special_master", "Special master"
    MOVANT = "movant", "Movant"
    INTERVENOR = "intervenor", "Intervenor"
    INTERESTED = "interested_party", "Interested party"
    ARRESTEE = "arrestee", "Arrestee"
    DETAINEE = "detainee", "Person in custody"
    SUPERVISED = "supervised_person", "Supervised person"
    SUBJECT = "subject", "Subject"
    SUSPECT = "suspect", "Suspect"
    PROTECTED = "protected_person", "Protected person"
    REPORTING = "reporting_person", "Reporting person"
    OFFICER = "officer", "Officer"
    OTHER = "other", "Other"


class Purpose(models.TextChoices):
    """NIEM `j:RapSheetPurposeCodeSimpleType`, without R, which is for the FBI only."""

    FILE_MAINTENANCE = "A", "A, file maintenance"
    CRIMINAL_JUSTICE = "C", "C, criminal justice"
    DOMESTIC_VIOLENCE = "D", "D, domestic violence and stalking"
    FIREARMS = "F", "F, firearms"
    HOUSING = "H", "H, public housing"
    LICENSING = "I", "I, noncriminal licensing or employment"
    EMPLOYMENT = "J", "J, criminal justice employment"
    SECURITY = "S", "S, national security"
    VISA = "V", "V, visa"
    CAREGIVER = "X", "X, caregiver or exigent"


class Obligation(models.TextChoices):
    """What goes with data that a rule shows to another agency; beside it a rule may carry words on how to handle it.

    That each look is logged needs no rule: all are.
    """

    STAYS = "stays", "It is read in the portal only: not printed, exported or passed on"
    SUPERVISOR = "supervisor", "A supervisor of theirs approves the inquiry first"
    NOTIFY_OWNER = "notify_owner", "Privacy officers of the owner are told of each inquiry that was shown it"


ANY = "*"
OWN_AGENCY = "own_agency"


class DisclosureRule(models.Model):
    """What a recipient sees of one data category of people in one role. Deny unless permitted.

    The most specific rule wins (recipient before role before category), the strictest among equals; `*` means any.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="rules")
    code = models.CharField(max_length=8, help_text="R7")
    recipient = models.CharField(max_length=32, default=ANY, help_text="Kind of agency, own_agency, or *")
    participant_role = models.CharField(max_length=24, default=ANY)
    data_category = models.CharField(max_length=16, default=ANY)
    purposes = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="Empty: any purpose")
    treatment = models.CharField(max_length=12, choices=Treatment)
    reason = models.CharField(max_length=200, help_text="Shown beside what is withheld")
    obligations = ArrayField(
        models.CharField(max_length=12, choices=Obligation),
        default=list,
        db_default=[],
        blank=True,
        help_text="Of other agencies, with what is shown",
    )
    handling = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Shown beside the data: how to handle it"
    )
    effective_from = models.DateField(
        null=True, blank=True, help_text="First day, by the agency's clock; none: at once"
    )
    effective_to = models.DateField(null=True, blank=True, help_text="Last day; none: while the version is in force")
    provision = models.ForeignKey(Provision, models.PROTECT, related_name="rules")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="Who wrote it as it is; somebody else reviews the provision on which it rests",
    )

    objects = TrackedQuerySet["DisclosureRule"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="rule_code"),
            models.UniqueConstraint(
                F("version"),
                F("recipient"),
                F("participant_role"),
                F("data_category"),
                F("purposes"),
                F("effective_from"),
                name="rule_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(effective_to__gte=F("effective_from"))
                | Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True),
                name="rule_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_treatment_display()}"

    @property
    def dated(self) -> bool:
        """Whether it begins or ends by itself while its version is in force."""
        return bool(self.effective_from or self.effective_to)
