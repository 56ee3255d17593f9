"""The page of one review, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import membership_of, person_of, posted, pressed, refused, sent
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.policy import allows
from sharing_agreements.boards.models import Motion
from sharing_agreements.boards.views.texts import changed_text
from sharing_agreements.models import Agreement
from sharing_agreements.reviews import commands, policy
from sharing_agreements.reviews.forms import DelegateForm, OpinionForm, RemarkForm
from sharing_agreements.reviews.models import Review, ReviewRemark
from sharing_agreements.reviews.steps import reviews_of
from sharing_agreements.reviews.wording import as_steps, last_day, state, when, who
from sharing_agreements.views.obligations import worded
from sharing_agreements.views.shared import link, worded_terms

from .shared import crumbs, find


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is to be reviewed by when, the text with what was remarked at each clause, and what the reviewer says."""
    review, person = find(request, pk), person_of(request)
    agreement, version = review.agreement, review.version
    reads = policy.reads_opinion(person, membership_of(request), review)
    remarks = _remarks(request, review) if reads else []
    decides = allows(policy.may_decide, person, review)
    context = {
        "review": review,
        "agreement": agreement,
        "version": version,
        "crumbs": crumbs(None, str(review.stage)),
        "facts": [state(review), *filter(None, (when(review), who(review))), f"Step {review.stage.step}"],
        "last_day": last_day(review),
        "can": _can(person, review),
        "decides": decides,
        "reads": reads,
        "remarks": remarks,
        "clauses": [
            (clause, [each for each in remarks if each.clause_id == clause.pk]) for clause in version.clauses.with_law()
        ],
        "terms": worded_terms(version),
        "parties": version.parties.all(),
        "obligations": worded(version),
        "attached": version.attachments.all(),
        "given": _given(review) if reads else None,
        "redline": changed_text(Motion(agreement=agreement, version=version)),
        "steps": as_steps(reviews_of(version)),
        "links": _links(request, review),
    }
    return render(request, "reviews/review_detail.html", context)


def _remarks(request: HttpRequest, review: Review) -> list[ReviewRemark]:
    """What the reviewer asked for; with `settled`, the comment that it became, for who reads how that was settled."""
    person, membership = person_of(request), membership_of(request)
    found = list(review.remarks.select_related("author", "clause", "asked__comment__resolved_by"))
    for each in found:
        each.review = review
        became = getattr(each, "asked", None)
        shown = became is not None and policy.reads_settled(person, membership, each)
        vars(each)["settled"] = became.comment if became is not None and shown else None
    return found


def _given(review: Review) -> Event | None:
    """By whom, and why, it was given to its reviewer; None where they took it themselves."""
    mine = Event.objects.filter(
        subject_label=Agreement._meta.label, subject_id=review.agreement_id, detail__review=str(review.pk)
    )
    turns = mine.filter(kind__in=[f"agreement.review_{turn}" for turn in ("taken", "delegated", "given_back")])
    last = turns.select_related("actor").order_by("sequence").last()
    return last if last is not None and last.kind == "agreement.review_delegated" else None


def _can(person: User, review: Review) -> dict[str, bool]:
    """What this viewer can do with it."""
    checks = {"take": policy.may_take, "give_back": policy.may_give_back, "delegate": policy.may_delegate}
    return {name: allows(check, person, review) for name, check in checks.items()}


def _links(request: HttpRequest, review: Review) -> list[dict[str, str]]:
    """Pages of the agreement that a reviewer needs, as far as the viewer reads it still."""
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    if not seen.filter(pk=review.agreement_id).exists():
        return []
    agreement, number = review.agreement, review.version.number
    found = [
        {"label": "The agreement", "href": link("detail", agreement)},
        {"label": "Exact text", "href": f"{link('text', agreement)}?version={number}"},
    ]
    if review.version_id == agreement.current_version_id:
        found.append({"label": "What it opens", "href": reverse("workbench:impact", args=[agreement.pk])})
    if review.version.attachments.exists():
        found.append({"label": "Attachments", "href": link("attachments", agreement)})
    return found


@members
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    review = find(request, pk)
    command = lambda: commands.take(actor=person_of(request), review_id=review.pk)  # noqa: E731
    return pressed(request, command, "The review is yours.", "reviews:detail", pk)


@members
@require_POST
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    review = find(request, pk)
    command = lambda: commands.give_back(actor=person_of(request), review_id=review.pk)  # noqa: E731
    return pressed(request, command, "The review awaits your office again.", "reviews:detail", pk)


