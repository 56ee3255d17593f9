"""What people enter about boards: meetings and their set-up."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from agencies.forms.zones import ZoneField
from agencies.models import Membership

from .models import Board, Seat

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


def _others(agency: UUID, holder: UUID | None) -> QuerySet[Membership]:
    """Who can stand by for the holder of an agency's seat."""
    others = Membership.objects.current().filter(agency=agency, person__is_portal_administrator=False)
    return others.exclude(person=holder).select_related("person").order_by("person__last_name", "person__email")


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
            alternates = cast("forms.ModelChoiceField[Membership]", self.fields["alternate"])
            alternates.queryset = _others(membership.agency_id, membership.person_id)

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        membership, alternate = given.pop("membership"), given.pop("alternate")
        return {
            **given,
            "membership_id": membership.pk,
            "alternate_membership_id": alternate.pk if alternate else None,
        }


class AlternateForm(forms.Form):
    """Who stands by for a seat that is held."""

    alternate = _PersonField(
        Membership.objects.none(),
        label="Stands by",
        required=False,
        empty_label="Nobody",
        help_text="Another member of the same agency, who sits or votes while the holder does not",
    )
    reason = forms.CharField(max_length=100, help_text="It stands in the history.")

    def __init__(self, data: Any = None, *, seat: Seat) -> None:
        others = _others(seat.agency_id, seat.holder_id)
        super().__init__(data, initial={"alternate": others.filter(person=seat.alternate_id).first()})
        cast("forms.ModelChoiceField[Membership]", self.fields["alternate"]).queryset = others

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        chosen = self.cleaned_data["alternate"]
        return {"membership_id": chosen.pk if chosen else None, "reason": self.cleaned_data["reason"]}


class CorrectForm(forms.Form):
    """A number or a title as it should have been entered."""

    number = forms.IntegerField(label="Seat", min_value=1, max_value=200)
    title = forms.CharField(max_length=120)
    reason = forms.CharField(label="What was wrong", max_length=100, help_text="It stands in the history.")

    def __init__(self, data: Any = None, *, seat: Seat) -> None:
        super().__init__(data, initial={"number": seat.number, "title": seat.title})


class VacateForm(forms.Form):
    """Why a term of office ends."""

    reason = forms.CharField(max_length=200, help_text="It stands in the history.")
