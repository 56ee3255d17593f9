"""Records and what hangs on them. Every row carries its record set, so that tables can be distributed by it later."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now, Upper
from simple_history.models import HistoricalRecords

from agencies.models import RecordSet
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.models import ParticipantRole

if TYPE_CHECKING:
    from portal.records.decision import Decision

KEPT = "Values of the source without a column, and how it wrote the others; may name anybody, so it is free text"
UNREAD, UNNAMED = "unread", "unnamed"
"""Stand among a record's roles where a party could not be read, and where its source names no party, or not all: its
text may name anybody. Of what was not read nobody sees the text; of what names none, the owner's own people do."""
NEWEST = (F("record_set"), F("ordered_on").desc(), F("id").desc())
DECIDES = ["sealed", "juvenile", "closes_at", "nonconviction_from"]
HIDDEN = Q(sealed=True) | Q(juvenile=True) | Q(nonconviction_from__isnull=False)
"""What is not there for everybody to whom its set is open."""
UNDATED = date(1, 1, 1)
"""Where a record without a filing date stands in a list: last."""


def _plain(field: str) -> Func:
    """The letters and digits of a field, small."""
    return Func(field, function="records_plain", output_field=models.TextField())


class InSets(Func):
    """Whether a record's set is among those of an array as PostgreSQL writes it: one parameter, where Django writes one
    for each of hundreds of sets."""

    template = "%(expressions)s::uuid[])"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()

    def __init__(self, array: str) -> None:
        super().__init__(F("record_set_id"), Value(array))


class RecordQuerySet(TrackedQuerySet["Record"]):
    def visible_to(self, decision: Decision) -> RecordQuerySet:
        """The records that a decision opens; the one filter between a viewer and the table."""
        now = decision.viewer.at or Now()
        overdue = Q(closes_at__isnull=False, closes_at__lte=now)
        alone = Q(nonconviction_from__isnull=False, nonconviction_from__lte=now)
        closed = Q(sealed=True) & ~Q(InSets(decision.array("sealed")))
        closed |= overdue & ~Q(InSets(decision.array("overdue")))
        closed |= Q(juvenile=True) & ~Q(InSets(decision.array("juvenile")))
        closed |= alone & ~Q(InSets(decision.array("nonconviction")))
        return self.filter(InSets(decision.array())).exclude(closed)


