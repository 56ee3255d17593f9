"""That somebody disputes what a record says, and how that was settled."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import RecordSet
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.models import DataCategory

from .record import Charge, DocketEntry, Participant, Record

LONGEST_NOTE = 500


class DisputeQuerySet(TrackedQuerySet["Dispute"]):
    def open(self) -> DisputeQuerySet:
        return self.filter(ended_at=None)


class Dispute(models.Model):
    """A note beside one field of a record, shown to whoever is shown the field, and to nobody else.

    `unread_since`: who is on the record, or the field, has changed since a custodian wrote the note. That the field is
    disputed is shown still; the words are kept back, for they may name somebody who is protected now.
    """

    class Field(models.TextChoices):
        RECORD = "record", "The record itself"
        NAME = "name", "Name and aliases"
        BIRTH_DATE = "birth_date", "Date of birth"
        CONTACT = "contact", "Address, phone and email"
        CHARGE = "charge", "Charge"
        ENTRY = "entry", "Docket entry"

    class WordsOf(models.TextChoices):
        SUBJECT = "subject", "In the words of who disputes it"
        AGENCY = "agency", "In the words of the agency"

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", "It was corrected"
        STANDS = "stands", "It stands as it was"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="disputes")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    field = models.CharField(max_length=12, choices=Field)
    participant = models.ForeignKey(Participant, models.CASCADE, null=True, blank=True, related_name="disputes")
    charge = models.ForeignKey(Charge, models.CASCADE, null=True, blank=True, related_name="disputes")
    entry = models.ForeignKey(DocketEntry, models.CASCADE, null=True, blank=True, related_name="disputes")
    note = models.CharField(max_length=LONGEST_NOTE)
    words_of = models.CharField(max_length=8, choices=WordsOf)
    request_number = models.CharField(max_length=20, blank=True, help_text="Of the redress request that asks for it")
    opened_at = models.DateTimeField(db_default=Now())
    unread_since = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = DisputeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "field", "participant", "charge", "entry"],
                name="dispute_open_once",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="dispute_of_one_field",
                condition=Q(field="record", participant=None, charge=None, entry=None)
                | Q(field__in=["name", "birth_date", "contact"], participant__isnull=False, charge=None, entry=None)
                | Q(field="charge", participant=None, charge__isnull=False, entry=None)
                | Q(field="entry", participant=None, charge=None, entry__isnull=False),
            ),
            models.CheckConstraint(
                name="dispute_ended_whole",
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_field_display()

    @property
    def target(self) -> UUID | None:
        """The participant, charge or docket entry of which it is."""
        return self.participant_id or self.charge_id or self.entry_id

    @property
    def category(self) -> str:
        """The category of data whose rules rule the note; of the record itself none, for its number names nobody."""
        return {
            self.Field.CHARGE: DataCategory.CHARGES,
            self.Field.ENTRY: DataCategory.FREE_TEXT,
            self.Field.RECORD: "",
        }.get(self.Field(self.field), self.field)
