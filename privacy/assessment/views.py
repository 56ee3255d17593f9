"""Pages of the impact assessment of a policy's version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import membership_of, person_of, posted, pressed, refused, say, sent
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from privacy.models import PolicyVersion

from . import commands, matrix, policy, state
from .forms import QuestionsForm, RiskForm
from .levels import HIGH, IMPACTS, LIKELIHOODS, MODERATE
from .models import Risk, versions_read_by

SCALES = {"likelihoods": LIKELIHOODS, "impacts": IMPACTS, "moderate": MODERATE, "high": HIGH}


def _kept(request: HttpRequest, pk: UUID) -> PolicyVersion:
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    return get_object_or_404(mine.select_related("policy__agency"), pk=pk)


def _risk(request: HttpRequest, pk: UUID) -> Risk:
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    return get_object_or_404(Risk.objects.select_related("version__policy"), pk=pk, version__in=mine)


def _crumbs(found: PolicyVersion, *here: str) -> list[dict[str, str]]:
    """Where a page of whoever keeps the policy stands."""
    trail = [
        ("Privacy policy", reverse("privacy:list")),
        (f"Version {found.number}", reverse("privacy:version", args=[found.pk])),
        ("Impact assessment", reverse("privacy:assessment:detail", args=[found.pk])),
    ]
    return [*({"label": label, "href": href} for label, href in trail), *({"label": label} for label in here)]


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole assessment, to read and to print: matrix, risks, questions and answers, what is missing."""
    person, membership = person_of(request), membership_of(request)
    readable = versions_read_by(person, membership).select_related("policy__agency")
    found = get_object_or_404(readable, pk=pk)
    now = state.of(found)
    context = {
        "version": found,
        "policy": found.policy,
        "state": now,
        "is_draft": found.status == PolicyVersion.Status.DRAFT,
        "editing": allows(policy.may_assess, person, found),
        "keeps": PolicyVersion.objects.kept_by(membership).filter(pk=pk).exists(),
        "reads_version": PolicyVersion.objects.seen_by(membership).filter(pk=pk).exists(),
        "picture": matrix.picture(now.risks),
        "table": matrix.table(now.risks),
        **SCALES,
    }
    return render(request, "privacy/assessment/detail.html", context)


@members
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the questionnaire, in parts if need be."""
    found, person = _kept(request, pk), person_of(request)
    if refused(request, policy.may_assess, person, found):
        return redirect("privacy:assessment:detail", found.pk)
    now = state.of(found)
    form = QuestionsForm(now, found.answers.all(), posted(request))
    if request.method == "POST" and form.is_valid() and (done := _answered(request, found, form)):
        return done
    context = {
        "version": found,
        "policy": found.policy,
        "state": now,
        "forms": list(form.forms.values()),
        "parts": [(group, [form.forms[each.key] for each in group.questions]) for group in now.groups],
        "crumbs": _crumbs(found, "Questions"),
    }
    return render(request, "privacy/assessment/questions.html", context)


def _answered(request: HttpRequest, found: PolicyVersion, form: QuestionsForm) -> HttpResponse | None:
    """Save what was answered; None where the page is shown again, with what is wrong."""
    try:
        made = commands.answer(actor=person_of(request), version_id=found.pk, answers=form.answers())
    except Refused as no:
        say(request, no)
        return redirect("privacy:assessment:questions", found.pk)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
        return None
    now = state.of(found)
    left = len(now.questions) - now.answered
    saved = f"{len(made)} answer{'' if len(made) == 1 else 's'} saved."
    messages.success(request, f"{saved} {f'{left} left.' if left else 'Every question is answered.'}")
    return redirect("privacy:assessment:questions" if left else "privacy:assessment:detail", found.pk)


@members
@require_http_methods(["GET", "POST"])
def add_risk(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _kept(request, pk)
    form = RiskForm(found, posted(request))
    return _risk_page(request, found, form, "Enter a risk", "The risk is entered.")


@members
@require_http_methods(["GET", "POST"])
def edit_risk(request: HttpRequest, pk: UUID) -> HttpResponse:
    risk = _risk(request, pk)
    form = RiskForm.of(risk, posted(request))
    return _risk_page(request, risk.version, form, f"Risk {risk.number}", "The risk is saved.", risk)


def _risk_page(
    request: HttpRequest, found: PolicyVersion, form: RiskForm, title: str, done: str, risk: Risk | None = None
) -> HttpResponse:
    person = person_of(request)
    if refused(request, policy.may_assess, person, found):
        return redirect("privacy:assessment:detail", found.pk)

    def command() -> Risk:
        key = risk.pk if risk else None
        return commands.save_risk(actor=person, version_id=found.pk, risk_id=key, **form.cleaned_data)

    if answer := sent(request, form, command, done, "privacy:assessment:detail", found.pk):
        return answer
    context: dict[str, Any] = {
        "version": found,
        "policy": found.policy,
        "form": form,
        "title": title,
        "risk": risk,
        "crumbs": _crumbs(found, title),
        **SCALES,
    }
    return render(request, "privacy/assessment/risk.html", context)


@members
@require_POST
def remove_risk(request: HttpRequest, pk: UUID) -> HttpResponse:
    risk = _risk(request, pk)
    return pressed(
        request,
        lambda: commands.remove_risk(actor=person_of(request), version_id=risk.version_id, risk_id=risk.pk),
        f"Risk {risk.number} is removed.",
        "privacy:assessment:detail",
        risk.version_id,
    )


@members
@require_POST
def show_risks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose whether the risks stand beside the policy in public; `show` is on or empty."""
    found, show = _kept(request, pk), bool(request.POST.get("show"))
    done = "Once published, the policy shows its risks." if show else "The risks are kept to the agency."
    return pressed(
        request,
        lambda: commands.show_risks(actor=person_of(request), version_id=found.pk, is_public=show),
        done,
        "privacy:assessment:detail",
        found.pk,
    )
