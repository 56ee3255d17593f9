"""What people enter about readiness: answers, what shows them, reviews, actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms

from agencies.models import Agency, Membership, User
from agencies.reading.states import STATES
from portal.kernel.days import agreed

from .commands import Given
from .models import Answer, Assessment, Confidence, PlanAction
from .questionnaire import NEWEST, Dimension, dimensions
from .state import Line, State

DIMENSIONS = [(each.key, f"{each.number}. {each.name}") for each in dimensions(NEWEST)]


class QuestionForm(forms.Form):
    """One question. What is left as it was read is not answered anew."""

    level = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, widget=forms.RadioSelect)
    confidence = forms.ChoiceField(choices=Confidence, required=False, widget=forms.RadioSelect)
    note = forms.CharField(label="Note", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    confirm = forms.BooleanField(label="I looked through it again, and it still holds", required=False)
    read = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, line: Line, known: Mapping[UUID, Answer], data: Any = None) -> None:
        """`known`: all answers that were given, of which the page showed one."""
        self.line, self.known, now = line, known, line.answer
        initial = {"level": now.level, "confidence": now.confidence, "note": now.note, "read": now.pk} if now else None
        super().__init__(data, prefix=line.question.key, initial=initial)
        level = cast("forms.TypedChoiceField", self.fields["level"])
        level.label = line.question.text
        level.choices = [(n, f"{n}. {means}") for n, means in enumerate(line.question.levels)]
        self.fields["confidence"].label = f"How sure are you of {line.question.number}?"
        if now is None or not now.taken_over:
            del self.fields["confirm"]

    def clean_note(self) -> str:
        return str(self.cleaned_data["note"]).replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        shown = self.known.get(said.get("read") or UUID(int=0))
        before = (shown.level, shown.confidence, shown.note) if shown else (None, "", "")
        now = (said.get("level"), said.get("confidence", ""), said.get("note", ""))
        self.answers = now != before or bool(said.get("confirm"))
        if self.answers and not self.errors:
            number = self.line.question.number
            if now[0] is None:
                self.add_error("level", f"Question {number}: choose the level that fits best today.")
            if not now[1]:
                self.add_error("confidence", f"Question {number}: say how sure you are.")
        return said


class QuestionsForm:
    """A form for each question of a dimension, sent together."""

    def __init__(self, state: State, dimension: Dimension, given: Iterable[Answer], data: Any = None) -> None:
        known = {each.pk: each for each in given}
        self.forms = [QuestionForm(line, known, data) for line in state.lines(dimension)]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    def answers(self) -> dict[str, Given]:
        return dict(self._given())

    def _given(self) -> Iterator[tuple[str, Given]]:
        for form in self.forms:
            said = form.cleaned_data
            if form.answers:
                given = Given(said["level"], said["confidence"], said["note"], said["read"])
                yield form.line.question.key, given


class EvidenceForm(forms.Form):
    """A page of the web, or a file."""

    title = forms.CharField(max_length=160, help_text="For example: Charter of the board, 2024")
    link = forms.URLField(
        label="Link", max_length=500, required=False, assume_scheme="https", help_text="To a page that readers can open"
    )
    file = forms.FileField(label="Or a file", required=False, help_text="PDF or plain text, up to 20 MB")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not {"link", "file"} & set(self.errors) and bool(said.get("link")) == bool(said.get("file")):
            self.add_error("link", "Give a link or a file, one of both.")
        return said


class RemarkForm(forms.Form):
    """What a reviewer says."""

    remark = forms.CharField(
        label="What you found",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed to send it back; whoever reads the answers reads it too.",
    )


class ShowForm(forms.Form):
    """Which agencies read the answers of a version."""

    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(), label="Agencies", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, assessment: Assessment, now: Iterable[UUID], data: Any = None) -> None:
        super().__init__(data, initial={"agencies": list(now)})
        others = Agency.objects.filter(status=Agency.Status.ACTIVE).exclude(pk=assessment.agency_id).order_by("name")
        cast("forms.ModelMultipleChoiceField[Agency]", self.fields["agencies"]).queryset = others


class PartnerFilter(forms.Form):
    """Which partners the heat map shows."""

    q = forms.CharField(label="Agency", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *Agency.Kind.choices])
    state = forms.ChoiceField(required=False, choices=[("", "Any"), *sorted(STATES.items(), key=lambda pair: pair[1])])


class ActionForm(forms.Form):
    """What is done about something that is missing."""

    dimension = forms.ChoiceField(choices=DIMENSIONS)
    gap = forms.CharField(label="What is missing", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    action = forms.CharField(label="What is done about it", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(User.objects.none(), label="Who answers for it", empty_label="Choose a person")
    due_on = forms.DateField(label="By", validators=[agreed], widget=forms.DateInput)
    amount = forms.DecimalField(
        label="What it costs, in dollars",
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="Leave it empty where it costs nothing but time.",
    )
    recurs = forms.ChoiceField(
        label="Paid", required=False, choices=[("", "Costs nothing"), *PlanAction.Recurs.choices]
    )
    first_fiscal_year = forms.IntegerField(
        label="First fiscal year", min_value=2000, max_value=2100, required=False, help_text="Such as 2027"
    )

    def __init__(self, agency_id: UUID, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        works = Membership.objects.current().filter(agency=agency_id)
        people = User.objects.filter(memberships__in=works).distinct().order_by("last_name", "email")
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = people

    @classmethod
    def of(cls, action: PlanAction, data: Any = None) -> ActionForm:
        return cls(action.agency_id, data, initial={name: getattr(action, name) for name in cls.base_fields})


class OutcomeForm(forms.Form):
    """What came of an action."""

    outcome = forms.CharField(
        label="What came of it, or why it is given up",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlanFilter(forms.Form):
    """Which actions to list."""

    status = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *PlanAction.Status.choices])
    dimension = forms.ChoiceField(required=False, choices=[("", "Any"), *DIMENSIONS])
