"""What people type about records: why they look, what they look for, for whom it leaves, by which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from agencies.forms import password_again
from portal.kernel.days import plausible
from portal.kernel.ids import uuid7
from privacy.models import DataCategory, Purpose
from privacy.rules import DAY

from .models import CourtOrder, DestructionCertificate, Dispute, Ground
from .models.access import TOLD
from .models.disputes import LONGEST_NOTE
from .models.watches import CONFIRMED_FOR
from .models.watches import LONGEST as LONGEST_WATCH
from .searching import LONGEST, Search, plain, understand


class PlainField(forms.CharField):
    """One line of text; control characters, NUL among them, count as spaces instead of stopping the person."""

    def to_python(self, value: Any) -> str:
        return super().to_python(plain(value) if isinstance(value, str) else value) or ""


class InquiryForm(forms.Form):
    """Purpose and case number; nothing is preselected, and the purposes under which something is `opened` to the
    agency come first. The key makes a form that is sent twice one inquiry."""

    purpose = forms.ChoiceField(
        choices=[("", "Choose a purpose"), *Purpose.choices],
        error_messages={"required": "Choose the purpose for which you look."},
    )
    case_number = PlainField(
        label="Case number",
        max_length=64,
        help_text="Your own case or incident number, by which an auditor finds what this was about.",
        error_messages={"required": "Type the number of the case you work on."},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, *args: Any, opened: Collection[str], **more: Any) -> None:
        super().__init__(*args, **more)
        purpose = self.fields["purpose"]
        first = [each for each in Purpose.choices if each[0] in opened]
        others = [each for each in Purpose.choices if each[0] not in opened]
        if not first:
            purpose.help_text = "No agreement opens records to your agency now, for any purpose."
        elif isinstance(purpose, forms.ChoiceField) and others:
            groups = [("An agreement opens records to your agency", first), ("No agreement opens records for", others)]
            purpose.choices = [("", "Choose a purpose"), *groups]


class WatchForm(InquiryForm):
    """Why something is watched, and for how long. The key makes a form that is sent twice one watch."""

    days = forms.TypedChoiceField(
        label="Watch for",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (LONGEST_WATCH.days, f"{LONGEST_WATCH.days} days, the longest")],
        help_text=f"Every {CONFIRMED_FOR.days} days you are asked whether you still need it.",
    )
    next = None  # type: ignore[assignment]  # so Django leaves a field of its parent out


class AskApprovalForm(forms.Form):
    """Why an inquiry needs what a rule shows with a supervisor's approval only."""

    reason = PlainField(
        label="Why you need it",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your supervisors read it. Name the matter, not people.",
        error_messages={"required": "Say in a sentence why you need it."},
    )


