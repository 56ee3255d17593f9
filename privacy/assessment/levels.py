"""How likelihood and impact are judged, and from where on a risk is high."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

MODERATE, HIGH = 5, 10
"""The lowest score of each level. What cannot be undone (5) is high unless it is remote (docs/adr/0020). The database
holds the same number (`assessment_before_publication`)."""


class Step(NamedTuple):
    """One of five steps of a scale."""

    value: int
    name: str
    means: str


LIKELIHOODS = (
    Step(1, "Remote", "Not known to have happened anywhere; several safeguards would have to fail at once."),
    Step(2, "Unlikely", "Has happened elsewhere; here once in ten years or less."),
    Step(3, "Possible", "Can be expected within a few years."),
    Step(4, "Likely", "Can be expected within a year."),
    Step(5, "Almost certain", "Happens now, or will within weeks."),
)
IMPACTS = (
    Step(1, "Slight", "A nuisance that is put right the same day."),
    Step(2, "Limited", "Effort, cost or embarrassment without lasting effect."),
    Step(3, "Serious", "Lasting distress, a job, home or benefit lost, a wrong decision that can be corrected."),
    Step(4, "Grave", "Threats, retaliation, wrongful arrest or detention, a case or a family harmed."),
    Step(5, "Irreparable", "Death, injury, somebody in hiding found: nothing undoes it."),
)


class Level(models.TextChoices):
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


def level_of(score: int) -> Level:
    """The level of likelihood times impact."""
    return Level.HIGH if score >= HIGH else Level.MODERATE if score >= MODERATE else Level.LOW
