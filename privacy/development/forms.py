"""What a reviewer says of provisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms

from agencies.forms import password_again
from privacy.models import Provision

from .commands import Verdict
from .fingerprint import words_sha256
from .models import SHORT_OF, Finding


class MarkForm(forms.Form):
    """One provision: how far it is met, and what is missing. Left empty, nothing is said of it."""

    finding = forms.ChoiceField(
        label="How far it is met", choices=Finding.choices, required=False, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label="Remark",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What is missing, where it is not fully met.",
    )
    words = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, provision: Provision, data: Any = None) -> None:
        self.provision = provision
        super().__init__(data, prefix=provision.number.replace(".", "-"), initial={"words": words_sha256(provision)})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("finding") in SHORT_OF and not (said.get("remark") or "").strip():
            self.add_error("remark", f"Say what provision {self.provision.number} is missing.")
        if (said.get("remark") or "").strip() and not said.get("finding") and "finding" not in self.errors:
            self.add_error("finding", f"Choose how far provision {self.provision.number} is met.")
        return said


class ReviewForm:
    """A form for each provision that the person may mark, sent together."""

    def __init__(self, provisions: list[Provision], data: Any = None) -> None:
        self.forms = {each.pk: MarkForm(each, data) for each in provisions}

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms.values()])

    def verdicts(self) -> dict[UUID, Verdict]:
        return dict(self._given())

    def _given(self) -> Iterator[tuple[UUID, Verdict]]:
        for key, form in self.forms.items():
            given = form.cleaned_data
            if given.get("finding"):
                yield key, Verdict(given["finding"], given.get("remark") or "", given.get("words") or "")


class StillRightForm(forms.Form):
    """The yearly review."""

    note = forms.CharField(
        label="What you looked at, and why it stays as it is",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Law, practice and complaints of the year, say. Kept with the policy.",
    )


class AdoptForm(forms.Form):
    """The head of the agency adopts what stands on the page, exactly: `sha256` is of that text."""

    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)
    password = password_again()
