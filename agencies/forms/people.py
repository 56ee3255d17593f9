"""Forms about people and their accounts."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils import timezone

from agencies.models import Membership, Role, Training, User
from portal.kernel.days import lately, plausible

from .zones import ZoneField

DUTIES = {
    Role.CLERK: "Searches and opens records, for a stated purpose.",
    Role.CUSTODIAN: "Imports records, keeps record sets, clears free text.",
    Role.PRIVACY_OFFICER: "Writes and publishes privacy policies. Takes privacy reviews of agreements.",
    Role.COUNSEL: "Takes legal reviews of agreements. Opens no records.",
    Role.SECURITY_OFFICER: "Takes technical reviews of agreements. Opens no records.",
    Role.SUPERVISOR: "Approves inquiries of colleagues into specially protected data. Opens no records.",
    Role.SIGNATORY: "Signs or declines agreements for the agency.",
    Role.DRAFTER: "Drafts agreements and submits them to a board.",
    Role.ADMINISTRATOR: "Invites people, gives and ends roles, records training. Opens no records.",
}


class RolesField(forms.MultipleChoiceField):
    """Roles as a list of checkboxes, each with what it lets a person do."""

    widget = forms.CheckboxSelectMultiple
    descriptions = {str(role): text for role, text in DUTIES.items()}

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=Role.choices, error_messages={"required": "Choose at least one role."}, **more)


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Work email")
    title = forms.CharField(max_length=120, required=False, help_text="As it stands under a signature: Presiding judge")
    roles = RolesField()


class RolesForm(forms.Form):
    """Title and roles of one membership."""

    title = forms.CharField(max_length=120, required=False, help_text="As it stands under a signature: Presiding judge")
    roles = RolesField()

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        super().__init__(data, initial={"title": membership.title, "roles": membership.roles})


class TrainingForm(forms.Form):
    kind = forms.ChoiceField(
        label="What it opens",
        choices=[
            (Training.Kind.AWARENESS, "Records"),
            (Training.Kind.INTELLIGENCE, "Criminal intelligence too, with a training in 28 CFR part 23"),
        ],
        initial=Training.Kind.AWARENESS,
    )
    title = forms.CharField(label="Training", max_length=120, initial="Security and privacy awareness")
    completed_on = forms.DateField(label="Completed on", initial=timezone.localdate, validators=[lately])
    expires_on = forms.DateField(
        label="Counts until",
        required=False,
        validators=[plausible],
        help_text="A year after it, if you leave this empty",
    )


class ReasonForm(forms.Form):
    """Why something ends; the reason stands in the history."""

    reason = forms.CharField(max_length=200, help_text="Stands in the history beside the change")


class AppointmentForm(forms.Form):
    email = forms.EmailField(label="Work email", help_text="Somebody without an account is invited by mail.")


class NewAccountForm(forms.Form):
    """Who takes up an invitation for the first time."""

    first_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, not only digits, nothing common, nothing like your name or address",
    )
    again = forms.CharField(
        label="The same password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    time_zone = ZoneField(label="Show times in", initial="America/Los_Angeles")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        zone = self.fields["time_zone"]
        assert isinstance(zone, ZoneField)  # noqa: S101 (declared above)
        zone.keep(self.initial.get("time_zone", ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", "This is another password than the one above. Type the same one twice.")
        elif password:
            names = {name: given.get(name, "") for name in ("first_name", "last_name")}
            try:
                password_validation.validate_password(password, User(email=self.email, **names))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class ProfileForm(forms.Form):
    first_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    time_zone = ZoneField(label="Show times in")

    def __init__(self, data: Any = None, *, person: User) -> None:
        initial = {name: getattr(person, name) for name in ("first_name", "last_name", "time_zone")}
        super().__init__(data, initial=initial)
        zone = self.fields["time_zone"]
        assert isinstance(zone, ZoneField)  # noqa: S101 (declared above)
        zone.keep(person.time_zone)


class PeopleFilter(forms.Form):
    q = forms.CharField(label="Name or address", required=False)
    status = forms.ChoiceField(
        label="Account",
        required=False,
        choices=[("", "Every account"), ("active", "Active"), ("inactive", "Not active")],
    )
    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "Everybody"), ("portal", "Portal administrators"), ("auditor", "Auditors")],
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
