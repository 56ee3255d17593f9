"""What a review says of itself, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as spell

from portal.kernel.parts import Part, part
from sharing_agreements.models import Agreement
from sharing_agreements.models.texts import last_day as agreed_last_day
from sharing_agreements.reviewing import Planned, Stage, Step
from sharing_agreements.wording import listed, lower

from .models import Review, ReviewStage

S = Review.Status


def is_late(review: Review) -> bool:
    """Open beyond its last day."""
    return review.status == S.OPEN and review.due_at is not None and review.due_at <= timezone.now()


def state(review: Review) -> Part:
    """Where it stands."""
    if is_late(review):
        return part("chip", tone="warn", icon="clock", text="Late")
    if review.status == S.OPEN and review.reviewer_id is None:
        return part("chip", tone="plain", icon="clock", text="Awaits a reviewer")
    if review.carried_from_id is not None:
        return part("state", status="approved", detail="the text is unchanged")
    return part("state", status=review.status)


def when(review: Review) -> str | None:
    """When it was decided, or by when it is to be."""
    if review.decided_at is not None:
        return f"{review.get_status_display()} {day(review.decided_at)}"
    if review.status == S.OPEN and review.due_at is not None:
        return f"Due {last_day(review)}"
    if review.status == S.WAITING:
        return f"{review.stage.days} day{'s' if review.stage.days != 1 else ''} from when it begins"
    return None


def who(review: Review) -> str | None:
    """The reviewer, once somebody took it."""
    return str(review.reviewer) if review.reviewer else None


def day(at: datetime) -> str:
    """A moment as its day on the reader's clock."""
    return spell(timezone.localtime(at), "M j, Y")


def due_on(review: Review) -> date | None:
    """The last day for a review, on the clock of the agency that it is given to; None before it begins."""
    return agreed_last_day(review.due_at, review.stage.agency.time_zone)


def last_day(review: Review) -> str:
    """The same in words."""
    last = due_on(review)
    return spell(last, "M j, Y") if last else ""


def as_steps(reviews: Iterable[Review]) -> list[Step]:
    """Reviews of one version, which come in the order of their steps, as pages show them."""
    return [
        Step(
            number,
            [
                Stage(
                    str(review.stage),
                    reverse("reviews:detail", args=[review.pk]),
                    state(review),
                    when(review),
                    who(review),
                )
                for review in side_by_side
            ],
        )
        for number, side_by_side in groupby(reviews, key=lambda review: review.stage.step)
    ]


def planned_steps(stages: Iterable[ReviewStage]) -> list[tuple[int, list[Planned]]]:
    """Stages of a plan, which come in the order of their steps, step by step."""
    found = []
    for number, side_by_side in groupby(stages, key=lambda stage: stage.step):
        found.append((number, [_planned(stage) for stage in side_by_side]))
    return found


def _planned(stage: ReviewStage) -> Planned:
    kinds = [lower(str(dict(Agreement.Kind.choices)[kind])) for kind in stage.kinds]
    takes = f"For {listed(kinds)}" if kinds else "For agreements of every kind"
    apart = ", administrative amendments too" if stage.takes_administrative else ", not for administrative amendments"
    role = stage.role.label.lower()
    within = f"within {stage.days} day{'s' if stage.days != 1 else ''}, by its {role}"
    return Planned(str(stage), within, f"{takes}{apart}.", stage.guidance)
