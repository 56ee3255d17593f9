"""Saying something of a clause, answering, settling it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from agencies.policy import acts_for
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import comment_policy
from sharing_agreements.models import Agreement, Clause, Comment, CommentReply
from sharing_agreements.steps import note


def _locked(comment_id: UUID) -> tuple[Agreement, Comment]:
    key = Comment.objects.values_list("version__agreement", flat=True).get(pk=comment_id)
    agreement = Agreement.objects.for_update(key)
    return agreement, Comment.objects.for_update(comment_id)


def _said(text: str, name: str = "text") -> str:
    if not text.strip():
        raise ValidationError({name: "Say it in words."})
    return text.strip()


def _note(kind: str, agreement: Agreement, comment: Comment, actor: User) -> None:
    """That something was said, and for which agency; what, stays with the comment."""
    for_party = comment.party_id is not None and not acts_for(actor, agreement.lead_agency_id)
    acting = comment.party_id if for_party else agreement.lead_agency_id
    note(f"agreement.{kind}", agreement, actor=actor, acting_agency_id=acting, comment=str(comment.pk))


@transaction.atomic(durable=True)
def comment(*, actor: User, clause_id: UUID, text: str, party_id: UUID | None = None) -> Comment:
    """Ask for something to be settled about a clause of the current version; `party_id`: for a named party to which
    the draft is shown, which reads the answers."""
    key = Clause.objects.values_list("version__agreement", flat=True).get(pk=clause_id)
    agreement = Agreement.objects.for_update(key)
    clause = Clause.objects.get(pk=clause_id)
    if party_id is None:
        comment_policy.may_comment_on(actor, agreement, clause)
    else:
        comment_policy.may_comment_on_for(actor, agreement, clause, party_id)
    said = _said(text)
    if clause.comments.open().filter(author=actor, text=said, party=party_id).exists():
        raise Refused("You said this already; it is below.", code="said", repeated=True)
    made = Comment(version_id=clause.version_id, clause=clause, about=str(clause), text=said, author=actor)
    made.party_id = party_id
    made.full_clean()
    history.save(made, actor=actor, reason="Commented")
    _note("commented", agreement, made, actor)
    return made


@transaction.atomic(durable=True)
def reply(*, actor: User, comment_id: UUID, text: str) -> CommentReply:
    agreement, found = _locked(comment_id)
    comment_policy.may_reply(actor, agreement, found)
    said = _said(text)
    last = found.replies.last()
    if last is not None and (last.author_id, last.text) == (actor.pk, said):
        raise Refused("You said this already; it is below.", code="said", repeated=True)
    made = CommentReply(comment=found, text=said, author=actor)
    made.full_clean()
    made.save()
    _note("comment_answered", agreement, found, actor)
    return made


@transaction.atomic(durable=True)
def resolve(*, actor: User, comment_id: UUID, resolution: str) -> Comment:
    """Say that a comment is settled, and how."""
    agreement, found = _locked(comment_id)
    comment_policy.may_resolve(actor, agreement, found)
    found.resolution = _said(resolution, "resolution")
    found.resolved_at, found.resolved_by = database_now(), actor
    found.full_clean()
    history.save(found, actor=actor, reason="Resolved")
    _note("comment_resolved", agreement, found, actor)
    return found


@transaction.atomic(durable=True)
def reopen(*, actor: User, comment_id: UUID) -> Comment:
    """It is not settled after all; how it was thought to be stays in the history."""
    agreement, found = _locked(comment_id)
    comment_policy.may_reopen(actor, agreement, found)
    found.resolved_at, found.resolved_by, found.resolution = None, None, ""
    history.save(found, actor=actor, reason="Reopened")
    _note("comment_reopened", agreement, found, actor)
    return found
