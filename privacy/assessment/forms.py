"""What a privacy officer enters: answers and risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms

from privacy.law.models import Harmed
from privacy.models import PolicyVersion
from privacy.rules import sentence
from privacy.sections import in_order

from .commands import Given
from .levels import IMPACTS, LIKELIHOODS, Step
from .models import Answer, Choice, Risk
from .questionnaire import Question
from .state import State


class QuestionForm(forms.Form):
    """One question. What is left as it was read is not answered anew."""

    choice = forms.ChoiceField(choices=Choice, required=False, widget=forms.RadioSelect)
    text = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    confirm = forms.BooleanField(label="I looked through it again, and it still holds", required=False)
    read = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, question: Question, now: Answer | None, known: Mapping[UUID, Answer], data: Any = None) -> None:
        """`now`: the answer that counts; `known`: all that were given, of which the page showed one."""
        self.question, self.now, self.known = question, now, known
        initial = {"choice": now.choice, "text": now.text, "read": now.pk} if now else {}
        super().__init__(data, prefix=question.key, initial=initial)
        self.fields["text"].help_text = question.help
        self.fields["text"].label = "Why, and what is done about it" if question.has_choice else question.text
        self.fields["choice"].label = question.text
        if not question.has_choice:
            del self.fields["choice"]
        if now is None or not now.taken_over:
            del self.fields["confirm"]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        shown = self.known.get(said.get("read") or UUID(int=0))
        before = (shown.choice, shown.text) if shown else ("", "")
        now = (said.get("choice", ""), said.get("text", ""))
        self.answers = now != before or bool(said.get("confirm"))
        if self.answers and not self.errors:
            if "choice" in self.fields and not now[0]:
                self.add_error("choice", f"Question {self.question.number}: choose yes, no or not applicable.")
            if not now[1]:
                self.add_error("text", f"Question {self.question.number}: write the answer in words.")
        return said


class QuestionsForm:
    """A form for each question, sent together; a part can be saved and the rest later."""

    def __init__(self, state: State, given: Iterable[Answer], data: Any = None) -> None:
        known = {each.pk: each for each in given}
        self.forms = {
            key: QuestionForm(each, state.answers.get(key), known, data) for key, each in state.questions.items()
        }

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms.values()])

    def answers(self) -> dict[str, Given]:
        return dict(self._given())

    def _given(self) -> Iterator[tuple[str, Given]]:
        for key, form in self.forms.items():
            said = form.cleaned_data
            if form.answers:
                yield key, Given(said["text"], said.get("choice", ""), said["read"])


def _step(label: str, steps: tuple[Step, ...], *, required: bool = True) -> forms.TypedChoiceField:
    choices = [(each.value, f"{each.value} {each.name}: {each.means}") for each in steps]
    first = "Choose" if required else "Not judged yet"
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, choices=[("", first), *choices]
    )


class RiskForm(forms.Form):
    """A risk, and what is done about it."""

    title = forms.CharField(
        label="What could happen",
        max_length=250,
        help_text="For example: a docket entry names a witness whose name is withheld.",
    )
    harmed = forms.MultipleChoiceField(label="Who could be harmed", choices=Harmed, widget=forms.CheckboxSelectMultiple)
    likelihood = _step("Likelihood, if nothing more is done", LIKELIHOODS)
    impact = _step("Impact on whoever is harmed most", IMPACTS)
    mitigation = forms.CharField(
        label="Mitigation",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What is done so that it happens less often, or harms less.",
    )
    residual_likelihood = _step("Likelihood with the mitigation", LIKELIHOODS, required=False)
    residual_impact = _step("Impact with the mitigation", IMPACTS, required=False)
    owner = forms.CharField(
        label="Who answers for it", max_length=120, required=False, help_text="A person or an office of the agency."
    )
    provision = forms.TypedChoiceField(label="Provision that mitigates it", required=False, empty_value=None)
    rule = forms.TypedChoiceField(label="Disclosure rule that mitigates it", required=False, empty_value=None)

    def __init__(self, version: PolicyVersion, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        provisions = {str(each.pk): each for each in in_order(version.provisions.all())}
        rules = {str(each.pk): each for each in in_order(version.rules.all())}
        self._offer("provision", provisions, [(key, str(each)) for key, each in provisions.items()])
        self._offer("rule", rules, [(key, f"{each.code}: {sentence(each)}") for key, each in rules.items()])

    def _offer(self, name: str, parts: Mapping[str, Any], choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices, field.coerce = [("", "None"), *choices], parts.__getitem__

    @classmethod
    def of(cls, risk: Risk, data: Any = None) -> RiskForm:
        now = {name: getattr(risk, name) for name in cls.base_fields}
        now |= {"provision": risk.provision_id or "", "rule": risk.rule_id or ""}
        return cls(risk.version, data, initial=now)

    def clean_mitigation(self) -> str:
        return str(self.cleaned_data["mitigation"]).replace("\r\n", "\n").strip()
