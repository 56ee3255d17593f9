"""Requests of people about information on them, reached by the commands that lead to them."""

from uuid import uuid4

from agencies.models import Agency, Role, User
from privacy.redress import commands
from privacy.redress.models import Appeal, RedressRequest
from privacy.redress.policy import takes_requests

from .people import someone
from .policies import policy


def asked(agency: Agency, *, kind: str = "access", **values: str) -> RedressRequest:
    """What somebody asks an agency, which has a policy in force."""
    if not takes_requests(agency):
        policy(agency)
    return commands.ask(request_id=uuid4(), agency_id=agency.pk, **{**ABOUT, "kind": kind, **values})


ABOUT = {
    "asked_for": "self",
    "name": "Quilla Marchetti",
    "email": "quilla@example.org",
    "address": "",
    "about": "An arrest in 2019 that was not mine.",
    "case_number": "19-cr-77",
}


def in_hand(request: RedressRequest, officer: User | None = None, *, proven: bool = False) -> RedressRequest:
    """A request that a privacy officer has in hand; proven: it was shown who asks."""
    actor = officer or someone(request.agency, Role.PRIVACY_OFFICER)
    found = commands.take(actor=actor, request_id=request.pk)
    return commands.record_proof(actor=actor, request_id=request.pk, proof="in_person") if proven else found


def refused(request: RedressRequest, ground: str = "investigation") -> RedressRequest:
    """A request that was refused by who has it in hand."""
    found = in_hand(request)
    assert found.handler is not None
    return commands.answer(
        actor=found.handler, request_id=request.pk, outcome="refused", ground=ground, answer="Not now."
    )


def appealed(request: RedressRequest) -> Appeal:
    return commands.appeal(request_id=refused(request).pk, reason="It is about me.")
