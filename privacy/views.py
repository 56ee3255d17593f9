"""Pages on which an agency's privacy officer keeps its policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import Agency, Membership
from agencies.views.shared import membership_of, person_of, posted
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.policy import allows

from . import commands, policy
from .assessment import state as assessment
from .comparing import compared
from .development import policy as development
from .development import progress, yearly
from .forms import PolicyForm, ProvisionForm, RuleForm, VersionForm
from .models import READERS, DisclosureRule, PolicyVersion, PrivacyPolicy, Provision
from .principles import served
from .rules import sentence
from .sections import SECTIONS, in_order, section


def _agency(request: HttpRequest) -> Agency:
    """The agency whose policy this person keeps; PermissionDenied where there is none."""
    membership = membership_of(request)
    policy.may_keep(person_of(request), membership.agency_id if membership else None)
    return cast(Membership, membership).agency


def _version(request: HttpRequest, pk: UUID) -> PolicyVersion:
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    return get_object_or_404(mine.select_related("policy__agency"), pk=pk)


def _seen(request: HttpRequest, pk: UUID) -> PolicyVersion:
    """A version that this person keeps, reviews or adopts."""
    seen = PolicyVersion.objects.seen_by(membership_of(request))
    return get_object_or_404(seen.select_related("policy__agency"), pk=pk)


def _provision(request: HttpRequest, pk: UUID) -> Provision:
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    return get_object_or_404(Provision.objects.select_related("version__policy"), pk=pk, version__in=mine)


def _rule(request: HttpRequest, pk: UUID) -> DisclosureRule:
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    return get_object_or_404(DisclosureRule.objects.select_related("version__policy"), pk=pk, version__in=mine)


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], object], said: str) -> bool:
    """Run a command with a valid form; what it refuses stands on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as why:
        form.add_error(None, str(why))
    except ValidationError as why:
        known = hasattr(why, "error_dict") and set(why.error_dict) <= set(form.fields)
        form.add_error(None, why if known else forms.ValidationError(why.messages))
    else:
        messages.success(request, said)
        return True
    return False


# --- Policies and versions ------------------------------------------------------------------------------------------


@members
@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """The versions of the agency's policy that this person keeps, reviews or adopts."""
    person, membership = person_of(request), membership_of(request)
    agency = membership.agency if membership is not None and membership.has(*READERS) else _agency(request)
    keeps = allows(policy.may_keep, person, agency.pk)
    kept = PrivacyPolicy.objects.filter(agency=agency).first()
    context = {
        "agency": agency,
        "policy": kept,
        "keeps": keeps,
        "versions": [
            (each, progress.stage(each))
            for each in PolicyVersion.objects.seen_by(membership).select_related("policy__agency").order_by("-number")
        ],
        "due": _due(kept) if keeps else None,
        "can_start": kept is not None and allows(policy.may_start_version, person, kept),
    }
    return render(request, "privacy/policy_list.html", context)


def _due(kept: PrivacyPolicy | None) -> dict[str, Any] | None:
    """By when the version in force is to be looked through, and whether that is near."""
    in_force = kept.versions.published().select_related("policy__agency").first() if kept else None
    if in_force is None:
        return None
    day = yearly.due_on(in_force)
    return {"version": in_force, "day": day, "step": yearly.step_of(in_force, day)}


@members
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Begin the agency's policy from the standard text."""
    agency, person = _agency(request), person_of(request)
    if PrivacyPolicy.objects.filter(agency=agency).exists():
        return redirect("privacy:list")
    form = PolicyForm.for_agency(
        agency, posted(request), officer_name=person.get_full_name(), officer_email=person.email
    )
    made: list[PolicyVersion] = []

    def act() -> None:
        made.append(commands.draft_policy(actor=person, agency_id=agency.pk, **form.cleaned_data))

    if request.method == "POST" and _done(request, form, act, "The draft is made from the standard policy."):
        return redirect("privacy:version", pk=made[0].pk)
    return render(request, "privacy/policy_draft.html", {"form": form, "agency": agency})


