"""Documents of working groups, and who was given which."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from agencies.models import User
from agencies.practitioners import policy
from agencies.practitioners.models import FILES, GroupDocument, WorkingGroup
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.errors import Refused
from portal.kernel.files import Stored

MOST_FILES = 200


@transaction.atomic(durable=True)
def add_document(*, actor: User, group_id: UUID, title: str, stored: Stored) -> GroupDocument:
    """Keep a stored file for the members of a group."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_lead(actor, group)
    if group.documents.count() >= MOST_FILES:
        raise Refused(f"A group keeps at most {MOST_FILES} documents. Remove some first.", code="many")
    made = GroupDocument(
        group=group,
        title=" ".join(title.split()),
        file=stored.id,
        file_name=stored.name,
        file_kind=stored.kind.code,
        size=stored.size,
        sha256=stored.sha256,
        added_by=actor,
    )
    made.full_clean()
    history.save(made, actor=actor, reason="Added")
    record("working_group.document_added", group, actor=actor, document=str(made.pk), sha256=stored.sha256)
    return made


@transaction.atomic(durable=True)
def remove_document(*, actor: User, group_id: UUID, document_id: UUID) -> WorkingGroup:
    """Keep a file no longer; it is gone from the store."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_lead(actor, group)
    gone = group.documents.get(pk=document_id)
    record("working_group.document_removed", group, actor=actor, document=str(gone.pk), sha256=gone.sha256)
    history.delete(gone, actor=actor, reason="Removed")
    transaction.on_commit(partial(files.discard, FILES, gone.file), robust=True)
    return group


@transaction.atomic(durable=True)
def note_download(*, actor: User, group_id: UUID, document_id: UUID) -> GroupDocument:
    """Write down who was given a file, before it is given."""
    group = WorkingGroup.objects.for_update(group_id)
    given = group.documents.get(pk=document_id)
    record("working_group.document_downloaded", group, actor=actor, document=str(given.pk), sha256=given.sha256)
    return given
