"""Who may say what of a clause, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused

from .models import COMMENTING, Agreement, Clause, Comment, Party

S = Agreement.Status
OPEN = frozenset({S.DRAFT, S.IN_REVIEW, S.BEFORE_BOARD})
"""While the text can still change, or come back to be changed."""


def may_comment(person: User, agreement: Agreement) -> None:
    """Everybody who works for the lead agency. Others comment for a party to which it is shown (`may_comment_for`)."""
    if not acts_for(person, agreement.lead_agency_id):
        raise PermissionDenied("Only people of the lead agency comment on its drafts.")
    if agreement.status not in OPEN:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()} and its text is final. "
            "What was said of it stays readable.",
            code="final",
        )


def may_comment_on(person: User, agreement: Agreement, clause: Clause) -> None:
    may_comment(person, agreement)
    _is_current(agreement, clause)


def _is_current(agreement: Agreement, clause: Clause) -> None:
    if clause.version_id != agreement.current_version_id:
        raise Refused("A newer version has been begun since. Comment on its clause.", code="old_version")


def may_comment_for(person: User, agreement: Agreement, agency_id: UUID) -> None:
    """Say something for a named party, as long as the draft is shown to it."""
    others = Party.objects.filter(version=agreement.current_version_id, agency=agency_id)
    if not acts_for(person, agency_id, *COMMENTING) or not others.exclude(agency=agreement.lead_agency_id).exists():
        raise PermissionDenied(
            "Only drafters, signatories, privacy officers and counsel of a named party comment for it."
        )
    if agreement.status != S.DRAFT or agreement.shown_at is None:
        raise Refused(
            f"{agreement.number} is not open for comment now. Write to {agreement.lead_agency} what your agency needs.",
            code="not_shown",
        )


def may_comment_on_for(person: User, agreement: Agreement, clause: Clause, agency_id: UUID) -> None:
    may_comment_for(person, agreement, agency_id)
    _is_current(agreement, clause)


def may_reply(person: User, agreement: Agreement, comment: Comment) -> None:
    """The lead agency's people; on what a named party said that party too."""
    if comment.party_id is not None and not acts_for(person, agreement.lead_agency_id):
        may_comment_for(person, agreement, comment.party_id)
    else:
        may_comment(person, agreement)
    if comment.resolved_at is not None:
        raise Refused("The comment is resolved. Reopen it to go on.", code="resolved")


def may_resolve(person: User, agreement: Agreement, comment: Comment) -> None:
    """Who wrote it, or a drafter."""
    may_comment(person, agreement)
    _mine_or_drafter(person, agreement, comment)
    if comment.resolved_at is not None:
        raise Refused("The comment is resolved already.", code="resolved", repeated=True)


def may_reopen(person: User, agreement: Agreement, comment: Comment) -> None:
    may_comment(person, agreement)
    _mine_or_drafter(person, agreement, comment)
    if comment.resolved_at is None:
        raise Refused("The comment is open already.", code="open", repeated=True)
    if comment.version_id != agreement.current_version_id:
        raise Refused("It was settled in an older version. Comment on the clause as it is now.", code="old_version")
    if comment.clause_id is None:
        raise Refused("Its clause was removed. Comment on another one.", code="no_clause")


def _mine_or_drafter(person: User, agreement: Agreement, comment: Comment) -> None:
    if comment.author_id != person.pk and not acts_for(person, agreement.lead_agency_id, Role.DRAFTER):
        raise PermissionDenied("Only who wrote a comment, or a drafter, says that it is settled or open again.")


# --- Showing a draft to its parties ---------------------------------------------------------------------------------


def may_show(person: User, agreement: Agreement) -> None:
    """Open a draft for comment to the parties that it names."""
    _drafts(person, agreement)
    if agreement.status != S.DRAFT:
        raise Refused(f"{agreement.number} is no draft any more: its parties read it already.", code="not_draft")
    if agreement.shown_at is not None:
        raise Refused(f"{agreement.number} is open for comment already.", code="shown", repeated=True)
    if not Party.objects.filter(version=agreement.current_version_id).exclude(agency=agreement.lead_agency_id).exists():
        raise Refused("The draft names no other party yet. Name the parties first.", code="no_parties")


def may_hide(person: User, agreement: Agreement) -> None:
    """Close a draft for comment again."""
    _drafts(person, agreement)
    if agreement.shown_at is None:
        raise Refused(f"{agreement.number} is not open for comment.", code="not_shown", repeated=True)


def _drafts(person: User, agreement: Agreement) -> None:
    if not acts_for(person, agreement.lead_agency_id, Role.DRAFTER):
        raise PermissionDenied("Only a drafter of the lead agency shows its draft to the parties.")
