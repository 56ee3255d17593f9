"""What is said of the clauses of a text: what is open, and where it goes with the next version. Reads, and one step."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from agencies.models import User
from portal.kernel import history

from .models import AgreementVersion, Clause, Comment
from .wording import listed


def open_clauses(version: AgreementVersion) -> list[Clause]:
    """The clauses with something to settle, in the order of the text."""
    return list(version.clauses.filter(comments__resolved_at=None, comments__isnull=False).distinct())


def missing(version: AgreementVersion) -> list[str]:
    """What comments keep a draft from being submitted, as a sentence that says what to do."""
    numbers = [clause.number for clause in open_clauses(version)]
    return [f"settle the comments on clause {listed(numbers)}."] if numbers else []


def carry(clauses: Mapping[UUID, Clause], actor: User | None) -> None:
    """Let what is open go on with the next version; `clauses` are its clauses by the ids of those they were copied
    from. What is resolved stays readable where it was."""
    for comment in Comment.objects.open().filter(clause__in=list(clauses)):
        assert comment.clause_id is not None  # noqa: S101  (found by its clause)
        comment.clause = clauses[comment.clause_id]
        comment.version_id = comment.clause.version_id
        history.save(comment, actor=actor, reason="Went on with the next version")


def leave(clause: Clause, actor: User) -> None:
    """Keep what was resolved about a clause that is removed."""
    for comment in clause.comments.all():
        comment.clause = None
        history.save(comment, actor=actor, reason=f"Clause {clause.number} was removed")
