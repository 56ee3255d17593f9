"""What people type who ask an agency about information on them, and what the agency answers."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing

from .models import Appeal, Ground, Outcome, RedressRequest

SALT = "privacy.redress.form"
SLOWEST = 24 * 3600
QUICKEST = 2
"""Seconds between opening a form and sending it: nobody types a request faster, programs do."""


def new_key(agency_id: UUID) -> str:
    """What a form brings back: which request it will be, for which agency, and since when it was open."""
    return signing.dumps([uuid4().hex, agency_id.hex, int(time.time())], salt=SALT)


class AskForm(forms.Form):
    """A request by somebody who has no account."""

    kind = forms.ChoiceField(label="What do you ask for?", choices=RedressRequest.Kind, widget=forms.RadioSelect)
    asked_for = forms.ChoiceField(
        label="Who is it about?", choices=RedressRequest.For, widget=forms.RadioSelect, initial=RedressRequest.For.SELF
    )
    name = forms.CharField(
        label="Your full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Email",
        required=False,
        help_text="We write when there is news, never what it is about. Without it the agency writes by post.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    address = forms.CharField(
        label="Postal address",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    about = forms.CharField(
        label="What is it about?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Say what you want to see, what is wrong and what would be right, or what happened. "
        "Leave out numbers of identity documents: the agency asks for proof itself.",
    )
    case_number = forms.CharField(label="Case number, if you know one", required=False, max_length=64)
    website = forms.CharField(label="Leave this empty", required=False)
    key = forms.CharField(widget=forms.HiddenInput)

    ASKED = ("kind", "asked_for", "name", "email", "address", "about", "case_number")

    def __init__(self, agency_id: UUID, data: Any = None) -> None:
        super().__init__(data, initial={"key": new_key(agency_id)})
        self.agency_id = agency_id
        self.request_id: UUID | None = None

    @property
    def shown(self) -> list[forms.BoundField]:
        """What people see: all but the trap for programs."""
        return [self[name] for name in self.fields if name != "website"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("email") and not given.get("address") and "email" not in self.errors:
            self.add_error("email", "Give an email or a postal address, so that the agency can reach you.")
        try:
            request, agency, opened = signing.loads(given.get("key", ""), salt=SALT, max_age=SLOWEST)
        except signing.BadSignature:
            self.renew()
            raise forms.ValidationError("This form was open too long. Look it over, and send it again.") from None
        if agency != self.agency_id.hex or given.get("website") or time.time() - opened < QUICKEST:
            raise forms.ValidationError("This came as programs send it. Wait a moment, and send it again.")
        self.request_id = UUID(request)
        return given

    def renew(self) -> None:
        """Give the form another key; what was typed stays."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "key": new_key(self.agency_id)}

    @property
    def asked(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.ASKED}


class CodeForm(forms.Form):
    """What the receipt says, to come back to a request."""

    number = forms.CharField(
        label="Number of the request", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    code = forms.CharField(
        label="Code from the receipt", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AppealForm(CodeForm):
    """Why an answer is wrong, with what shows whose request it is."""

    number = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What is wrong with the answer?", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ProofForm(forms.Form):
    """How it was shown who asks."""

    proof = forms.ChoiceField(
        label="How did they show who they are, and that they may ask?",
        choices=RedressRequest.Proof,
        widget=forms.RadioSelect,
    )


class ExtendForm(forms.Form):
    reason = forms.CharField(
        label="Why does it take longer?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who asked reads this.",
    )


class AnswerForm(forms.Form):
    """The answer, for good."""

    outcome = forms.ChoiceField(label="Outcome", choices=Outcome, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label="Ground of what is refused", choices=[("", "None: nothing is refused"), *Ground.choices], required=False
    )
    answer = forms.CharField(
        label="What who asked will read",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="It stands on a page that a number and a code open. Put nothing from records into it: say how they "
        "will be handed over. Where something is refused, leave out whether it exists.",
    )


class AppealDecisionForm(forms.Form):
    outcome = forms.ChoiceField(label="Decision", choices=Appeal.Outcome, widget=forms.RadioSelect)
    answer = forms.CharField(
        label="What who asked will read", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class RequestFilter(forms.Form):
    """Which requests the register shows."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "To be answered"), ("late", "Late"), ("answered", "Answered"), ("all", "All")],
    )
    kind = forms.ChoiceField(
        label="Asks for",
        required=False,
        choices=[("", "Anything"), ("access", "Access"), ("correction", "Correction"), ("complaint", "Complaint")],
    )
