"""What people enter about agreements: drafts, clauses, terms, answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from agencies.forms import password_again
from agencies.models import RecordSet
from portal.kernel.days import agreed
from portal.kernel.ids import uuid7
from privacy.law.models import LegalAuthority
from privacy.models import DataCategory, ParticipantRole, Purpose
from privacy.models import Obligation as DataCondition

from .models import (
    SHAREABLE_ROLES,
    THRESHOLDS,
    Action,
    Agreement,
    AgreementVersion,
    Certificate,
    Clause,
    SigningOrder,
    Term,
    Topic,
)
from .models.texts import LONGEST_TEXT

STANDINGS = [
    ("", "Any state"),
    ("draft", "Draft"),
    ("in_review", "In review"),
    ("before_board", "Before the board"),
    ("signing", "Signing"),
    ("begins", "Begins later"),
    ("in_force", "In force"),
    ("expiring", "Expiring"),
    ("suspended", "Suspended"),
    ("expired", "Expired"),
    ("terminated", "Terminated"),
    ("superseded", "Superseded"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
]

TERM_BEGINS_WITH = {
    "actions": [Action.SEARCH, Action.VIEW],
    "purposes": [Purpose.CRIMINAL_JUSTICE],
    "data_categories": [DataCategory.NAME, DataCategory.BIRTH_DATE, DataCategory.CHARGES],
    "participant_roles": [
        ParticipantRole.DEFENDANT,
        ParticipantRole.JUDGE,
        ParticipantRole.PROSECUTION,
        ParticipantRole.DEFENSE,
        ParticipantRole.ARREST_OFFICIAL,
    ],
}
"""What a new term has ticked: the least that a recipient of cases needs. Protected people are added on purpose only."""


class RegisterFilter(forms.Form):
    """What of the register to show."""

    q = forms.CharField(
        label="Number or title", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label="State", required=False, choices=STANDINGS)
    ends = forms.ChoiceField(
        label="Ends",
        required=False,
        choices=[("", "Any time"), *((str(days), f"Within {days} days") for days in sorted(THRESHOLDS))],
    )
    agency = forms.ChoiceField(label="Agency", required=False)

    def __init__(self, data: Any, *, agencies: list[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["agency"]).choices = [("", "Any agency"), *agencies]


class DatesMixin(forms.Form):
    """Purpose and term of an agreement."""

    purpose = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "p-instrument"}),
        help_text="Why the parties share, in one or two sentences. It is part of the text.",
    )
    effective_on = forms.DateField(
        label="Takes effect on",
        validators=[agreed],
        help_text="It shares from this day, or from the last signature where that is later.",
    )
    last_day = forms.DateField(
        required=False,
        validators=[agreed],
        help_text="Nothing is shared after this day. Leave it empty where no end is agreed.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins, last = given.get("effective_on"), given.get("last_day")
        if begins and last and last < begins:
            self.add_error("last_day", "Choose the day on which the agreement takes effect, or a later one.")
        return given

    def values(self) -> dict[str, Any]:
        """What the command takes: an agreement ends on the day after its last."""
        given = dict(self.cleaned_data)
        last = given.pop("last_day")
        return {**given, "ends_on": last + timedelta(days=1) if last else None}


class DraftForm(DatesMixin):
    """A new agreement, from the standard text of its kind."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    kind = forms.ChoiceField(label="Standard text", choices=Agreement.Kind, widget=forms.RadioSelect)
    title = forms.CharField(max_length=200, help_text="What is shared with whom: Cedar County criminal case exchange")
    field_order = ["id", "kind", "title", "purpose", "effective_on", "last_day"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kind"].descriptions = {  # type: ignore[attr-defined]
            "mou": "Eighteen clauses for agencies that open records to each other.",
            "management": "An agency runs systems for a criminal justice agency, which keeps their management.",
            "addendum": "For a contractor with access. Its text is fixed; you fill in the particulars.",
            "data_use": "For research, evaluation and statistics.",
            "user_agreement": "For an agency that uses a state repository, as the CJIS Security Policy asks for.",
        }


class EditForm(DatesMixin):
    """Title, purpose and dates of a draft."""

    title = forms.CharField(max_length=200)
    withdrawal_days = forms.IntegerField(
        label="Days of notice to leave", min_value=0, max_value=730, help_text="Before a party that leaves is gone"
    )
    return_days = forms.IntegerField(
        label="Days to return or purge", min_value=0, max_value=730, help_text="After the end, for each recipient"
    )
    signing_order = forms.ChoiceField(label="The parties sign", choices=SigningOrder, widget=forms.RadioSelect)
    field_order = ["title", "purpose", "effective_on", "last_day"]

    def __init__(self, data: Any = None, *, agreement: Agreement) -> None:
        version = cast(AgreementVersion, agreement.current_version)
        initial = {name: getattr(version, name) for name in self.base_fields if name != "title"}
        super().__init__(data, initial={**initial, "title": agreement.title})


