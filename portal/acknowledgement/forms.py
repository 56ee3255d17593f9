"""What somebody ticks who accepts texts, and what a portal administrator types for the next rules of behavior."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from agencies.forms import password_again
from privacy import standard

from .due import Text
from .models import BehaviorRules


class AcceptForm(forms.Form):
    """The texts that are asked of a person, each to be ticked; the ids of those that the page showed."""

    texts = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, asked: Iterable[Text], data: Any = None) -> None:
        super().__init__(data)
        # Ids come back as they were shown: of one that is no longer asked the command says what became of it.
        given = data.getlist("texts") if data is not None else []
        keys = [*(each.key for each in asked), *given]
        self.fields["texts"].choices = [(key, key) for key in dict.fromkeys(keys)]  # type: ignore[attr-defined]


class RulesForm(forms.Form):
    """The next text of the rules of behavior."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(
        label="Rules of behavior",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 22}),
        help_text="One rule a line. They are in force from the moment you publish them.",
    )
    changed = forms.CharField(
        label="What is new",
        max_length=500,
        required=False,
        help_text="In a sentence, for those who accepted the text before.",
    )

    password = password_again("It is asked again so that nobody closes shared records at a screen that you left open.")

    @classmethod
    def after(cls, last: BehaviorRules | None, data: Any = None) -> RulesForm:
        """The form that begins with the text in force, or with the standard one."""
        start = {"number": last.number + 1, "text": last.text} if last else {"number": 1, "text": standard.behavior()}
        return cls(data, initial=start)
