"""The law that privacy policies rest on, where it leaves gaps, and how it is to change."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.formats import date_format
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Membership, User, own_or_audited
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
        return self.filter(own_or_audited(person, membership) | Q(is_public=True))

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


# --- Changes in law and practice ------------------------------------------------------------------------------------


class LawChangeQuerySet(TrackedQuerySet["LawChange"]):
    def visible_to(self, person: User, membership: Membership | None) -> LawChangeQuerySet:
        """One's own agency's, those of agencies that one audits, and what an agency shows partners or everybody."""
        if not person.is_active:
            return self.none()
        seen = own_or_audited(person, membership) | Q(audience=LawChange.Audience.PUBLIC)
        if membership is not None:
            seen |= Q(audience=LawChange.Audience.PARTNERS)
        return self.filter(seen)

    def public(self) -> LawChangeQuerySet:
        """Those that the agency shows everybody."""
        return self.filter(audience=LawChange.Audience.PUBLIC)

    def for_boards(self) -> LawChangeQuerySet:
        """What is put before boards and still open."""
        return self.filter(on_agenda=True).exclude(status__in=[LawChange.Status.ENACTED, LawChange.Status.REJECTED])


class LawChange(models.Model):
    """A change in statute, rule or practice that sharing needs: how it reads, how it is to read, how far it is."""

    class Status(models.TextChoices):
        IDEA = "idea", "Idea"
        DRAFTED = "drafted", "Drafted"
        INTRODUCED = "introduced", "Introduced"
        ENACTED = "enacted", "Enacted"
        REJECTED = "rejected", "Rejected"

    class Audience(models.TextChoices):
        AGENCY = "agency", "The agency alone"
        PARTNERS = "partners", "Partner agencies and boards"
        PUBLIC = "public", "Everybody"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="law_changes")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=LawGap.Change)
    authority = models.ForeignKey(LegalAuthority, models.PROTECT, null=True, blank=True, related_name="changes")
    today = models.TextField(max_length=4000, blank=True, help_text="How it reads today, where that matters")
    text = models.TextField(max_length=8000, help_text="The proposed text, or what it is to say")
    unblocks = models.TextField(max_length=2000, help_text="What becomes possible by it")
    sponsor = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.IDEA)
    bill = models.CharField(max_length=60, blank=True, help_text="Number of the bill or rulemaking: AB 1331")
    effective_on = models.DateField(null=True, blank=True)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.AGENCY)
    on_agenda = models.BooleanField(default=False)

    objects = LawChangeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency__name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="law_change_number"),
            models.CheckConstraint(name="law_change_says_what", condition=~Q(text="") & ~Q(unblocks="")),
            models.CheckConstraint(name="law_change_introduced", condition=~Q(status="introduced") | ~Q(bill="")),
            models.CheckConstraint(
                name="law_change_enacted",
                condition=Q(status="enacted", effective_on__isnull=False) | ~Q(status="enacted") & Q(effective_on=None),
            ),
            models.CheckConstraint(
                name="law_change_agenda_is_shown", condition=Q(on_agenda=False) | ~Q(audience="agency")
            ),
        ]

    def __str__(self) -> str:
        return f"Change {self.number}: {self.title}"

    @property
    def stands(self) -> str:
        """What the state alone does not say: the bill, or from when on it holds."""
        if self.effective_on is not None:
            return f"effective {date_format(self.effective_on, 'M j, Y')}"
        return self.bill if self.status == self.Status.INTRODUCED else ""


class LawChangeReminder(models.Model):
    """That a change was brought to mind before its first day; once for each day that was said. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(LawChange, models.PROTECT, related_name="reminders")
    effective_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["LawChangeReminder"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "effective_on"], name="law_change_reminder_once")]

    def __str__(self) -> str:
        return f"{self.change}, from {self.effective_on}"


class LawChangeGap(models.Model):
    """That a change closes a gap, or helps to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(LawChange, models.PROTECT, related_name="closes")
    gap = models.ForeignKey(LawGap, models.PROTECT, related_name="closed_by")

    objects = TrackedQuerySet["LawChangeGap"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "gap"], name="law_change_gap_once")]

    def __str__(self) -> str:
        return f"{self.change} closes {self.gap}"


class LawChangeMove(models.Model):
    """That a change came to stand somewhere, on which day. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(LawChange, models.PROTECT, related_name="moves")
    status = models.CharField(max_length=10, choices=LawChange.Status)
    on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {self.on}"
