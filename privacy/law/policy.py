"""Who enters law, cites it, keeps the register of gaps and proposes changes. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import User
from agencies.policy import keeps_portal, works_at
from portal.kernel.errors import Refused
from privacy import policy
from privacy.models import Provision

from .models import LawChange, LawGap, LegalAuthority

G = LawGap.Status


def may_enter(person: User, agency_id: UUID | None) -> None:
    """Enter an authority: a privacy officer, for everybody."""
    policy.may_keep(person, agency_id)


def may_keep_authority(person: User, authority: LegalAuthority) -> None:
    """Correct or retire an entry: an officer of the agency that entered it, or whoever keeps the portal."""
    if not keeps_portal(person):
        policy.may_keep(person, authority.entered_by_id)
    if authority.retired_at is not None:
        raise Refused(f"{authority.citation} is retired. Enter another one.", code="retired", repeated=True)


def may_cite(person: User, provision: Provision) -> None:
    """Say on which law a provision of a draft rests."""
    policy.may_edit(person, provision.version)


def may_open_gap(person: User, agency_id: UUID | None) -> None:
    policy.may_keep(person, agency_id)


def may_change_gap(person: User, gap: LawGap) -> None:
    policy.may_keep(person, gap.agency_id)
    if gap.status == G.CLOSED:
        raise Refused(f"{gap} is closed. Open it again to change it.", code="closed", repeated=True)


def may_reopen_gap(person: User, gap: LawGap) -> None:
    policy.may_keep(person, gap.agency_id)
    if gap.status != G.CLOSED:
        raise Refused(f"{gap} is open already.", code="open", repeated=True)


def may_own(person: User, agency_id: UUID) -> None:
    """Answer for a gap: somebody who works at the agency."""
    if not works_at(person, agency_id):
        raise PermissionDenied("Whoever answers for a gap works at the agency.")


def may_propose(person: User, agency_id: UUID | None) -> None:
    """Enter a change in law or practice."""
    policy.may_keep(person, agency_id)


def may_keep_change(person: User, change: LawChange) -> None:
    """Say something else of a change, how far it is, and who reads it."""
    policy.may_keep(person, change.agency_id)
