"""Agencies, and what they hold."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet


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

    @property
    def today(self) -> date:
        """The day by its own clock: the one on which a training of its people ends."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))


class RecordSet(models.Model):
    """A named holding of one record class that an agency owns and can share. Guardian's permission sits here.

    Its class stays what it was opened as, and each record in it is of that class: the database refuses anything else.
    """

    class RecordClass(models.TextChoices):
        CASE = "case", "Case"
        WARRANT = "warrant", "Warrant"
        PROTECTION_ORDER = "protection_order", "Protection order"
        CUSTODY = "custody", "Custody and booking"
        ARREST = "arrest", "Arrest"
        INCIDENT = "incident", "Incident"
        SUPERVISION = "supervision", "Supervision"
        INTELLIGENCE = "intelligence", "Criminal intelligence"

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
        indexes = [
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="record_set_closed"),
            models.Index(fields=["id"], condition=Q(record_class="intelligence"), name="record_set_apart"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.owner}"


class RecordSetUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(RecordSet, models.CASCADE)


class RecordSetGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(RecordSet, models.CASCADE)
