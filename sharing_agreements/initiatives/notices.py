"""Who is told of initiatives: partners what is asked of them and how it goes, the board what is put before it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.said import Said
from privacy.law import notices as law
from privacy.law.models import LawChange
from sharing_agreements.boards.models import Seat
from sharing_agreements.boards.notice_groups import BOARDS
from sharing_agreements.funding.policy import KEEPERS
from sharing_agreements.obligation_notices import OWED

from .models import Initiative, Milestone, Proposal


def _initiative(event: Event) -> Initiative:
    found: Initiative = kinds.subject(event)
    return found


def _milestone(event: Event) -> Milestone:
    if "milestone" not in vars(event):
        vars(event)["milestone"] = Milestone.objects.select_related("agency").get(pk=event.detail["milestone"])
    found: Milestone = vars(event)["milestone"]
    return found


def _people(which: Q) -> QuerySet[User]:
    return User.objects.filter(which, is_active=True).distinct()


def _keepers(agencies: Any) -> Q:
    members = Membership.objects.current().with_role(*KEEPERS).filter(agency__in=agencies)
    return Q(memberships__in=members)


def _named(agency_id: UUID, person_id: UUID | None) -> Q:
    return Q(memberships__in=Membership.objects.current().filter(agency=agency_id, person=person_id))


def _partners(event: Event) -> QuerySet[User]:
    return _people(_keepers(_initiative(event).partners.values("agency")))


def _lead(event: Event) -> QuerySet[User]:
    initiative = _initiative(event)
    return _people(_keepers([initiative.lead_id]) | _named(initiative.lead_id, initiative.owner_id))


def _owner(event: Event) -> QuerySet[User]:
    initiative = _initiative(event)
    return _people(_named(initiative.lead_id, initiative.owner_id))


def _new_partner(event: Event) -> QuerySet[User]:
    found = _initiative(event).partners.filter(agency=event.detail["agency"])
    return _people(_keepers(found.values("agency")))


def _who_sees_to_it(event: Event) -> QuerySet[User]:
    """The person who was named, or where nobody was, the drafters and administrators of the partner."""
    milestone = _milestone(event)
    named = _people(_named(milestone.agency_id, milestone.person_id)) if milestone.person_id else None
    return named if named is not None and named.exists() else _people(_keepers([milestone.agency_id]))


def _who_can_go_on(event: Event) -> QuerySet[User]:
    """Who sees to milestones that waited for this one, and the lead."""
    initiative = _initiative(event)
    waiting = Milestone.objects.filter(blocks__by_milestone=event.detail["milestone"], done_on=None)
    named = Membership.objects.current().filter(
        person__in=waiting.exclude(person=None).values("person"), agency__in=waiting.values("agency")
    )
    return _people(_keepers([*waiting.values_list("agency", flat=True), initiative.lead_id]) | Q(memberships__in=named))


def _board(event: Event) -> QuerySet[User]:
    seats = Seat.objects.held().filter(board=_initiative(event).board_id)
    return User.objects.filter(seats__in=seats).distinct()


def _wait_for_the_law(event: Event) -> QuerySet[User]:
    """Leads of initiatives in which the change is linked or holds a milestone up, where they may read it."""
    change: LawChange = kinds.subject(event)
    concerned = Q(links__change=change) | Q(milestones__blocks__by_change=change)
    found = Initiative.objects.filter(concerned, status=Initiative.Status.RUNNING)
    if change.audience == LawChange.Audience.AGENCY:
        found = found.filter(lead=change.agency_id)
    return _people(_keepers(found.values("lead")))


def _not_decided(event: Event, person: User) -> bool:
    proposed = Proposal.objects.filter(pk=event.detail["proposal_id"], approval=None)
    return proposed.filter(initiative__status=Initiative.Status.BEFORE_BOARD).exists()


def _is_due(event: Event, person: User) -> bool:
    """Whether it is still to be done by the day that was said."""
    due_on = date.fromisoformat(event.detail["due_on"])
    running = Milestone.objects.filter(initiative__status=Initiative.Status.RUNNING)
    return running.filter(pk=event.detail["milestone"], done_on=None, due_on=due_on).exists()


def _is_held(event: Event, person: User) -> bool:
    held = _milestone(event).blocks.filter(by_agency=event.detail["agency"], lifted_on=None)
    return held.exists() and _milestone(event).done_on is None


def _page(event: Event) -> str:
    return reverse("initiatives:detail", args=[event.subject_id])


def _plan(event: Event) -> str:
    return reverse("initiatives:milestones", args=[event.subject_id])


NAMES = {
    "i": kinds.subject,
    "m": _milestone,
    "d": lambda event: event.detail,
    "day": lambda event: spell(date.fromisoformat(event.detail["due_on"]), "M j, Y"),
}

ASKS = "a milestone that your agency sees to, if you see to its initiatives"

SAID = (
    Said("initiative.partner_added", "{i.title}: your agency takes part",
         "Read what it is for, and what is asked of your agency.", _new_partner, _page, OWED),
    Said("initiative.owner_named", "{i.title}: it has another owner", "Its owner is {i.owner}.", _lead, _page, OWED),
    Said("initiative.proposed", "{i.title} is before the board",
         "Read it, with its partners and milestones; a member moves to approve it.", _board,
         lambda event: reverse("initiatives:proposal", args=[event.detail["proposal_id"]]), BOARDS,
         still_due=_not_decided),
    Said("initiative.approved", "{i.title}: the board approved it", "Its owner sets out with it.", _partners, _page,
         OWED),
    Said("initiative.declined", "{i.title}: the board did not approve it",
         "It is an idea again. Change it, and put it before the board anew, or end it.", _lead, _page, OWED),
    Said("initiative.begun", "{i.title} is under way", "Look at the milestones of your agency.", _partners, _plan,
         OWED),
    Said("initiative.completed", "{i.title} is completed", "Read what came of it.", _partners, _page, OWED),
    Said("initiative.ended", "{i.title} has ended", "Read why.", _partners, _page, OWED),
    Said("initiative.blocked", "{i.title}: milestone {d[number]} waits for your agency",
         "Read what is needed of your agency, and say when it is given.", _new_partner, _plan, OWED,
         still_due=_is_held),
    Said("initiative.milestone_assigned", "{i.title}: you see to milestone {m.number}",
         "Look by when it is due, and what it waits for.", _who_sees_to_it, _plan, OWED),
    Said("initiative.block_lifted", "{i.title}: milestone {d[number]} need not wait any more",
         "What was needed of a partner is given.", _who_sees_to_it, _plan, OWED),
    Said("initiative.milestone_due", "{i.title}: milestone {m.number} is due soon",
         "It is due by {day}. Look at what it waits for.",
         _who_sees_to_it, _plan, OWED, asks=ASKS, still_due=_is_due),
    Said("initiative.milestone_overdue", "{i.title}: milestone {m.number} is overdue",
         "It was due by {day}. Record it as done, or say what stands in the way.",
         _who_sees_to_it, _plan, OWED, asks=ASKS, still_due=_is_due),
    Said("initiative.milestone_overdue", "{i.title}: milestone {m.number} was not met",
         "{m.agency} was to do it by {day}. Ask what stands in the way, or move the day.", _owner, _plan,
         OWED, still_due=_is_due),
    Said("initiative.milestone_done", "{i.title}: milestone {d[number]} is done",
         "Look at what can go on now.", _who_can_go_on, _plan, OWED),
    Said("initiative.investments_offered", "{i.title}: a partner offers investments to the budget",
         "Take them into the draft of the budget, or leave them.", _lead,
         lambda event: reverse("initiatives:investments", args=[event.subject_id]), OWED),
)  # fmt: skip


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Initiative._meta.label, lambda: Initiative.objects.select_related("board", "owner"))
    said.register(SAID, NAMES)
    body = "An initiative of your agency waits for it. Look at what can go on from that day."
    said.register([law.takes_effect(body, _wait_for_the_law, OWED)], law.NAMES)
