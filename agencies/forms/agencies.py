"""Forms of the register."""

from typing import Any

from django import forms

from agencies.models import Agency, RecordSet
from agencies.reading.states import STATES
from portal.kernel.ids import uuid7

from .zones import ZoneField

LEVELS = Agency.Level.choices
STATE_CHOICES = sorted(((code, name) for code, name in STATES.items()), key=lambda pair: pair[1])


class AgencyFilter(forms.Form):
    """What of the register to show."""

    q = forms.CharField(label="Name, ORI or court id", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *Agency.Kind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *STATE_CHOICES])
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Every status"), *Agency.Status.choices])
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


Sections = list[tuple[str, list[tuple[str, int]]]]
"""How a long form is laid out: headings, each with fields and their widths in twelfths."""

FACTS_SECTIONS: Sections = [
    ("", [("name", 12), ("kind", 6), ("level", 6)]),
    ("Place", [("state", 4), ("county", 4), ("time_zone", 4)]),
    ("Identity", [("ori", 6), ("court_id", 6)]),
]
ADMINISTRATOR_SECTION: Sections = [
    ("Whom to invite as its first administrator", [("administrator_email", 6), ("administrator_title", 6)]),
]


class Sectioned(forms.Form):
    """A long form, laid out in sections."""

    sections: Sections = []

    @property
    def layout(self) -> list[tuple[str, list[tuple[forms.BoundField, int]]]]:
        """The sections with their fields as a page shows them."""
        return [(heading, [(self[name], width) for name, width in fields]) for heading, fields in self.sections]


class FactsForm(Sectioned):
    """What the register says of an agency."""

    name = forms.CharField(max_length=250)
    kind = forms.ChoiceField(choices=[("", "Choose"), *Agency.Kind.choices])
    level = forms.ChoiceField(
        label="Level of government", required=False, choices=[("", "Unknown"), *Agency.Level.choices]
    )
    state = forms.ChoiceField(required=False, choices=[("", "None"), *STATE_CHOICES])
    county = forms.CharField(max_length=120, required=False)
    ori = forms.RegexField(
        label="ORI",
        required=False,
        regex=r"^[A-Za-z0-9]{7,9}$",
        help_text="7 or 9 letters and digits",
        error_messages={"invalid": "An ORI has 7 to 9 letters and digits, such as CA0371100."},
    )
    court_id = forms.SlugField(label="Court id", max_length=40, required=False, help_text="As in the list of courts")
    time_zone = ZoneField(initial="America/Los_Angeles")


class AdministratorMixin(Sectioned):
    """Whom to invite by mail, to administer the agency and invite everybody else."""

    administrator_email = forms.EmailField(label="Work email")
    administrator_title = forms.CharField(label="Title", max_length=120, required=False)


class RegistrationForm(AdministratorMixin, FactsForm):
    """A new agency. Fields of the administrator come last."""

    sections = FACTS_SECTIONS + ADMINISTRATOR_SECTION


class ActivationForm(AdministratorMixin):
    """An agency of the imported lists that starts to work here."""

    time_zone = ZoneField(initial="America/Los_Angeles")
    sections = [("", [("time_zone", 6)]), *ADMINISTRATOR_SECTION]


class CorrectionForm(FactsForm):
    sections = [*FACTS_SECTIONS, ("Why", [("reason", 12)])]
    reason = forms.CharField(max_length=200, help_text="Stands in the history beside the change")

    def __init__(self, data: Any = None, *, agency: Agency) -> None:
        initial = {name: getattr(agency, name) for name in FactsForm.base_fields}
        super().__init__(data, initial=initial)
        zone = self.fields["time_zone"]
        assert isinstance(zone, ZoneField)  # noqa: S101 (declared above)
        zone.keep(agency.time_zone)


class EndForm(forms.Form):
    reason = forms.CharField(label="Why the agency ends", max_length=200)


class RecordSetForm(forms.Form):
    """A new holding. The key makes a form that is sent twice one record set."""

    name = forms.CharField(max_length=120, help_text="As agreements will name it: Criminal cases")
    record_class = forms.ChoiceField(
        label="Class of its records",
        choices=[("", "Choose"), *RecordSet.RecordClass.choices],
        help_text="It stays as it is once the record set is open",
        error_messages={"required": "Choose what its records are."},
    )
    description = forms.CharField(max_length=300, required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid7)
