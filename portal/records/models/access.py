"""Why somebody looked, and that they did."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from agencies.models import Agency, Membership, User
from portal.kernel.ids import uuid7
from privacy.models import DataCategory, Purpose


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def open(self) -> InquiryQuerySet:
        return self.filter(ended_at=None, open_until__gt=Now())


class Inquiry(models.Model):
    """A person's stated purpose and case number, under which they search and view (CJIS 4.2.5.1: reason on demand)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="inquiries")
    purpose = models.CharField(max_length=2, choices=Purpose)
    case_number = models.CharField(max_length=64)
    opened_at = models.DateTimeField(db_default=Now())
    open_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = [models.Index(fields=["membership", "-opened_at"], name="inquiry_newest")]
        constraints = [
            models.CheckConstraint(
                name="inquiry_a_working_day", condition=Q(open_until__lte=F("opened_at") + timedelta(hours=12))
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Short enough to read out, and from no global sequence: the year and the id's random end."""
        return f"INQ-{self.opened_at:%y}-{self.pk.hex[-6:].upper()}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.open_until <= timezone.now()

    @property
    def purpose_label(self) -> str:
        return self.get_purpose_display()


TOLD = [("record", "That there is such a record: its number, court and dates"), *DataCategory.choices]
"""What can be passed on by word of mouth: kinds of data, never what they say."""


class Release(models.Model):
    """Something that leaves the portal on paper, in a file or by word of mouth: for whom and why. What was in it stands
    in its entries of the access log: one for a print or for what was told, one for each batch of an export. The id
    comes with the form, so that a form sent twice is one release."""

    class Kind(models.TextChoices):
        PRINT = "print", "Print"
        EXPORT = "export", "Export"
        TOLD = "told", "By word of mouth"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="releases")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="releases")
    recipient = models.CharField(max_length=200, help_text="Who gets it: a person and their agency")
    reason = models.CharField(max_length=300)
    told = ArrayField(
        models.CharField(max_length=16, choices=TOLD),
        default=list,
        db_default=[],
        blank=True,
        help_text="By word of mouth: which kinds of data, never what they say",
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["membership", "-made_at"], name="release_newest")]
        constraints = [
            models.CheckConstraint(
                name="release_told_what", condition=(Q(kind="told") & ~Q(told=[])) | (~Q(kind="told") & Q(told=[]))
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def told_words(self) -> str:
        """What was told by word of mouth, in a line; empty for other releases."""
        labels = dict(TOLD)
        return "; ".join(labels[each].partition(":")[0].lower() for each in self.told)

    @property
    def number(self) -> str:
        """From no global sequence, and long enough that no two releases share one in practice."""
        return f"REL-{self.made_at:%y}-{self.pk.hex[-10:].upper()}"


class AccessEntry(models.Model):
    """One look, or one refusal: who, when, under what, which record ids. No record content and no search words."""

    class Action(models.TextChoices):
        SEARCH = "search", "Search"
        VIEW = "view", "View"
        PRINT = "print", "Print"
        EXPORT = "export", "Export"
        REDISCLOSE = "redisclose", "By word of mouth"
        CUSTODY = "custody", "In custody"

    class Outcome(models.TextChoices):
        SHOWN = "shown", "Shown"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now())
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", help_text="Acted for")
    action = models.CharField(max_length=12, choices=Action)
    outcome = models.CharField(max_length=8, choices=Outcome)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="accesses")
    purpose = models.CharField(max_length=2, blank=True)
    record_ids = ArrayField(
        models.UUIDField(), default=list, help_text="What was shown; for a refusal, what was asked for"
    )
    protected_ids = ArrayField(
        models.UUIDField(),
        null=True,
        help_text="Those of which specially protected data was shown; null where that was not noted",
    )
    record_sets = ArrayField(models.UUIDField(), default=list)
    grants = ArrayField(models.UUIDField(), default=list)
    agreements = ArrayField(models.CharField(max_length=24), default=list)
    searched_by = ArrayField(models.CharField(max_length=24), default=list, help_text="Which fields, never which words")
    found = models.PositiveIntegerField(null=True)
    withheld = models.PositiveIntegerField(null=True, help_text="Number of fields withheld on the page")
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="accesses")
    watch = models.ForeignKey(
        "records.Watch", models.PROTECT, null=True, related_name="accesses", help_text="For which the portal looked"
    )
    source_address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name_plural = "access log"
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_newest"),
            models.Index(fields=["person", "-at"], name="access_person"),
            GinIndex(fields=["record_sets"], name="access_sets"),
            GinIndex(fields=["record_ids"], name="access_records"),
        ]
        constraints = [
            models.CheckConstraint(
                name="access_shown_has_agency", condition=Q(outcome="refused") | Q(agency__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome} at {self.at:%Y-%m-%d %H:%M}"
