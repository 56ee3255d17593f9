"""Facts in the past tense: what a person decided, written once and never changed."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from portal.kernel.ids import uuid7


class Event(models.Model):
    """One fact about one subject, which it names by label and id, never by key: nothing has to be kept for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=64, help_text="Past tense: agreement.approved")
    subject_label = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 ... within the subject")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acting_agency_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_label", "subject_id", "sequence"], name="event_sequence"),
        ]
        indexes = [models.Index(fields=["kind", "at"], name="event_kind_at")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.sequence}"
