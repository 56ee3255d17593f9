"""What people enter about boards: meetings and their set-up."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from agencies.models import Membership
from agencies.reading.states import STATES
from sharing_agreements.models import Agreement

from .models import Board, Charter

STATE_CHOICES = sorted(STATES.items(), key=lambda pair: pair[1])
PICK = "%Y-%m-%dT%H:%M"


# --- Set-up ---------------------------------------------------------------------------------------------------------


class BoardForm(forms.Form):
    """A new board."""

    name = forms.CharField(max_length=160)
    kind = forms.ChoiceField(choices=Board.Kind)
    created_by_act = forms.CharField(
        label="Created by", required=False, max_length=160, help_text="A statute, an executive order or an agreement"
    )


class CharterForm(forms.Form):
    """The rules that the board adopted."""

    adopted_on = forms.DateField(label="Adopted on", widget=forms.DateInput)
    responsible_for = forms.MultipleChoiceField(
        label="Responsible for", choices=Agreement.Kind, widget=forms.CheckboxSelectMultiple
    )
    states = forms.MultipleChoiceField(
        label="Led by agencies of",
        required=False,
        choices=STATE_CHOICES,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Choose none for any state.",
    )
    quorum = forms.ChoiceField(choices=Charter.Quorum, widget=forms.RadioSelect)
    quorum_number = forms.IntegerField(
        label="Number, if it is fixed", required=False, min_value=1, max_value=200, widget=forms.NumberInput
    )
    threshold = forms.ChoiceField(label="What carries a motion", choices=Charter.Threshold, widget=forms.RadioSelect)
    ballot_days = forms.IntegerField(label="Days that a ballot stays open", min_value=1, max_value=90, initial=7)
    chair_may_suspend = forms.BooleanField(label="The chair may suspend an agreement alone", required=False)
    ratify_within_days = forms.IntegerField(
        label="Days within which the board then ratifies", min_value=1, max_value=90, initial=14
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        fixed = given.get("quorum") == Charter.Quorum.FIXED
        if fixed and not given.get("quorum_number"):
            self.add_error("quorum_number", "Say how many members make a quorum.")
        if not fixed:
            given["quorum_number"] = None
        return given


class SeatSearch(forms.Form):
    """Whom to seat: found by name, address or agency."""

    q = forms.CharField(
        label="Name, address or agency", max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )


class SeatForm(forms.Form):
    """A seat and who holds it."""

    membership = forms.ModelChoiceField(Membership.objects.none(), widget=forms.HiddenInput)
    number = forms.IntegerField(label="Seat", min_value=1, max_value=200)
    title = forms.CharField(max_length=120, help_text="Such as Chair, or Member for the courts")
    is_chair = forms.BooleanField(label="The chair's seat", required=False)
    is_voting = forms.BooleanField(label="Votes", required=False, initial=True)

    def __init__(self, data: Any = None, *, membership: Membership | None, number: int) -> None:
        super().__init__(data, initial={"membership": membership, "number": number})
        found = cast("forms.ModelChoiceField[Membership]", self.fields["membership"])
        found.queryset = Membership.objects.current()

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        membership = given.pop("membership")
        return {**given, "membership_id": membership.pk}


class VacateForm(forms.Form):
    """Why a term of office ends."""

    reason = forms.CharField(max_length=200, help_text="It stands in the history.")
