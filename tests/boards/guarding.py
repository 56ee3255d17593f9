"""Who has a conflict on which motion, what the database lets in and what not, and each of its clauses taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

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
    membership.started_at = timezone.now() - timedelta(days=2)
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
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="sanction",
        agency_id=scene.police.pk,
        measure="reprimand",
        grounds="Records were shared outside",
    )
    charter = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="charter",
        proposed={**policy.charter_rules(policy.charter_of(scene.board)), "threshold": "two_thirds"},
    )

    version = make.policy(scene.police)
    adopts = commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, kind="policy", policy_version_id=version.pk
    )
    author = motion.agreement.author
    owner_sql(
        "UPDATE agencies_membership SET started_at = now() - interval '2 days', ended_at = now() - interval '1 hour' "
        f"WHERE person_id = '{author.pk}'"
    )

    def somebody() -> User:
        return make.person(make.agency(), roles=(Role.CLERK,)).person

    works, worked, will_have = somebody(), ending(somebody(), scene.police, hours=-1), somebody()
    employ(works, scene.police)
    ending(will_have, scene.police, hours=1)
    return [
        Case(motion, author, elsewhere, "author of the agreement"),
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
        Case(adopts, somebody(), scene.police, "holds the seat of the agency whose policy it is"),
        Case(adopts, works, elsewhere, "works for the agency whose policy it is"),
        Case(adopts, somebody(), scene.court, ""),
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
    """What the database lets in and what it refuses, of votes, electors, ballots and seats."""
    _sit(scene, 6, with_alternate=True)
    make.seat(scene.board, 7, holder=make.person(scene.police, roles=(Role.SIGNATORY,)))
    return [*_of_votes(scene, owner_sql), *_of_electors(scene, owner_sql), *_of_ballots(scene), *_of_seats(scene)]


def _sit(scene: Scene, number: int, *, with_alternate: bool = False, **values: Any) -> Seat:
    holder = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    other = make.person(holder.agency, roles=(Role.CLERK,)) if with_alternate else None
    return commands.fill_seat(
        actor=make.portal_administrator(),
        board_id=scene.board.pk,
        number=number,
        title="Member",
        membership_id=holder.pk,
        alternate_membership_id=other.pk if other else None,
        **values,
    )


def _of_votes(scene: Scene, owner_sql: OwnerSql) -> list[Attempt]:
    new, gone, again, past = (make.ballot(scene.board, scene.submitted()) for _ in range(4))
    commands.cast_vote(actor=scene.member(3), ballot_id=new.pk, position="yes")
    owner_sql(
        "UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second' "
        f"WHERE id = '{past.pk}'",
        f"UPDATE boards_motion SET status = 'moot' WHERE id = '{gone.motion_id}'",
        f"UPDATE boards_elector SET present = false WHERE ballot_id = '{new.pk}' AND seat_id IN "
        "(SELECT id FROM boards_seat WHERE number = 5)",
    )
    commands.cancel_ballot(actor=scene.chair, ballot_id=again.pk, reason="Once more")
    commands.open_ballot(actor=scene.chair, motion_id=again.motion_id)
    alternate = new.electors.get(seat__number=6).alternate
    assert alternate is not None
    # The alternate of a seat whose holder has voted: the vote of the holder stands already.
    owner_sql(
        f"UPDATE boards_elector SET alternate_id = '{alternate.pk}' WHERE ballot_id = '{new.pk}' AND seat_id IN "
        "(SELECT id FROM boards_seat WHERE number = 3)"
    )

    def vote(ballot: Ballot, number: int, by: User | None = None) -> Callable[[], object]:
        elector = ballot.electors.get(seat__number=number)
        return lambda: Vote.objects.create(elector=elector, by=by or elector.person, sequence=9, position="yes")

    return [
        Attempt("a member votes", vote(new, 2), let_in=True),
        Attempt("a member votes again", vote(new, 3), let_in=True),
        Attempt("an alternate votes", vote(new, 6, alternate), let_in=True),
        Attempt("the holder beside an alternate votes", vote(new, 6), let_in=True),
        Attempt("an alternate votes after the holder", vote(new, 3, alternate), let_in=False),
        Attempt("somebody else votes", vote(new, 2, alternate), let_in=False),
        Attempt("a conflicted elector votes", vote(new, 7), let_in=False),
        Attempt("an absent elector votes", vote(new, 5), let_in=False),
        Attempt("a vote after the deadline", vote(past, 2), let_in=False),
        Attempt("a vote on a dropped motion", vote(gone, 2), let_in=False),
        Attempt("a vote on the ballot before this one", vote(again, 2), let_in=False),
    ]


def _of_electors(scene: Scene, owner_sql: OwnerSql) -> list[Attempt]:
    """Seats that no ballot knows yet; one ballot is as new as the transaction, as when it opens."""
    fresh, older = make.ballot(scene.board, scene.submitted()), make.ballot(scene.board, scene.submitted())
    owner_sql(
        f"UPDATE boards_ballot SET opened_at = transaction_timestamp() WHERE id = '{fresh.pk}'",
        f"UPDATE boards_ballot SET opened_at = transaction_timestamp() - interval '1 hour' WHERE id = '{older.pk}'",
    )
    plain, turned = _sit(scene, 8), _sit(scene, 9)
    party = Seat.objects.get(
        holder=make.seat(scene.board, 10, holder=make.person(scene.police, roles=(Role.SIGNATORY,))).person
    )
    spare, apart, bad = (_sit(scene, number, with_alternate=True) for number in (11, 12, 13))
    guest = _sit(scene, 14, is_voting=False)
    assert apart.alternate is not None
    employ(apart.alternate, scene.police)
    for person in (turned.holder, bad.alternate):
        assert person is not None
        person.is_portal_administrator = True
        history.save(person, actor=None, reason="Became one")

    def elect(on: Ballot, seat: Seat, **values: object) -> Callable[[], object]:
        given = {"ballot": on, "seat": seat, "agency": seat.agency, "person": seat.holder, **values}
        return lambda: Elector.objects.create(**given)

    return [
        Attempt("an elector as the ballot opens", elect(fresh, plain), let_in=True),
        Attempt("an elector later", elect(older, plain), let_in=False),
        Attempt("a conflicted elector, said so", elect(fresh, party, conflict="a party"), let_in=True),
        Attempt("a conflicted elector, not said", elect(fresh, party), let_in=False),
        Attempt("a conflict that there is not", elect(fresh, plain, conflict="a party"), let_in=False),
        Attempt("an alternate", elect(fresh, spare, alternate=spare.alternate), let_in=True),
        Attempt("an alternate with a conflict", elect(fresh, apart, alternate=apart.alternate), let_in=False),
        Attempt("an alternate of another seat", elect(fresh, plain, alternate=spare.alternate), let_in=False),
        Attempt("an administrator as elector", elect(fresh, turned), let_in=False),
        Attempt("an administrator as alternate", elect(fresh, bad, alternate=bad.alternate), let_in=False),
        Attempt("another person than the holder", elect(fresh, plain, person=spare.alternate), let_in=False),
        Attempt("another agency than the seat's", elect(fresh, plain, agency=spare.agency), let_in=False),
        Attempt("a seat without a vote", elect(fresh, guest), let_in=False),
        Attempt("present, of a ballot in writing", elect(fresh, plain, present=True), let_in=False),
    ]


def _of_ballots(scene: Scene) -> list[Attempt]:
    opened, ended = make.ballot(scene.board, scene.submitted()), make.ballot(scene.board, scene.submitted())
    commands.cancel_ballot(actor=scene.chair, ballot_id=ended.pk, reason="Once more")

    def ballot(of: Ballot) -> Callable[[], object]:
        closes = timezone.now() + timedelta(days=1)
        return lambda: Ballot.objects.create(
            motion=of.motion, opened_by=of.opened_by, closes_at=closes, rule=of.rule, sha256=of.sha256
        )

    return [
        Attempt("a second ballot", ballot(opened), let_in=False),
        Attempt("a ballot after one that was cancelled", ballot(ended), let_in=True),
    ]


def _of_seats(scene: Scene) -> list[Attempt]:
    member, administrator = make.person(make.agency(), roles=(Role.CLERK,)), make.portal_administrator()

    def hold(**values: Any) -> Callable[[], object]:
        def save() -> None:
            made = Seat(board=scene.board, number=20, title="X", agency=member.agency, **values)
            history.save(made, actor=None, reason="By the back door")

        return save

    return [
        Attempt("a seat for a member", hold(holder=member.person), let_in=True),
        Attempt("a seat for an administrator", hold(holder=administrator), let_in=False),
        Attempt("an administrator who stands by", hold(holder=member.person, alternate=administrator), let_in=False),
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
    ("boards_elector_conflict", "NEW.conflict <> '' AND", ""),
    ("boards_elector_conflict", "NEW.conflict <> ''", "false"),
    ("boards_elector_conflict", "NEW.conflict = ''", "false"),
    ("boards_elector_conflict", "AND s.agency_id = NEW.agency_id", ""),
    ("boards_elector_conflict", "AND s.is_voting", ""),
    ("boards_elector_conflict", "AND (NEW.alternate_id IS NULL OR NEW.alternate_id = s.alternate_id)", ""),
    (
        "boards_elector_conflict",
        "OR NOT boards_sits_in(NEW.seat_id, NEW.person_id, ballot.meeting_id)",
        "",
    ),
    ("boards_elector_conflict", "OR (NEW.present IS NULL) <> (ballot.meeting_id IS NULL)", ""),
    ("boards_vote_allowed", "v.by_id = elector.person_id", "false"),
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
