"""Who may say what of a clause, and when. Each check returns None or raises."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from agencies.models import Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused

from .models import Agreement, Clause, Comment

S = Agreement.Status
OPEN = frozenset({S.DRAFT, S.IN_REVIEW, S.BEFORE_BOARD})
"""While the text can still change, or come back to be changed."""


def may_comment(person: User, agreement: Agreement) -> None:
    """Everybody who works for the lead agency; of a draft nobody else knows."""
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
    if clause.version_id != agreement.current_version_id:
        raise Refused("A newer version has been begun since. Comment on its clause.", code="old_version")


def may_reply(person: User, agreement: Agreement, comment: Comment) -> None:
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
