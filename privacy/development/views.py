"""Pages on which a draft is reviewed and adopted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import is_the_person, membership_of, person_of, posted, pressed, refused, say, sent
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from privacy.assessment import matrix
from privacy.assessment import state as assessment
from privacy.models import DisclosureRule, PolicyVersion, Provision
from privacy.principles import unserved
from privacy.rules import sentence
from privacy.sections import SECTIONS, Section, in_order

from . import commands, policy, progress, yearly
from .fingerprint import COVERS, version_sha256
from .forms import AdoptForm, MarkForm, ReviewForm, StillRightForm
from .models import ProvisionMark

Line = tuple[Provision, list[tuple[DisclosureRule, str]], "ProvisionMark | None", "MarkForm | None"]
"""A provision, the rules that rest on it in words, the mark that holds, and the form for another."""


def _seen(request: HttpRequest, pk: UUID) -> PolicyVersion:
    mine = PolicyVersion.objects.seen_by(membership_of(request))
    return get_object_or_404(mine.select_related("policy__agency"), pk=pk)


@members
@require_POST
def ask_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a draft to review."""
    found = _seen(request, pk)
    return pressed(
        request,
        lambda: commands.ask_review(actor=person_of(request), version_id=found.pk),
        "Whoever may review the draft is told.",
        "privacy:version",
        found.pk,
    )


@members
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every provision with what was found of it, and a form where this person may say more."""
    found, person = _seen(request, pk), person_of(request)
    state = progress.of(found)
    may = allows(policy.may_review, person, found)
    mine = [each for each in state.provisions if may and person.pk not in each.writers]
    form = ReviewForm(mine, posted(request))
    if request.method == "POST":
        if refused(request, policy.may_review, person, found):
            return redirect("privacy:version", found.pk)
        if form.is_valid() and (done := _marked(request, found, person, form)):
            return done
    context = {
        "version": found,
        "policy": found.policy,
        "progress": state,
        "may": may,
        "asked": progress.asked(found),
        "stage": progress.stage(found),
        "keeps": _keeps(request, found),
        "forms": list(form.forms.values()),
        "parts": _parts(state, form),
        "waiting": len([each for each in state.unreviewed if each.pk in form.forms]),
    }
    return render(request, "privacy/development/review.html", context)


def _keeps(request: HttpRequest, found: PolicyVersion) -> bool:
    return PolicyVersion.objects.kept_by(membership_of(request)).filter(pk=found.pk).exists()


def _parts(state: progress.Progress, form: ReviewForm) -> list[tuple[Section, list[Line]]]:
    """The sections, each with its provisions."""
    lines = [
        (each, [(rule, sentence(rule)) for rule in in_order(each.rules.all())], state.marks.get(each.pk), own)
        for each in state.provisions
        for own in [form.forms.get(each.pk)]
    ]
    return [(each, [line for line in lines if line[0].section == each.number]) for each in SECTIONS]


def _marked(request: HttpRequest, found: PolicyVersion, person: User, form: ReviewForm) -> HttpResponse | None:
    """Mark what was said; None where the page is shown again, with what is wrong."""
    try:
        marks = commands.mark_provisions(actor=person, version_id=found.pk, verdicts=form.verdicts())
    except Refused as no:
        say(request, no)
        return redirect("privacy:review", found.pk)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
        return None
    left = len(progress.of(found).unreviewed)
    rest = f"{left} still await a review." if left else "The draft is reviewed whole, and its head can adopt it."
    messages.success(request, f"{len(marks)} provision{'' if len(marks) == 1 else 's'} marked. {rest}")
    return redirect("privacy:review", found.pk)


@members
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the head adopts, what the review found of it, and the button; or what is missing before."""
    found, person = _seen(request, pk), person_of(request)
    why = None
    try:
        policy.may_adopt(person, found)
    except Refused as no:
        why = no
    form = AdoptForm(posted(request), initial={"sha256": version_sha256(found)})
    if request.method == "POST" and why:
        say(request, why)
        return redirect("privacy:adopt", found.pk)
    if form.is_valid() and is_the_person(request, form):
        return pressed(
            request,
            lambda: commands.adopt(actor=person, version_id=found.pk, sha256=form.cleaned_data["sha256"]),
            f"Version {found.number} is adopted. The privacy officer publishes it.",
            "privacy:adopt",
            found.pk,
        )
    state, assessed = progress.of(found), assessment.of(found)
    context = {
        "version": found,
        "policy": found.policy,
        "assessment": assessed,
        "risks": matrix.short_table(assessed.risks),
        "why": str(why or ""),
        "form": form,
        "progress": state,
        "adoption": progress.adoption_of(found),
        "before": found.policy.versions.published().first(),
        "sha256": version_sha256(found),
        "covers": COVERS,
        "keeps": _keeps(request, found),
        "unserved": unserved(state.provisions),
    }
    return render(request, "privacy/development/adopt.html", context)


@members
@require_http_methods(["GET", "POST"])
def still_right(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The yearly review: say that the policy in force stays as it is."""
    found, person = _seen(request, pk), person_of(request)
    if refused(request, policy.may_look_through, person, found):
        return redirect("privacy:version", found.pk)
    form = StillRightForm(posted(request))

    def command() -> object:
        return commands.still_right(actor=person, version_id=found.pk, note=form.cleaned_data["note"])

    if answer := sent(request, form, command, "It is noted. The next review is due in a year.", "privacy:list"):
        return answer
    context = {
        "version": found,
        "policy": found.policy,
        "form": form,
        "due": yearly.due_on(found),
        "before": found.yearly_reviews.select_related("by").order_by("-at"),
    }
    return render(request, "privacy/development/still_right.html", context)
