"""What people say of a clause before it is submitted: those of the lead agency, and of parties to which it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .texts import AgreementVersion, Clause

if TYPE_CHECKING:
    from .agreements import Agreement


def reads(person: User, membership: Membership | None, lead_agency_id: UUID) -> bool:
    """Whether the person reads what is said of the texts of a lead agency: its people, and who audits it."""
    if not person.is_active:
        return False
    if membership is not None and membership.agency_id == lead_agency_id:
        return True
    audited = Auditor.objects.current().filter(person=person)
    return audited.filter(Q(agency=None) | Q(agency=lead_agency_id)).exists()


class CommentQuerySet(TrackedQuerySet["Comment"]):
    def visible_to(self, person: User, membership: Membership | None, agreement: Agreement) -> CommentQuerySet:
        """Comments on the texts of an agreement: its drafts are its lead agency's alone, and what was said of them
        stays so when they are submitted."""
        if not reads(person, membership, agreement.lead_agency_id):
            return self.none()
        return self.filter(version__agreement=agreement)

    def of_party(self, agreement: Agreement, agency_id: UUID) -> CommentQuerySet:
        """What a named party said of the drafts that were shown to it; nothing that anybody else said."""
        return self.filter(version__agreement=agreement, party=agency_id)

    def open(self) -> CommentQuerySet:
        return self.filter(resolved_at=None)


class Comment(models.Model):
    """Something to settle about a clause before the text is submitted. It is no part of the text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="comments")
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="comments", help_text="None: removed"
    )
    about = models.CharField(max_length=175, help_text="The clause as it was called: 4.2 Security")
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    party = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # found by version first
        related_name="+",
        help_text="For which named party it was said; None: within the lead agency, or by a reviewer",
    )
    at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.CharField(max_length=500, blank=True, help_text="How it was settled")

    objects = CommentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="comment_resolved",
                condition=Q(resolved_at=None, resolved_by=None, resolution="", clause__isnull=False)
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution="")),
            )
        ]

    def __str__(self) -> str:
        return f"On {self.about}"


class CommentReply(models.Model):
    """An answer to a comment. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="replies")
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["CommentReply"].as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "comment replies"

    def __str__(self) -> str:
        return f"Answer to {self.comment_id}"
