"""What people enter about budgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Agency
from portal.kernel.days import plausible
from sharing_agreements.funding.models import Award

from .models import FIRST_YEAR, LAST_YEAR, Basis, Budget, BudgetLine, Denominator, Formula

MONTHS = [(number, f"{date(2000, number, 1):%B}") for number in range(1, 13)]


def _money(label: str, *, required: bool = True, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=13,
        decimal_places=2,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def _agencies(form: forms.Form, name: str, found: QuerySet[Agency]) -> None:
    cast("forms.ModelChoiceField[Agency]", form.fields[name]).queryset = found.order_by("name")


def _years(form: forms.Form, name: str, budget: Budget, *, first: str = "") -> None:
    found: list[tuple[object, str]] = [(year, budget.spelled(year)) for year in budget.years]
    cast(forms.ChoiceField, form.fields[name]).choices = [("", first), *found] if first else found


class BudgetForm(forms.Form):
    """A budget: what it is called and which years it covers."""

    title = forms.CharField(max_length=160, help_text="Such as Justice exchange, shared costs")
    about = forms.CharField(
        label="What it pays for", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    first_year = forms.IntegerField(
        label="First fiscal year",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="Named after the year in which it ends",
    )
    last_year = forms.IntegerField(label="Last fiscal year", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    begins_month = forms.TypedChoiceField(label="A fiscal year begins in", coerce=int, choices=MONTHS, initial=7)
    credits_in_kind = forms.BooleanField(
        label="What a party gives in kind counts against its share",
        required=False,
        help_text="The value of its work, space or equipment is then shared like money, and taken off what it pays.",
    )


class OpenForm(BudgetForm):
    """A new budget, with whose it is."""

    # The choices come with the request: boards stand a floor above.
    board = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose", help_text="The board that adopts it")
    owner = forms.ModelChoiceField(
        Agency.objects.none(),
        empty_label="Choose",
        label="Owner",
        help_text="The agency that keeps the budget and sends the invoices",
    )
    field_order = ("title", "board", "owner", "about", "first_year", "last_year", "begins_month", "credits_in_kind")

    def __init__(self, data: Any = None, *, boards: QuerySet[Any]) -> None:
        year = timezone.localdate().year + 1
        super().__init__(data, initial={"first_year": year, "last_year": year + 2})
        cast("forms.ModelChoiceField[Any]", self.fields["board"]).queryset = boards
        _agencies(self, "owner", Agency.objects.filter(status=Agency.Status.ACTIVE))

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        board, owner = given.pop("board"), given.pop("owner")
        return {**given, "board_id": board.pk, "owner_id": owner.pk}


class PartyForm(forms.Form):
    """An agency that takes part."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose")
    pays_today = _money(
        "Pays a year today",
        required=False,
        help_text="What the agency pays now for what the budget covers. Leave it empty if that is not known.",
    )

    def __init__(self, data: Any = None, *, budget: Budget, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        active = Agency.objects.filter(status=Agency.Status.ACTIVE)
        _agencies(self, "agency", active.exclude(budget_parties__budget=budget))


class TodayForm(forms.Form):
    """What a party pays now."""

    pays_today = PartyForm.base_fields["pays_today"]


class LineForm(forms.Form):
    """What one thing costs in a year."""

    name = forms.CharField(label="Line", max_length=160, help_text="Such as Hosting, or Interface to the jail system")
    recurrence = forms.ChoiceField(label="How often", choices=BudgetLine.Recurrence, widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label="Fiscal year", coerce=int)
    through = forms.TypedChoiceField(
        label="And every year through",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="The same plan each year",
    )
    planned = _money("Planned")
    actual = _money("Actual", required=False, help_text="What it came to, once that is known")
    provided_by = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Given in kind by",
        required=False,
        empty_label="Nobody: it is paid in money",
        help_text="Work, space or equipment counts in the budget, and is not shared in money.",
    )

    def __init__(self, data: Any = None, *, budget: Budget, line: BudgetLine | None = None) -> None:
        names = ("name", "recurrence", "year", "planned", "actual")
        initial = {name: getattr(line, name) for name in names} if line else {"recurrence": "recurring"}
        super().__init__(data, initial={**initial, "provided_by": line.provided_by_id if line else None})
        _years(self, "year", budget)
        _years(self, "through", budget, first="This year alone")
        if line is not None:
            del self.fields["through"]
        parties = Agency.objects.filter(budget_parties__budget=budget)
        _agencies(self, "provided_by", (parties | Agency.objects.filter(pk=budget.owner_id)).distinct())

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        giver = given.pop("provided_by")
        return {**given, "provided_by_id": giver.pk if giver else None}


