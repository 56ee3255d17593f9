"""What people enter about reviews: the plan of a board, remarks, opinions, and to whom a review is given."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from agencies.models import Agency, Membership
from sharing_agreements.models import Agreement, AgreementVersion

from .models import LAST_STEP, LONGEST, Discipline, Review, ReviewPlan
from .planning import MOST

EMPTY_ROWS = 2


class StageForm(forms.Form):
    """One stage of a plan. A row in which nothing is chosen is none."""

    discipline = forms.ChoiceField(label="What it looks at", choices=[("", "No stage"), *Discipline.choices])
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Reviewed by", empty_label="Choose an agency")
    step = forms.IntegerField(
        min_value=1,
        max_value=LAST_STEP,
        initial=1,
        help_text="Stages with the same number run side by side; a higher number waits for all lower ones.",
    )
    days = forms.IntegerField(label="Days to review", min_value=1, max_value=LONGEST, initial=14)
    guidance = forms.CharField(
        label="What to look at", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    kinds = forms.MultipleChoiceField(
        label="For which agreements",
        required=False,
        choices=Agreement.Kind,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: every kind.",
    )
    takes_administrative = forms.BooleanField(
        label="Also for administrative amendments, which change words only", required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        active = Agency.objects.filter(status=Agency.Status.ACTIVE).order_by("name")
        cast("forms.ModelChoiceField[Agency]", self.fields["agency"]).queryset = active

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        return {**given, "agency_id": given.pop("agency").pk}


class StageRows(forms.BaseFormSet):  # type: ignore[type-arg]  # no generic at run time
    """The stages of a plan; clearing what a stage looks at takes it out."""

    def full_clean(self) -> None:
        """A row without a discipline is left out, whatever else stands in it."""
        for form in self.forms if self.is_bound else []:
            name = form.add_prefix("discipline")
            if not self.data.get(name):
                form.empty_permitted = True
                form.has_changed = lambda: False
        super().full_clean()

    def clean(self) -> None:
        """A number of rows that no page of ours sends would adopt another plan than was seen."""
        if not 1 <= len(self.forms) <= MOST:
            raise forms.ValidationError("The form came incomplete. Reload the page and begin again.")

    def values(self) -> list[dict[str, Any]]:
        return [form.values() for form in self.forms if form.cleaned_data.get("discipline")]


Stages = forms.formset_factory(StageForm, formset=StageRows, extra=0, max_num=MOST, absolute_max=MOST)


def rows_of(plan: ReviewPlan | None) -> list[dict[str, Any]]:
    """The stages of a plan as the form begins with them, and empty rows for more."""
    found: list[dict[str, Any]] = []
    for stage in plan.stages.all() if plan else []:
        names = ("discipline", "step", "days", "guidance", "kinds", "takes_administrative")
        found.append({"agency": stage.agency_id, **{name: getattr(stage, name) for name in names}})
    return [*found, *({} for _ in range(EMPTY_ROWS))][:MOST]


def one_more(sent: QueryDict) -> list[dict[str, Any]]:
    """What was typed so far, row by row and unchecked, and one row more."""
    asked = sent.get("stage-TOTAL_FORMS", "")
    count = min(int(asked), MOST) if asked.isdecimal() and len(asked) < 3 else 0
    rows = []
    for number in range(count):
        named = {name: f"stage-{number}-{name}" for name in StageForm.base_fields}
        rows.append({name: sent.getlist(key) if name == "kinds" else sent.get(key) for name, key in named.items()})
    return [*rows, {}][:MOST]


class AdoptForm(forms.Form):
    """Why the plan is this, and which plan it was made from."""

    reason = forms.CharField(max_length=500, help_text="It stays with the plan, and the members of the board read it.")
    without = forms.BooleanField(
        label="Without any review",
        required=False,
        help_text="Tick this only where no stage is named: the board then takes up what is submitted.",
    )
    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class _MembershipField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic at run time
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person}, {obj.agency}"


class DelegateForm(forms.Form):
    """To whom a review is given."""

    membership = _MembershipField(Membership.objects.none(), label="Give it to", empty_label="Choose a person")
    reason = forms.CharField(max_length=200, help_text="The new reviewer reads it.")

    def __init__(self, data: Any, *, could: list[Membership]) -> None:
        super().__init__(data)
        chosen = Membership.objects.filter(pk__in=[each.pk for each in could]).select_related("person", "agency")
        cast("forms.ModelChoiceField[Membership]", self.fields["membership"]).queryset = chosen


class RemarkForm(forms.Form):
    """What is to change at a clause."""

    clause = forms.ModelChoiceField(AgreementVersion.objects.none(), empty_label="Choose a clause")
    text = forms.CharField(label="What is to change", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any, *, review: Review, initial: Any = None) -> None:
        super().__init__(data, initial={"clause": initial})
        cast("forms.ModelChoiceField[Any]", self.fields["clause"]).queryset = review.version.clauses.all()


class OpinionForm(forms.Form):
    """What the reviewer says of the text as a whole."""

    opinion = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, data: Any, *, label: str, required: bool, help_text: str = "") -> None:
        super().__init__(data)
        field = self.fields["opinion"]
        field.label, field.required, field.help_text = label, required, help_text


class ReviewFilter(forms.Form):
    """Which reviews to list."""

    whose = forms.ChoiceField(
        label="Whose", required=False, choices=[("", "All that I may see"), ("mine", "Mine to do")]
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), ("late", "Late"), *Review.Status.choices]
    )
    discipline = forms.ChoiceField(label="Review", required=False, choices=[("", "Any"), *Discipline.choices])
    agreement = forms.ChoiceField(label="Agreement", required=False)

    def __init__(self, data: Any, *, agreements: list[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["agreement"]).choices = [("", "Any"), *agreements]
