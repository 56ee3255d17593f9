"""A charter as a form: to enter the first one, to propose another, and to try its rule."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.forms import BoundField

from agencies.reading.states import STATES
from sharing_agreements.models import Agreement

from .models import Charter, MotionKind
from .tally import ABSTAIN, NO, RECUSED, YES, Position

STATE_CHOICES = sorted(STATES.items(), key=lambda pair: pair[1])

GROUPS: list[tuple[str, str, list[str]]] = [
    (
        "What the board is for",
        "Agreements of these kinds come before it.",
        ["responsible_for", "states", "voting_seats"],
    ),
    (
        "Quorum",
        "How many must take part before the board decides anything. Without a quorum a motion stays before the board.",
        ["quorum", "quorum_number", "minimum_present", "vacancy", "recusal"],
    ),
    (
        "What carries a motion",
        "Which share must approve, and of whom.",
        ["threshold", "denominator", "abstention", "special_threshold", "special_for"],
    ),
    (
        "The chair, and ties",
        "A tie is exactly half in favor where more than half is needed.",
        ["chair_vote", "tie", "chair_may_suspend", "ratify_within_days", "chair_may_approve"],
    ),
    (
        "How business is done",
        "Who may stand in, what has to be announced, and when.",
        [
            "second_required",
            "alternates",
            "written_ballots",
            "ballot_days",
            "notice_hours",
            "special_notice_hours",
        ],
    ),
]
"""The rules of a charter in the order in which they are read: heading, what they are about, names of fields."""


def _one_of(choices: Any, label: str, help_text: str = "", **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, label=label, help_text=help_text, widget=forms.RadioSelect, **more)


def _number(label: str, lowest: int, highest: int, help_text: str = "", **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=lowest, max_value=highest, help_text=help_text, **more)


def _check(label: str, help_text: str = "", **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False, **more)


class RulesForm(forms.Form):
    """Every rule of a charter, in groups."""

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
    voting_seats = _number("Voting seats", 0, 200, "Filled or not. 0 if the charter names no number.", initial=0)

    quorum = _one_of(Charter.Quorum, "A quorum is", initial=Charter.Quorum.MAJORITY)
    quorum_number = _number("The number, if it is fixed", 1, 200, required=False)
    minimum_present = _number("Never fewer than", 0, 200, "Members who take part, whatever the quorum.", initial=0)
    vacancy = _one_of(Charter.Vacancy, "While a seat is vacant", initial=Charter.Vacancy.IGNORED)
    recusal = _one_of(Charter.Recusal, "When a member is recused", initial=Charter.Recusal.NEITHER)

    threshold = _one_of(Charter.Threshold, "It takes", initial=Charter.Threshold.MAJORITY)
    denominator = _one_of(Charter.Denominator, "Of whom", initial=Charter.Denominator.PRESENT)
    abstention = _one_of(Charter.Abstention, "When a member abstains", initial=Charter.Abstention.LEAVES)
    special_threshold = _one_of(
        [("", "The same for every motion"), *Charter.Threshold.choices],
        "Another share for certain motions",
        required=False,
    )
    special_for = forms.MultipleChoiceField(
        label="Motions that take the other share",
        required=False,
        choices=MotionKind,
        widget=forms.CheckboxSelectMultiple,
    )

    chair_vote = _one_of(Charter.ChairVote, "The chair", initial=Charter.ChairVote.ALWAYS)
    tie = _one_of(Charter.Tie, "On a tie", initial=Charter.Tie.LOST)
    chair_may_suspend = _check("The chair may suspend an agreement alone", "The board then ratifies it, or ends it.")
    ratify_within_days = _number("Days within which the board then decides", 1, 90, initial=14)
    chair_may_approve = _check(
        "The chair may approve an administrative amendment alone",
        "One that changes words, and neither parties nor terms nor dates. The parties still sign it.",
    )

    second_required = _check("A motion needs a second")
    alternates = _check("An alternate may sit for a member", "Nobody votes by proxy.", initial=True)
    written_ballots = _check("The board may vote in writing between meetings", initial=True)
    ballot_days = _number("Days that a ballot in writing stays open", 1, 90, initial=7)
    notice_hours = _number("Hours of notice for a meeting", 0, 2160, initial=72)
    special_notice_hours = _number("Hours of notice for a special meeting", 0, 2160, initial=24)

    before: ClassVar[list[tuple[str, str, list[str]]]] = []
    """Groups of a form's own fields, ahead of the rules."""

    @property
    def groups(self) -> list[tuple[str, str, list[BoundField]]]:
        return [(title, about, [self[name] for name in names]) for title, about, names in [*self.before, *GROUPS]]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        fixed = given.get("quorum") == Charter.Quorum.FIXED
        if fixed and not given.get("quorum_number"):
            self.add_error("quorum_number", "Say how many members make a quorum.")
        if not fixed:
            given["quorum_number"] = None
        if bool(given.get("special_threshold")) != bool(given.get("special_for")):
            empty = "special_for" if given.get("special_threshold") else "special_threshold"
            self.add_error(empty, "Name the other share and the motions that take it, or neither.")
        return given

    def rules(self) -> dict[str, Any]:
        """What a charter takes, by the names of its fields."""
        return {name: self.cleaned_data[name] for _, _, names in GROUPS for name in names}


