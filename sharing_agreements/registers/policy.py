"""Who may do what with registers of existing agreements, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Role, User
from agencies.policy import acts_for, keeps_portal
from portal.kernel.errors import Refused

from .models import Entry, Issue, Register, Snapshot

S = Snapshot.Status


def may_open_register(person: User, owner_id: UUID | None) -> None:
    """An agency's drafters and administrators keep its registers, a portal administrator those of the portal."""
    allowed = keeps_portal(person) if owner_id is None else acts_for(person, owner_id, Role.DRAFTER, Role.ADMINISTRATOR)
    if not allowed:
        raise PermissionDenied("Only a drafter or an administrator of the agency that has a register keeps it.")


def may_keep(person: User, register: Register) -> None:
    may_open_register(person, register.owner_id)


def may_prepare(person: User, snapshot: Snapshot) -> None:
    """Choose columns, or leave the preview."""
    may_keep(person, snapshot.register)
    if snapshot.status == S.COMMITTED:
        raise Refused("The snapshot is committed and stays as it is. Upload the next one.", code="committed")
    if snapshot.status == S.CANCELLED:
        raise Refused("The snapshot was cancelled. Upload the file again.", code="cancelled")


def may_answer(person: User, issue: Issue) -> None:
    may_keep(person, issue.register)


def may_attach(person: User, entry: Entry) -> None:
    may_keep(person, entry.register)
