"""How an assessment stands: what is answered, what shows it, what it comes to, what is missing. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from . import questionnaire, scoring
from .models import Answer, Assessment, Confidence, Evidence, newest
from .questionnaire import Dimension, Question


@dataclass(frozen=True)
class Line:
    """A question with its answer and what shows that it holds."""

    question: Question
    answer: Answer | None
    evidence: list[Evidence]

    @property
    def says(self) -> str:
        """The level that was chosen, in the questionnaire's words."""
        return self.question.levels[self.answer.level] if self.answer else ""


@dataclass(frozen=True)
class State:
    """An assessment as it reads now."""

    assessment: Assessment
    answers: dict[str, Answer]
    evidence: dict[str, list[Evidence]]

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        return questionnaire.dimensions(self.assessment.questionnaire)

    @cached_property
    def questions(self) -> dict[str, Question]:
        return questionnaire.questions(self.assessment.questionnaire)

    def lines(self, dimension: Dimension) -> list[Line]:
        return [Line(each, self.answers.get(each.key), self.evidence.get(each.key, [])) for each in dimension.questions]

    @property
    def parts(self) -> list[tuple[Dimension, list[Line]]]:
        return [(each, self.lines(each)) for each in self.dimensions]

    def answered_of(self, dimension: Dimension) -> int:
        """How many of its questions are answered, or confirmed, in this version."""
        return sum(each.key in self.answers and not self.answers[each.key].taken_over for each in dimension.questions)

    @property
    def answered(self) -> int:
        return sum(self.answered_of(each) for each in self.dimensions)

    @cached_property
    def unshown(self) -> list[Question]:
        """Questions answered with high confidence, of which nothing shows that the answer holds."""
        return [
            each
            for key, each in self.questions.items()
            if key in self.answers and self.answers[key].confidence == Confidence.HIGH and not self.evidence.get(key)
        ]

    @cached_property
    def missing(self) -> list[str]:
        """What is missing before it can be given to review, each as a sentence that says what to do."""
        found = []
        if left := len(self.questions) - self.answered:
            short = [str(each.number) for each in self.dimensions if self.answered_of(each) < len(each.questions)]
            where = f"dimension{'' if len(short) == 1 else 's'} {', '.join(short)}"
            found.append(f"Answer {left} question{'' if left == 1 else 's'} of {where}.")
        for question in self.unshown:
            found.append(f"Add evidence to question {question.number}, or lower the confidence: it is high.")
        return found

    @cached_property
    def scores(self) -> scoring.Scores | None:
        """What it comes to; None until every dimension has an answer."""
        given = {
            each.key: [
                scoring.Item(self.answers[one.key].level, one.is_critical)
                for one in each.questions
                if one.key in self.answers
            ]
            for each in self.dimensions
        }
        return scoring.of_dimensions(given) if all(given.values()) else None

    @cached_property
    def caps(self) -> list[Line]:
        """The critical items that hold the whole score down: those at the lowest critical level."""
        critical = [line for _, lines in self.parts for line in lines if line.question.is_critical and line.answer]
        if self.scores is None or not self.scores.whole.is_capped:
            return []
        lowest = min(line.answer.level for line in critical if line.answer)
        return [line for line in critical if line.answer and line.answer.level == lowest]


def of(assessment: Assessment) -> State:
    """Read anew."""
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for each in assessment.evidence.select_related("added_by"):
        evidence[each.question].append(each)
    answers = newest(assessment.answers.select_related("by").order_by("at", "id"))
    return State(assessment, answers, dict(evidence))
