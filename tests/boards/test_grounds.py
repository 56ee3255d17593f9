"""On which ground a board ends an agreement: asked for, frozen with the ballot, shown wherever the termination is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.models import Role, User
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands, decisions
from sharing_agreements.boards.decision_record import record_of
from sharing_agreements.boards.models import Decision, Motion, Sanction
from sharing_agreements.boards.steps import text_sha256
from sharing_agreements.models import Agreement
from tests import make
from tests.sharing_agreements.test_guards import refused

from .conftest import OwnerSql, Scene

pytestmark = pytest.mark.django_db

BREACH = "Clause 5: no audit since March."


def today(scene: Scene) -> date:
    return datetime.now(ZoneInfo(scene.court.time_zone)).date()


def terminate(scene: Scene, agreement: Agreement, **values: Any) -> Motion:
    return commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, agreement_id=agreement.pk, kind="terminate", **values
    )


def sanction(scene: Scene) -> Sanction:
    """A reprimand of the police that the board imposed."""
    moved = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="sanction",
        agency_id=scene.police.pk,
        measure="reprimand",
        grounds="For late audits.",
    )
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved.pk))
    return Sanction.objects.get(motion=moved)


def voted(scene: Scene, motion: Motion, position: str = "yes") -> Decision:
    ballot = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    for elector in ballot.electors.filter(conflict="").select_related("person"):
        if not Decision.objects.filter(ballot=ballot).exists():
            commands.cast_vote(actor=elector.person, ballot_id=ballot.pk, position=position, statement="As said.")
    return decisions._whole(Decision.objects.filter(ballot=ballot)).get()


def page(person: User | None, address: str, **asked: str) -> str:
    client = Client()
    if person is not None:
        client.force_login(person)
    answer = client.get(address, asked)
    return b"".join(answer).decode()


def in_force_for(scene: Scene, days: int, owner_sql: OwnerSql) -> Agreement:
    """As if the agreement had come into force so many days ago."""
    agreement = scene.in_force()
    owner_sql(
        f"""UPDATE sharing_agreements_agreement SET in_force_at = in_force_at - interval '{days} days'
        WHERE id = '{agreement.pk}'"""
    )
    return Agreement.objects.get(pk=agreement.pk)


# --- What it takes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "ground", "Choose why"),
        ({"ground": "unrecorded"}, "ground", "Choose why"),
        ({"ground": "weather"}, "ground", "Choose why"),
        ({"ground": "cause"}, "breach", "Say which obligation"),
        ({"ground": "cause", "breach": "  "}, "breach", "Say which obligation"),
        ({"ground": "sanction"}, "after_sanction", "Choose a sanction of this board"),
        ({"ground": "convenience"}, "noticed_on", "the agreement asks for 30 days"),
        ({"ground": "convenience", "noticed_on": 1}, "noticed_on", "still to come"),
        ({"ground": "convenience", "noticed_on": -30}, "noticed_on", "The notice of 30 days runs until"),
        ({"ground": "convenience", "noticed_on": -61}, "noticed_on", "was not in force on that day"),
        ({"ground": "convenience", "noticed_on": -31, "breach": BREACH}, "breach", "or choose cause"),
        ({"ground": "cause", "breach": BREACH, "noticed_on": -31}, "noticed_on", "or choose convenience"),
    ],
)
def test_a_termination_names_a_ground_with_what_belongs_to_it(
    scene: Scene, given: dict[str, Any], field: str, words: str, owner_sql: OwnerSql
) -> None:
    agreement = in_force_for(scene, 60, owner_sql)
    if "noticed_on" in given:
        given = {**given, "noticed_on": today(scene) + timedelta(days=given["noticed_on"])}
    with pytest.raises(ValidationError, match=words) as wrong:
        terminate(scene, agreement, **given)
    assert list(wrong.value.message_dict) == [field]
    assert not Motion.objects.filter(kind="terminate").exists()


def test_another_motion_has_no_ground(scene: Scene) -> None:
    agreement = scene.in_force()
    with pytest.raises(ValidationError, match="Only a motion to terminate"):
        commands.move_motion(
            actor=scene.chair, board_id=scene.board.pk, agreement_id=agreement.pk, kind="suspend", ground="cause"
        )


def test_notice_that_has_run_out_is_enough_for_convenience(scene: Scene, owner_sql: OwnerSql) -> None:
    given = today(scene) - timedelta(days=31)
    motion = terminate(scene, in_force_for(scene, 31, owner_sql), ground="convenience", noticed_on=given)
    assert " for convenience from the moment" in motion.text


def test_a_sanction_of_another_board_another_agency_or_a_lifted_one_is_no_ground(scene: Scene) -> None:
    agreement, imposed = scene.in_force(), sanction(scene)
    elsewhere = make.agreement_in_force(scene.court, make.agency("Third"), scene.cases)
    with pytest.raises(ValidationError, match="stands on one of the parties"):
        terminate(scene, elsewhere, ground="sanction", after_sanction_id=imposed.pk)
    motion = terminate(scene, agreement, ground="sanction", after_sanction_id=imposed.pk)
    assert f"on the sanction of motion {imposed.motion.number}" in motion.text
    commands.withdraw_motion(actor=scene.chair, motion_id=motion.pk, reason="Another way")
    lifting = commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind="lift", lifts_id=imposed.pk)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=lifting.pk))
    with pytest.raises(ValidationError, match="stands on one of the parties"):
        terminate(scene, agreement, ground="sanction", after_sanction_id=imposed.pk)


# --- What the database refuses --------------------------------------------------------------------------------------


def copied(motion: Motion, **values: object) -> None:
    """The row of a motion once more, with these values, past every command."""
    again = Motion.objects.get(pk=motion.pk)
    again.pk, again._state.adding, again.number = Motion().pk, True, "X-1"
    again.status = Motion.Status.WITHDRAWN
    for name, value in values.items():
        setattr(again, name, value)
    again.save()


def test_the_database_refuses_a_termination_without_its_ground(scene: Scene) -> None:
    agreement, imposed = scene.in_force(), sanction(scene)
    suspends = make.motion(scene.board, agreement, "suspend")
    has = "motion_termination_has_ground"
    with refused(has):
        copied(suspends, ground="cause", breach=BREACH)
    commands.withdraw_motion(actor=scene.chair, motion_id=suspends.pk, reason="Another way")
    motion = make.motion(scene.board, agreement, "terminate")
    for values in (
        {"ground": "", "breach": ""},
        {"breach": ""},
        {"ground": "convenience", "noticed_on": today(scene)},
        {"ground": "cause", "noticed_on": today(scene)},
    ):
        with refused(has):
            copied(motion, **values)
    with refused("names its ground"):
        copied(motion, ground="unrecorded", breach="")
    with refused("says when the notice was given"):
        copied(motion, ground="convenience", breach="")
    third = make.agreement_in_force(scene.court, make.agency("Third"), scene.cases)
    for other in (imposed.pk, None):
        with refused("stands on a party" if other else "stands on a party|has_ground"):
            copied(motion, ground="sanction", breach="", after_sanction_id=other, version_id=third.current_version_id)


@pytest.mark.parametrize(
    "change", ["ground = 'convenience', breach = ''", "breach = 'Another'", "noticed_on = '2026-01-01'"]
)
def test_a_ground_stays_what_it_was_when_the_motion_was_made(scene: Scene, change: str) -> None:
    motion = make.motion(scene.board, scene.in_force(), "terminate")
    with refused("in the words in which it was made"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE boards_motion SET {change} WHERE id = %s", [motion.pk])


def test_the_ballot_is_on_the_ground_too(scene: Scene, owner_sql: OwnerSql) -> None:
    motion = make.motion(scene.board, scene.in_force(), "terminate")
    opened = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert opened.sha256 == text_sha256(motion)
    owner_sql(
        "ALTER TABLE boards_motion DISABLE TRIGGER motion_words",
        "UPDATE boards_motion SET breach = 'Another' WHERE kind = 'terminate'",
        "ALTER TABLE boards_motion ENABLE TRIGGER motion_words",
    )
    assert text_sha256(Motion.objects.get(pk=motion.pk)) != opened.sha256
    with pytest.raises(Refused, match="no longer the one on which the ballot opened"):
        make.vote_through(opened)


def test_an_older_motion_keeps_the_fingerprint_on_which_it_was_voted(scene: Scene) -> None:
    motion = make.motion(scene.board, scene.in_force(), "terminate")
    assert motion.version is not None
    motion.ground, motion.breach = Motion.Ground.UNRECORDED, ""
    assert text_sha256(motion) == motion.version.sha256


# --- Where it is read -----------------------------------------------------------------------------------------------


def test_members_and_parties_read_the_ground_and_the_public_not_the_breach(scene: Scene) -> None:
    agreement = scene.in_force()
    motion = make.motion(scene.board, agreement, "terminate")
    assert f"For cause: {BREACH}" in page(scene.chair, reverse("boards:motion", args=[motion.pk]))
    lost = voted(scene, motion, "no")
    assert dict(record_of(lost).sections[0].pairs)["Ground"] == f"For cause: {BREACH}"
    assert dict(record_of(lost, public=True).sections[0].pairs)["Ground"] == "For cause."
    public = page(None, reverse("public:decision", args=[lost.pk]))
    assert "For cause." in public
    assert BREACH not in public
    assert BREACH not in page(None, reverse("public:decisions_csv"))
    assert ",Cause," in page(None, reverse("public:decisions_csv"))
    chief = make.someone(scene.police, Role.SIGNATORY)
    assert BREACH not in page(chief, reverse("agreements:detail", args=[agreement.pk]))
    voted(scene, make.motion(scene.board, agreement, "terminate"))
    for name in ("detail", "history"):
        assert f"For cause: {BREACH}" in page(chief, reverse(f"agreements:{name}", args=[agreement.pk]))
    assert ",Cause," in page(chief, reverse("agreements:csv"))
    assert ",Cause," in page(scene.chair, reverse("boards:decisions_csv"))


def test_the_form_asks_for_the_ground_and_says_what_is_missing(scene: Scene) -> None:
    agreement = scene.in_force()
    client, address = Client(), reverse("boards:move", args=[scene.board.pk])
    client.force_login(scene.chair)
    matter = {"matter": f"terminate:{agreement.pk}"}
    form = client.get(address, matter).content.decode()
    assert "The agreement asks for 30 days of notice" in form
    assert "No such sanction stands now" in form
    assert 'name="after_sanction"' not in form
    answer = client.post(address, {**matter, "ground": "cause", "grounds": "Costs"}).content.decode()
    assert "Say which obligation was breached" in answer
    assert "Costs" in answer, "what was typed stays"
    imposed = sanction(scene)
    assert f"motion {imposed.motion.number}" in client.get(address, matter).content.decode()
    made = client.post(address, {**matter, "ground": "sanction", "after_sanction": str(imposed.pk)})
    motion = Motion.objects.get(kind="terminate")
    assert made.headers["Location"] == reverse("boards:motion", args=[motion.pk])
    assert f"On a sanction: reprimand: {scene.police}" in page(scene.chair, made.headers["Location"])


# --- After it ended -------------------------------------------------------------------------------------------------


def test_the_public_page_says_that_a_board_ended_it_and_on_which_ground_in_a_word(scene: Scene) -> None:
    agreement = scene.in_force()
    address = reverse("public:agreement", args=[agreement.pk])
    voted(scene, terminate(scene, agreement, ground="cause", breach=BREACH))
    page = Client().get(address).content.decode()
    assert "A board terminated this agreement on" in page
    assert "<dd>Cause</dd>" in page
    for inside in ("no audit since March", "As said.", "Motion", "seat"):
        assert inside not in page
    assert agreement.number in Client().get(reverse("public:agreements")).content.decode()
    csv = b"".join(Client().get(reverse("public:agreements_csv")).streaming_content)  # type: ignore[attr-defined]
    assert agreement.number not in csv.decode(), "the list of those in force"
    assert not decisions.public().filter(ballot__motion__agreement=agreement).exists(), "the record stays the board's"


def test_of_what_a_board_decided_in_private_the_public_reads_no_ground(scene: Scene, owner_sql: OwnerSql) -> None:
    agreement = scene.in_force()
    voted(scene, terminate(scene, agreement, ground="cause", breach=BREACH))
    owner_sql("UPDATE boards_board SET meets_in_public = false")
    page = Client().get(reverse("public:agreement", args=[agreement.pk])).content.decode()
    assert "A board terminated this agreement on" in page
    assert "<dd>Cause</dd>" not in page
    assert "Not public" in page


def test_what_never_shared_and_what_did_not_carry_is_no_ending_for_the_public(scene: Scene) -> None:
    standing = scene.in_force()
    voted(scene, terminate(scene, standing, ground="cause", breach=BREACH), "no")
    assert b"terminated this agreement" not in Client().get(reverse("public:agreement", args=[standing.pk])).content
    later = make.agreement_in_force(
        scene.court, scene.police, make.record_set(scene.court, "Warrants"), effective_on=today(scene) + timedelta(9)
    )
    voted(scene, terminate(scene, later, ground="cause", breach=BREACH))
    assert Client().get(reverse("public:agreement", args=[later.pk])).status_code == 404, "it never shared anything"


def test_drafters_of_the_lead_agency_read_what_ended_their_agreement_and_nobody_else(scene: Scene) -> None:
    agreement = scene.in_force()
    lost_one = terminate(scene, agreement, ground="cause", breach=BREACH)
    voted(scene, lost_one, "no")
    motion = terminate(scene, agreement, ground="cause", breach=BREACH)
    drafter = make.person(scene.court, roles=(Role.DRAFTER,)).person

    def reads(person: User, what: Motion = motion) -> bool:
        client = Client()
        client.force_login(person)
        answers = [client.get(reverse("boards:motion", args=[what.pk]))]
        for decision in Decision.objects.filter(ballot__motion=what):
            answers.append(client.get(reverse("boards:decision", args=[decision.pk])))
            answers.append(client.get(reverse("boards:decision_pdf", args=[decision.pk])))
        assert len({answer.status_code for answer in answers}) == 1
        return answers[0].status_code == 200

    assert not reads(drafter), "it is not decided yet"
    voted(scene, motion)
    assert reads(drafter)
    assert not reads(drafter, lost_one), "that one ended nothing"
    others = (
        make.person(scene.court, roles=(Role.SIGNATORY, Role.PRIVACY_OFFICER)).person,
        make.person(scene.police, roles=(Role.DRAFTER,)).person,
    )
    assert not any(reads(each) for each in others)
    client = Client()
    client.force_login(drafter)
    page = client.get(reverse("agreements:detail", args=[agreement.pk])).content.decode()
    assert reverse("boards:motion", args=[motion.pk]) in page
    assert client.get(reverse("boards:decisions")).status_code == 404, "no more of the board than that"
    shown = client.get(reverse("boards:motion", args=[motion.pk])).content.decode()
    assert reverse("boards:detail", args=[scene.board.pk]) not in shown
    client.force_login(others[1])
    page = client.get(reverse("agreements:detail", args=[agreement.pk])).content.decode()
    assert reverse("boards:motion", args=[motion.pk]) not in page