@members
@require_POST
def start_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the next version as a copy."""
    agency = _agency(request)
    kept = get_object_or_404(PrivacyPolicy, pk=pk, agency=agency)
    try:
        made = commands.start_new_version(actor=person_of(request), policy_id=kept.pk)
    except Refused as why:
        messages.error(request, str(why))
        return redirect("privacy:list")
    messages.success(request, f"Version {made.number} is a draft. The version in force stays until you publish it.")
    return redirect("privacy:version", pk=made.pk)


@members
@require_GET
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version: its head, provisions and rules; the editor while it is a draft."""
    found, person = _seen(request, pk), person_of(request)
    provisions = in_order(found.provisions.prefetch_related("citations__authority"))
    state, is_draft = progress.of(found), found.status == PolicyVersion.Status.DRAFT
    adoption, asked = progress.adoption_of(found), is_draft and progress.asked(found)
    rules = in_order(found.rules.select_related("provision").prefetch_related("provision__citations__authority"))
    context = {
        "version": found,
        "policy": found.policy,
        "editing": allows(policy.may_edit, person, found),
        "keeps": allows(policy.may_keep, person, found.policy.agency_id),
        "progress": state,
        "is_draft": is_draft,
        "stage": progress.stage_of_draft(adopted=adoption is not None, asked=asked) if is_draft else found.status,
        "missing": policy.missing_before_publication(found) if is_draft else [],
        "assessment": assessment.of(found),
        "asked": asked,
        "adoption": adoption,
        "can": {
            "ask": is_draft and allows(development.may_ask, person, found),
            "review": is_draft and allows(development.may_review, person, found),
            "adopt": is_draft and allows(development.may_adopt, person, found),
        },
        "principles": served(provisions),
        "due": _due(found.policy) if found.status == PolicyVersion.Status.PUBLISHED else None,
        "summary": [line.strip() for line in found.summary.splitlines() if line.strip()],
        "parts": [
            (each, [(p, state.marks.get(p.pk)) for p in provisions if p.section == each.number]) for each in SECTIONS
        ],
        "rules": [(rule, sentence(rule)) for rule in rules],
        "adopted": Event.objects.filter(
            subject_label=PolicyVersion._meta.label, subject_id=found.pk, kind="policy.adopted"
        ).order_by("sequence"),
    }
    return render(request, "privacy/version_detail.html", context)


@members
@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a version changes against another that the person reads."""
    found = _seen(request, pk)
    readable = PolicyVersion.objects.readable_by(membership_of(request))
    context = {
        "version": found,
        "policy": found.policy,
        "heading": f"What version {found.number} changes",
        "keeps": allows(policy.may_keep, person_of(request), found.policy.agency_id),
        **compared(found, readable, request.GET.get("against", "")),
    }
    return render(request, "privacy/changes.html", context)


@members
@require_http_methods(["GET", "POST"])
def edit_head(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the summary and the contact of a draft."""
    found = _version(request, pk)
    form = VersionForm.of(found, posted(request))

    def act() -> None:
        commands.edit_version(actor=person_of(request), version_id=found.pk, **form.cleaned_data)

    if request.method == "POST" and _done(request, form, act, "Saved."):
        return redirect("privacy:version", pk=found.pk)
    return _form_page(request, found, form, "Summary and contact")


