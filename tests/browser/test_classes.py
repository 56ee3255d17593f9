"""Criminal intelligence, from its file to its review: imported as described, searched apart, kept with a reason."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agencies.models import Role
from portal.records.tasks import work_on_imports
from tests import make
from tests.records.test_classes import INTELLIGENCE

from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_intelligence_is_imported_searched_apart_and_reviewed(somebody: Somebody, tmp_path: Path) -> None:
    police = make.agency("Marlow Police Department")
    lieutenant = make.person(police, roles=(Role.CUSTODIAN, Role.CLERK), email="lieutenant@police.example")
    make.certified(lieutenant)
    make.record_set(police, "Intelligence", record_class="intelligence")
    yesterday = (police.today - timedelta(days=1)).isoformat()
    line = {**INTELLIGENCE, "portal:ReviewDueDate": yesterday, "j:Subject": [{"nc:PersonFullName": "Dane Halvorsen"}]}
    file = tmp_path / "intelligence.jsonl"
    file.write_text("\n".join(map(json.dumps, (line, {**line, "j:Shoe": "9"}))))

    person = somebody("lieutenant@police.example")
    person.follows("Imports", place="head")
    person.follows("How records of each class are written")
    person.sees("portal:ReasonableSuspicionText", "Basis of reasonable suspicion")
    person.follows("Imports", place="head")
    person.chooses("Record set", "Intelligence, Marlow Police Department")
    person.attaches("File", file)
    person.presses("Upload and read")
    person.waits_for(work_on_imports)
    person.sees("I-26-7", "intelligence.jsonl, line 2")
    person.presses("Commit 1 record")
    person.waits_for(work_on_imports)
    person.sees("Committed")

    person.follows("Search", place="head")
    person.searches("halvorsen")
    person.sees("No records for “halvorsen”")
    person.follows("To review or destroy")
    person.sees("Overdue")
    person.follows("I-26-7")
    person.sees("Dane Halvorsen")
    person.types("Why it is still relevant", "Seen at the stall again")
    person.types("Next review", (police.today + timedelta(days=365)).isoformat())
    person.presses("Keep the record")
    person.sees("The review is written down")

    person.follows("Search", place="head")
    person.states("C, criminal justice", "MPD-26-1044")
    person.searches("halvorsen")
    person.sees("No records for “halvorsen”")
    person.follows("Criminal intelligence, apart")
    person.sees("1 record for “halvorsen”")
    person.follows("Dane Halvorsen")
    person.sees("Fencing of stolen tools")
