"""What people enter about the clause library, and what a draft takes from it."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import Agreement, Clause, LibraryVersion, Topic
from .models.texts import LONGEST_TEXT

TEXT = forms.Textarea(attrs={"rows": 7, "class": "p-instrument"})


class LibraryFilter(forms.Form):
    """Which clauses of the library to list."""

    kind = forms.ChoiceField(
        label="For", required=False, choices=[("", "Every kind of agreement"), *Agreement.Kind.choices]
    )
    topic = forms.ChoiceField(required=False, choices=[("", "Any topic"), *Topic.choices])


class LibraryClauseForm(forms.Form):
    """A new clause of the library."""

    code = forms.SlugField(max_length=40, help_text="Its name for good, such as hit-confirmation")
    topic = forms.ChoiceField(choices=[("", "Choose"), *Topic.choices])
    kinds = forms.MultipleChoiceField(label="For", choices=Agreement.Kind, widget=forms.CheckboxSelectMultiple)
    number = forms.CharField(
        label="Number in the standard text",
        required=False,
        max_length=8,
        help_text="Such as 4.2. Drafts then begin with it. Leave it empty for a clause that is inserted by choice.",
    )
    is_fixed = forms.BooleanField(
        label="Fixed",
        required=False,
        help_text="No draft may change, remove or renumber it. This cannot be changed later.",
    )
    heading = forms.CharField(max_length=160)
    text = forms.CharField(max_length=LONGEST_TEXT, widget=TEXT)


class RewordForm(forms.Form):
    """New words for a clause of the library."""

    heading = forms.CharField(max_length=160)
    text = forms.CharField(max_length=LONGEST_TEXT, widget=TEXT)
    note = forms.CharField(label="Why it changes", max_length=300, help_text="Drafters read it when they take it over")
    follows = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, newest: LibraryVersion) -> None:
        initial = {"heading": newest.heading, "text": newest.text, "follows": newest.number}
        super().__init__(data, initial=initial)


class InsertForm(forms.Form):
    """A clause of the library for a draft."""

    library_version = forms.ChoiceField(label="Clause", widget=forms.RadioSelect)
    number = forms.RegexField(
        label="Another number than its own",
        regex=r"^\s*\d{1,2}(\.\d{1,3})?\s*$",
        required=False,
        max_length=8,
        help_text="Such as 4.2. A fixed clause keeps its own.",
        error_messages={"invalid": "Number clauses like 4 or 4.2."},
    )

    def __init__(self, data: Any = None, *, offered: list[LibraryVersion]) -> None:
        super().__init__(data)
        field = self.fields["library_version"]
        field.choices = [(str(each.pk), f"{each.clause.number} {each.heading}".strip()) for each in offered]  # type: ignore[attr-defined]
        field.descriptions = {str(each.pk): each.text for each in offered}  # type: ignore[attr-defined]


class TakeOverForm(forms.Form):
    """A draft's clause with the library's newer words."""

    heading = forms.CharField(max_length=160)
    text = forms.CharField(max_length=LONGEST_TEXT, widget=TEXT)
    as_read = forms.CharField(widget=forms.HiddenInput)
    library_version_id = forms.UUIDField(widget=forms.HiddenInput)


class FixedTakeOverForm(forms.Form):
    """The same of a fixed clause: there is nothing to write."""

    as_read = forms.CharField(widget=forms.HiddenInput)
    library_version_id = forms.UUIDField(widget=forms.HiddenInput)


def three(base: str, mine: str, other: str) -> str:
    """Of a short field: mine where I changed it, else the other's."""
    return mine if mine != base else other


FIELDS = {"number": "Number", "topic": "Topic", "heading": "Heading"}


def other_fields(base: Clause, other: Clause) -> list[str]:
    """What somebody else changed besides the text, as sentences."""

    def said(clause: Clause, name: str) -> str:
        return str(clause.get_topic_display() if name == "topic" else getattr(clause, name))

    return [
        f"{label} was “{said(base, name)}”, now is “{said(other, name)}”."
        for name, label in FIELDS.items()
        if getattr(base, name) != getattr(other, name)
    ]
