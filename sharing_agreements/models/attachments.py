"""Files that belong to a text: they are signed with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Membership, User
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .texts import AgreementVersion

FILES = "agreements"
"""The folder of the private store in which attached files lie."""


class AttachmentQuerySet(TrackedQuerySet["Attachment"]):
    def visible_to(self, person: User, membership: Membership | None) -> AttachmentQuerySet:
        """Those of agreements that the person reads. Every version but the current one is a submitted one."""
        from .agreements import Agreement  # noqa: PLC0415 - an agreement has versions, and a version has attachments

        return self.filter(version__agreement__in=Agreement.objects.visible_to(person, membership))


class Attachment(models.Model):
    """A file of a version, under a title. Several versions may share what lies in the store."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=160)
    file = models.UUIDField(editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120)
    file_kind = models.CharField(max_length=4, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(db_default=Now())

    objects = AttachmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "title"],
                name="agreement_attachment_title",
                violation_error_message="Another attachment has this title. Choose a different one.",
            )
        ]
        indexes = [models.Index(fields=["file"], name="agreement_attachment_file")]

    def __str__(self) -> str:
        return self.title
