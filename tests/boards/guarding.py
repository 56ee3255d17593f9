"""Who has a conflict on which motion, what the database lets in and what not, and each of its clauses taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies import commands as agencies
from agencies import links
from agencies.models import Agency, Membership, Role, User
from portal.kernel import history
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.models import Ballot, Elector, Motion, Seat, Vote
from tests import make

from .conftest import OwnerSql, Scene


@dataclass(frozen=True)
class Case:
    """A person in a seat of an agency, before a motion; `words`: why they may not vote, or nothing."""

    motion: Motion
    person: User
    agency: Agency
    words: str

    @property
    def seat(self) -> Seat:
        return Seat(board=self.motion.board, number=99, agency=self.agency, holder=self.person)


def employ(person: User, at: Agency) -> Membership:
    keeper = make.administrator_of(at) or make.person(at, roles=(Role.ADMINISTRATOR,)).person
    invited = agencies.invite(actor=keeper, agency_id=at.pk, email=person.email, roles=["clerk"])
    agencies.accept_invitation(actor=person, token=links.token_of(invited))
    return Membership.objects.get(person=person, agency=at)


def ending(person: User, at: Agency, **when: float) -> User:
    """Their work there ends, or ended, then."""
    membership = employ(person, at)
    membership.ended_at = timezone.now() + timedelta(**when)
    history.save(membership, actor=None, reason="Leaves")
    return person


def cases(scene: Scene, owner_sql: OwnerSql) -> list[Case]:
    """Of each kind of motion, people with each kind of interest and with none."""
    elsewhere, lead = make.agency("Elsewhere"), make.agency("Lead alone", kind="court")
    motion = make.motion(scene.board, scene.submitted())
    led = make.motion(scene.board, scene.submitted())
    assert motion.agreement is not None
    assert led.agreement is not None
    # An agency that leads and is no party of the version: its people have an interest all the same.
    owner_sql(f"UPDATE sharing_agreements_agreement SET lead_agency_id = '{lead.pk}' WHERE id = '{led.agreement.pk}'")
    led = Motion.objects.select_related("agreement", "version", "board").get(pk=led.pk)
    sanction = commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, kind="sanction", agency_id=scene.police.pk, measure="reprimand"
    )
    charter = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="charter",
        proposed={**policy.charter_rules(policy.charter_of(scene.board)), "threshold": "two_thirds"},
    )

    def somebody() -> User:
        return make.person(make.agency(), roles=(Role.CLERK,)).person

    works, worked, will_have = somebody(), ending(somebody(), scene.police, hours=-1), somebody()
    employ(works, scene.police)
    ending(will_have, scene.police, hours=1)
    return [
        Case(motion, motion.agreement.author, elsewhere, "author of the agreement"),
        Case(motion, somebody(), elsewhere, ""),
        Case(motion, somebody(), scene.police, "holds the seat of a party"),
        Case(motion, somebody(), scene.court, "holds the seat of a party"),
        Case(motion, works, elsewhere, "works for a party"),
        Case(motion, will_have, elsewhere, "works for a party"),
        Case(motion, worked, elsewhere, ""),
        Case(led, somebody(), lead, "holds the seat of a party"),
        Case(led, somebody(), elsewhere, ""),
        Case(sanction, somebody(), scene.police, "holds the seat of the agency concerned"),
        Case(sanction, works, elsewhere, "works for the agency concerned"),
        Case(sanction, somebody(), scene.court, ""),
        Case(charter, works, scene.police, ""),
    ]


def check_policy(known: list[Case]) -> None:
    for case in known:
        said = policy.conflict_of(case.person, case.seat, case.motion)
        assert said == case.words, (case, said)


# --- The database ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    name: str
    do: Callable[[], object]
    let_in: bool


def check_database(known: list[Case], attempts: list[Attempt]) -> None:
    """The function of the guards says what the policy says, and every attempt is let in or refused as it should."""
    for case in known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT boards_has_conflict(%s, %s, %s)", [case.motion.pk, case.person.pk, case.agency.pk])
            assert bool(cursor.fetchone()[0]) is bool(case.words), case
    for attempt in attempts:
        assert _let_in(attempt) is attempt.let_in, attempt.name


def _let_in(attempt: Attempt) -> bool:
    try:
        with transaction.atomic():
            attempt.do()
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def attempts(scene: Scene, owner_sql: OwnerSql) -> list[Attempt]:
    """What the database lets in and what it refuses, of ballots, electors, votes and seats."""
    holder = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    other = make.person(holder.agency, roles=(Role.CLERK,))
    commands.fill_seat(
        actor=make.portal_administrator(),
        board_id=scene.board.pk,
        number=6,
        title="Member",
        membership_id=holder.pk,
        alternate_membership_id=other.pk,
    )
    make.seat(scene.board, 7, holder=make.person(scene.police, roles=(Role.SIGNATORY,)))
    new, gone, again = (make.ballot(scene.board, scene.submitted()) for _ in range(3))
    past = make.ballot(scene.board, scene.submitted())
    owner_sql(
        "UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second' "
        f"WHERE id = '{past.pk}'",
        f"UPDATE boards_motion SET status = 'moot' WHERE id = '{gone.motion_id}'",
        f"UPDATE boards_elector SET present = false WHERE ballot_id = '{new.pk}' AND seat_id IN "
        "(SELECT id FROM boards_seat WHERE number = 5)",
    )
    commands.cancel_ballot(actor=scene.chair, ballot_id=again.pk, reason="Once more")
    commands.open_ballot(actor=scene.chair, motion_id=again.motion_id)
    seats = {seat.number: seat for seat in Seat.objects.filter(board=scene.board)}
    spare = make.person(make.agency(), roles=(Role.CLERK,)).person
    administrator, police = make.portal_administrator(), make.person(scene.police).person

    def vote(ballot: Ballot, number: int, by: User | None = None) -> Callable[[], object]:
        elector = ballot.electors.get(seat__number=number)
        return lambda: Vote.objects.create(elector=elector, by=by or elector.person, sequence=9, position="yes")

    def elect(on: Ballot, number: int, **values: object) -> Callable[[], object]:
        """A seat of no ballot yet; the ballot is as new as the transaction, as when it opens."""
        seat = seats[number]
        given = {"ballot": on, "seat": seat, "agency": seat.agency, "person": spare, **values}

        return lambda: Elector.objects.create(**given)

    extra = Seat(board=scene.board, number=8, title="Spare", agency=make.agency())
    history.save(extra, actor=None, reason="A seat that no ballot knows")
    party = Seat(board=scene.board, number=9, title="Of a party", agency=scene.police)
    history.save(party, actor=None, reason="A seat that no ballot knows")
    seats |= {8: extra, 9: party}

    def hold(**values: object) -> Callable[[], object]:
        made = Seat(board=scene.board, number=20, title="X", agency=extra.agency, **values)
        return lambda: history.save(made, actor=None, reason="By the back door")

    def ballot(of: Ballot) -> Callable[[], object]:
        closes = timezone.now() + timedelta(days=1)
        return lambda: Ballot.objects.create(
            motion=of.motion, opened_by=of.opened_by, closes_at=closes, rule=of.rule, sha256=of.sha256
        )

    fresh = make.ballot(scene.board, scene.submitted())
    owner_sql(f"UPDATE boards_ballot SET opened_at = transaction_timestamp() WHERE id = '{fresh.pk}'")
    owner_sql(f"UPDATE boards_ballot SET opened_at = now() - interval '1 hour' WHERE id = '{new.pk}'")
    ended = make.ballot(scene.board, scene.submitted())
    commands.cancel_ballot(actor=scene.chair, ballot_id=ended.pk, reason="Once more")
    return [
        Attempt("a member votes", vote(new, 2), let_in=True),
        Attempt("an alternate votes", vote(new, 6, other.person), let_in=True),
        Attempt("the holder beside the alternate votes", vote(new, 6), let_in=True),
        Attempt("somebody else votes", vote(new, 2, spare), let_in=False),
        Attempt("a conflicted elector votes", vote(new, 7), let_in=False),
        Attempt("an absent elector votes", vote(new, 5), let_in=False),
        Attempt("a vote after the deadline", vote(past, 2), let_in=False),
        Attempt("a vote on a dropped motion", vote(gone, 2), let_in=False),
        Attempt("a vote on the ballot before this one", vote(again, 2), let_in=False),
        Attempt("an elector as the ballot opens", elect(fresh, 8), let_in=True),
        Attempt("an elector later", elect(new, 8), let_in=False),
        Attempt("a conflicted elector, said so", elect(fresh, 9, conflict="a party"), let_in=True),
        Attempt("a conflicted elector, not said", elect(fresh, 9), let_in=False),
        Attempt("an alternate with a conflict", elect(fresh, 8, alternate=police), let_in=False),
        Attempt("an alternate without", elect(fresh, 8, alternate=other.person), let_in=True),
        Attempt("an administrator as elector", elect(fresh, 8, person=administrator), let_in=False),
        Attempt("an administrator as alternate", elect(fresh, 8, alternate=administrator), let_in=False),
        Attempt("a second ballot", ballot(new), let_in=False),
        Attempt("a ballot after one that was cancelled", ballot(ended), let_in=True),
        Attempt("a seat for a member", hold(holder=spare), let_in=True),
        Attempt("a seat for an administrator", hold(holder=administrator), let_in=False),
        Attempt(
            "an administrator as the alternate of a seat", hold(holder=spare, alternate=administrator), let_in=False
        ),
    ]


GUARDS: str = import_module("sharing_agreements.boards.migrations.0002_guards").GUARDS

CLAUSES = [
    ("boards_has_conflict", "a.author_id = person", "false"),
    ("boards_has_conflict", "seat_agency IN (SELECT boards_interested_agencies(motion))", "false"),
    ("boards_has_conflict", "w.person_id = person AND", ""),
    ("boards_has_conflict", "w.ended_at IS NULL OR", ""),
    ("boards_has_conflict", "OR w.ended_at > statement_timestamp()", ""),
    ("boards_has_conflict", "(w.ended_at IS NULL OR w.ended_at > statement_timestamp())", "true"),
    ("boards_has_conflict", "AND w.agency_id IN (SELECT boards_interested_agencies(motion))", ""),
    ("boards_elector_conflict", "ballot.opened_at < transaction_timestamp()", "false"),
    ("boards_elector_conflict", "NEW.conflict = '' AND", ""),
    ("boards_elector_conflict", "boards_has_conflict(ballot.motion_id, NEW.person_id, NEW.agency_id)", "false"),
    ("boards_elector_conflict", "boards_has_conflict(ballot.motion_id, NEW.alternate_id, NEW.agency_id)", "false"),
    ("boards_elector_conflict", "NEW.alternate_id IS NOT NULL AND", ""),
    ("boards_elector_conflict", "u.id IN (NEW.person_id, NEW.alternate_id)", "u.id = NEW.person_id"),
    ("boards_elector_conflict", "u.id IN (NEW.person_id, NEW.alternate_id)", "u.id = NEW.alternate_id"),
    ("boards_elector_conflict", "AND u.is_portal_administrator", ""),
    ("boards_vote_allowed", "elector.conflict <> ''", "false"),
    ("boards_vote_allowed", "elector.present IS FALSE", "false"),
    ("boards_vote_allowed", "NEW.by_id <> elector.person_id AND", ""),
    ("boards_vote_allowed", "AND NEW.by_id IS DISTINCT FROM elector.alternate_id", ""),
    ("boards_vote_allowed", "ballot.closes_at <= statement_timestamp()", "false"),
    ("boards_vote_allowed", "AND m.status = 'voting'", ""),
    ("boards_vote_allowed", "EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = ballot.id)", "false"),
    ("boards_one_ballot_at_a_time", "b.motion_id = NEW.motion_id", "false"),
    ("boards_one_ballot_at_a_time", "b.motion_id = NEW.motion_id", "true"),
    (
        "boards_one_ballot_at_a_time",
        "AND NOT EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = b.id)",
        "",
    ),
    ("boards_no_seat_for_administrators", "u.id IN (NEW.holder_id, NEW.alternate_id)", "u.id = NEW.holder_id"),
    ("boards_no_seat_for_administrators", "u.id IN (NEW.holder_id, NEW.alternate_id)", "u.id = NEW.alternate_id"),
    ("boards_no_seat_for_administrators", "AND u.is_portal_administrator", ""),
]
"""Function, clause, what stands in its place when it is taken away."""


def without_each_clause() -> Iterator[tuple[str, str, str]]:
    """What was taken away, the function as it is, and the function without it."""
    for name, clause, instead in CLAUSES:
        source = _source(name)
        flat = re.sub(r"\s+", " ", source)
        assert clause in flat, f"{name} has no clause {clause} any more"
        yield f"{name} without {clause} ({instead or 'nothing'})", source, flat.replace(clause, instead, 1)
    source = _source("boards_interested_agencies")
    places = [found.start() for found in re.finditer("m.id = motion", source)]
    for number, place in enumerate(places, 1):
        yield f"interested agencies without part {number}", source, f"{source[:place]}false AND {source[place:]}"


def _source(name: str) -> str:
    """A function of the guards, to be put in place of itself; without its comments, which end with their line."""
    found = re.search(rf"CREATE FUNCTION {name}\(.*?\$\$.*?\$\$;", GUARDS, re.DOTALL)
    assert found is not None, name
    return re.sub(r"--[^\n]*", "", found[0]).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