@members
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what publishing does, and do it."""
    found = _version(request, pk)
    if request.method == "POST":
        try:
            commands.publish(actor=person_of(request), version_id=found.pk)
        except Refused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, f"Version {found.number} is in force and public.")
        return redirect("privacy:version", pk=found.pk)
    if found.status != PolicyVersion.Status.DRAFT:
        return redirect("privacy:version", pk=found.pk)
    context = {
        "version": found,
        "policy": found.policy,
        "missing": development.missing_before_publication(found),
        "adoption": progress.adoption_of(found),
        "before": found.policy.versions.published().first(),
    }
    return render(request, "privacy/version_publish.html", context)


@members
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = _version(request, pk)
    if request.method == "POST":
        try:
            commands.discard_draft(actor=person_of(request), version_id=found.pk)
        except Refused as why:
            messages.error(request, str(why))
            return redirect("privacy:version", pk=found.pk)
        messages.success(request, f"The draft of version {found.number} is discarded.")
        return redirect("privacy:list")
    if found.status != PolicyVersion.Status.DRAFT:
        return redirect("privacy:version", pk=found.pk)
    return render(request, "privacy/version_discard.html", {"version": found, "policy": found.policy})


# --- Provisions and rules -------------------------------------------------------------------------------------------


def _form_page(
    request: HttpRequest,
    found: PolicyVersion,
    form: forms.Form,
    title: str,
    *,
    template: str = "privacy/version_form.html",
    **more: Any,
) -> HttpResponse:
    policy.may_keep(person_of(request), found.policy.agency_id)
    if found.status != PolicyVersion.Status.DRAFT:
        messages.info(request, f"Version {found.number} is final. Start a new version to change it.")
        return redirect("privacy:version", pk=found.pk)
    context = {"version": found, "policy": found.policy, "form": form, "title": title, **more}
    return render(request, template, context)


@members
@require_http_methods(["GET", "POST"])
def add_provision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a provision; `?section=3` says where."""
    found = _version(request, pk)
    asked = request.GET.get("section", "")
    number = int(asked) if asked.isdigit() and 1 <= int(asked) <= len(SECTIONS) else 1
    form = ProvisionForm.next_in(found, number, posted(request))

    def act() -> None:
        commands.save_provision(actor=person_of(request), version_id=found.pk, **form.cleaned_data)

    if request.method == "POST" and _done(request, form, act, "The provision is added."):
        return _back(found, f"s{form.cleaned_data['section']}")
    return _form_page(request, found, form, "Add a provision", hint=section(number).states)


@members
@require_http_methods(["GET", "POST"])
def edit_provision(request: HttpRequest, pk: UUID) -> HttpResponse:
    provision = _provision(request, pk)
    form = ProvisionForm.of(provision, posted(request))

    def act() -> None:
        commands.save_provision(
            actor=person_of(request), version_id=provision.version_id, provision_id=provision.pk, **form.cleaned_data
        )

    if request.method == "POST" and _done(request, form, act, "Saved."):
        return _back(provision.version, f"s{form.cleaned_data['section']}")
    return _form_page(request, provision.version, form, f"Provision {provision.number}", provision=provision)


@members
@require_POST
def remove_provision(request: HttpRequest, pk: UUID) -> HttpResponse:
    provision = _provision(request, pk)
    try:
        commands.remove_provision(actor=person_of(request), provision_id=provision.pk)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"Provision {provision.number} is removed.")
    return _back(provision.version, f"s{provision.section}")


def _rule_values(form: RuleForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    provision = values.pop("provision")
    return {**values, "provision_id": provision.pk}


@members
@require_http_methods(["GET", "POST"])
def add_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _version(request, pk)
    form = RuleForm(found, posted(request))

    def act() -> None:
        commands.save_rule(actor=person_of(request), version_id=found.pk, **_rule_values(form))

    if request.method == "POST" and _done(request, form, act, "The rule is added."):
        return _back(found, "rules")
    return rule_page(request, found, form)


def rule_page(
    request: HttpRequest, found: PolicyVersion, form: RuleForm, rule: DisclosureRule | None = None, **more: Any
) -> HttpResponse:
    """The editor of one rule; beside it the workbench shows what the rule does to a real record."""
    more |= {"rule": rule, "words": sentence(rule)} if rule else {}
    title = f"Rule {rule.code}" if rule else "Add a rule"
    return _form_page(request, found, form, title, template="privacy/rule_form.html", **more)


@members
@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    rule = _rule(request, pk)
    form = RuleForm.of(rule, posted(request))

    def act() -> None:
        commands.save_rule(actor=person_of(request), version_id=rule.version_id, rule_id=rule.pk, **_rule_values(form))

    if request.method == "POST" and _done(request, form, act, f"Rule {rule.code} is saved."):
        return _back(rule.version, rule.code)
    return rule_page(request, rule.version, form, rule)


@members
@require_POST
def remove_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    rule = _rule(request, pk)
    try:
        commands.remove_rule(actor=person_of(request), rule_id=rule.pk)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"Rule {rule.code} is removed.")
    return _back(rule.version, "rules")


def _back(found: PolicyVersion, anchor: str) -> HttpResponse:
    answer = redirect("privacy:version", pk=found.pk)
    answer["Location"] += f"#{anchor}"
    return answer
