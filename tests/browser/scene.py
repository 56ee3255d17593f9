"""Who and what the walks begin with: a court with a case, two police agencies, a board of three, an auditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from agencies.models import Agency, RecordSet, Role
from portal.records.models import Record
from sharing_agreements.boards.models import Board
from tests import make

COURT, POLICE, SHERIFF = "Cedar County Superior Court", "Marlow Police Department", "Tolland County Sheriff"
DOCKET, DEFENDANT, VICTIM = "26-CR-00417", "Dane Halvorsen", "Iris Quillfeather"
ZONE = "America/Los_Angeles"

DRAFTER, JUDGE = "drafter@court.example", "judge@court.example"
CHIEF, CLERK = "chief@police.example", "clerk@police.example"
OUTSIDER = "clerk@sheriff.example"
CHAIR, SECOND, THIRD = "chair@corrections.example", "second@probation.example", "third@attorney.example"
AUDITOR = "auditor@audit.example"


@dataclass
class County:
    """What is there before anything is shared."""

    court: Agency
    police: Agency
    sheriff: Agency
    records: RecordSet
    case: Record
    board: Board


def county(**charter: Any) -> County:
    """Nothing is shared yet. The court's one case has a victim, whose name stands in its title and docket too."""
    court = make.agency(COURT, kind="court", time_zone=ZONE)
    police, sheriff = make.agency(POLICE, time_zone=ZONE), make.agency(SHERIFF, time_zone=ZONE)
    make.policy(court, title=f"Privacy policy of the {COURT}")
    records = make.record_set(court, "Criminal cases")
    case = make.record(
        records,
        docket_number=DOCKET,
        title=f"State v. Halvorsen, complaint of {VICTIM}",
        participants=[
            ("defendant", DEFENDANT),
            ("victim", VICTIM, {"birth_date": date(1988, 5, 17), "contact": "1 Elm Street, Cedar City"}),
        ],
        entries=["Complaint filed", f"Order that protects {VICTIM}"],
        charges=["PC 459 - Burglary"],
    )
    for place, email, role, title in (
        (court, DRAFTER, Role.DRAFTER, "Court analyst"),
        (court, JUDGE, Role.SIGNATORY, "Presiding judge"),
        (police, CHIEF, Role.SIGNATORY, "Chief of police"),
        (police, CLERK, Role.CLERK, "Records technician"),
        (sheriff, OUTSIDER, Role.CLERK, "Records clerk"),
    ):
        first, _, last = email.partition("@")
        make.person(
            place, (role,), email=email, title=title, first_name=first.title(), last_name=last.split(".")[0].title()
        )
    make.auditor(email=AUDITOR, first_name="Luca", last_name="Auditor")
    return County(court, police, sheriff, records, case, _board(**charter))


def _board(**charter: Any) -> Board:
    board = make.board(members=0, **charter)
    for number, email in enumerate((CHAIR, SECOND, THIRD), 1):
        first, _, place = email.partition("@")
        agency = make.agency(f"Cedar County {place.split('.')[0].title()}", kind="corrections", time_zone=ZONE)
        holder = make.person(agency, (Role.ADMINISTRATOR,), email=email, first_name=first.title(), last_name="Member")
        make.seat(board, number, holder=holder)
    return board


def in_force(scene: County, **term: Any) -> Any:
    """The court shares its cases with the police, who have accepted its policy."""
    made = make.agreement_in_force(scene.court, scene.police, scene.records, on=scene.board, **term)
    make.everybody_accepted()
    return made
