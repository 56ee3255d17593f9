"""What people of the demonstration asked its court: one waits, one was refused and appealed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from agencies.models import Agency, User
from privacy.redress import commands
from privacy.redress.models import RedressRequest

# Fixed, so that loading again asks for nothing twice.
WAITS, REFUSED = (UUID(f"0199c0de-0000-7000-8000-{number:012d}") for number in (1, 2))


def load(court: Agency, find: Callable[[str], User]) -> None:
    """What is there already is left alone."""
    if RedressRequest.objects.filter(agency=court).exists():
        return
    officer = find("p.odhiambo@court.example")
    commands.ask(
        request_id=WAITS,
        agency_id=court.pk,
        kind="correction",
        asked_for="self",
        name="Marisol Etxeberria",
        email="marisol@mail.example",
        address="",
        about="The case was dismissed in March. A landlord was told that it is open.",
        case_number="25-CR-00981",
    )
    commands.ask(
        request_id=REFUSED,
        agency_id=court.pk,
        kind="access",
        asked_for="client",
        name="Anselm Brightwater",
        email="",
        address="Brightwater Law, 12 Court Street, Cedar City",
        about="All entries on my client since 2020.",
        case_number="",
    )
    commands.take(actor=officer, request_id=REFUSED)
    commands.record_proof(actor=officer, request_id=REFUSED, proof="counsel")
    commands.answer(
        actor=officer,
        request_id=REFUSED,
        outcome="partly",
        ground="investigation",
        answer="Copies of what can be handed out lie at the counter of the records office, weekdays from 8 to 12.",
    )
    commands.appeal(request_id=REFUSED, reason="Nothing says which entries were left out, or for how long.")