class SourceForm(forms.Form):
    """Money from elsewhere than the parties."""

    name = forms.CharField(label="Source", max_length=160, help_text="Such as a grant, a court fee, an appropriation")
    year = forms.TypedChoiceField(label="Fiscal year", coerce=int)
    planned = _money("Planned")
    award = forms.ModelChoiceField(
        Award.objects.none(),
        required=False,
        empty_label="None",
        help_text="The grant of your agency that pays it. The year after it ends then shows in the picture.",
    )

    def __init__(self, data: Any = None, *, budget: Budget, awards: QuerySet[Award], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        _years(self, "year", budget)
        cast("forms.ModelChoiceField[Award]", self.fields["award"]).queryset = awards

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        award = given.pop("award")
        return {**given, "award_id": award.pk if award else None}


class FiguresForm(forms.Form):
    """The figures of all parties on one basis, with where they are from."""

    source = forms.CharField(max_length=300, help_text="Who counted it, and where that can be read")
    as_of = forms.DateField(label="As of", validators=[plausible], widget=forms.DateInput)

    def __init__(self, data: Any, *, parties: Sequence[Any], denominator: Denominator | None) -> None:
        known = {each.agency_id: each.value for each in denominator.weights.all()} if denominator else {}
        initial: dict[str, Any] = {f"of_{agency}": f"{value.normalize():f}" for agency, value in known.items()}
        if denominator is not None:
            initial |= {"source": denominator.source, "as_of": denominator.as_of}
        super().__init__(data, initial=initial)
        self.parties = [party.agency_id for party in parties]
        for party in parties:
            self.fields[f"of_{party.agency_id}"] = forms.DecimalField(
                label=str(party.agency),
                min_value=Decimal(0),
                max_digits=16,
                decimal_places=4,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        figures = {agency: given[f"of_{agency}"] for agency in self.parties}
        return {"source": given["source"], "as_of": given["as_of"], "values": figures}


class CountForm(forms.Form):
    """From which day to which the portal counts."""

    first = forms.DateField(label="From", validators=[plausible], widget=forms.DateInput)
    last = forms.DateField(label="To", validators=[plausible], widget=forms.DateInput)


class FormulaForm(forms.Form):
    """A way of sharing what is left to pay."""

    name = forms.CharField(max_length=80, help_text="Such as Population with a floor")
    basis = forms.ChoiceField(label="Shares go by", required=False, choices=[("", "All parties alike"), *Basis.choices])
    base = _money("Base that each party pays", required=False, help_text="The rest is shared as said above.")
    floor = _money("At least, for each party", required=False)
    cap = _money("At most, for each party", required=False)

    def __init__(self, data: Any = None, *, parties: Sequence[Any], formula: Formula | None = None) -> None:
        names = ("name", "basis", "base", "floor", "cap")
        initial = {name: getattr(formula, name) for name in names} if formula else {}
        for bound in formula.bounds.all() if formula else ():
            initial |= {f"floor_{bound.agency_id}": bound.floor, f"cap_{bound.agency_id}": bound.cap}
        super().__init__(data, initial=initial)
        self.parties = list(parties)
        for party in self.parties:
            self.fields[f"floor_{party.agency_id}"] = _money(f"At least, {party}", required=False)
            self.fields[f"cap_{party.agency_id}"] = _money(f"At most, {party}", required=False)

    @property
    def layout(self) -> list[tuple[str, list[tuple[forms.BoundField, int]]]]:
        own = [(self[f"{name}_{party.agency_id}"], 6) for party in self.parties for name in ("floor", "cap")]
        everybody = [(self["base"], 12), (self["floor"], 6), (self["cap"], 6)]
        return [
            ("", [(self["name"], 12), (self["basis"], 12)]),
            ("For every party, each year", everybody),
            *([("For one party in place of that", own)] if own else []),
        ]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        ids: list[UUID] = [party.agency_id for party in self.parties]
        bounds = {agency: (given[f"floor_{agency}"], given[f"cap_{agency}"]) for agency in ids}
        mine = {name: given[name] for name in ("name", "basis", "floor", "cap")}
        return {**mine, "base": given["base"] or Decimal(0), "bounds": bounds}


class ProposeForm(forms.Form):
    """With which formula the board is asked to adopt the budget."""

    formula = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        label="What the board is asked to adopt, and why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays with the version; the parties read it.",
    )

    def __init__(self, data: Any = None, *, formulas: Sequence[tuple[UUID, str, str]]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["formula"])
        field.choices = [(str(key), name) for key, name, _ in formulas]
        field.descriptions = {str(key): words for key, _, words in formulas}  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """For which year invoices are sent."""

    year = forms.TypedChoiceField(label="Fiscal year", coerce=int)
    instalments = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (1, "One invoice"),
            (2, "Two, half a year apart"),
            (4, "Four, each quarter"),
            (12, "Twelve, each month"),
        ],
        initial=1,
    )
    due_on = forms.DateField(
        label="Due on", widget=forms.DateInput, validators=[plausible], help_text="The first of several"
    )

    def __init__(self, data: Any = None, *, budget: Budget) -> None:
        super().__init__(data, initial={"instalments": 1})
        _years(self, "year", budget)


