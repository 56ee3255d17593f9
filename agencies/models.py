"""Agencies, the people who work there, and what an agency holds."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet


class PeopleManager(UserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person with an account. What they may do comes from memberships, seats and appointments, never from flags here,
    but for the portal administrator, who keeps agencies and accounts and sees no record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=254, unique=True, editable=False)
    email = models.EmailField("work email", unique=True)
    is_portal_administrator = models.BooleanField(default=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")

    objects: ClassVar[PeopleManager] = PeopleManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                name="user_deactivated", condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        self.username = self.email
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Agency(models.Model):
    """A body that shares or receives records. Its identity is the ORI or the court id, never the name."""

    class Kind(models.TextChoices):
        COURT = "court", "Court"
        LAW_ENFORCEMENT = "law_enforcement", "Law enforcement"
        PROSECUTOR = "prosecutor", "Prosecutor"
        PUBLIC_DEFENDER = "public_defender", "Public defender"
        CORRECTIONS = "corrections", "Corrections"
        PRETRIAL = "pretrial", "Pretrial services"
        PROBATION = "probation_parole", "Probation or parole"
        JAIL = "jail", "Jail"
        REPOSITORY = "state_repository", "State repository"
        EMERGENCY = "emergency_communications", "911 centre"
        MOTOR_VEHICLES = "motor_vehicles", "Motor vehicles"
        JUVENILE = "juvenile_services", "Juvenile services"
        OTHER = "other", "Other"

    class Level(models.TextChoices):
        FEDERAL = "federal", "Federal"
        STATE = "state", "State"
        COUNTY = "county", "County"
        CITY = "city", "City"
        TRIBAL = "tribal", "Tribal"
        LOCAL = "local", "Local"
        OTHER = "other", "Other"

    class Status(models.TextChoices):
        LISTED = "listed", "Listed"  # known from a public list; nobody of it works here yet
        ACTIVE = "active", "Active"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=250)
    kind = models.CharField(max_length=32, choices=Kind)
    level = models.CharField(max_length=16, choices=Level, blank=True)
    state = models.CharField(max_length=2, blank=True, help_text="USPS code; empty for federal or foreign bodies")
    county = models.CharField(max_length=120, blank=True)
    ori = models.CharField("ORI", max_length=9, null=True, blank=True, unique=True)
    court_id = models.CharField("court id", max_length=40, null=True, blank=True, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    status = models.CharField(max_length=8, choices=Status, default=Status.LISTED)
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    source = models.CharField(max_length=40, blank=True, help_text="Which list it was imported from")
    source_facts = models.JSONField(default=dict, blank=True, help_text="The rest of what the source holds")
    group = models.OneToOneField(Group, models.PROTECT, null=True, editable=False, related_name="agency")

    objects = TrackedQuerySet["Agency"].as_manager()
    history = HistoricalRecords(excluded_fields=["source_facts"])

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(name="agency_not_its_own_parent", condition=~Q(pk=F("parent"))),
            models.CheckConstraint(
                name="agency_active_has_group", condition=~Q(status="active") | Q(group__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "name"], name="agency_state_name"),
            GinIndex(fields=["name"], name="agency_name_trigram", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may do at an agency."""

    CLERK = "clerk", "Clerk"
    CUSTODIAN = "records_custodian", "Records custodian"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    SIGNATORY = "signatory", "Signatory"
    DRAFTER = "drafter", "Agreement drafter"
    ADMINISTRATOR = "agency_administrator", "Agency administrator"


RECORD_ROLES = (Role.CLERK, Role.CUSTODIAN, Role.PRIVACY_OFFICER)
"""Roles that look at records; a signatory or an administrator alone sees none."""


class MembershipQuerySet(TrackedQuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Memberships in force now, of active people at active agencies."""
        return self.filter(
            Q(ended_at=None) | Q(ended_at__gt=Now()),
            started_at__lte=Now(),
            person__is_active=True,
            agency__status=Agency.Status.ACTIVE,
        )

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.filter(roles__overlap=[str(role) for role in roles])


class Membership(models.Model):
    """A person's place at an agency, with the roles held there. One session acts under one membership."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    title = models.CharField(max_length=120, blank=True, help_text="As it stands under a signature: Presiding judge")
    roles = ArrayField(models.CharField(max_length=32, choices=Role), default=list)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency"], name="membership_one_open", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.agency}"

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)

    def has(self, *roles: str) -> bool:
        return not {str(role) for role in roles}.isdisjoint(self.roles)


class Training(models.Model):
    """A completed training; access to records needs one that has not expired (CJIS Security Policy AT-2: yearly)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="trainings")
    title = models.CharField(max_length=120, default="Security and privacy awareness")
    completed_on = models.DateField()
    expires_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = TrackedQuerySet["Training"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_expires_after", condition=Q(expires_on__gt=F("completed_on")))
        ]
        indexes = [models.Index(fields=["person", "-expires_on"], name="training_current")]

    def __str__(self) -> str:
        return f"{self.title} until {self.expires_on}"


class Invitation(models.Model):
    """An invitation by email to work at an agency. The link's secret is kept as a hash only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    title = models.CharField(max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=32, choices=Role), default=list)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TrackedQuerySet["Invitation"].as_manager()
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "agency",
                name="invitation_one_open",
                condition=Q(accepted_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.agency}"


class AuditorQuerySet(TrackedQuerySet["Auditor"]):
    def current(self) -> AuditorQuerySet:
        """Appointments in force now."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), started_at__lte=Now(), person__is_active=True)


class Auditor(models.Model):
    """An appointment to audit: one agency (its agreements, the access log of its sets) or the whole portal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="audits")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="auditors")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AuditorQuerySet.as_manager()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.person}, auditor of {self.agency or 'the portal'}"


class RecordSet(models.Model):
    """A named holding of one record class that an agency owns and can share. Guardian's permission sits here."""

    class RecordClass(models.TextChoices):
        CASE = "case", "Case"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(Agency, models.PROTECT, related_name="record_sets")
    name = models.CharField(max_length=120)
    record_class = models.CharField(max_length=24, choices=RecordClass, default=RecordClass.CASE)
    description = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TrackedQuerySet["RecordSet"].as_manager()
    history = HistoricalRecords()

    class Meta:
        default_permissions = ("view",)  # guardian's view_recordset; nothing else is granted
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="record_set_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.owner}"


class RecordSetUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(RecordSet, models.CASCADE)


class RecordSetGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(RecordSet, models.CASCADE)
