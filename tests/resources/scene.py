"""A court that shares with a police department under an agreement in force, and people who could look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agencies.models import Agency, RecordSet
from privacy.models import PolicyVersion
from sharing_agreements.boards.models import Board
from sharing_agreements.models import Agreement
from tests import make


@dataclass
class Public:
    """What stands behind the public pages of a test."""

    court: Agency
    police: Agency
    records: RecordSet
    policy: PolicyVersion
    agreement: Agreement
    board: Board


def sharing(**term: Any) -> Public:
    """The scene; `term` narrows what is shared, dates pass through."""
    court = make.agency("Cedar County Superior Court", kind="court")
    police = make.agency("Marlow Police Department")
    records = make.record_set(court, "Criminal cases")
    policy = make.policy(court)
    board = make.board()
    agreement = make.agreement_in_force(court, police, records, on=board, **term)
    return Public(court, police, records, policy, agreement, board)