class ApprovalForm(forms.Form):
    """A supervisor's answer; whoever is refused is told why."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    note = PlainField(
        label="Note", max_length=300, required=False, help_text="Needed where you refuse; your colleague reads it."
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("answer") == "refuse" and not given.get("note"):
            self.add_error("note", "Say why you refuse, so that your colleague knows what to do.")
        return given


class SearchForm(forms.Form):
    """One box that understands a name, and the number of a docket, a person, an arrest, a statute or an agency; and the
    dates of filing."""

    q = PlainField(
        label="Name or number",
        help_text="Of a case, warrant, order or arrest, a person (state or FBI number), a statute, an agency (ORI)",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST, "autocomplete": "off"}),
    )
    since = forms.DateField(label="Filed since", required=False, validators=[plausible])
    until = forms.DateField(label="Filed until", required=False, validators=[plausible])

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if words:
            understand(words)
        return words

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", "Choose a day on or after the first one.")
        if not self.errors and not (values["q"] or since or until):
            raise ValidationError({"q": "Type a name or a number, or choose a day of filing."})
        return values

    @property
    def search(self) -> Search:
        """What was typed, once it is valid."""
        values = self.cleaned_data
        return Search(values["q"], values["since"], values["until"])

    @classmethod
    def of(cls, search: Search | None) -> SearchForm:
        """The form as it was typed."""
        return cls(initial={"q": search.words, "since": search.since, "until": search.until} if search else None)


class ReleaseForm(forms.Form):
    """For whom something leaves, and why. The key makes a form that is sent twice one release."""

    recipient = PlainField(
        label="Who gets it",
        max_length=200,
        help_text="The person and their agency.",
        error_messages={"required": "Name the person and agency that get it."},
    )
    reason = PlainField(
        label="Why it leaves",
        max_length=300,
        help_text="In your words, for whoever asks later.",
        error_messages={"required": "Say why it leaves the portal."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class ToldForm(ReleaseForm):
    """What was told to somebody by word of mouth: that there is such a record, and what of it the teller is shown."""

    told = forms.MultipleChoiceField(
        label="What was told",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what you are shown here can be passed on.",
        error_messages={"required": "Tick what was told."},
    )
    field_order = ("recipient", "told", "reason", "key")

    def __init__(self, shown: Iterable[DataCategory], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        known = {"record", *shown}
        self.fields["told"].choices = [each for each in TOLD if each[0] in known]  # type: ignore[attr-defined]

    def clean_told(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data["told"]))


class NamesForm(forms.Form):
    """The second yes before an entry is released that seems to name somebody protected, or to tell of an end without
    conviction."""

    names_read = forms.BooleanField(label="I have read it, and release the entry as it stands", required=False)


class OrderForm(forms.Form):
    """The order by which a record is sealed or unsealed; its custodians alone read it."""

    authority = PlainField(
        label="Court that ordered it", max_length=120, error_messages={"required": "Name the court that ordered it."}
    )
    order_number = PlainField(
        label="Number of the order", max_length=64, error_messages={"required": "Give the number of the order."}
    )
    ordered_on = forms.DateField(label="Date of the order", validators=[plausible])
    scope = PlainField(
        label="What it covers",
        max_length=400,
        initial="The whole record",
        help_text="In the words of the order. The portal seals and opens whole records.",
        error_messages={"required": "Say what the order covers."},
    )
    document = forms.FileField(
        label="The order itself", required=False, help_text="A PDF, if you have it. Only custodians can download it."
    )

    def opens(self, sealing: CourtOrder | None) -> None:
        """Say since when it can be, of an order that opens what `sealing` sealed; the command refuses an older one."""
        if sealing is not None:
            day = self.fields["ordered_on"]
            day.help_text = f"The record was sealed by an order of {date_format(sealing.ordered_on, DAY)}."
            day.widget.attrs["min"] = sealing.ordered_on.isoformat()


class CorrectionForm(forms.Form):
    """What kind of thing was corrected; never what it says now."""

    category = forms.ChoiceField(label="What was corrected?", choices=DataCategory, widget=forms.RadioSelect)


class DisputeForm(forms.Form):
    """What is disputed, of what its writer is shown; why, and in whose words."""

    about = forms.CharField(
        label="What is disputed", widget=forms.Select, error_messages={"required": "Choose what is disputed."}
    )
    note = PlainField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Whoever is shown this part of the record reads it beside it. Leave out names of protected people.",
        error_messages={"required": "Write what is disputed about it."},
    )
    words_of = forms.ChoiceField(label="Whose words it is in", choices=Dispute.WordsOf, widget=forms.RadioSelect)
    request_number = PlainField(
        label="Number of the request",
        required=False,
        max_length=20,
        help_text="If a request for correction was made here, as it stands on the receipt: ASK-26-0123456789.",
    )

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Put up for choice what of the record can be disputed; the command refuses anything else."""
        self.fields["about"].widget.choices = [("", "Choose"), *choices]


class SettledForm(forms.Form):
    """How a dispute ends."""

    outcome = forms.ChoiceField(
        label="How was it settled?",
        choices=Dispute.Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was settled."},
    )


class ReviewForm(forms.Form):
    """Why criminal intelligence is kept, and until when."""

    reason = PlainField(
        label="Why it is still relevant",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands on the record. Leave out names of sources.",
        error_messages={"required": "Say why it is still relevant."},
    )
    due_on = forms.DateField(label="Next review", validators=[plausible], help_text="At most five years from today")


class ExpungeForm(forms.Form):
    """Why a record is to be destroyed, and a court's order where one ordered it. What is typed here stays, so it names
    nobody; the command says what an order lacks."""

    ground = forms.ChoiceField(label="Why it is destroyed", choices=Ground, widget=forms.RadioSelect)
    authority = PlainField(label="Court that ordered it", max_length=120, required=False)
    order_number = PlainField(
        label="Number of the order",
        max_length=64,
        required=False,
        help_text="The order's own number. The number of the case is destroyed with the record.",
    )
    ordered_on = forms.DateField(label="Date of the order", validators=[plausible], required=False)
    password = password_again()

    def offer(self, grounds: Sequence[Ground]) -> None:
        """Put up for choice on what grounds this record may be destroyed; the command refuses any other."""
        field = self.fields["ground"]
        if len(grounds) == 1:
            field.widget, field.initial = forms.HiddenInput(), grounds[0]
        else:
            field.widget.choices = [(each.value, each.label) for each in grounds]
        for each in (self.fields[name] for name in ("authority", "order_number", "ordered_on")):
            each.required = len(grounds) == 1
            each.help_text = each.help_text if each.required else f"If a court ordered it. {each.help_text}".strip()


class ConfirmForm(forms.Form):
    """A second custodian's word before a record is destroyed."""

    password = password_again()


class DestroyedForm(forms.Form):
    """An agency's word on its copies of an expunged record."""

    manner = forms.ChoiceField(
        label="What became of your copies", choices=DestructionCertificate.Manner, widget=forms.RadioSelect
    )
    method = PlainField(
        label="How, and by whom",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Print-outs, files, notes, what was passed on. Name nobody whom the record was about.",
        error_messages={"required": "Say how it was done, and by whom; the owner relies on it."},
    )
