"""The auditor's history: who decided, in whose zone, in what words; and what was refused."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from agencies import commands as agencies
from agencies.models import User
from portal.workbench.past import Entry, Past, fold
from sharing_agreements.boards import commands as boards
from sharing_agreements.models import Agreement
from tests import kept, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> User:
    return make.auditor()


@kept.fixture
def agreement() -> Agreement:
    """In force by a vote, then suspended by the chair."""
    board, court = make.board(chair_may_suspend=True), make.agency(kind="court")
    made = make.agreement_in_force(court, make.agency(), make.record_set(court), on=board)
    chair = board.seats.get(is_chair=True).holder
    assert chair is not None
    boards.suspend_by_chair(actor=chair, board_id=board.pk, agreement_id=made.pk, reason="A breach")
    return made


def reads(auditor: User, name: str, *args: object, **query: str) -> str:
    client = Client()
    client.force_login(auditor)
    return b"".join(client.get(reverse(name, args=args), query)).decode()


def test_what_a_vote_decided_was_decided_by_the_board(agreement: Agreement) -> None:
    entries = Past(agreement).entries()
    votes = [entry for entry in entries if entry.title.startswith("Vote cast")]
    assert [entry.title.partition(",")[0] for entry in votes] == ["Vote cast: approve"] * 2
    by_board = f"the board, by the deciding vote of {votes[0].actor}"
    actors = {entry.title: entry.actor for entry in entries}
    assert actors["Approved by the board"] == actors["Opened for signing"] == by_board
    changes = [e for e in entries if e.kind == "agreement changed" and e.reason == "Approved by the board"]
    assert [change.actor for change in changes] == [by_board]
    assert [e.actor for e in entries if e.kind == "motion changed" and e.reason == "Decided"] == [by_board]
    chair = next(entry.actor for entry in entries if entry.title == "Suspended")
    assert "board" not in chair, "the chair alone is named"
    signed = [entry.actor for entry in entries if entry.title.startswith("Signed for")]
    assert all(signed)
    assert by_board not in signed


def test_times_in_what_changed_are_told_in_the_readers_zone(agreement: Agreement, auditor: User) -> None:
    agencies.edit_profile(
        actor=auditor, first_name=auditor.first_name, last_name=auditor.last_name, time_zone="Pacific/Honolulu"
    )
    page = reads(auditor, "workbench:agreement_history", agreement.pk)
    assert "HST</time></ins>" in page
    assert " UTC" not in page
    assert "HST</time></ins>" in reads(auditor, "workbench:agreement_history", agreement.pk, q="HST")
    table = csv.DictReader(io.StringIO(reads(auditor, "workbench:agreement_history_csv", agreement.pk)))
    closes = [row["After"] for row in table if row["Field"] == "Closes"]
    assert closes
    assert all(value.endswith(" UTC") for value in closes), "a table that leaves says UTC"


def test_a_refusal_says_what_kind_of_address_was_asked_for(auditor: User) -> None:
    clerk, absent = make.person(), uuid4()
    client = Client()
    client.force_login(clerk.person)
    client.post(reverse("records:inquiry"), {"purpose": "C", "case_number": "26-1"})
    assert client.get(reverse("records:detail", args=[absent])).status_code == 404
    page = reads(auditor, "workbench:access_log", action="refused")
    assert "The page of a record" in page
    assert str(absent) in page
    assert "Refused view" in page


def test_rows_of_one_act_are_one_entry_also_across_a_second_and_those_of_two_acts_are_two() -> None:
    begun = datetime(2026, 1, 1, 9, 0, 0, 900_000, tzinfo=UTC)

    def row(seconds: float) -> Entry:
        return Entry(begun + timedelta(seconds=seconds), "clause added", "Clause added: 1", None, "", "", "Drafted", ())

    assert [entry.title for entry in fold(row(seconds) for seconds in (0, 0.2, 0.9, 4))] == [
        "Clause: 3 rows added",
        "Clause added: 1",
    ]
