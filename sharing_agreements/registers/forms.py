"""What people enter about registers of existing agreements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from agencies.reading import STATES
from portal.kernel.days import plausible

from .models import Entry, Issue, Register, Snapshot
from .reading import FIELDS, Layout, Sheet
from .reading.columns import SEARCHED, cell_of
from .searching import LONGEST

SAMPLE = 40
ORDERS = (
    ("", "Not stated: keep each as an issue"),
    ("mdy", "Month first: 05/08/2025 is in May"),
    ("dmy", "Day first: 05/08/2025 is in August"),
)


class RegisterForm(forms.Form):
    """A new register."""

    name = forms.CharField(max_length=160, help_text="Such as 287(g) participating agencies, Florida")
    source = forms.CharField(
        max_length=300, required=False, label="Where the list comes from", help_text="Who publishes it, and where"
    )


class UploadForm(forms.Form):
    """A snapshot's file."""

    file = forms.FileField(
        label="File", help_text="CSV, gzip of a CSV, or an Excel workbook (.xlsx), with a row of headings; up to 20 MB."
    )
    taken_on = forms.DateField(
        label="State of the list on",
        validators=[plausible],
        help_text="The day whose agreements the file lists. Snapshots go in the order of these days.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"taken_on": timezone.localdate()})


class LayoutForm(forms.Form):
    """Which row is the header, and which column says what."""

    sheet = forms.TypedChoiceField(coerce=int, label="Sheet")
    header = forms.TypedChoiceField(
        coerce=int, label="Row of headings", help_text="Choosing another one proposes its columns anew."
    )
    taken_on = forms.DateField(label="State of the list on", validators=[plausible])
    order = forms.ChoiceField(
        label="Days such as 05/08/2025",
        choices=ORDERS,
        required=False,
        help_text="State it only if whoever keeps the list does.",
    )
    listing = forms.ChoiceField(label="Which of the snapshots in the file", required=False)

    def __init__(self, data: Any = None, *, snapshot: Snapshot, sheets: Sequence[Sheet]) -> None:
        self.layout = Layout.from_json(snapshot.layout)
        initial = {
            **{f"column_{name}": at for name, at in self.layout.columns.items()},
            "sheet": self.layout.sheet,
            "header": self.layout.header,
            "order": self.layout.order,
            "listing": self.layout.listing,
            "taken_on": snapshot.taken_on,
        }
        super().__init__(data, initial=initial)
        rows = sheets[self.layout.sheet].rows
        self._choose("sheet", [(at, sheet.name or "The only one") for at, sheet in enumerate(sheets)])
        self._choose("header", [(at, _begins(row.place, row.cells)) for at, row in enumerate(rows[:SEARCHED])])
        columns = _columns(sheets[self.layout.sheet], self.layout.header)
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.TypedChoiceField(
                coerce=int, label=label, required=name == "agency", choices=[("", "No column"), *columns]
            )
        if snapshot.listings:
            self._choose("listing", [(each, each) for each in snapshot.listings])
        else:
            del self.fields["listing"]
        if len(sheets) == 1:
            self.fields["sheet"].widget = forms.HiddenInput()

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        taken: dict[int, str] = {}
        for name in FIELDS:
            at = given.get(f"column_{name}")
            if not isinstance(at, int):
                continue
            if at in taken:
                self.add_error(f"column_{name}", f"This column says {taken[at]} already. Choose another one.")
            taken[at] = FIELDS[name]
        return given

    def chosen(self) -> Layout:
        """What the command takes."""
        given = self.cleaned_data
        columns = {name: at for name in FIELDS if isinstance(at := given.get(f"column_{name}"), int)}
        return Layout(given["sheet"], given["header"], columns, given["order"], given.get("listing", ""))

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{name}"] for name in FIELDS]


def _begins(place: str, cells: Sequence[str]) -> str:
    words = ", ".join(cell for cell in cells[:4] if cell)
    return f"{place}: {words[:60]}"


def _columns(sheet: Sheet, header: int) -> list[tuple[int, str]]:
    """The columns by heading, each with a value from below."""
    found = []
    for at, heading in enumerate(sheet.rows[header].cells):
        sample = next((cell for row in sheet.rows[header + 1 : header + 20] if (cell := cell_of(row, at))), "")
        if heading or sample:
            such = f" (such as {sample[:SAMPLE]})" if sample else ""
            found.append((at, f"{heading or f'Column {at + 1}'}{such}"))
    return found


class EntryFilter(forms.Form):
    """Which entries to show."""

    q = forms.CharField(
        label="Agency or county", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(label="Kind of agreement", required=False)
    standing = forms.ChoiceField(
        label="On the list",
        required=False,
        choices=[("", "Still listed"), ("ended", "No longer listed"), ("all", "All")],
    )
    open = forms.ChoiceField(
        label="What is settled",
        required=False,
        choices=[("", "All"), ("agency", "Agency unknown"), ("day", "A day in doubt"), ("settled", "Settled")],
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, register: Register) -> None:
        super().__init__(data)
        entries = Entry.objects.filter(register=register)
        for name in ("state", "kind"):
            found = entries.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:300]
            labels = [(value, STATES.get(value, value)[:80]) for value in found]
            cast(forms.ChoiceField, self.fields[name]).choices = [("", "All"), *labels]

    def of(self, register: Register) -> QuerySet[Entry]:
        """The entries that fit; all that are listed where the filter is no filter."""
        found: QuerySet[Entry] = Entry.objects.filter(register=register)
        given = self.cleaned_data if self.is_valid() else {}
        for word in given.get("q", "").split()[:8]:
            found = found.filter(Q(agency_name__icontains=word) | Q(county__icontains=word) | Q(ori__iexact=word))
        for name in ("state", "kind"):
            if given.get(name):
                found = found.filter(**{name: given[name]})
        if given.get("standing", "") != "all":
            found = found.filter(ended_in__isnull=given.get("standing") != "ended")
        in_doubt = (~Q(signed_text="") & Q(signed_on=None)) | (~Q(ends_text="") & Q(ends_on=None))
        narrow = {"agency": Q(agency=None), "day": in_doubt, "settled": Q(agency__isnull=False) & ~in_doubt}
        return found.filter(narrow[given["open"]]) if given.get("open") else found


class SearchForm(forms.Form):
    """Words to look for in entries and texts."""

    q = forms.CharField(
        label="Words in entries and texts",
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class DifferencesForm(forms.Form):
    """Two snapshots to compare."""

    earlier = forms.TypedChoiceField(coerce=int, required=False, label="From")
    later = forms.TypedChoiceField(coerce=int, required=False, label="To")

    def __init__(self, data: Any, *, snapshots: Sequence[Snapshot]) -> None:
        super().__init__(data)
        choices = [
            (each.number, f"Snapshot {each.number}, {date_format(each.taken_on, 'M j, Y')}") for each in snapshots
        ]
        for name in ("earlier", "later"):
            cast(forms.ChoiceField, self.fields[name]).choices = choices


class IssueFilter(forms.Form):
    """Which issues to show."""

    about = forms.ChoiceField(label="About", required=False, choices=[("", "All"), *Issue.About.choices])
    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Open"), ("resolved", "Resolved"), ("dismissed", "Dismissed"), ("all", "All")],
    )


class AgencySearch(forms.Form):
    """Which agency to look for."""

    q = forms.CharField(
        label="Name or ORI of an agency", max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )


class AgencyAnswer(forms.Form):
    """The agency that is meant; nothing is preselected."""

    agency = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": "Choose the agency that is meant."}
    )
    note = forms.CharField(max_length=300, required=False, help_text="How you know; it stands in the history.")

    def __init__(self, data: Any = None, *, agencies: Sequence[Any]) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["agency"])
        field.choices = [(str(agency.pk), agency.name) for agency in agencies]
        field.descriptions = {str(a.pk): _about(a) for a in agencies}  # type: ignore[attr-defined]


def _about(agency: Any) -> str:
    identity = f"ORI {agency.ori}" if agency.ori else agency.court_id and f"court id {agency.court_id}"
    return ", ".join(filter(None, [agency.county, agency.state, agency.get_kind_display(), identity]))


class DayAnswer(forms.Form):
    """The day that is meant."""

    day = forms.DateField(validators=[plausible], error_messages={"required": "State the day that is meant."})
    note = forms.CharField(max_length=300, required=False, help_text="How you know; it stands in the history.")


class DismissForm(forms.Form):
    """Why an issue needs no answer, or a file goes."""

    reason = forms.CharField(max_length=300)


class AttachForm(forms.Form):
    """The text of an agreement."""

    file = forms.FileField(
        label="File", help_text="PDF or plain text, up to 20 MB. Where it has text, its words are found by the search."
    )
