"""What people enter about funding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from portal.kernel.days import agreed

from .models import Application, Program


def _money(label: str, *, required: bool = True, least: int | None = 0, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=least,
        max_digits=13,
        decimal_places=2,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, validators=[agreed], widget=forms.DateInput, help_text=help_text
    )


class ProgramForm(forms.Form):
    """A program and its terms."""

    name = forms.CharField(max_length=160)
    funder = forms.CharField(max_length=160, help_text="Who gives the money")
    kind = forms.ChoiceField(choices=Program.Kind)
    eligibility = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text="Who may apply, and for what"
    )
    deadline_on = _day("Deadline", required=False, help_text="Last day to apply. Leave it empty if there is none.")
    first_on = _day("Period from", required=False)
    last_on = _day("Period to", required=False)
    match_percent = forms.DecimalField(
        label="Match, percent of the whole cost",
        min_value=Decimal(0),
        max_value=Decimal("99.99"),
        decimal_places=2,
        initial=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="What the applicant pays itself; 0 where none is asked for",
    )
    match_kind = forms.ChoiceField(label="The match counts", choices=Program.Match)
    no_supplanting = forms.BooleanField(
        label="Asks for a declaration that nothing is supplanted",
        required=False,
        help_text="That the money adds to what the applicant would spend anyway.",
    )
    one_a_state = forms.BooleanField(label="Takes one application from each state", required=False)
    link = forms.URLField(required=False, max_length=500, help_text="Where the program is announced")

    @property
    def layout(self) -> list[tuple[str, list[tuple[forms.BoundField, int]]]]:
        return [
            ("", [(self[name], 12) for name in ("name", "funder", "kind", "eligibility", "link")]),
            ("Days", [(self["deadline_on"], 12), (self["first_on"], 6), (self["last_on"], 6)]),
            ("Terms", [(self[n], 12) for n in ("match_percent", "match_kind", "no_supplanting", "one_a_state")]),
        ]


class ApplicationForm(forms.Form):
    """What is asked for, and what the agency pays itself."""

    purpose = forms.CharField(label="What the money is for", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    requested = _money("Requested")
    match_cash = _money("Match in cash", required=False)
    match_in_kind = _money("Match in kind", required=False, help_text="The value of work, space or equipment")

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        match = {name: given[name] or Decimal(0) for name in ("match_cash", "match_in_kind")}
        return {"purpose": given["purpose"], "requested": given["requested"], **match}


class SubmitForm(forms.Form):
    """The declaration, where the program asks for it."""

    supplants_nothing = forms.BooleanField(
        label="I declare for my agency: this money adds to what it would spend anyway, and takes the place of nothing",
        error_messages={"required": "The program asks for this declaration."},
    )

    def __init__(self, data: Any = None, *, program: Program) -> None:
        super().__init__(data)
        if not program.no_supplanting:
            del self.fields["supplants_nothing"]


class AwardForm(forms.Form):
    """What the funder gave."""

    number = forms.CharField(label="Number of the award", max_length=60)
    amount = _money("Amount")
    first_on = _day("Period from")
    last_on = _day("Period to")


class TaskForm(forms.Form):
    """Something to do before the application goes out."""

    text = forms.CharField(label="Task", max_length=300)
    due_on = _day("Due on")


class DrawForm(forms.Form):
    """Money that was drawn."""

    amount = _money("Amount", least=None, help_text="Less than zero for what was paid back, or to set a slip off")
    drawn_on = _day("Drawn on")
    reference = forms.CharField(max_length=120, help_text="Of the payment, such as the number of the transfer")


class ReportForm(forms.Form):
    """A report that the funder asks for."""

    what = forms.CharField(label="Report", max_length=160, help_text="Such as Financial report, first quarter")
    due_on = _day("Due on")


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DocumentForm(forms.Form):
    """A file of the application."""

    file = forms.FileField(help_text="PDF, an Excel workbook or plain text, up to 20 MB")


class ProgramFilter(forms.Form):
    """Which programs to show."""

    q = forms.CharField(label="Name", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(required=False, choices=[("", "All"), *Program.Kind.choices])
    takes = forms.ChoiceField(
        label="Applications", required=False, choices=[("", "All"), ("open", "Still taken"), ("past", "Past deadline")]
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ApplicationFilter(forms.Form):
    """Which applications to show."""

    status = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *Application.Status.choices])
