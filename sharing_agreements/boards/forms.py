"""What people enter about boards: meetings and their set-up."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from agencies.forms.zones import ZoneField
from agencies.models import Membership

from .models import Board

PICK = "%Y-%m-%dT%H:%M"


# --- Set-up ---------------------------------------------------------------------------------------------------------


class BoardForm(forms.Form):
    """A new board."""

    name = forms.CharField(max_length=160)
    short_name = forms.CharField(
        required=False,
        max_length=6,
        help_text="It stands before the number of each motion and stays, such as CGB in CGB-2026-001. "
        "Empty: the initials of the name",
    )
    kind = forms.ChoiceField(choices=Board.Kind)
    parent = forms.ModelChoiceField(
        Board.objects.none(), label="Part of", required=False, empty_label="No other board", help_text="Its parent body"
    )
    origin = forms.ChoiceField(label="Created by", choices=Board.Origin, widget=forms.RadioSelect)
    created_by_act = forms.CharField(
        label="Citation", required=False, max_length=160, help_text="Such as 28 CFR 20.35, or the title of an agreement"
    )
    time_zone = ZoneField(initial="America/Los_Angeles", help_text="In which its meetings are noticed")
    meets_in_public = forms.BooleanField(
        label="Meets in public", required=False, initial=True, help_text="Anybody reads its agenda and its minutes"
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Board]", self.fields["parent"]).queryset = Board.objects.order_by("name")

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        parent = given.pop("parent")
        return {**given, "parent_id": parent.pk if parent else None}


class SeatSearch(forms.Form):
    """Whom to seat: found by name, address or agency."""

    q = forms.CharField(
        label="Name, address or agency", max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic at run time
    """People to choose from, by their memberships."""

    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.person)


class SeatForm(forms.Form):
    """A seat and who holds it."""

    membership = forms.ModelChoiceField(Membership.objects.none(), widget=forms.HiddenInput)
    number = forms.IntegerField(label="Seat", min_value=1, max_value=200)
    title = forms.CharField(max_length=120, help_text="Such as Chair, or Member for the courts")
    is_chair = forms.BooleanField(label="The chair's seat", required=False)
    is_voting = forms.BooleanField(
        label="Votes", required=False, initial=True, help_text="Leave it empty for a seat ex officio, without a vote"
    )
    alternate = _PersonField(
        Membership.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Another member of the same agency, who sits or votes while the holder does not",
    )
    term_ends_at = forms.DateTimeField(
        label="Term ends",
        required=False,
        widget=forms.DateTimeInput,
        input_formats=[PICK],
        help_text="In your own time zone. The seat is vacant from then on. Leave it empty for a term without an end.",
    )

    def __init__(self, data: Any = None, *, membership: Membership | None, number: int) -> None:
        super().__init__(data, initial={"membership": membership, "number": number})
        current = Membership.objects.current().select_related("person", "agency")
        cast("forms.ModelChoiceField[Membership]", self.fields["membership"]).queryset = current
        if membership is not None:
            others = current.filter(agency=membership.agency_id, person__is_portal_administrator=False)
            alternates = cast("forms.ModelChoiceField[Membership]", self.fields["alternate"])
            alternates.queryset = others.exclude(person=membership.person_id).order_by("person__last_name")

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        membership, alternate = given.pop("membership"), given.pop("alternate")
        return {
            **given,
            "membership_id": membership.pk,
            "alternate_membership_id": alternate.pk if alternate else None,
        }


class VacateForm(forms.Form):
    """Why a term of office ends."""

    reason = forms.CharField(max_length=200, help_text="It stands in the history.")