class Record(models.Model):
    """A shared record of any class under the common envelope. What is of its class stands in `details`, checked by the
    description of the class (portal.records.classes) before it is written; what lists and searches compare stands in
    columns besides.

    `participant_roles` lists the roles on the record, so that one statement can say whether somebody on it is withheld
    from a viewer, which withholds the free text too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="records")
    record_class = models.CharField(max_length=24, choices=RecordSet.RecordClass, default=RecordSet.RecordClass.CASE)
    docket_number = models.CharField(
        max_length=64, help_text="nc:CaseDocketID; of other classes their own number, nc:ActivityIdentification"
    )
    docket_key = models.CharField(max_length=64, help_text="The number as searches compare it")
    docket_tail = models.GeneratedField(
        expression=Func(
            F("docket_key"), Value("^[a-z]+-(?=[0-9]{2}-[a-z]+-[0-9]+$)"), Value(""), function="regexp_replace"
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        help_text="The key without the court before the year, which people leave out",
    )
    title = models.TextField(blank=True, help_text="nc:CaseTitleText; free text, since it names people")
    court_id = models.CharField(max_length=40, blank=True, help_text="j:CaseCourt, as the court list knows it")
    category = models.CharField(max_length=60, blank=True, help_text="nc:CaseCategoryText")
    filed_on = models.DateField(null=True, blank=True)
    ordered_on = models.DateField(
        default=UNDATED, help_text="Filing date, or the beginning of time: what lists sort by"
    )
    terminated_on = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="Structured court facts that name nobody")
    details = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Fields of its class by name, as described; never shown whole",
    )
    case_key = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Docket key of the case that it belongs to"
    )
    agency_key = models.GeneratedField(
        expression=Upper(Coalesce(KT("details__agency"), KT("details__court"), Value("", models.TextField()))),
        output_field=models.TextField(),
        db_persist=True,
        help_text="ORI or court id of the agency that its class names, in capitals: who arrested, booked, issued",
    )
    tracking_key = models.GeneratedField(
        expression=Coalesce(
            Func(KT("details__tracking_number"), function="records_plain"), Value("", models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text="The letters and digits of its tracking number, small: what is searched by",
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="First moment after its last day, by its owner's clock: it counts as closed"
    )
    closes_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="First moment after its review was due: from then on it is its owner's custodians' alone",
    )
    nonconviction_from = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="From when it is nonconviction data alone; kept by the database",
    )
    retain_until = models.DateField(null=True, blank=True, help_text="Last day on which its owner keeps it")
    kept = models.JSONField(default=dict, db_default={}, blank=True, help_text=KEPT)
    participant_roles = ArrayField(models.CharField(max_length=24, choices=ParticipantRole), default=list)
    sealed = models.BooleanField(default=False)
    juvenile = models.BooleanField(default=False)
    source_system = models.CharField(max_length=40)
    source_id = models.CharField(max_length=120)
    source_digest = models.CharField(max_length=64, help_text="SHA-256 of what was imported")
    updated_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["docket_tail", "agency_key", "tracking_key", "nonconviction_from"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_set", "source_system", "source_id"], name="record_source_once"),
        ]
        indexes = [
            # With what decides whether a record is open, so that lists and counts read the index alone.
            models.Index(*NEWEST, name="record_set_there_newest", include=DECIDES),
            models.Index(
                *NEWEST,
                name="record_set_open_newest",
                include=[*DECIDES, "expires_at"],
                condition=Q(terminated_on__isnull=True),
            ),
            models.Index(
                *NEWEST,
                name="record_set_closed_newest",
                include=[*DECIDES, "terminated_on", "expires_at"],
                condition=Q(terminated_on__isnull=False) | Q(expires_at__isnull=False),
            ),
            models.Index(*NEWEST[1:], name="record_there_newest", include=["record_set", *DECIDES]),
            models.Index(fields=["record_set", "docket_key"], name="record_docket", opclasses=["", "text_pattern_ops"]),
            models.Index(fields=["record_set", "docket_tail"], name="record_docket_tail"),
            models.Index(
                F("record_set"),
                F("agency_key"),
                F("ordered_on").desc(),
                F("id").desc(),
                name="record_agency",
                condition=~Q(agency_key=""),
            ),
            models.Index(fields=["record_set", "tracking_key"], name="record_tracking", condition=~Q(tracking_key="")),
            models.Index(fields=["record_set", "case_key"], name="record_case", condition=~Q(case_key="")),
            models.Index(
                fields=["record_set", "retain_until"],
                condition=Q(retain_until__isnull=False),
                name="record_retention",
            ),
            models.Index(
                fields=["record_set", "closes_at"], condition=Q(closes_at__isnull=False), name="record_review"
            ),
            models.Index(fields=["docket_key"], condition=HIDDEN, name="record_hidden_key"),
            models.Index(fields=["docket_tail"], condition=HIDDEN, name="record_hidden_tail"),
        ]

    def __str__(self) -> str:
        return self.docket_number


class Participant(models.Model):
    """A person or body on a record, in a role. `label` is the pseudonym, stable within the record: Victim A."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="participants")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=24, choices=ParticipantRole)
    label = models.CharField(max_length=60)
    source_type = models.CharField(max_length=120, blank=True, help_text="The role in the source's own word")
    name = models.TextField(blank=True)
    name_key = models.TextField(blank=True, help_text="The name as searches compare it, other names behind")
    aliases = models.TextField(blank=True, help_text="Aliases and remarks of the source; data category name")
    birth_date = models.DateField(null=True, blank=True)
    contact = models.TextField(blank=True)
    state_id = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="j:PersonStateFingerprintIdentification"
    )
    fbi_id = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="j:PersonFBIIdentification"
    )
    terminated_on = models.DateField(null=True, blank=True)
    represents = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="attorneys")
    attorney_roles = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    kept = models.JSONField(default=dict, db_default={}, blank=True, help_text=KEPT)
    name_words = models.GeneratedField(
        expression=SearchVector("name_key", config="simple"), output_field=SearchVectorField(), db_persist=True
    )
    name_forms = models.GeneratedField(
        expression=models.Func("name_key", function="records_name_forms", output_field=SearchVectorField()),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="The words with how each sounds: what is searched by",
    )

    objects = TrackedQuerySet["Participant"].as_manager()
    history = HistoricalRecords(excluded_fields=["name_words", "name_forms"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_set", "record", "position"], name="participant_position"),
        ]
        indexes = [
            models.Index(
                fields=["record_set", "name_key"], name="participant_name", opclasses=["", "text_pattern_ops"]
            ),
            # Each word begins with its set: a word of one set is met without those of all others.
            GinIndex(
                Func("name_forms", "record_set_id", function="records_in_set", output_field=SearchVectorField()),
                name="participant_forms_in_set",
            ),
            models.Index("record_set", _plain("state_id"), name="participant_state_number", condition=~Q(state_id="")),
            models.Index("record_set", _plain("fbi_id"), name="participant_fbi_number", condition=~Q(fbi_id="")),
        ]

    def __str__(self) -> str:
        return self.label


class Charge(models.Model):
    """A count or a complaint against a participant (`j:Charge`); its disposition and sentence are free text."""

    class Kind(models.TextChoices):
        COUNT = "count", "Count"
        COMPLAINT = "complaint", "Complaint"

    class Outcome(models.TextChoices):
        """How it ended (`j:DispositionCategoryCodeText`); the middle three make it nonconviction data (28 CFR 20.3)."""

        CONVICTED = "convicted", "Convicted"
        DISMISSED = "dismissed", "Dismissed"
        ACQUITTED = "acquitted", "Acquitted"
        NOT_PROSECUTED = "not_prosecuted", "Not prosecuted"
        DEFERRED = "deferred", "Deferred"
        OTHER = "other", "Other"

    WITHOUT_CONVICTION = (Outcome.DISMISSED, Outcome.ACQUITTED, Outcome.NOT_PROSECUTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="charges")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="charges")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    count_number = models.CharField(max_length=20, blank=True, help_text="j:ChargeSequenceID")
    description = models.TextField(help_text="j:ChargeDescriptionText")
    statute = models.CharField(max_length=160, blank=True, help_text="j:ChargeStatute, read from the description")
    standing = models.CharField(max_length=40, blank=True, help_text="As the source says: pending, terminated")
    disposition = models.TextField(blank=True, help_text="nc:DispositionText")
    degree = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="j:ChargeDegreeText")
    plea = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="j:ChargePlea")
    filed_on = models.DateField(null=True, blank=True, help_text="j:ChargeFilingDate")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="", db_default="")
    disposed_on = models.DateField(null=True, blank=True, help_text="nc:DispositionDate")
    sentenced_on = models.DateField(null=True, blank=True, help_text="j:SentenceDate")
    sentence = models.TextField(blank=True, default="", db_default="", help_text="j:SentenceDescriptionText")
    fine = models.DecimalField(
        max_digits=11, decimal_places=2, null=True, blank=True, help_text="j:SentenceFineAmount, in dollars"
    )
    kept = models.JSONField(default=dict, db_default={}, blank=True, help_text=KEPT)
    statute_keys = models.GeneratedField(
        expression=Func("statute", function="records_statute_keys", output_field=ArrayField(models.TextField())),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
        help_text="Each statute cited, and what begins it, as searches compare them",
    )

    objects = TrackedQuerySet["Charge"].as_manager()
    history = HistoricalRecords(excluded_fields=["statute_keys"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_set", "record", "position"], name="charge_position")]
        indexes = [
            GinIndex(
                Func(
                    "statute_keys",
                    "record_set_id",
                    function="records_keys_in_set",
                    output_field=ArrayField(models.TextField()),
                ),
                name="charge_statutes_in_set",
            ),
        ]

    def __str__(self) -> str:
        return f"Charge {self.position}"


class DocketEntry(models.Model):
    """One entry of a docket (`j:CaseCourtEvent`), a hearing among them (`j:CaseHearing`), or another event of a record.
    Its text is free text; a custodian may clear a single entry."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="entries")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=40, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    entered_on = models.DateField(null=True, blank=True)
    hearing = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Of a hearing its kind; empty for others"
    )
    held_at = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Of a hearing the hour and the place"
    )
    description = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="Document ids of the source")
    kept = models.JSONField(default=dict, db_default={}, blank=True, help_text=KEPT)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    tells = models.GeneratedField(
        expression=Func(F("description"), F("kept"), function="records_tells_outcome"),
        output_field=models.CharField(max_length=5),
        db_persist=True,
        help_text="Whether it tells of an end without conviction: said, maybe, or empty",
    )

    objects = TrackedQuerySet["DocketEntry"].as_manager()
    history = HistoricalRecords(excluded_fields=["tells"])

    class Meta:
        verbose_name_plural = "docket entries"
        constraints = [models.UniqueConstraint(fields=["record_set", "record", "position"], name="entry_position")]

    def __str__(self) -> str:
        return f"Entry {self.number or self.position}"
