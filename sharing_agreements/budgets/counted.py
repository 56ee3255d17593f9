"""What this floor itself counts for denominators: people with an account at an agency."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import Q

from agencies.models import Membership

from .counting import Count


def _users(agencies: Collection[UUID], first: date, last: date) -> dict[UUID, int]:
    """People who were members of each agency on the last day."""
    then = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__date__gt=last), started_at__date__lte=last)
    counted = then.filter(agency__in=agencies).values("agency").annotate(number=Number("person", distinct=True))
    return {row["agency"]: row["number"] for row in counted}


USERS = Count("Counted by the portal: people with an account at the agency on the last day.", _users)
