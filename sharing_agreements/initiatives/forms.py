"""What people enter about initiatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from agencies.models import Agency, Membership, User
from portal.kernel.days import agreed, plausible
from privacy.law.models import LawChange
from sharing_agreements.boards.models import Board

from .models import Initiative, Milestone, Offer


def _choices(form: forms.Form, name: str, found: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = found


def people_of(agency_ids: Iterable[UUID]) -> QuerySet[User]:
    """Who works at one of the agencies now."""
    here = Membership.objects.current().filter(agency__in=list(agency_ids))
    return User.objects.filter(pk__in=here.values("person"), is_active=True).order_by(
        "first_name", "last_name", "email"
    )


class WordsForm(forms.Form):
    """What an initiative is called and for."""

    title = forms.CharField(max_length=160, help_text="Such as Integrated warrants in four counties")
    purpose = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What will be different, and for whom. The first sentence stands on the page for a legislature.",
    )


class StartForm(WordsForm):
    """A new initiative, with who takes part."""

    board = forms.ModelChoiceField(Board.objects.none(), empty_label="Choose", help_text="The board that sponsors it")
    owner = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose", help_text="Who answers for it, at your agency"
    )
    partners = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label="Partners",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Agencies of the board that take part besides yours. They read it at once; others can join later.",
    )
    field_order = ("title", "purpose", "board", "owner", "partners")

    def __init__(self, data: Any = None, *, boards: QuerySet[Board], lead: Agency, person: User) -> None:
        super().__init__(data, initial={"owner": person.pk, "board": boards.first() if len(boards) == 1 else None})
        _choices(self, "board", boards)
        _choices(self, "owner", people_of([lead.pk]))
        seated = Agency.objects.filter(seats__board__in=boards, seats__ended_at=None, status=Agency.Status.ACTIVE)
        _choices(self, "partners", seated.exclude(pk=lead.pk).distinct().order_by("name"))

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "title": given["title"],
            "purpose": given["purpose"],
            "board_id": given["board"].pk,
            "owner_id": given["owner"].pk,
            "partner_ids": [each.pk for each in given["partners"]],
        }


class OwnerForm(forms.Form):
    """Who answers for it."""

    owner = forms.ModelChoiceField(User.objects.none(), empty_label="Choose")

    def __init__(self, data: Any = None, *, initiative: Initiative) -> None:
        super().__init__(data)
        _choices(self, "owner", people_of([initiative.lead_id]).exclude(pk=initiative.owner_id))


class PartnerForm(forms.Form):
    """An agency that joins."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose", help_text="It reads the initiative")

    def __init__(self, data: Any = None, *, initiative: Initiative) -> None:
        super().__init__(data)
        active = Agency.objects.filter(status=Agency.Status.ACTIVE)
        _choices(self, "agency", active.exclude(initiative_parts__initiative=initiative).order_by("name"))


class LeaveForm(forms.Form):
    """An agency that takes part no more."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose")
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, initiative: Initiative) -> None:
        super().__init__(data)
        part = Agency.objects.filter(initiative_parts__initiative=initiative)
        _choices(self, "agency", part.exclude(pk=initiative.lead_id).order_by("name"))


class ReasonForm(forms.Form):
    """Why the board is to approve it."""

    reason = forms.CharField(
        label="What the board is asked to approve, and why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label="What came of it, or why it ends", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MilestoneForm(forms.Form):
    """A step of the plan."""

    title = forms.CharField(max_length=160, help_text="Such as Interface to the jail system tested")
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Who", empty_label="Choose", help_text="A partner")
    due_on = forms.DateField(label="Due on", widget=forms.DateInput, validators=[agreed])

    def __init__(self, data: Any = None, *, initiative: Initiative, milestone: Milestone | None = None) -> None:
        names = ("title", "agency", "due_on")
        super().__init__(data, initial={name: getattr(milestone, name) for name in names} if milestone else None)
        part = Agency.objects.filter(initiative_parts__initiative=initiative)
        _choices(self, "agency", part.order_by("name"))

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"title": given["title"], "agency_id": given["agency"].pk, "due_on": given["due_on"]}


class AssignForm(forms.Form):
    """Who at the agency sees to a milestone."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody named",
        help_text="Is reminded of it. Without one the drafters and administrators of your agency are.",
    )

    def __init__(self, data: Any = None, *, milestone: Milestone) -> None:
        super().__init__(data, initial={"person": milestone.person_id})
        _choices(self, "person", people_of([milestone.agency_id]))