class PartySearch(forms.Form):
    """Which agency to look for."""

    q = forms.CharField(
        label="Name or ORI of an agency", max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )


class ClauseForm(forms.Form):
    """One clause."""

    number = forms.RegexField(
        regex=r"^\s*\d{1,2}(\.\d{1,3})?\s*$",
        max_length=8,
        help_text="Such as 4.2",
        error_messages={"invalid": "Number clauses like 4 or 4.2."},
    )
    heading = forms.CharField(max_length=160)
    topic = forms.ChoiceField(label="Topic that it covers", choices=[("", "Choose"), *Topic.choices])
    text = forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7, "class": "p-instrument"}))
    authority_ids = forms.TypedMultipleChoiceField(
        label="Legal authorities",
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "An authority was retired meanwhile. Choose another."},
    )
    as_read = forms.CharField(required=False, widget=forms.HiddenInput)
    law_as_read = forms.TypedMultipleChoiceField(coerce=UUID, required=False, widget=forms.MultipleHiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        clause: Clause | None = None,
        as_read: str = "",
        initial: dict[str, Any] | None = None,
    ) -> None:
        names = ("number", "heading", "topic", "text")
        given = {name: getattr(clause, name) for name in names} if clause else {}
        cited = [each.authority_id for each in clause.citations.all()] if clause else []
        law = {"authority_ids": cited, "law_as_read": cited}
        super().__init__(data, initial={"as_read": as_read, **law, **given, **(initial or {})})
        known = list(LegalAuthority.objects.all())
        offered = [each for each in known if each.retired_at is None or each.pk in cited]
        cast(forms.ChoiceField, self.fields["authority_ids"]).choices = [(each.pk, str(each)) for each in offered]
        cast(forms.ChoiceField, self.fields["law_as_read"]).choices = [(each.pk, "") for each in known]


class TermForm(forms.Form):
    """One term: this record set, to this party, for these actions, purposes, data and roles."""

    record_set = forms.ModelChoiceField(RecordSet.objects.none(), label="Record set", empty_label="Choose")
    recipient = forms.ChoiceField(
        label="Shared with",
        error_messages={"invalid_choice": "Choose a party other than the one that keeps these records."},
    )
    clause = forms.ChoiceField(label="Under clause", help_text="The clause that every shared record will name")
    actions = forms.MultipleChoiceField(choices=Action, widget=forms.CheckboxSelectMultiple)
    purposes = forms.MultipleChoiceField(choices=Purpose, widget=forms.CheckboxSelectMultiple)
    data_categories = forms.MultipleChoiceField(
        label="Kinds of data",
        choices=DataCategory,
        widget=forms.CheckboxSelectMultiple,
        help_text="At most. What the owner's privacy policy withholds stays withheld.",
    )
    participant_roles = forms.MultipleChoiceField(
        label="People in these roles",
        choices=[(role.value, role.label) for role in SHAREABLE_ROLES],
        widget=forms.CheckboxSelectMultiple,
    )
    includes_juvenile = forms.BooleanField(
        label="Include records of juveniles", required=False, help_text="Only where a law permits it"
    )
    includes_intelligence = forms.BooleanField(
        label="These records are criminal intelligence",
        required=False,
        help_text="A term on such records must say so; each reader is certified in 28 CFR part 23",
    )
    conditions = forms.MultipleChoiceField(
        label="What goes with the data",
        choices=DataCondition,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Beside what the owner's privacy policy asks; each look is logged in any case.",
    )
    handling = forms.CharField(
        label="How to handle it",
        max_length=200,
        required=False,
        help_text="A sentence that stands beside the data for whoever sees it. Public with the agreement.",
    )

    def __init__(self, data: Any = None, *, version: AgreementVersion, term: Term | None = None) -> None:
        super().__init__(data, initial=_values(term, version))
        parties = list(version.parties.all())
        owners = [party.agency_id for party in parties]
        sets = cast("forms.ModelChoiceField[RecordSet]", self.fields["record_set"])
        sets.queryset = RecordSet.objects.filter(owner__in=owners, closed_at=None).select_related("owner")
        gives = self._giver(sets.queryset)
        receive = [(str(party.agency_id), party.name) for party in parties if party.agency_id != gives]
        self._choose("recipient", receive)
        clauses = version.clauses.all()
        self._choose("clause", [(str(clause.pk), f"{clause.number} {clause.heading}") for clause in clauses])

    def _giver(self, sets: QuerySet[RecordSet]) -> UUID | None:
        """Who keeps the chosen record set, or every set there is to choose; it can't be shared with that agency."""
        chosen = str(self["record_set"].value() or "")
        owners = {str(key): owner for key, owner in sets.values_list("pk", "owner")}
        return owners.get(chosen) or (owners.popitem()[1] if len(set(owners.values())) == 1 else None)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", "Choose"), *choices]

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        record_set = given.pop("record_set")
        keys = {"clause_id": UUID(given.pop("clause")), "recipient_id": UUID(given.pop("recipient"))}
        return {**given, **keys, "record_set_id": record_set.pk}


