"""Registers of existing agreements: their snapshots, entries, issues and attached texts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .reading.lines import LONGEST

FILES = "registers"
"""The folder of the private store in which snapshots and attached texts lie."""


class RegisterQuerySet(TrackedQuerySet["Register"]):
    def visible_to(self, person: User, membership: Membership | None) -> RegisterQuerySet:
        """Registers that the person may read: their agency's, those that they audit; a portal administrator all."""
        if not person.is_active:
            return self.none()
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        if person.is_portal_administrator or None in audited:
            return self.all()
        seen = Q(owner__in=audited)
        if membership is not None and membership.roles:
            seen |= Q(owner=membership.agency_id)
        return self.filter(seen)


class Register(models.Model):
    """A list of agreements that exist outside the portal, as its snapshots give it. Its entries open no records."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160)
    source = models.CharField(max_length=300, blank=True, help_text="Who publishes the list, and where")
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="registers", help_text="None: the portal"
    )
    opened_at = models.DateTimeField(db_default=Now())

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="register_name",
                nulls_distinct=False,
                violation_error_message="There is a register of this name already. Open it, or choose another name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """One state of the list, from one file. It is compared with the one before, and counts once it is committed."""

    class Status(models.TextChoices):
        PREVIEW = "preview", "Ready to commit"
        COMMITTED = "committed", "Committed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.ForeignKey(Register, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField(null=True, editable=False, help_text="In the order of commits")
    taken_on = models.DateField(help_text="The day whose state the list gives")
    status = models.CharField(max_length=10, choices=Status, default=Status.PREVIEW)
    file = models.UUIDField(editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120)
    file_kind = models.CharField(max_length=4, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField(default=dict, help_text="Header, columns, order of day and month, listing")
    headings = models.JSONField(default=dict, help_text="The heading of each field's column")
    listings = models.JSONField(default=list, help_text="The snapshots that the file holds, where it holds several")
    problems = models.JSONField(default=list, help_text="[place, reason, severity]")
    rows_read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["Snapshot"].as_manager()
    history = HistoricalRecords(excluded_fields=["problems"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="snapshot_number"),
            models.CheckConstraint(
                name="snapshot_committed",
                condition=Q(status="committed", number__isnull=False, committed_at__isnull=False)
                | (~Q(status="committed") & Q(number=None, committed_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Snapshot {self.number}" if self.number else "A preview"


class SnapshotLine(models.Model):
    """One line of a snapshot, as it was written. Removed with a preview; never changed once it is committed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=64, help_text="By which the next snapshot knows it again: a digest")
    base = models.CharField(max_length=64)
    twice = models.BooleanField(default=False)
    place = models.CharField(max_length=120)
    values = models.JSONField()
    other = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "key"], name="snapshot_line_once")]
        indexes = [models.Index(fields=["key"], name="snapshot_line_key")]

    def __str__(self) -> str:
        return self.place


ENTRY_WORDS = SearchVector("agency_name", "county", "kind", "status_text", config="english")
"""What of an entry is searched; the index is on this very expression."""


class Entry(models.Model):
    """One existing agreement of a register, as its newest snapshot has it, with what was settled about it.

    `signed_on`, `ends_on` and `agency` are empty where the list leaves them open; the texts say what is written there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.ForeignKey(Register, models.PROTECT, related_name="entries")
    key = models.CharField(max_length=64)
    base = models.CharField(max_length=64)
    twice = models.BooleanField(default=False)
    agency_name = models.CharField(max_length=LONGEST["agency"])
    agency_key = models.CharField(max_length=64, help_text="Digest of ORI, or of name and state")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    ori = models.CharField(max_length=9, blank=True)
    state = models.CharField(max_length=LONGEST["state"], blank=True)
    county = models.CharField(max_length=LONGEST["county"], blank=True)
    kind = models.CharField(max_length=LONGEST["kind"], blank=True)
    signed_text = models.CharField(max_length=LONGEST["signed"], blank=True)
    signed_on = models.DateField(null=True, blank=True)
    ends_text = models.CharField(max_length=LONGEST["ends"], blank=True)
    ends_on = models.DateField(null=True, blank=True)
    status_text = models.CharField(max_length=LONGEST["status"], blank=True)
    link = models.CharField(max_length=LONGEST["link"], blank=True)
    first_in = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    ended_in = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", help_text="The first that lacks it"
    )

    objects = TrackedQuerySet["Entry"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="register_entry_once")]
        indexes = [
            models.Index(fields=["register", "agency_name", "id"], name="register_entry_order"),
            GinIndex(ENTRY_WORDS, name="register_entry_words"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_name}, {self.kind}" if self.kind else self.agency_name


class Issue(models.Model):
    """What a list leaves open, by its source value: one answer holds for every entry of the register that has it."""

    class About(models.TextChoices):
        AGENCY = "agency", "Unknown agency"
        SIGNED = "signed", "Doubtful day of signature"
        ENDS = "ends", "Doubtful last day"
        REVERSED = "reversed", "Ends before it was signed"
        TWICE = "twice", "Listed twice"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        DISMISSED = "dismissed", "Dismissed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.ForeignKey(Register, models.PROTECT, related_name="issues")
    about = models.CharField(max_length=10, choices=About)
    source_key = models.CharField(max_length=64, help_text="Digest of the source value")
    source = models.CharField(max_length=700, help_text="The source value as written")
    place = models.CharField(max_length=120, blank=True, help_text="Where it was met first")
    doubt = models.CharField(max_length=12, blank=True)
    candidates = models.JSONField(default=list, help_text="Days that it may mean")
    state = models.CharField(max_length=LONGEST["state"], blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    first_in = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["Issue"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "about", "source_key"], name="register_issue_once"),
            models.CheckConstraint(
                name="register_issue_answered",
                condition=Q(status="open", agency=None, day=None, answered_at=None)
                | (Q(status="resolved", answered_at__isnull=False) & (Q(agency__isnull=False) | Q(day__isnull=False)))
                | (Q(status="dismissed", answered_at__isnull=False, agency=None, day=None) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["register", "status", "about"], name="register_issue_open")]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.source}"


ATTACHMENT_WORDS = SearchVector("text", config="english")


class Attachment(models.Model):
    """The text of an existing agreement: a file in the private store, and what it says where it says anything."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attachments")
    file = models.UUIDField(editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120)
    file_kind = models.CharField(max_length=4, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(default=0, help_text="In its text; none in what was scanned")
    text = models.TextField(blank=True)
    text_is_cut = models.BooleanField(default=False, help_text="The file says more than is searched")
    flaw = models.CharField(max_length=200, blank=True, help_text="Why its text could not be read")
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["Attachment"].as_manager()
    history = HistoricalRecords(excluded_fields=["text"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "sha256"], name="attachment_once", condition=Q(removed_at__isnull=True)
            )
        ]
        indexes = [GinIndex(ATTACHMENT_WORDS, name="register_attachment_words", condition=Q(removed_at__isnull=True))]

    def __str__(self) -> str:
        return self.file_name

    @property
    def has_text(self) -> bool:
        """Whether there are words to find."""
        return self.words > 0