class PayForm(forms.Form):
    """When an invoice was paid."""

    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput, validators=[plausible])
    reference = forms.CharField(max_length=120, required=False, help_text="Of the check or the transfer")


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class SureForm(forms.Form):
    """Asked once more."""


class LinesFileForm(forms.Form):
    """Lines from a sheet."""

    file = forms.FileField(help_text="CSV or an Excel workbook (.xlsx), up to 2 MB. The first row holds the headings.")


class FiguresFileForm(LinesFileForm):
    """Figures from a sheet."""

    source = forms.CharField(max_length=300, help_text="Who counted it, and where that can be read")
    as_of = forms.DateField(label="As of", validators=[plausible], widget=forms.DateInput)
    field_order = ("source", "as_of", "file")


class BudgetFilter(forms.Form):
    """Which budgets to show."""

    q = forms.CharField(label="Title", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    board = forms.ChoiceField(required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), ("adopted", "Adopted"), ("open", "Not adopted yet")]
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, boards: Sequence[tuple[Any, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["board"]).choices = [("", "All"), *boards]


class LineFilter(forms.Form):
    """Which lines to show."""

    year = forms.ChoiceField(label="Fiscal year", required=False)
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "All"), *BudgetLine.Recurrence.choices, ("in_kind", "In kind")],
    )

    def __init__(self, data: Any, *, budget: Budget) -> None:
        super().__init__(data)
        _years(self, "year", budget, first="All")

    def of(self, lines: Sequence[BudgetLine]) -> list[BudgetLine]:
        given = self.cleaned_data if self.is_valid() else {}
        year, kind = given.get("year"), given.get("kind")
        return [
            line
            for line in lines
            if (not year or line.year == int(year))
            and (not kind or line.recurrence == kind or (kind == "in_kind" and line.provided_by_id is not None))
        ]


class CompareForm(forms.Form):
    """Which year is compared, and who is left out."""

    year = forms.ChoiceField(label="Fiscal year", required=False)
    without = forms.ChoiceField(label="If one party withdrew", required=False)

    def __init__(self, data: Any, *, budget: Budget, parties: Sequence[Any]) -> None:
        super().__init__(data)
        _years(self, "year", budget, first="All years together")
        named = [(str(party.agency_id), str(party)) for party in parties]
        cast(forms.ChoiceField, self.fields["without"]).choices = [("", "Nobody: all take part"), *named]

    def chosen(self, budget: Budget) -> tuple[list[int], UUID | None]:
        given = self.cleaned_data if self.is_valid() else {}
        over = [int(given["year"])] if given.get("year") else list(budget.years)
        return over, UUID(given["without"]) if given.get("without") else None


class InvoiceFilter(forms.Form):
    """Which invoices to show."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("open", "Open"), ("overdue", "Overdue"), ("paid", "Paid"), ("cancelled", "Taken back")],
    )
