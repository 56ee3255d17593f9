"""What people enter about meetings and minutes."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms

from .forms import PICK
from .models import AgendaItem, Board, Meeting, Minutes, Motion
from .wording import heading

AWAITING = [Motion.Status.MOVED, Motion.Status.PENDING]


def awaiting(board: Board) -> list[Motion]:
    """Motions that a meeting can take up."""
    found = board.motions.filter(status__in=AWAITING).select_related(
        "agreement", "version", "agency", "policy_version", "budget_version__budget"
    )
    return list(found.order_by("number"))


class ConveneForm(forms.Form):
    """A meeting: when, where, and what is on its agenda. Its time is read in the board's zone."""

    kind = forms.ChoiceField(
        choices=[("regular", "Regular"), ("special", "Special")], initial="regular", widget=forms.RadioSelect
    )
    starts_at = forms.DateTimeField(label="Begins", widget=forms.DateTimeInput, input_formats=[PICK])
    place = forms.CharField(max_length=200, help_text="A room, a video address, or both")
    motion_ids = forms.TypedMultipleChoiceField(
        label="Motions to vote on", required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    business = forms.CharField(
        label="Other business",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Final action is taken only on what this notice names.",
    )

    def __init__(self, data: Any = None, *, board: Board, hours: tuple[int, int]) -> None:
        super().__init__(data)
        self.fields["starts_at"].help_text = f"In the zone of the board, {board.time_zone}"
        self.fields["kind"].descriptions = {  # type: ignore[attr-defined]
            "regular": f"Noticed at least {hours[0]} hours ahead.",
            "special": f"Noticed at least {hours[1]} hours ahead.",
        }
        motions = awaiting(board)
        cast(forms.ChoiceField, self.fields["motion_ids"]).choices = [
            (str(motion.pk), f"Motion {motion.number}: {heading(motion)}") for motion in motions
        ]
        if not motions:
            del self.fields["motion_ids"]

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        kind, given = self.cleaned_data["kind"], self.cleaned_data
        return {"is_special": kind == "special", **{name: given[name] for name in given if name != "kind"}}


class ReasonForm(forms.Form):
    """Why a meeting is called off."""

    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Every member reads it, and the public."
    )


class ItemForm(forms.Form):
    """A motion, minutes to approve, or other business."""

    matter = forms.ChoiceField(label="What it is")
    title = forms.CharField(
        required=False, max_length=200, help_text="Of other business; a motion and minutes bring their own"
    )
    closed_ground = forms.CharField(
        label="Legal ground for a closed session",
        required=False,
        max_length=200,
        help_text="Leave it empty for open session. The public reads the ground in place of the title.",
    )

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        on = set(meeting.agenda.values_list("motion", flat=True))
        drafts = Minutes.objects.filter(meeting__board=meeting.board, approved_at=None).select_related("meeting")
        drafts = drafts.exclude(agenda_items__meeting=meeting).order_by("meeting__starts_at")
        cast(forms.ChoiceField, self.fields["matter"]).choices = [
            ("other", "Other business"),
            *(
                (f"motion:{it.pk}", f"Motion {it.number}: {heading(it)}")
                for it in awaiting(meeting.board)
                if it.pk not in on
            ),
            *((f"minutes:{it.pk}", f"Minutes of {it.meeting.day}") for it in drafts),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("matter") == "other" and not given.get("title", "").strip():
            self.add_error("title", "Say what the business is.")
        return given

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        kind, _, key = self.cleaned_data["matter"].partition(":")
        chosen = {f"{kind}_id": UUID(key)} if key else {"title": self.cleaned_data["title"]}
        return {**chosen, "closed_ground": self.cleaned_data["closed_ground"]}


class DiscussionForm(forms.Form):
    """What the minutes say of an item."""

    discussion = forms.CharField(
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Name seats, not people. Votes and decisions are put in by themselves.",
    )

    def __init__(self, data: Any = None, *, item: AgendaItem) -> None:
        super().__init__(data, initial={"discussion": item.discussion})


class MinutesForm(forms.Form):
    """The words of the minutes until they are approved, with the fingerprint of those that the page showed."""

    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)
    public_text = forms.CharField(
        label="Public minutes", widget=forms.Textarea(attrs={"rows": 24, "class": "p-instrument"}), max_length=60_000
    )
    closed_text = forms.CharField(
        label="Minutes of closed sessions",
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "p-instrument"}),
        help_text="For members only. The public reads the legal ground.",
    )

    def __init__(self, data: Any = None, *, minutes: Minutes) -> None:
        names = ("sha256", "public_text", "closed_text")
        super().__init__(data, initial={name: getattr(minutes, name) for name in names})
