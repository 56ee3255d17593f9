"""Files of a text and the private store: shared from version to version, kept as long as one names them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.kernel import files, history

from .models import Agreement, AgreementVersion, Attachment
from .models.attachments import FILES
from .models.comments import reads

DOWNLOADED = "agreement.attachment_downloaded"
TAKEN = (files.PDF, files.TEXT)
"""What a signed text can have: kinds that can be read decades from now."""
MOST = 20 * files.MEBIBYTE
MOST_FILES = 40


def downloads_of(agreement: Agreement, person: User, membership: Membership | None) -> QuerySet[Event]:
    """Who was given which file, newest first: for the lead agency's people and its auditors all; others read what
    their own agency downloaded."""
    told = Event.objects.filter(subject_label=Agreement._meta.label, subject_id=agreement.pk, kind=DOWNLOADED)
    if not reads(person, membership, agreement.lead_agency_id):
        own = membership.agency_id if membership is not None else None
        told = told.filter(acting_agency_id__isnull=False, acting_agency_id=own)
    return told.select_related("actor").order_by("-sequence")


def unread_by(auditor: User, agreement: Agreement) -> tuple[str, ...]:
    """Kinds of events that an auditor does not read: who audits another party than the lead reads no downloads."""
    return () if reads(auditor, None, agreement.lead_agency_id) else (DOWNLOADED,)


def copy(old: AgreementVersion, new: AgreementVersion, actor: User | None) -> None:
    """The next version has what the old one has; the files lie in the store once."""
    names = ("title", "file", "file_name", "file_kind", "size", "sha256", "attached_by_id", "attached_at")
    for each in old.attachments.all():
        copied = Attachment(version=new, **{name: getattr(each, name) for name in names})
        history.save(copied, actor=actor, reason="Copied")


def discard_unnamed(file: UUID) -> None:
    """Remove a file that no version names any more.

    Only a submitted text is copied, and that one keeps what it has: a file that only a draft named gains no other name.
    """
    if not Attachment.objects.filter(file=file).exists():
        files.discard(FILES, file)


def sweep() -> int:
    """Remove what a crash left: files without a row."""
    return files.sweep(FILES, set(Attachment.objects.values_list("file", flat=True)))