@members
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the review to somebody else."""
    review, person = find(request, pk), person_of(request)
    if refused(request, policy.may_delegate, person, review):
        return redirect("reviews:detail", pk)
    could = policy.could_review(review, anywhere=policy.presides(person, review))
    if not could:
        role = review.stage.role.label.lower()
        messages.info(request, f"Nobody else is a {role} there. The agency's administrator gives that role.")
        return redirect("reviews:detail", pk)
    form = DelegateForm(posted(request), could=could)

    def command() -> Review:
        given = form.cleaned_data
        return commands.delegate(
            actor=person, review_id=pk, membership_id=given["membership"].pk, reason=given["reason"]
        )

    return _one_form(
        request,
        review,
        form,
        command,
        "It is given on, and the new reviewer is told.",
        title="Give the review to somebody else",
        lead="They alone decide it then. People who wrote a part of the agreement do not review it.",
        submit="Give it on",
    )


@members
@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for something at a clause."""
    review, person = find(request, pk), person_of(request)
    if refused(request, policy.may_decide, person, review):
        return redirect("reviews:detail", pk)
    asked = request.GET.get("clause", "")
    chosen = next((each for each in review.version.clauses.all() if str(each.pk) == asked), None)
    form = RemarkForm(posted(request), review=review, initial=chosen)

    def command() -> object:
        given = form.cleaned_data
        return commands.remark(actor=person, review_id=pk, clause_id=given["clause"].pk, text=given["text"])

    return _one_form(
        request,
        review,
        form,
        command,
        "Noted. The drafters read it when you send the text back.",
        title="Ask for a change",
        lead="When you send the text back, this becomes a comment at the clause, which the drafters settle before they "
        "submit it again.",
        submit="Note it",
        clause=chosen,
    )


@members
@require_POST
def remark_remove(request: HttpRequest, pk: UUID, remark: UUID) -> HttpResponse:
    review = find(request, pk)
    policy.may_decide(person_of(request), review)
    found = get_object_or_404(review.remarks, pk=remark)
    command = lambda: commands.take_remark_back(actor=person_of(request), remark_id=found.pk)  # noqa: E731
    return pressed(request, command, "Taken out.", "reviews:detail", pk)


@members
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve the text that this page names by its fingerprint."""
    review, person = find(request, pk), person_of(request)
    if refused(request, policy.may_decide, person, review):
        return redirect("reviews:detail", pk)
    form = OpinionForm(
        posted(request),
        label="What you found",
        required=False,
        help_text="Read by the drafters, the board and its reviewers, and those who audit them; not by other parties.",
    )

    def command() -> Review:
        sha256 = request.POST.get("sha256", "")
        return commands.approve(actor=person, review_id=pk, sha256=sha256, opinion=form.cleaned_data["opinion"])

    return _one_form(
        request,
        review,
        form,
        command,
        "You approved this text.",
        title="Approve this text",
        lead="Your approval is of exactly this text. It holds as long as nothing of text, parties, dates, terms, "
        "obligations or attachments changes, and no longer.",
        submit="Approve it",
        sha256=review.version.sha256,
    )


@members
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the text back to its drafters, with what is to change."""
    review, person = find(request, pk), person_of(request)
    if refused(request, policy.may_decide, person, review):
        return redirect("reviews:detail", pk)
    form = OpinionForm(posted(request), label="What is to change", required=True, help_text="The drafters read it.")
    count = review.remarks.count()

    def command() -> Review:
        return commands.send_back(actor=person, review_id=pk, opinion=form.cleaned_data["opinion"])

    noted = f" Your {count} remark{'s' if count != 1 else ''} on clauses go with it." if count else ""
    return _one_form(
        request,
        review,
        form,
        command,
        "It is sent back. Its drafters are told.",
        title="Send the text back",
        lead=f"{review.agreement.number} becomes a draft again, for its other reviewers too.{noted}",
        submit="Send it back",
        stop=True,
    )


def _one_form(
    request: HttpRequest,
    review: Review,
    form: Form,
    command: Callable[[], object],
    done: str,
    *,
    title: str,
    **words: Any,
) -> HttpResponse:
    """A page that is one form about a review: what was done, or the form with what is wrong."""
    if answer := sent(request, form, command, done, "reviews:detail", review.pk):
        return answer
    context = {"review": review, "crumbs": crumbs(review, title), "form": form, "title": title, **words}
    return render(request, "reviews/form.html", context)
