"""Attaching files to a draft, and taking them off."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from sharing_agreements import attachments, policy
from sharing_agreements.models import Agreement, Attachment
from sharing_agreements.steps import note


@transaction.atomic(durable=True)
def attach(*, actor: User, agreement_id: UUID, title: str, stored: Stored) -> Attachment:
    """Make a stored file part of the text of a draft."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_edit(actor, agreement)
    version = agreement.current_version
    assert version is not None  # noqa: S101  (drafting makes one)
    found = list(version.attachments.all())
    if same := next((each for each in found if each.sha256 == stored.sha256), None):
        raise Refused(f"This very file is attached already, as “{same.title}”.", code="attached", repeated=True)
    if len(found) >= attachments.MOST_FILES:
        raise Refused(f"A text has at most {attachments.MOST_FILES} attachments. Put some into one file.", code="many")
    made = Attachment(
        version=version,
        title=" ".join(title.split()),
        file=stored.id,
        file_name=stored.name,
        file_kind=stored.kind.code,
        size=stored.size,
        sha256=stored.sha256,
        attached_by=actor,
    )
    made.full_clean()
    history.save(made, actor=actor, reason="Attached")
    _note("attached", agreement, made, actor)
    return made


@transaction.atomic(durable=True)
def detach(*, actor: User, agreement_id: UUID, attachment_id: UUID) -> Agreement:
    """Take a file off a draft; where an older version has it too, it stays in the store."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_edit(actor, agreement)
    assert agreement.current_version is not None  # noqa: S101  (drafting makes one)
    gone = agreement.current_version.attachments.get(pk=attachment_id)
    _note("detached", agreement, gone, actor)
    history.delete(gone, actor=actor, reason="Removed")
    transaction.on_commit(partial(attachments.discard_unnamed, gone.file), robust=True)
    return agreement


@transaction.atomic(durable=True)
def note_download(*, actor: User, agreement_id: UUID, attachment_id: UUID, acting_agency_id: UUID | None) -> Attachment:
    """Write down who was given a file of which version, before it is given; `acting_agency_id`: for whom they work."""
    agreement = Agreement.objects.for_update(agreement_id)
    given = Attachment.objects.select_related("version").get(pk=attachment_id, version__agreement=agreement)
    note(
        attachments.DOWNLOADED,
        agreement,
        actor=actor,
        acting_agency_id=acting_agency_id,
        attachment=str(given.pk),
        attached=given.title,
        of_version=given.version.number,
        sha256=given.sha256,
    )
    return given


def _note(kind: str, agreement: Agreement, attachment: Attachment, actor: User) -> None:
    note(
        f"agreement.{kind}",
        agreement,
        actor=actor,
        acting_agency_id=agreement.lead_agency_id,
        attachment=str(attachment.pk),
        sha256=attachment.sha256,
    )
