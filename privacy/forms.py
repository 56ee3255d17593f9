"""What a privacy officer types: a policy's head, its provisions, its disclosure rules."""

from __future__ import annotations

from typing import Any

from django import forms

from agencies.models import Agency
from portal.kernel.days import agreed

from . import standard
from .models import (
    ANY,
    OWN_AGENCY,
    DataCategory,
    DisclosureRule,
    Obligation,
    ParticipantRole,
    PolicyVersion,
    Principle,
    Provision,
    Purpose,
    Treatment,
)
from .rules import LAST_BEFORE_FIRST, NOTHING_TO_HANDLE, recipients, treatments_of
from .sections import SECTIONS, in_order

Choices = list[tuple[str, str]]


class VersionForm(forms.Form):
    """The head of a version: what it means, and whom to ask."""

    summary = forms.CharField(
        label="In short",
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="What the policy means for a person, in plain words: one sentence a line.",
    )
    officer_name = forms.CharField(label="Privacy officer", max_length=120)
    officer_email = forms.EmailField(label="Email", help_text="Published, so that anybody can write to it.")
    officer_phone = forms.CharField(label="Phone", max_length=40, required=False)

    @classmethod
    def of(cls, version: PolicyVersion, data: Any = None) -> VersionForm:
        return cls(data, initial={name: getattr(version, name) for name in cls.base_fields})


class PolicyForm(VersionForm):
    """The first draft of a policy."""

    title = forms.CharField(label="Title", max_length=200)
    field_order = ("title", "summary", "officer_name", "officer_email", "officer_phone")

    @classmethod
    def for_agency(cls, agency: Agency, data: Any = None, **initial: str) -> PolicyForm:
        start = {"title": f"Privacy policy of {agency}", "summary": standard.summary(), **initial}
        return cls(data, initial=start)


class ProvisionForm(forms.Form):
    """One numbered statement."""

    section = forms.TypedChoiceField(
        label="Section", coerce=int, choices=[(section.number, str(section)) for section in SECTIONS]
    )
    number = forms.CharField(label="Number", max_length=12, help_text="The section, a point and a number: 10.2")
    heading = forms.CharField(label="Heading", max_length=200)
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 8}))
    principles = forms.MultipleChoiceField(
        label="Fair information practice principles that it serves",
        choices=Principle.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def of(cls, provision: Provision, data: Any = None) -> ProvisionForm:
        return cls(data, initial={name: getattr(provision, name) for name in cls.base_fields})

    @classmethod
    def next_in(cls, version: PolicyVersion, section: int, data: Any = None) -> ProvisionForm:
        """An empty form numbered after the last provision of a section."""
        there = in_order(version.provisions.filter(section=section))
        last = there[-1].number.partition(".")[2] if there else "0"
        number = int(last) + 1 if last.isdigit() else len(there) + 1
        return cls(data, initial={"section": section, "number": f"{section}.{number}"})


class RuleForm(forms.Form):
    """One disclosure rule, read as a sentence: who sees what of whom, how, for which purposes, and why."""

    recipient = forms.ChoiceField(label="Who looks", choices=lambda: _recipients())
    participant_role = forms.ChoiceField(
        label="At whom", choices=[(ANY, "Anybody on the record"), *ParticipantRole.choices]
    )
    data_category = forms.ChoiceField(label="At which data", choices=[(ANY, "All data"), *DataCategory.choices])
    treatment = forms.ChoiceField(label="What they see", choices=Treatment.choices, widget=forms.RadioSelect)
    purposes = forms.MultipleChoiceField(
        label="For these purposes only",
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: for any purpose.",
    )
    obligations = forms.MultipleChoiceField(
        label="What is asked of other agencies that see it",
        choices=Obligation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    handling = forms.CharField(
        label="How to handle it",
        max_length=200,
        required=False,
        help_text="Stands beside the data on the page and in print: “Not to be called at home.”",
    )
    effective_from = forms.DateField(
        label="First day",
        required=False,
        validators=[agreed],
        help_text="Empty: as soon as the version is in force.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    effective_to = forms.DateField(
        label="Last day",
        required=False,
        validators=[agreed],
        help_text="Empty: as long as the version is in force.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        help_text="A few words without a capital. A clerk reads them after “Withheld:”.",
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(), label="Provision that it rests on", empty_label="Choose a provision"
    )

    def __init__(self, version: PolicyVersion, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choice = self.fields["provision"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  (declared above)
        choice.queryset = version.provisions.all()
        choice.choices = [("", "Choose a provision"), *((p.pk, str(p)) for p in in_order(version.provisions.all()))]
        self.fields["treatment"].descriptions = {  # type: ignore[attr-defined]
            Treatment.SHOWN: "The data in full",
            Treatment.MASKED: "The initials of a name, or the year of a date of birth",
            Treatment.PSEUDONYM: "A label in place of a name, the same throughout one case",
            Treatment.WITHHELD: "A marker with the reason",
        }

    @classmethod
    def of(cls, rule: DisclosureRule, data: Any = None) -> RuleForm:
        initial = {name: getattr(rule, name) for name in cls.base_fields if name != "provision"}
        return cls(rule.version, data, initial={**initial, "provision": rule.provision_id})

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        treatment, category = asked.get("treatment"), asked.get("data_category")
        if treatment and category and treatment not in treatments_of(category):
            fitting = " or ".join(str(each.label).lower() for each in treatments_of(category))
            self.add_error("treatment", f"Data of this kind has no such form. Choose {fitting}.")
        if treatment == Treatment.WITHHELD and (asked.get("obligations") or asked.get("handling")):
            self.add_error("obligations", NOTHING_TO_HANDLE)
        begins, ends = asked.get("effective_from"), asked.get("effective_to")
        if begins and ends and ends < begins:
            self.add_error("effective_to", LAST_BEFORE_FIRST)
        return asked


def _recipients() -> Choices:
    return [(code, recipients(code)) for code in (ANY, OWN_AGENCY, *Agency.Kind.values)]
