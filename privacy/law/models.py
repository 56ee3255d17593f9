"""The law that privacy policies rest on, and where it leaves gaps."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from agencies.reading.states import STATES
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.models import Provision

FEDERAL = "US"
JURISDICTIONS = [(FEDERAL, "Federal"), *sorted(STATES.items(), key=lambda pair: pair[1])]


class LegalAuthorityQuerySet(TrackedQuerySet["LegalAuthority"]):
    def in_use(self) -> LegalAuthorityQuerySet:
        """Those that can be cited."""
        return self.filter(retired_at=None)


class LegalAuthority(models.Model):
    """A statute, rule or case as it is cited. Whoever signs in reads it; its words stand elsewhere."""

    class Kind(models.TextChoices):
        CONSTITUTION = "constitution", "Constitution"
        STATUTE = "statute", "Statute"
        REGULATION = "regulation", "Regulation"
        COURT_RULE = "court_rule", "Rule of court"
        CASE = "case", "Decision of a court"
        POLICY = "policy", "Policy of a federal or state body"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    citation = models.CharField(max_length=160, help_text="28 CFR 20.21")
    title = models.CharField(max_length=250, help_text="What it is about")
    kind = models.CharField(max_length=12, choices=Kind)
    jurisdiction = models.CharField(max_length=2, choices=JURISDICTIONS)
    link = models.CharField(max_length=500, blank=True, validators=[URLValidator(schemes=["https", "http"])])
    entered_by = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="Whose officer keeps the entry")
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = LegalAuthorityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["jurisdiction", "citation"]
        verbose_name_plural = "legal authorities"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "citation"],
                name="authority_once",
                violation_error_message="This authority is entered already. Look for its citation in the list.",
            ),
            models.CheckConstraint(name="authority_says_what", condition=~Q(citation="") & ~Q(title="")),
        ]

    def __str__(self) -> str:
        return f"{self.citation}, {self.title}"


class ProvisionAuthority(models.Model):
    """That a provision rests on an authority. Part of the version: final when it is published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provision = models.ForeignKey(Provision, models.CASCADE, related_name="citations")
    authority = models.ForeignKey(LegalAuthority, models.PROTECT, related_name="citations")

    objects = TrackedQuerySet["ProvisionAuthority"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["authority__jurisdiction", "authority__citation"]
        verbose_name_plural = "provision authorities"
        constraints = [models.UniqueConstraint(fields=["provision", "authority"], name="citation_once")]

    def __str__(self) -> str:
        return f"{self.provision.number} rests on {self.authority.citation}"

    @property
    def citation(self) -> str:
        return self.authority.citation

    @property
    def title(self) -> str:
        return self.authority.title


class Harmed(models.TextChoices):
    """Who could come to harm through a gap."""

    VICTIMS = "victims", "Victims"
    WITNESSES = "witnesses", "Witnesses"
    SOURCES = "sources", "Intelligence sources"
    JUVENILES = "juveniles", "Juveniles"
    SUBJECTS = "subjects", "People whom records are about"
    OFFICERS = "officers", "Law enforcement officers"
    COURTS = "courts", "Judges and court personnel"
    PERSONNEL = "personnel", "Other justice personnel"
    PUBLIC = "public", "The public"


class LawGapQuerySet(TrackedQuerySet["LawGap"]):
    def visible_to(self, person: User, membership: Membership | None) -> LawGapQuerySet:
        """One's own agency's, those of agencies that one audits, and what an agency shows everybody."""
        if not person.is_active:
            return self.none()
        seen = Q(is_public=True)
        if membership is not None:
            seen |= Q(agency=membership.agency_id)
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        return self.all() if None in audited else self.filter(seen | Q(agency__in=audited))

    def public(self) -> LawGapQuerySet:
        """Those that the agency shows everybody."""
        return self.filter(is_public=True)


class LawGap(models.Model):
    """Where the law leaves people without protection: the gap, the safeguard meanwhile, the change that would help."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        PROPOSED = "proposed", "Change proposed"
        UNDER_WAY = "under_way", "Change under way"
        CLOSED = "closed", "Closed"

    class Change(models.TextChoices):
        STATUTE = "statute", "A change in statute"
        RULE = "rule", "A change in a rule or regulation"
        PRACTICE = "practice", "A change in practice"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="law_gaps")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    authority = models.ForeignKey(LegalAuthority, models.PROTECT, null=True, blank=True, related_name="gaps")
    gap = models.TextField(max_length=4000, help_text="What the law does not say, or says so that it harms")
    harmed = ArrayField(models.CharField(max_length=10, choices=Harmed))
    safeguard = models.TextField(max_length=4000, help_text="What the agency does until it is closed")
    change = models.CharField(max_length=10, choices=Change, blank=True)
    proposal = models.TextField(max_length=4000, blank=True, help_text="The change that would close it")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    is_public = models.BooleanField(default=False)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_because = models.CharField(max_length=1000, blank=True)

    objects = LawGapQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency__name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="gap_number"),
            models.CheckConstraint(name="gap_harms_somebody", condition=~Q(harmed=[])),
            models.CheckConstraint(
                name="gap_change_says_what", condition=Q(change="", proposal="") | (~Q(change="") & ~Q(proposal=""))
            ),
            models.CheckConstraint(
                name="gap_proposed", condition=~Q(status__in=["proposed", "under_way"]) | ~Q(change="")
            ),
            models.CheckConstraint(
                name="gap_closed",
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(closed_because="")
                | (~Q(status="closed") & Q(closed_at=None, closed_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Gap {self.number}: {self.title}"

    @property
    def harms(self) -> str:
        """Who could be harmed, in words."""
        return ", ".join(str(each.label) for each in Harmed if each.value in self.harmed)
