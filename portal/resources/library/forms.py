"""What people search the library by, suggest to it and decide about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from portal.kernel import files
from portal.kernel.days import plausible
from privacy.law.models import JURISDICTIONS

from .models import ANYWHERE, Resource

TAKEN = (files.PDF, files.WORKBOOK, files.TEXT)
MOST = 20 * files.MEBIBYTE
REVIEWED_EVERY = timedelta(days=365)


class ResourceFilter(forms.Form):
    """Which resources to list; the part is chosen by its links."""

    q = forms.CharField(label="Words", required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *Resource.Kind.choices])
    jurisdiction = forms.ChoiceField(required=False, choices=[("", "Any"), *JURISDICTIONS])
    tag = forms.ChoiceField(required=False)
    part = forms.ChoiceField(required=False, choices=[("", "All"), *Resource.Part.choices], widget=forms.HiddenInput)

    def __init__(self, data: Any, tags: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["tag"].choices = [("", "Any"), *((tag, tag) for tag in tags)]  # type: ignore[attr-defined]


class DeskFilter(forms.Form):
    """Which resources a curator lists."""

    STATES = [("", "Any"), *Resource.Status.choices, ("due", "Review is due"), ("broken", "Link leads nowhere")]

    q = forms.CharField(label="Words", required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(required=False, choices=STATES)


class TagsField(forms.CharField):
    """A few words or phrases between commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [tag.strip() for tag in super().clean(value).split(",") if tag.strip()]


class ResourceForm(forms.Form):
    """What is said of a resource."""

    title = forms.CharField(max_length=200, help_text="As its publisher calls it")
    publisher = forms.CharField(max_length=160, help_text="Who answers for it: a body, not a person")
    part = forms.ChoiceField(label="Part of the library", choices=[("", "Choose one"), *Resource.Part.choices])
    kind = forms.ChoiceField(choices=[("", "Choose one"), *Resource.Kind.choices])
    summary = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What it is and what it is good for, in a few sentences of your own.",
    )
    link = forms.URLField(
        max_length=500, required=False, assume_scheme="https", help_text="Where everybody can read it, at its publisher"
    )
    jurisdiction = forms.ChoiceField(required=False, choices=[("", ANYWHERE), *JURISDICTIONS])
    dated_on = forms.DateField(label="Date of the text", required=False, validators=[plausible])
    tags = TagsField(required=False, max_length=400, help_text="Separated by commas, such as: audit, juvenile records")
    file = forms.FileField(
        required=False, help_text="PDF, Excel workbook or plain text, up to 20 MB; only what may be given to everybody"
    )

    @classmethod
    def of(cls, resource: Resource, data: Any, sent: Any) -> ResourceForm:
        given = {name: getattr(resource, name) for name in cls.base_fields if name not in {"file", "without_file"}}
        return cls(data, sent, initial=given)


def next_review() -> date:
    """When a resource is looked at again if nobody says otherwise."""
    return localdate() + REVIEWED_EVERY


class ReviewForm(forms.Form):
    """When a resource is looked at next."""

    review_on = forms.DateField(
        label="Next review",
        initial=next_review,
        validators=[plausible],
        help_text="On this day the curators are asked whether it is still right.",
    )


class EnterForm(ResourceForm):
    """A resource that a curator enters for everybody at once."""

    review_on = forms.DateField(label="Next review", initial=next_review, validators=[plausible])


class ChangeForm(ResourceForm):
    """The same for one that is there already."""

    without_file = forms.BooleanField(label="Take its file away", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = "Takes the place of the one that it has. PDF, workbook or text, up to 20 MB."


class ReasonForm(forms.Form):
    """Why something is declined or taken away."""

    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Whoever suggested it reads this."
    )
