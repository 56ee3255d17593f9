"""What reviews answer and do for agreements, a floor below."""

from __future__ import annotations

from django.db.models import Q

from agencies.models import User
from sharing_agreements.models import Agreement
from sharing_agreements.reviewing import Planned, Step

from . import steps
from .models import Review
from .planning import stages_for
from .wording import as_steps, planned_steps


class AgreementReviews:
    """Registered with sharing_agreements.reviewing when the app is ready."""

    def read_by(self, person: User) -> Q:
        return Q(pk__in=Review.objects.read_by_office(person).values("agreement"))

    def begin(self, agreement: Agreement, *, actor: User) -> None:
        steps.begin(agreement, actor=actor)

    def outstanding(self, agreement: Agreement) -> list[str]:
        undone = steps.of_current(agreement).exclude(status=Review.Status.APPROVED)
        return [str(review.stage) for review in undone]

    def under_way(self) -> Q:
        undone = Review.objects.filter(status__in=[Review.Status.WAITING, Review.Status.OPEN])
        return Q(current_version__in=undone.values("version"))

    def end(self, agreement: Agreement, *, actor: User | None, reason: str) -> None:
        steps.end(agreement, actor=actor, reason=reason)

    def planned(self, agreement: Agreement) -> list[tuple[int, list[Planned]]]:
        return planned_steps(stages_for(agreement))

    def stages(self, agreement: Agreement) -> list[Step]:
        found = Review.objects.filter(agreement=agreement).select_related(*steps.SHOWN)
        newest = max((review.version.number for review in found), default=0)
        return as_steps(review for review in found if review.version.number == newest)
