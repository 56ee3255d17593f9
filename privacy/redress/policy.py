"""Who asks, who answers, and when. Each check returns None or raises."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from agencies.models import Agency, Membership, Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused
from privacy.models import PolicyVersion, PolicyVersionQuerySet

from .models import KEPT, Outcome, RedressRequest

K = RedressRequest.Kind


def answering() -> PolicyVersionQuerySet:
    """The policies in force of active agencies: these agencies answer what they are asked."""
    return PolicyVersion.objects.published().filter(policy__agency__status=Agency.Status.ACTIVE)


def takes_requests(agency: Agency) -> bool:
    return answering().filter(policy__agency=agency).exists()


def has_desk(membership: Membership) -> bool:
    """Whether what people ask is this person's work: a privacy officer's, and an administrator's on appeal."""
    return membership.has(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)


def may_ask(agency: Agency) -> None:
    if not takes_requests(agency):
        raise Refused(f"{agency} takes no requests here. Write to the agency itself.", code="closed")


def may_handle(person: User, request: RedressRequest) -> None:
    """Take it, record who they are, ask for time: a privacy officer of the agency, while it is open."""
    if not acts_for(person, request.agency_id, Role.PRIVACY_OFFICER):
        raise PermissionDenied("Only a privacy officer of the agency answers requests.")
    if request.decided_at is not None:
        raise Refused(f"{request} is answered.", code="answered", repeated=True)


def may_take(person: User, request: RedressRequest) -> None:
    may_handle(person, request)
    if request.handler_id == person.pk:
        raise Refused("You have it in hand.", code="mine", repeated=True)


def may_prove(person: User, request: RedressRequest) -> None:
    """Record how it was shown who asks: who has it in hand, once."""
    may_answer(person, request)
    if request.proven_at is not None:
        raise Refused("It is recorded how it was shown who asks.", code="proven", repeated=True)


def may_extend(person: User, request: RedressRequest) -> None:
    """Ask for more time: once."""
    may_answer(person, request)
    if request.extended_because:
        raise Refused("It was extended once; it is to be answered by the day it has now.", code="extended")


def may_answer(person: User, request: RedressRequest) -> None:
    """Answer it: who has it in hand."""
    may_handle(person, request)
    if request.handler_id != person.pk:
        raise Refused("Take it in hand first.", code="not_mine")


def may_grant(request: RedressRequest, outcome: str) -> None:
    """Nobody sees or changes what is on somebody else because of a name typed into a form."""
    known = request.kind == K.COMPLAINT or request.proven_at is not None
    if outcome in {Outcome.GRANTED, Outcome.PARTLY} and not known:
        raise Refused("Record first how it was shown who asks.", code="unproven")


def may_appeal(request: RedressRequest) -> None:
    """Who holds the code appeals once, against an answer that is not too old; also against one that says that they took
    the request back, for they may not have."""
    if hasattr(request, "appeal"):
        raise Refused("There is an appeal already.", code="appealed", repeated=True)
    last = request.last_day_to_appeal
    if last is None or request.outcome == Outcome.GRANTED:
        raise Refused("There is nothing to appeal against.", code="nothing")
    if request.agency.today > last:
        raise Refused("The time to appeal is over. Ask again, or write to the privacy officer.", code="late")


def may_decide_appeal(person: User, request: RedressRequest) -> None:
    """Somebody of the agency other than who answered: a privacy officer or an administrator."""
    if not acts_for(person, request.agency_id, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        raise PermissionDenied("Only the agency decides on an appeal.")
    appeal = getattr(request, "appeal", None)
    if appeal is None:
        raise Refused("Nobody has appealed.", code="nothing")
    if appeal.decided_at is not None:
        raise Refused("The appeal is decided.", code="decided", repeated=True)
    if person.pk in {request.decided_by_id, request.handler_id}:
        raise Refused("Somebody else decides: you answered the request.", code="same")


def asks_of(request: RedressRequest, person: User, *, officer: bool) -> str:
    """What a request that somebody sees asks of them: to `decide_appeal`, to `answer`, to `take` it, or nothing.

    The checks above in one word for lists, without a statement each. `officer`: whether they are a privacy officer.
    """
    if request.decided_at is not None:
        undecided = hasattr(request, "appeal") and request.appeal.decided_at is None
        other = person.pk not in {request.decided_by_id, request.handler_id}
        return "decide_appeal" if undecided and other else ""
    if not officer:
        return ""
    return "answer" if request.handler_id == person.pk else "take" if request.handler_id is None else ""


def may_be_forgotten(request: RedressRequest, now: datetime) -> None:
    """Once nothing can come of it any more, and the time for which it is kept is over."""
    appeal = getattr(request, "appeal", None)
    last = request.decided_at if appeal is None else appeal.decided_at
    if request.forgotten_at is not None or last is None or last + KEPT > now:
        raise Refused("It is kept still, or was forgotten already.", code="kept")
