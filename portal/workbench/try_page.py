"""The editor of a disclosure rule with what the rule, as it stands in the form, does to a real record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from agencies.views.shared import columns, membership_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.records.decision.rules import Rules, rules_of
from portal.records.looking import decision_of, looking, shown
from portal.records.pages.record import CHARGES, PEOPLE, charges_of, people_of
from privacy.forms import RuleForm
from privacy.models import ANY, DisclosureRule, PolicyVersion, Purpose
from privacy.views import rule_page
from sharing_agreements.models import Action

from .trying import Line, Trial, attempt, by_number, example, recipients

SEEN = 4
"""Columns of the people on a record without the last, which says what applies: here that is what is being written."""


class Trying(forms.Form):
    """As whom to look, for what, at which record."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="As somebody of", empty_label=None, required=False)
    purpose = forms.ChoiceField(label="For purpose", choices=Purpose.choices, required=False)
    record = forms.CharField(
        label="Docket number",
        max_length=60,
        required=False,
        help_text="Empty: a recent case with somebody in that part.",
    )

    def __init__(self, owner: Agency, data: Any) -> None:
        agencies = recipients(owner)
        self.first = agencies[0]
        given = data if "try-agency" in data else None
        super().__init__(given, prefix="try", initial={"agency": self.first, "purpose": Purpose.CRIMINAL_JUSTICE})
        choice = self.fields["agency"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  (declared above)
        choice.queryset = Agency.objects.filter(pk__in=[each.pk for each in agencies]).order_by("name")

    def asked(self) -> tuple[Agency, str, str]:
        """Agency, purpose and docket number; what is not chosen is as at the beginning."""
        purpose = self.cleaned_data["purpose"] or str(Purpose.CRIMINAL_JUSTICE)
        return self.cleaned_data["agency"] or self.first, purpose, self.cleaned_data["record"]


@members
@require_http_methods(["GET", "HEAD", "POST"])
def try_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor again with what was typed, nothing saved; for those who keep the policy, on its drafts.

    Opening the editor tries nothing: a look at a record is one that somebody asked for, and stands in the log.
    """
    kept = PolicyVersion.objects.kept_by(membership_of(request)).filter(status=PolicyVersion.Status.DRAFT)
    version = get_object_or_404(kept.select_related("policy__agency"), pk=pk)
    if request.method != "POST":
        return redirect("privacy:version", pk)
    rule = next((each for each in version.rules.all() if str(each.pk) == request.POST.get("rule")), None)
    trying = Trying(version.policy.agency, request.POST)
    if not trying.is_bound or not trying.is_valid():
        return rule_page(request, version, _as_typed(version, request), rule, trying=trying)
    return _tried(request, version, rule, trying)


def _as_typed(version: PolicyVersion, request: HttpRequest) -> RuleForm:
    """The rule as it stands in the form; what is wrong with it is said when it is saved, not while it is written."""
    several = [name for name, field in RuleForm.base_fields.items() if isinstance(field, forms.MultipleChoiceField)]
    typed: dict[str, Any] = {name: request.POST.get(name) for name in RuleForm.base_fields}
    return RuleForm(version, initial={**typed, **{name: request.POST.getlist(name) for name in several}})


@looking(Action.VIEW)
def _tried(request: HttpRequest, version: PolicyVersion, rule: DisclosureRule | None, trying: Trying) -> HttpResponse:
    owner, reader = version.policy.agency, decision_of(request)
    form = RuleForm(version, request.POST)
    agency, purpose, number = trying.asked()
    complete = form.is_valid()
    role = form.cleaned_data.get("participant_role", ANY)
    record = by_number(reader, owner, number) if number else example(reader, owner, role)
    trial = attempt(reader, record, agency, purpose, _rules(version, rule, form)) if record else None
    more: dict[str, Any] = {"trying": trying, "trial": trial, "unfinished": not complete, "why": ""}
    if trial is None:
        more["why"] = _why_none(number)
    else:
        own = trial.own
        shown(request, reader, records=[own.envelope.id], sets=[own.envelope.record_set_id], found=1, seen=own.seen)
        more |= _seen(trial)
    return rule_page(request, version, _as_typed(version, request), rule, **more)


def _rules(version: PolicyVersion, rule: DisclosureRule | None, form: RuleForm) -> Rules:
    """The draft's rules with the one of the form in place of what is saved of it."""
    others = Rules(each for each in rules_of(version) if rule is None or each["code"] != rule.code)
    if form.errors:
        return others if rule is None else rules_of(version)
    typed = {**form.cleaned_data, "provision": form.cleaned_data["provision"].number}
    source = {"policy": str(version.policy_id), "policy_version": str(version.pk)}
    return Rules([*others, {"code": rule.code if rule else "this rule", **typed, **source}])


def _why_none(number: str) -> str:
    if number:
        return "No record of your agency that you see has this docket number."
    return "Your agency has no record that you see, so there is none to try the rule on."


def _seen(trial: Trial) -> dict[str, Any]:
    """What of the record changes for them, and the record as they would see it."""
    found: dict[str, Any] = {
        "columns": columns("Whose", "Data", "In force", "By this draft"),
        "rows": [_row(line) for line in trial.changes],
    }
    if trial.case is None:
        return found
    text = trial.case.free_text
    people = [row[:SEEN] for row in people_of(trial.case)["people"]]
    found |= {"people_columns": PEOPLE[:SEEN], "people": people}
    found |= {"charge_columns": CHARGES, "charges": charges_of(trial.case)}
    return {**found, "text_withheld": None if text.shown else part("withheld", reason=text.reason, rule=text.rule)}


def _row(line: Line) -> list[Any]:
    return [line.whose, line.category.label, line.before.as_it_is, line.after.after(line.before)]
