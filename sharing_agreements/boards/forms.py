"""What people enter about boards: meetings, motions, votes, and their set-up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms

from agencies.models import Membership
from agencies.reading.states import STATES
from sharing_agreements.models import Agreement

from .models import Board, Charter, Motion, Vote

STATE_CHOICES = sorted(STATES.items(), key=lambda pair: pair[1])
PICK = "%Y-%m-%dT%H:%M"


class MotionForm(forms.Form):
    """A motion on one of the agreements that can have one now."""

    matter = forms.ChoiceField(label="What the board is asked to do")
    text = forms.CharField(
        label="Words of the motion",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "p-instrument"}),
        help_text="Leave it empty for the usual words: “That the Board approve version 1 of agreement … as noticed.”",
    )
    conditions = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is asked for when it carries, such as the changes on which an agreement is sent back",
    )

    def __init__(self, data: Any = None, *, matters: list[tuple[str, str]], initial: str = "") -> None:
        super().__init__(data, initial={"matter": initial})
        cast(forms.ChoiceField, self.fields["matter"]).choices = [("", "Choose"), *matters]

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        kind, _, key = self.cleaned_data["matter"].partition(":")
        return {
            "kind": Motion.Kind(kind),
            "agreement_id": UUID(key),
            "text": self.cleaned_data["text"],
            "conditions": self.cleaned_data["conditions"],
        }


class OpenForm(forms.Form):
    """When a ballot closes."""

    closes_at = forms.DateTimeField(
        label="Closes",
        widget=forms.DateTimeInput(format=PICK),
        input_formats=[PICK],
        help_text="In your own time zone. It closes earlier once the missing votes cannot change the result.",
    )

    def __init__(self, data: Any = None, *, closes_at: datetime) -> None:
        super().__init__(data, initial={"closes_at": closes_at.replace(second=0, microsecond=0)})


class VoteForm(forms.Form):
    """A position on a motion. Nothing is chosen beforehand."""

    position = forms.ChoiceField(choices=Vote.Position, widget=forms.RadioSelect)
    statement = forms.CharField(
        label="Comment or reason", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["position"].descriptions = {  # type: ignore[attr-defined]
            "yes": "The text as it stands.",
            "no": "Give a reason; it is recorded as dissent.",
            "abstain": "Counts toward the quorum, not as a vote cast.",
            "recused": "You have a conflict that the portal does not know of. Counts toward neither.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("position") == Vote.Position.NO and not given.get("statement", "").strip():
            self.add_error("statement", "Give a reason; it is recorded as dissent.")
        return given


class SuspendForm(forms.Form):
    """The chair closes access at once."""

    agreement = forms.ModelChoiceField(Agreement.objects.none(), empty_label="Choose")
    reason = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="The board decides on it."
    )

    def __init__(self, data: Any = None, *, agreements: Any, initial: str = "") -> None:
        super().__init__(data, initial={"agreement": initial})
        cast("forms.ModelChoiceField[Agreement]", self.fields["agreement"]).queryset = agreements


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
