"""Which decisions whom concern: the register of members and auditors, and what of it is public.

What the public reads is narrower than what is open to it by chance. A decision is public when all of this holds:

- the board meets in public;
- the motion carried or was lost: ballots without a quorum, tied or cancelled ones decide nothing;
- it is on an agreement that shares records now, and on the very version that is in force, so that nothing is said of
  drafts, of versions that were sent back, and of agreements that were rejected, suspended or ended; or on a charter; or
  it adopted a policy version that is published; or it imposed or lifted a sanction. That a board declined to sanction
  an agency, or to adopt a policy, is not public.

Of business that stood on an agenda for closed session the public learns number, day and legal ground. People are named
by seat, title and agency; statements, reasons of recusals and discussion are for members, since nothing marks a
statement as meant for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from agencies.models import User
from privacy.models import PolicyVersion
from sharing_agreements.models import Agreement

from .models import AgendaItem, Decision, Motion, MotionKind
from .steps import text_sha256

PAGE = 25
DECIDED = (Decision.Outcome.CARRIED, Decision.Outcome.LOST)
CLOSED = "closed_ground"
"""The annotation that holds the legal ground of a closed session; null: it was open business."""

Decisions = QuerySet[Decision]


def visible_to(person: User) -> Decisions:
    """Every ballot that ended, on motions that the person reads as a member or an auditor."""
    return _whole(Decision.objects.filter(ballot__motion__in=Motion.objects.visible_to(person).values("pk")))


def public() -> Decisions:
    """Decisions that anybody may know of, see above; annotated with the legal ground of a closed session."""
    there = AgendaItem.objects.filter(motion=OuterRef("ballot__motion"), meeting=OuterRef("ballot__meeting"))
    grounds = there.exclude(closed_ground="")
    found = Decision.objects.filter(_public_subject(), outcome__in=DECIDED, ballot__motion__board__meets_in_public=True)
    return _whole(found.annotate(**{CLOSED: Subquery(grounds.order_by("-added_at").values("closed_ground")[:1])}))


def _public_subject() -> Q:
    carried = Q(outcome=Decision.Outcome.CARRIED)
    on_agreement = Q(
        ballot__motion__agreement__in=Agreement.objects.sharing().values("pk"),
        ballot__motion__version=F("ballot__motion__agreement__current_version"),
    )
    on_policy = Q(
        ballot__motion__kind=MotionKind.POLICY,
        ballot__motion__policy_version__in=PolicyVersion.objects.public().values("pk"),
    )
    sanctions = Q(ballot__motion__kind__in=[MotionKind.SANCTION, MotionKind.LIFT])
    return on_agreement | Q(ballot__motion__kind=MotionKind.CHARTER) | (carried & (on_policy | sanctions))


def _whole(found: Decisions) -> Decisions:
    return found.select_related(
        "ballot__meeting",
        "ballot__motion__board",
        "ballot__motion__agreement__lead_agency",
        "ballot__motion__version",
        "ballot__motion__policy_version__policy__agency",
        "ballot__motion__budget_version__budget",
        "ballot__motion__initiative_proposal",
        "ballot__motion__law_change__agency",
        "ballot__motion__agency",
        "ballot__motion__lifts",
        "ballot__motion__after_sanction__agency",
        "ballot__motion__after_sanction__motion",
        "ballot__motion__mover__agency",
        "ballot__motion__seconder__agency",
    )


def on_agreement(found: Decisions, agreement_id: UUID) -> Decisions:
    """Those on one agreement, newest first."""
    return found.filter(ballot__motion__agreement=agreement_id).order_by("-at", "-pk")


def on_policy(found: Decisions, version_id: UUID) -> list[Decision]:
    """Those that adopted one version of a policy as it reads, newest first: a draft may have changed since."""
    adopted = found.filter(ballot__motion__policy_version=version_id, outcome=Decision.Outcome.CARRIED)
    return [each for each in adopted.order_by("-at", "-pk") if each.ballot.sha256 == text_sha256(each.ballot.motion)]


# --- Finding --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What of the register to show."""

    words: str = ""
    board: UUID | None = None
    kind: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None

    def of(self, found: Decisions) -> Decisions:
        """The decisions that fit. Of closed business nothing can be found by what is not shown of it."""
        if (self.words or self.kind or self.outcome) and CLOSED in found.query.annotations:
            found = found.filter(**{CLOSED: None})
        if self.board:
            found = found.filter(ballot__motion__board=self.board)
        if self.kind:
            found = found.filter(ballot__motion__kind=self.kind)
        if self.outcome:
            found = found.filter(outcome=self.outcome)
        zone = timezone.get_current_timezone()
        if self.since:
            found = found.filter(at__gte=datetime.combine(self.since, time(), zone))
        if self.until:
            found = found.filter(at__lt=datetime.combine(self.until + timedelta(days=1), time(), zone))
        for word in self.words.split():
            found = found.filter(_says(word))
        return found


def _says(word: str) -> Q:
    about = "ballot__motion__"
    names = ("number", "text", "agreement__number", "agreement__title", "agency__name", "policy_version__policy__title")
    found = Q()
    for name in names:
        found |= Q(**{f"{about}{name}__icontains": word})
    return found


@dataclass(frozen=True)
class Page:
    """One page of the register, newest first, with the query strings of its neighbours."""

    items: list[Decision]
    newer: str | None
    older: str | None


def page(found: Decisions, asked: Mapping[str, str]) -> Page:
    """The page after or before the decision that `asked` (a GET query) names by its id."""
    newer = "after" in asked
    border = _border(found, asked.get("after" if newer else "before", ""))
    rows = found
    if border is not None:
        at, pk = border
        side = "gt" if newer else "lt"
        rows = rows.filter(Q(**{f"at__{side}": at}) | Q(at=at, **{f"pk__{side}": pk}))
    order = ("at", "pk") if newer else ("-at", "-pk")
    items = list(rows.order_by(*order)[: PAGE + 1])
    more, items = len(items) > PAGE, items[:PAGE]
    if newer:
        items.reverse()
    has_newer = more if newer else border is not None
    has_older = (border is not None) if newer else more
    return Page(
        items,
        _query(asked, "after", items[0].pk) if items and has_newer else None,
        _query(asked, "before", items[-1].pk) if items and has_older else None,
    )


def _border(found: Decisions, given: str) -> tuple[datetime, UUID] | None:
    try:
        key = UUID(given)
    except ValueError:
        return None
    return found.filter(pk=key).values_list("at", "pk").first()


def _query(asked: Mapping[str, Any], side: str, pk: object) -> str:
    kept = {key: value for key, value in asked.items() if key not in {"after", "before"} and value}
    return "?" + urlencode({**kept, side: str(pk)})