def _values(term: Term | None, version: AgreementVersion) -> dict[str, Any]:
    if term is None:
        shares = version.clauses.filter(topic=Topic.SHARING).first()
        return {**TERM_BEGINS_WITH, "clause": shares.pk if shares else ""}
    names = (
        "actions",
        "purposes",
        "data_categories",
        "participant_roles",
        "includes_juvenile",
        "includes_intelligence",
        "conditions",
        "handling",
    )
    keys = {"record_set": term.record_set_id, "recipient": term.recipient_id, "clause": term.clause_id}
    return {**{name: getattr(term, name) for name in names}, **keys}


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, hint: str) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = hint


class ChangeForm(forms.Form):
    """What is to follow an agreement in force."""

    change = forms.ChoiceField(label="What changes", choices=Agreement.Change, widget=forms.RadioSelect)
    is_administrative = forms.BooleanField(
        label="Administrative",
        required=False,
        help_text="For an amendment that changes words only: neither parties nor terms nor dates",
    )
    effective_on = forms.DateField(
        label="First day, for an amendment",
        required=False,
        validators=[agreed],
        help_text="Or from the last signature, where that is later",
    )
    last_day = forms.DateField(label="Last day, for a renewal", required=False, validators=[agreed])

    def __init__(self, data: Any = None, *, ends: str, can_renew: bool) -> None:
        super().__init__(data, initial={"change": Agreement.Change.AMENDMENT})
        field = cast(forms.ChoiceField, self.fields["change"])
        if not can_renew:
            field.choices = [pair for pair in Agreement.Change.choices if pair[0] != Agreement.Change.RENEWAL]
            del self.fields["last_day"]
        field.descriptions = {  # type: ignore[attr-defined]
            "amendment": "Other words, terms, parties or dates. Board and parties decide on all of it again.",
            "renewal": f"The same sharing goes on after {ends}, without a gap.",
            "joinder": "Everything stays; the new party signs, with whoever leads and whoever opens records to it.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        renews = given.get("change") == Agreement.Change.RENEWAL
        if renews and "last_day" not in self.errors and not given.get("last_day"):
            self.add_error("last_day", "Say until when it is renewed.")
        return given

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        last = given.pop("last_day", None)
        return {**given, "ends_on": last + timedelta(days=1) if last else None}


class NoticeForm(ReasonForm):
    """A party's notice that it leaves."""

    password = password_again()


class CertificateForm(forms.Form):
    """A recipient's word on what became of the records that it received."""

    manner = forms.ChoiceField(label="What became of the records", choices=Certificate.Manner, widget=forms.RadioSelect)
    method = forms.CharField(
        label="How, and by whom",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Name what the law makes you keep, and how it is protected. Name nobody whom a record is about.",
    )


class AnswerForm(forms.Form):
    """A signatory's answer to the exact text that the page showed."""

    sha256 = forms.CharField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect, choices=[("sign", "Sign"), ("decline", "Decline")]
    )
    reason = forms.CharField(
        label="Reason, if you decline",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other parties read it.",
    )
    password = password_again()

    def __init__(self, data: Any = None, *, sha256: str, party: str) -> None:
        super().__init__(data, initial={"sha256": sha256})
        self.fields["answer"].descriptions = {  # type: ignore[attr-defined]
            "sign": f"{party} is bound by this text. A signature cannot be taken back.",
            "decline": "The agreement ends here, for every party.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("answer") == "decline" and not given.get("reason", "").strip():
            self.add_error("reason", "Say why you decline; the other parties read it.")
        return given
