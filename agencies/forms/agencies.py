"""Forms of the register."""

from typing import Any

from django import forms

from agencies.models import Agency
from agencies.reading.states import STATES

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


class FactsForm(forms.Form):
    """What the register says of an agency."""

    name = forms.CharField(max_length=250)
    kind = forms.ChoiceField(choices=[("", "Choose"), *Agency.Kind.choices])
    level = forms.ChoiceField(
        label="Level of government", required=False, choices=[("", "Unknown"), *Agency.Level.choices]
    )
    state = forms.ChoiceField(required=False, choices=[("", "None: federal or abroad"), *STATE_CHOICES])
    county = forms.CharField(max_length=120, required=False)
    ori = forms.RegexField(
        label="ORI",
        required=False,
        regex=r"^[A-Za-z0-9]{7,9}$",
        help_text="7 or 9 letters and digits, as NCIC assigned them",
        error_messages={"invalid": "An ORI has 7 to 9 letters and digits, such as CA0371100."},
    )
    court_id = forms.SlugField(
        label="Court id", max_length=40, required=False, help_text="As in the public list of courts"
    )
    time_zone = ZoneField(initial="America/Los_Angeles")


class AdministratorMixin(forms.Form):
    """Whom to invite first."""

    administrator_email = forms.EmailField(
        label="Work email of its first administrator", help_text="They are invited by mail, and invite everybody else."
    )
    administrator_title = forms.CharField(label="Title of that person", max_length=120, required=False)


class RegistrationForm(AdministratorMixin, FactsForm):
    """A new agency. Fields of the administrator come last."""

    field_order = [*FactsForm.base_fields, *AdministratorMixin.base_fields]


class ActivationForm(AdministratorMixin):
    """An agency of the imported lists that starts to work here."""

    time_zone = ZoneField(initial="America/Los_Angeles")
    field_order = ["time_zone", *AdministratorMixin.base_fields]


class CorrectionForm(FactsForm):
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
    name = forms.CharField(max_length=120, help_text="As agreements will name it: Criminal cases")
    description = forms.CharField(max_length=300, required=False)
