"""`manage.py replay_ballot`: the decision recomputed from what is recorded, and what does not fit."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.models import User
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Ballot
from tests import kept, make

from .conftest import OwnerSql, Scene

pytestmark = pytest.mark.django_db


def replay(key: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    code: object = 0
    try:
        call_command("replay_ballot", str(key), stdout=out, stderr=err)
    except SystemExit as left:
        code = left.code
    assert code == (1 if err.getvalue() else 0)
    return out.getvalue(), err.getvalue()


@kept.fixture
def decided(scene: Scene) -> Ballot:
    ballot = make.ballot(scene.board, scene.submitted())
    commands.cast_vote(actor=scene.member(1), ballot_id=ballot.pk, position="no", statement="Too wide")
    for number in (1, 2, 3):
        commands.cast_vote(actor=scene.member(number), ballot_id=ballot.pk, position="yes")
    return ballot


def test_a_decision_replays_from_its_votes(decided: Ballot) -> None:
    said, wrong = replay(decided.pk)
    assert wrong == ""
    assert "seat 1: disapprove, then approve" in said
    assert "5. 3 of 3 is 100.0 %. More than 50 % is needed: carried." in said
    assert "Recorded: Carried" in said
    assert replay(decided.motion_id) == (said, "")


def test_an_open_ballot_replays_without_a_decision(scene: Scene) -> None:
    said, wrong = replay(make.ballot(scene.board, scene.submitted()).pk)
    assert ("no decision yet" in said, wrong) == (True, "")


@pytest.mark.parametrize(
    ("forged", "words"),
    [
        ("UPDATE boards_decision SET outcome = 'lost'", "Recomputed: Carried"),
        ("UPDATE boards_vote SET position = 'no' WHERE sequence = 4", "not those of the recorded events"),
        ("UPDATE boards_decision SET steps = '[]'", "recorded steps"),
        ("UPDATE boards_ballot SET sha256 = repeat('0', 64)", "text is not the one"),
        ("UPDATE boards_elector SET present = true", "recorded steps"),
        ("DELETE FROM boards_vote WHERE sequence = 4", "missing votes could have changed it"),
    ],
)
def test_a_forged_record_is_found(decided: Ballot, owner_sql: OwnerSql, forged: str, words: str) -> None:
    owner_sql(forged)
    assert words in replay(decided.pk)[1]


def test_the_page_runs_the_same_replay(decided: Ballot, owner_sql: OwnerSql, scene: Scene) -> None:
    address = reverse("boards:replay", args=[decided.pk])

    def page(person: User) -> str:
        client = Client()
        client.force_login(person)
        answer = client.get(address)
        return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)

    good = page(make.auditor())
    assert "The record fits together" in good
    assert "Disapprove, then approve" in good
    assert "Exit state: 0" in good
    assert "3 of 3 is 100.0 %" in page(scene.member(5))
    assert page(make.person(scene.court).person) == "404"
    owner_sql("UPDATE boards_decision SET outcome = 'lost'")
    bad = page(make.auditor())
    assert "Recomputed: Carried" in bad
    assert "Exit state: 1" in bad


def test_an_id_of_nothing_is_said_to_be_one() -> None:
    with pytest.raises(CommandError, match="no ballot"):
        call_command("replay_ballot", str(uuid4()))
    with pytest.raises(CommandError, match="no id"):
        call_command("replay_ballot", "2026-001")
