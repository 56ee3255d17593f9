"""Comments on the clauses of a text: beside the text, and the forms by which they are written and settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import anchor
from sharing_agreements import commands, comment_policy
from sharing_agreements.draft_forms import CommentForm, ResolveForm
from sharing_agreements.models import Agreement, Clause, Comment

from .shared import comments_of, current, find, head, link


@members
@require_GET
def comments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text, and beside each clause what was said of it: open first. What older versions left stands below."""
    agreement = find(request, pk)
    version, found = current(agreement), comments_of(request, agreement)
    if found is None:
        raise Http404
    said = list(found.select_related("author", "resolved_by", "version", "party").prefetch_related("replies__author"))
    here = [each for each in said if each.version_id == version.pk]
    can_say = allows(comment_policy.may_comment, person_of(request), agreement)
    context = {
        **head(request, agreement, tab="comments"),
        "can_say": can_say,
        "open": [_thread(request, agreement, each) for each in here if each.resolved_at is None],
        "beside": [
            (clause, [_thread(request, agreement, each) for each in _of(clause, here)])
            for clause in version.clauses.with_law()
        ],
        "earlier": [each for each in said if each.version_id != version.pk or each.clause_id is None],
    }
    context["clauses_open"] = len({each["it"].clause_id for each in context["open"]})
    return render(request, "sharing_agreements/comment_list.html", context)


def _of(clause: Clause, said: list[Comment]) -> list[Comment]:
    """Those on the clause, open ones first, in the order in which they were made."""
    return sorted((each for each in said if each.clause_id == clause.pk), key=lambda each: each.resolved_at is not None)


def _thread(request: HttpRequest, agreement: Agreement, comment: Comment) -> dict[str, Any]:
    """A comment with what this viewer can do about it."""
    person = person_of(request)
    return {
        "it": comment,
        "can_reply": allows(comment_policy.may_reply, person, agreement, comment),
        "can_resolve": allows(comment_policy.may_resolve, person, agreement, comment),
        "can_reopen": allows(comment_policy.may_reopen, person, agreement, comment),
    }


@members
@require_http_methods(["GET", "POST"])
def comment_add(request: HttpRequest, pk: UUID, clause: UUID) -> HttpResponse:
    agreement = _read(request, pk)
    about = get_object_or_404(current(agreement).clauses, pk=clause)
    comment_policy.may_comment(person_of(request), agreement)
    form = CommentForm(posted(request))
    return _answer(
        request,
        agreement,
        form,
        lambda: commands.comment(actor=person_of(request), clause_id=about.pk, **form.cleaned_data),
        clause=about,
        title=f"Comment on clause {about.number}",
        submit="Comment",
    )


@members
@require_http_methods(["GET", "POST"])
def comment_reply(request: HttpRequest, pk: UUID, comment: UUID) -> HttpResponse:
    agreement, found = _find(request, pk, comment)
    comment_policy.may_comment(person_of(request), agreement)
    readers = f"People of your agency, its auditors and {found.party} read it." if found.party else ""
    form = CommentForm(posted(request), label="Your answer", readers=readers)
    return _answer(
        request,
        agreement,
        form,
        lambda: commands.reply(actor=person_of(request), comment_id=found.pk, **form.cleaned_data),
        clause=found.clause,
        comment=found,
        title="Answer the comment",
        submit="Answer",
    )


@members
@require_http_methods(["GET", "POST"])
def comment_resolve(request: HttpRequest, pk: UUID, comment: UUID) -> HttpResponse:
    agreement, found = _find(request, pk, comment)
    if refused(request, comment_policy.may_resolve, person_of(request), agreement, found):
        return redirect(_back(agreement, found.clause))
    form = ResolveForm(posted(request))
    return _answer(
        request,
        agreement,
        form,
        lambda: commands.resolve(actor=person_of(request), comment_id=found.pk, **form.cleaned_data),
        clause=found.clause,
        comment=found,
        title="Settle the comment",
        submit="Settle it",
    )


@members
@require_POST
def comment_reopen(request: HttpRequest, pk: UUID, comment: UUID) -> HttpResponse:
    agreement, found = _find(request, pk, comment)
    return pressed(
        request,
        lambda: commands.reopen(actor=person_of(request), comment_id=found.pk),
        "The comment is open again.",
        "agreements:comments",
        agreement.pk,
    )


def _read(request: HttpRequest, pk: UUID) -> Agreement:
    """The agreement, for who reads what is said of its texts; for others it has no comments."""
    agreement = find(request, pk)
    if comments_of(request, agreement) is None:
        raise Http404
    return agreement


def _find(request: HttpRequest, pk: UUID, comment: UUID) -> tuple[Agreement, Comment]:
    agreement = find(request, pk)
    found = comments_of(request, agreement)
    if found is None:
        raise Http404
    return agreement, get_object_or_404(found.select_related("author", "clause", "party"), pk=comment)


def _answer(
    request: HttpRequest,
    agreement: Agreement,
    form: Form,
    command: Callable[[], object],
    *,
    clause: Clause | None,
    **more: Any,
) -> HttpResponse:
    """The form beside its clause; once it is sent, the comments at that clause."""
    if answer := sent(request, form, command, "Saved.", _back(agreement, clause)):
        return answer
    context = {"agreement": agreement, "form": form, "clause": clause, **more}
    return render(request, "sharing_agreements/comment_form.html", context)


def _back(agreement: Agreement, clause: Clause | None) -> str:
    """The address of the comments, at the clause if there is one."""
    return link("comments", agreement) + (f"#c{anchor(clause.number)}" if clause is not None else "")
