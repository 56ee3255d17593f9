"""How an assessment stands: what is answered, which risks there are, what is missing. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from privacy.models import PolicyVersion
from privacy.policy import listed

from . import questionnaire
from .models import Answer, Assessment, Risk, newest
from .questionnaire import Group, Question


@dataclass(frozen=True)
class State:
    """An assessment as it reads now; `assessment` is None until something of it is written."""

    assessment: Assessment | None
    answers: dict[str, Answer]
    risks: list[Risk]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return questionnaire.groups(self.number)

    @property
    def parts(self) -> list[tuple[Group, list[tuple[Question, Answer | None]]]]:
        """Groups, each with its questions and their answers."""
        return [(group, [(each, self.answers.get(each.key)) for each in group.questions]) for group in self.groups]

    @cached_property
    def questions(self) -> dict[str, Question]:
        return questionnaire.questions(self.number)

    @property
    def number(self) -> int:
        """Which questionnaire is asked."""
        return self.assessment.questionnaire if self.assessment else questionnaire.NEWEST

    @property
    def unanswered(self) -> list[Question]:
        return [each for each in self.questions.values() if each.key not in self.answers]

    @property
    def to_confirm(self) -> list[Question]:
        """Questions whose answers come from the version before, and nobody looked through them since."""
        return [each for key, each in self.questions.items() if key in self.answers and self.answers[key].taken_over]

    @property
    def answered(self) -> int:
        """Questions with an answer that was given, or confirmed, for this version."""
        return len(self.questions) - len(self.unanswered) - len(self.to_confirm)

    @cached_property
    def open(self) -> list[Risk]:
        """High risks that are not mitigated."""
        return [each for each in self.risks if each.lacks]

    @cached_property
    def missing(self) -> list[str]:
        """What is missing before the version can be adopted, each as a sentence that says what to do."""
        if self.assessment is None:
            return ["make the impact assessment: answer its questions and enter the risks."]
        return [*self._of_questions(), *self._of_risks()]

    def _of_questions(self) -> list[str]:
        found = []
        if left := [each.number for each in self.unanswered]:
            found.append(f"answer {listed(left, 'question')} of the impact assessment.")
        if old := [each.number for each in self.to_confirm]:
            found.append(f"confirm what is taken over in the impact assessment: {listed(old, 'question')}.")
        return found

    def _of_risks(self) -> list[str]:
        if not self.risks:
            return ["enter at least one risk in the impact assessment."]
        old = [str(each.number) for each in self.risks if each.taken_over]
        found = [f"look through {listed(old, 'risk')} of the impact assessment again."] if old else []
        return found + [
            f"mitigate risk {each.number}, “{each.title}”: it is high ({each.score}) and needs "
            f"{' and '.join(each.lacks)}."
            for each in self.open
        ]


def of(version: PolicyVersion) -> State:
    """Read anew."""
    return State(
        Assessment.objects.filter(version=version).first(),
        newest(version.answers.select_related("by").order_by("at", "id")),
        list(version.risks.select_related("provision", "rule").order_by("number")),
    )


def shown(version: PolicyVersion) -> list[Risk]:
    """The risks that everybody reads beside a published version: none unless the agency chose to show them."""
    return list(version.risks.filter(version__assessment__is_public=True).select_related("provision", "rule"))