class DoneForm(forms.Form):
    """When it was met."""

    done_on = forms.DateField(label="Done on", widget=forms.DateInput, validators=[plausible])


class WhyForm(forms.Form):
    """Why something is taken out of the plan, or open again."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class WaitForm(forms.Form):
    """What a milestone waits for: one of the three."""

    by_milestone = forms.ModelChoiceField(
        Milestone.objects.none(), label="Another milestone", required=False, empty_label="None"
    )
    by_change = forms.ModelChoiceField(
        LawChange.objects.none(), label="A change in law or practice", required=False, empty_label="None"
    )
    by_agency = forms.ModelChoiceField(Agency.objects.none(), label="A partner", required=False, empty_label="None")
    what = forms.CharField(
        label="What is needed of the partner", required=False, max_length=300, help_text="Such as Test accounts"
    )

    def __init__(self, data: Any = None, *, milestone: Milestone, changes: QuerySet[LawChange]) -> None:
        super().__init__(data)
        initiative = milestone.initiative
        _choices(self, "by_milestone", initiative.milestones.exclude(pk=milestone.pk))
        _choices(self, "by_change", changes)
        part = Agency.objects.filter(initiative_parts__initiative=initiative)
        _choices(self, "by_agency", part.order_by("name"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if sum(given.get(name) is not None for name in ("by_milestone", "by_change", "by_agency")) != 1:
            raise forms.ValidationError("Choose one of the three: a milestone, a change in law, or a partner.")
        return given

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        ids = {f"{name}_id": given[name].pk if given[name] else None for name in self.fields if name != "what"}
        return {**ids, "what": given["what"]}


class LinkForm(forms.Form):
    """One thing to bring into the room."""

    thing = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose")

    def __init__(self, data: Any = None, *, found: QuerySet[Any], label: str) -> None:
        super().__init__(data)
        self.fields["thing"].label = label
        _choices(self, "thing", found)


class OfferForm(forms.Form):
    """Investments of one's own plan."""

    actions = forms.MultipleChoiceField(
        label="Investments to offer",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )

    def __init__(self, data: Any = None, *, actions: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.MultipleChoiceField, self.fields["actions"]).choices = actions


class TakeForm(forms.Form):
    """Investments that become lines of the budget."""

    offers = forms.MultipleChoiceField(
        label="Investments to take in",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )

    def __init__(self, data: Any = None, *, offers: Sequence[Offer]) -> None:
        super().__init__(data)
        named = [
            (str(each.pk), f"{each.action.agency}: {each.action.action}, {each.action.investment}") for each in offers
        ]
        cast(forms.MultipleChoiceField, self.fields["offers"]).choices = named


class InitiativeFilter(forms.Form):
    """Which initiatives to show."""

    q = forms.CharField(label="Title", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    board = forms.ChoiceField(required=False)
    partner = forms.ChoiceField(required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *Initiative.Status.choices])
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, boards: Sequence[tuple[str, str]], partners: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["board"]).choices = [("", "All"), *boards]
        cast(forms.ChoiceField, self.fields["partner"]).choices = [("", "All"), *partners]


class MilestoneFilter(forms.Form):
    """Which milestones to show."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("done", "Done"), ("planned", "Planned"), ("blocked", "Held up"), ("overdue", "Overdue")],
    )
    agency = forms.ChoiceField(label="Who", required=False)

    def __init__(self, data: Any, *, agencies: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["agency"]).choices = [("", "All"), *agencies]
