"""What practitioners show, write and report, and what working groups need."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from agencies.models import Membership
from agencies.reading.states import STATES
from portal.kernel import files

from .models import Experience, Profile

TAKEN = (files.PDF, files.WORKBOOK, files.TEXT)
MOST = 20 * files.MEBIBYTE


class ProfileForm(forms.Form):
    """What one shows of oneself. Nothing is ticked unless the person ticks it."""

    shows_agency = forms.BooleanField(label="Show my agency", required=False)
    shows_title = forms.BooleanField(label="Show my title", required=False)
    shows_state = forms.BooleanField(label="Show my state", required=False)
    experience = forms.MultipleChoiceField(
        label="Fields in which others may ask me",
        required=False,
        choices=Experience,
        widget=forms.CheckboxSelectMultiple,
    )
    about = forms.CharField(
        label="In my own words",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you have done that helps others. No addresses, phone numbers or cases.",
    )
    takes_messages = forms.BooleanField(
        label="Let others write to me through the portal",
        required=False,
        help_text="They do not see your address; you read their name and agency, and can answer.",
    )

    def __init__(self, membership: Membership, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        place = membership.agency
        shown = {
            "shows_agency": place.name,
            "shows_title": membership.title,
            "shows_state": STATES.get(place.state, place.state),
        }
        for name, value in shown.items():
            if value:
                self.fields[name].label = f"{self.fields[name].label}: {value}"
            else:
                del self.fields[name]

    @classmethod
    def of(cls, profile: Profile, membership: Membership, data: Any = None) -> ProfileForm:
        return cls(membership, data, initial={name: getattr(profile, name) for name in cls.base_fields})


class DirectoryFilter(forms.Form):
    """Whom to list."""

    q = forms.CharField(
        label="Name, agency or words", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "Any"), *sorted(STATES.items(), key=lambda pair: str(pair[1]))]
    )
    experience = forms.ChoiceField(label="Field", required=False, choices=[("", "Any"), *Experience.choices])


class MessageForm(forms.Form):
    """What one writes."""

    text = forms.CharField(
        label="Message",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Write nothing of a record or of a person in it: messages are not for case information.",
    )


class ReportForm(forms.Form):
    """What is wrong with somebody's words."""

    reason = forms.CharField(
        label="What is wrong",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The moderators read it. Whom it is about is not told who reported it.",
    )


class ReasonForm(forms.Form):
    """Why somebody's place or words end."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="They read it.")


class PurposeForm(forms.Form):
    """What a group is for."""

    purpose = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Everybody who signs in reads it, to know whether to join.",
    )


class ChairForm(forms.Form):
    """Who leads a group."""

    chair = forms.ModelChoiceField(
        Profile.objects.none(), empty_label="Choose a person", help_text="Somebody who is in the directory."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = Profile.objects.listed().order_by("person__last_name", "person__first_name")
        cast("forms.ModelChoiceField[Profile]", self.fields["chair"]).queryset = listed


class GroupForm(ChairForm, PurposeForm):
    """A new group."""

    name = forms.CharField(max_length=120)
    field_order = ("name", "purpose", "chair")


class AnnounceForm(forms.Form):
    """What a chair tells the group."""

    title = forms.CharField(max_length=160)
    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class DocumentForm(forms.Form):
    """A file for the members."""

    title = forms.CharField(max_length=160)
    file = forms.FileField(help_text="PDF, Excel workbook or plain text, up to 20 MB.")
