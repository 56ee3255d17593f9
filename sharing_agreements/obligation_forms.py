"""What people enter about obligations: in a draft, when they are done, and which of them to show."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms

from portal.kernel.days import agreed

from . import fingerprint
from .models import AgreementVersion, Obligation
from .models.obligations import EARLIEST_REMINDER, LONGEST_RHYTHM

Owes = Obligation.Owes
ONCE, AGAIN = "once", "again"


class ObligationForm(forms.Form):
    """What is to be done, by whom, and when."""

    what = forms.CharField(
        label="What is to be done",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "p-instrument"}),
        help_text="Such as: Audit who used the records, and send the report to the court.",
    )
    clause = forms.ChoiceField(label="Under clause")
    owes = forms.ChoiceField(label="Who does it", choices=Owes, widget=forms.RadioSelect)
    agency = forms.ChoiceField(label="Which party, if only one", required=False)
    often = forms.ChoiceField(
        label="How often", choices=[(AGAIN, "Again and again"), (ONCE, "Once")], widget=forms.RadioSelect
    )
    every_months = forms.IntegerField(
        label="Every how many months",
        required=False,
        min_value=1,
        max_value=LONGEST_RHYTHM,
        help_text="12 for every year. Leave it empty for what is done once.",
    )
    first_on = forms.DateField(
        label="By which day, or by which the first time",
        required=False,
        validators=[agreed],
        help_text="Left empty, the first time is one interval after the agreement comes into force.",
    )
    remind_days = forms.IntegerField(
        label="Days before it is due to remind",
        min_value=0,
        max_value=EARLIEST_REMINDER,
        help_text="Administrators of whoever owes it are told then, and again when it is overdue.",
    )
    as_read = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, version: AgreementVersion, obligation: Obligation | None = None, clause: str = ""
    ) -> None:
        super().__init__(data, initial=_values(obligation) if obligation else {"remind_days": 30, "clause": clause})
        clauses = [(str(each.pk), f"{each.number} {each.heading}") for each in version.clauses.all()]
        cast(forms.ChoiceField, self.fields["clause"]).choices = [("", "Choose"), *clauses]
        parties = [(str(party.agency_id), party.name) for party in version.parties.all()]
        cast(forms.ChoiceField, self.fields["agency"]).choices = [("", "Choose, where one party does it"), *parties]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("owes") == Owes.PARTY and not given.get("agency") and "agency" not in self.errors:
            self.add_error("agency", "Choose the party that does it.")
        if given.get("often") == AGAIN and not given.get("every_months") and "every_months" not in self.errors:
            self.add_error("every_months", "Say every how many months, such as 12.")
        if given.get("often") == ONCE and not given.get("first_on") and "first_on" not in self.errors:
            self.add_error("first_on", "Say by which day.")
        return given

    def stays_on(self, now: Obligation) -> None:
        """Keep what was entered, as a change of what the obligation says now: its reader has seen that."""
        self.data = {**self.data, "as_read": fingerprint.of_obligation(now)}

    def values(self) -> dict[str, Any]:
        """What the command takes; what does not belong to the choice is left out."""
        given = dict(self.cleaned_data)
        given.pop("as_read")
        agency, clause, again = given.pop("agency"), given.pop("clause"), given.pop("often") == AGAIN
        return {
            **given,
            "clause_id": UUID(clause),
            "agency_id": UUID(agency) if given["owes"] == Owes.PARTY else None,
            "every_months": given["every_months"] if again else None,
        }


def _values(each: Obligation) -> dict[str, Any]:
    names = ("what", "owes", "every_months", "first_on", "remind_days")
    return {
        **{name: getattr(each, name) for name in names},
        "clause": str(each.clause_id),
        "agency": str(each.agency_id or ""),
        "often": AGAIN if each.every_months else ONCE,
        "as_read": fingerprint.of_obligation(each),
    }


class DoneForm(forms.Form):
    """That what was due was done."""

    note_of_it = forms.CharField(
        label="What was done, and by whom",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Whoever reads the agreement reads it. Name nobody whom a record is about.",
    )
    file = forms.FileField(
        required=False, help_text="What shows it, such as the report: PDF or plain text, up to 20 MB."
    )


STATES = [
    ("", "Overdue, or due within 180 days"),
    ("30", "Due within 30 days"),
    ("90", "Due within 90 days"),
    ("180", "Due within 180 days"),
    ("overdue", "Overdue"),
    ("done", "Done"),
]


class DueFilter(forms.Form):
    """What of the register of obligations to show."""

    state = forms.ChoiceField(label="Show", required=False, choices=STATES)
    agency = forms.ChoiceField(label="Agency", required=False)
    agreement = forms.ChoiceField(label="Agreement", required=False)

    def __init__(self, data: Any, *, agencies: list[tuple[str, str]], agreements: list[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["agency"]).choices = [("", "Any agency"), *agencies]
        cast(forms.ChoiceField, self.fields["agreement"]).choices = [("", "Any agreement"), *agreements]