class CharterForm(RulesForm):
    """The first charter, as the board adopted it."""

    adopted_on = forms.DateField(label="Adopted on", widget=forms.DateInput, help_text="By the board, before today")
    before: ClassVar = [("Adoption", "Enter what the board adopted. The portal counts votes by it.", ["adopted_on"])]


class AmendForm(RulesForm):
    """Rules that a member proposes."""

    grounds = forms.CharField(
        label="Your reasons",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They stand below the motion. Every member reads them.",
    )
    before: ClassVar = [("The motion", "The board votes on the rules below as a whole.", ["grounds"])]


CHAIR = [("", "There is none"), (YES, "Approves"), (NO, "Disapproves"), (ABSTAIN, "Abstains"), ("silent", "Is silent")]
HELD = [("writing", "In writing"), ("meeting", "At a meeting")]


class TryForm(forms.Form):
    """Positions to try a rule with: how many stand how, and under what circumstances."""

    yes = _number("Approve", 0, 60, initial=3)
    no = _number("Disapprove", 0, 60, initial=2)
    abstain = _number("Abstain", 0, 60, initial=0)
    recused = _number("Recuse themselves", 0, 60, initial=0)
    conflicted = _number("Barred by a conflict", 0, 60, initial=0)
    silent = _number("Silent, or away", 0, 60, initial=0)
    chair = forms.ChoiceField(label="The chair, counted above", required=False, choices=CHAIR)
    kind = forms.ChoiceField(label="The motion is to", choices=MotionKind)
    held = forms.ChoiceField(label="The vote is taken", choices=HELD)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chair = given.get("chair")
        if chair and not given.get(chair):
            self.add_error("chair", "Count the chair in the numbers above as well.")
        return given

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in ("yes", "no", "abstain", "recused", "conflicted", "silent")]

    @property
    def circumstances(self) -> list[forms.BoundField]:
        return [self[name] for name in ("chair", "kind", "held")]

    def positions(self) -> list[Position]:
        """The electors that these numbers describe."""
        given, meets = self.cleaned_data, self.cleaned_data["held"] == "meeting"
        found: list[Position] = []
        for stands in (YES, NO, ABSTAIN, RECUSED, "conflicted", "silent"):
            for number in range(given[stands]):
                found.append(
                    Position(
                        seat=len(found) + 1,
                        conflicted=stands == "conflicted",
                        position=stands if stands in {YES, NO, ABSTAIN, RECUSED} else "",
                        present=stands != "silent" if meets else None,
                        chair=stands == given["chair"] and number == 0,
                    )
                )
        return found
