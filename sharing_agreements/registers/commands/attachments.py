"""Texts of existing agreements, attached to their entries."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies.models import User
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from portal.kernel.reading.pdf_text import Text
from sharing_agreements.registers import policy
from sharing_agreements.registers.models import FILES, Attachment, Entry, Register


@transaction.atomic(durable=True)
def attach(*, actor: User, entry_id: UUID, stored: Stored, text: Text) -> Attachment:
    """Attach a stored file with what could be read of it; one without text is kept all the same."""
    entry = Entry.objects.select_related("register").get(pk=entry_id)
    Register.objects.for_update(entry.register_id)
    policy.may_attach(actor, entry)
    if entry.attachments.filter(sha256=stored.sha256, removed_at=None).exists():
        raise Refused("This very file is attached already.", code="attached", repeated=True)
    attachment = Attachment(
        entry=entry,
        file=stored.id,
        file_name=stored.name,
        file_kind=stored.kind.code,
        size=stored.size,
        sha256=stored.sha256,
        pages=text.pages,
        words=len(text.text.split()),
        text=text.text,
        text_is_cut=text.cut,
        flaw=text.flaw,
        attached_by=actor,
    )
    history.save(attachment, actor=actor, reason="Attached")
    record(
        "register.text_attached",
        entry.register,
        actor=actor,
        acting_agency_id=entry.register.owner_id,
        attachment=str(attachment.pk),
        sha256=stored.sha256,
    )
    return attachment


@transaction.atomic(durable=True)
def remove_attachment(*, actor: User, attachment_id: UUID, reason: str) -> Attachment:
    """Take a file off its entry. File and text go; that it was there stays."""
    entry = Attachment.objects.select_related("entry").get(pk=attachment_id).entry
    register = Register.objects.for_update(entry.register_id)
    attachment = Attachment.objects.for_update(attachment_id)
    policy.may_keep(actor, register)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the file goes."})
    if attachment.removed_at is not None:
        raise Refused("The file was removed already.", code="removed", repeated=True)
    attachment.removed_at, attachment.text, attachment.words = timezone.now(), "", 0
    history.save(attachment, actor=actor, reason=reason)
    record(
        "register.text_removed",
        register,
        actor=actor,
        acting_agency_id=register.owner_id,
        attachment=str(attachment.pk),
        reason=reason.strip()[:300],
    )
    transaction.on_commit(partial(files.discard, FILES, attachment.file), robust=True)
    return attachment
