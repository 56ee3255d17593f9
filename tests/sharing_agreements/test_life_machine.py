"""Random lives of agreements against an oracle: open exactly when an agreement in force says so.

Each step is a command, or days that pass; after each the grants, guardian's rows and the decision are compared with
what `Oracle` says, which knows agreements as plain values and shares no code with the portal. `make soak` runs
`SOAK_LIVES` steps instead of 2,000. The zone of all agencies has no daylight saving time, so that days that pass are
moves of every stored moment by whole days.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from agencies.models import Agency, Membership, RecordSet, RecordSetGroupObjectPermission, Role
from portal.kernel.errors import Refused
from portal.records.decision import Viewer, decide
from sharing_agreements import commands, fingerprint, grants
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Motion, Sanction
from sharing_agreements.models import Action, Agreement, AgreementVersion, Grant
from sharing_agreements.reviews import commands as reviews
from tests import make

from .oracle import Oracle, Pair, Paper

STEPS = int(os.environ.get("SOAK_LIVES", "2000"))
STEPS_A_WORLD = 125
ZONE = "America/Phoenix"


# --- The world ------------------------------------------------------------------------------------------------------

COURT, POLICE, SHERIFF, PROBATION = range(4)
NOTICE = 31
"""Thirty days of notice, and the rest of the day on which it is given."""


class World:
    """Four agencies, two record sets of the court and one of the police, a board of one with one stage of review; the
    same for the oracle."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.board = make.board(members=1)
        chair = self.board.seats.get().holder
        assert chair is not None
        self.chair = chair
        kinds = ("court", "law_enforcement", "law_enforcement", "law_enforcement")
        self.agencies: list[Agency] = [make.agency(kind=kind, time_zone=ZONE) for kind in kinds]
        self.sets: list[RecordSet] = [make.record_set(self.agencies[owner]) for owner in (COURT, COURT, POLICE)]
        self.oracle = Oracle([COURT, COURT, POLICE])
        self.drafter = make.person(self.agencies[COURT], roles=(Role.DRAFTER,)).person
        self.signatories = [make.person(agency, roles=(Role.SIGNATORY,)).person for agency in self.agencies]
        advisor = make.person(make.agency(), roles=(Role.COUNSEL,))
        self.counsel = advisor.person
        make.plan(self.board, make.stage("legal", advisor.agency))
        self.clerks: list[Membership] = [make.person(agency) for agency in self.agencies]
        self.keys: list[UUID] = []
        self.done: list[str] = []

    # --- Steps ------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One command that the oracle expects to go through, or one that it expects to be refused."""
        moves = (
            (self.new, 2 if len(self.keys) < 12 else 0),
            (self.sign, 7),
            (self.decline, 1),
            (self.withdraw_draft, 1),
            (self.follow, 4),
            (self.leave, 2),
            (self.stay, 1),
            (self.suspend, 2),
            (self.resume, 3),
            (self.terminate, 1),
            (self.bar_or_lift, 1),
            (self.days_pass, 4),
        )
        chosen = self.chance.choices([move for move, _ in moves], [weight for _, weight in moves])[0]
        self.done.append(f"{chosen.__name__}: {chosen()}")

    def new(self) -> str:
        parties = [COURT, *self.chance.sample([POLICE, SHERIFF, PROBATION], self.chance.randint(1, 2))]
        drafted = commands.draft_agreement(
            actor=self.drafter,
            lead_agency_id=self.agencies[COURT].pk,
            title="Case exchange",
            kind=Agreement.Kind.MOU,
            party_ids=[self.agencies[party].pk for party in parties[1:]],
            effective_on=self.day(first := self.oracle.today + self.chance.randint(-3, 8)),
            ends_on=self.day(end) if (end := self._some_end(first)) is not None else None,
            purpose="To share cases.",
        )
        terms = self._some_terms(parties)
        for term in terms:
            self._add_term(drafted, term)
        self._approve(drafted)
        self.keys.append(drafted.pk)
        self.oracle.papers.append(Paper(parties, terms, first, end, to_sign=list(parties)))
        return f"{len(self.keys) - 1} of {parties} {terms} {first}-{end}"

    def _some_end(self, first: int) -> int | None:
        return self.chance.choice([None, max(first, self.oracle.today) + self.chance.randint(10, 80)])

    def _some_terms(self, parties: list[int]) -> set[Pair]:
        possible = [
            (recipient, held)
            for held, owner in enumerate(self.oracle.owners)
            for recipient in parties
            if owner in parties and recipient != owner
        ]
        return set(self.chance.sample(possible, self.chance.randint(1, min(2, len(possible)))))

    def _add_term(self, drafted: Agreement, term: Pair) -> None:
        recipient, held = term
        version = self._version(drafted.pk)
        commands.save_term(
            actor=self.drafter,
            agreement_id=drafted.pk,
            clause_id=version.clauses.get(number="3.1").pk,
            record_set_id=self.sets[held].pk,
            recipient_id=self.agencies[recipient].pk,
            **make.EVERYTHING,  # type: ignore[arg-type]
        )

    def _version(self, key: UUID) -> AgreementVersion:
        """The current one: what was sent back stays beside it."""
        version = Agreement.objects.select_related("current_version").get(pk=key).current_version
        assert version is not None
        return version

    def _approve(self, drafted: Agreement) -> None:
        """Through review, now and then sent back and submitted again, and through the vote."""
        commands.submit(actor=self.drafter, agreement_id=drafted.pk)
        assert not self._tried(lambda: self._carry(agreement_id=drafted.pk, kind=Motion.Kind.APPROVE)), "in review"
        review = make.taken(make.review(drafted, "legal"), self.counsel)
        if self.chance.random() < 0.2:
            reviews.send_back(actor=self.counsel, review_id=review.pk, opinion="Say more.")
            self._approve(drafted)
            return
        reviews.approve(actor=self.counsel, review_id=review.pk, sha256=review.version.sha256)
        self._carry(agreement_id=drafted.pk, kind=Motion.Kind.APPROVE)

    def _carry(self, **about: Any) -> None:
        moved = boards.move_motion(
            actor=self.chair, board_id=self.board.pk, **make.needed_to_move(about["kind"]), **about
        )
        ballot = boards.open_ballot(actor=self.chair, motion_id=moved.pk)
        boards.cast_vote(actor=self.chair, ballot_id=ballot.pk, position="yes")

    def _some(self, *states: str) -> int | None:
        found = [number for number, paper in enumerate(self.oracle.papers) if paper.state in states]
        return self.chance.choice(found) if found else None

    def sign(self) -> str:
        number = self._some("signing")
        if number is None:
            return "none"
        paper = self.oracle.papers[number]
        party = self.chance.choice(paper.to_sign)
        version = self._version(self.keys[number])
        key = version.parties.get(agency=self.agencies[party]).pk
        went = self._tried(
            lambda: commands.sign(
                actor=self.signatories[party], agreement_id=self.keys[number], party_id=key, sha256=version.sha256
            )
        )
        assert went == self.oracle.may_be_answered(paper)
        if went:
            paper.to_sign.remove(party)
            if not paper.to_sign:
                self._enters(number, paper)
        return f"{number} by {party}: {went}"

    def _enters(self, number: int, paper: Paper) -> None:
        paper.state, paper.signed_on = "in_force", self.oracle.today
        if paper.follows is not None:
            old = self.oracle.papers[paper.follows]
            carried = {party: day for party, day in old.leaves.items() if day > paper.start and party in paper.parties}
            paper.leaves.update(carried)
            if self.oracle.over(paper.follows):
                old.state = "superseded" if not self.oracle.expired(paper.follows) else old.state

    def decline(self) -> str:
        number = self._some("signing")
        if number is None or self.chance.random() < 0.7:
            return "none"
        paper = self.oracle.papers[number]
        party = self.chance.choice(paper.to_sign)
        version = self._version(self.keys[number])
        key = version.parties.get(agency=self.agencies[party]).pk
        went = self._tried(
            lambda: commands.decline(
                actor=self.signatories[party],
                agreement_id=self.keys[number],
                party_id=key,
                sha256=version.sha256,
                reason="Not like this.",
            )
        )
        assert went == self.oracle.may_be_answered(paper)
        paper.state = "rejected" if went else paper.state
        return f"{number} by {party}: {went}"

    def withdraw_draft(self) -> str:
        number = self._some("signing")
        if number is None or self.chance.random() < 0.7:
            return "none"
        commands.withdraw(actor=self.drafter, agreement_id=self.keys[number], reason="Not needed")
        self.oracle.papers[number].state = "withdrawn"
        return str(number)

    def follow(self) -> str:
        """Amend, renew or join, approved at once; the oracle knows when nothing can follow."""
        number = self._some("in_force", "suspended")
        if number is None:
            return "none"
        old, kind = self.oracle.papers[number], self.chance.choice(["amendment", "renewal", "joinder"])
        joins = [party for party in (SHERIFF, PROBATION) if party not in old.parties]
        if kind == "joinder" and not joins:
            return "nobody to join"
        possible = self.oracle.follower(number) is None and not (
            self.oracle.over(number) and not (kind == "renewal" and self.oracle.expired(number))
        )
        possible = possible and not (kind == "renewal" and old.end is None)
        renewed = (old.end or 0) + self.chance.randint(5, 60)
        values = {"ends_on": self.day(max(renewed, self.oracle.today + 5))} if kind == "renewal" else {}
        if kind == "amendment":
            first = self.oracle.today + self.chance.choice([0, 0, 6, 12])
            values = {"effective_on": self.day(first)}
            possible = possible and (old.end is None or first < old.end)
        if not possible:
            assert not self._tried(lambda: self._drafted(number, kind, values))
            return f"{number} {kind}: refused"
        drafted = self._drafted(number, kind, values)
        new = Paper(list(old.parties), set(old.terms), old.first, old.end, follows=number, kind=kind)
        version = self._version(drafted.pk)
        new.first = (version.effective_on - self.day(0)).days
        if kind == "renewal":
            new.end = max(renewed, self.oracle.today + 5)
        elif (new.end is not None and new.end <= max(new.first, self.oracle.today)) or (
            new.end is not None and new.first >= new.end
        ):
            commands.withdraw(actor=self.drafter, agreement_id=drafted.pk, reason="Too late")
            return f"{number} {kind}: too late"
        self._fill_in(drafted, new, old, joins)
        self._approve(drafted)
        self.keys.append(drafted.pk)
        self.oracle.papers.append(new)
        return f"{len(self.keys) - 1} follows {number} by {kind} {new.terms} {new.first}-{new.end}"

    def _fill_in(self, drafted: Agreement, new: Paper, old: Paper, joins: list[int]) -> None:
        """What the change changes, in the draft and on paper; and who signs it."""
        new.to_sign = list(new.parties)
        if new.kind == "joinder":
            party = self.chance.choice(joins)
            members = [*(self.agencies[each].pk for each in old.parties[1:]), self.agencies[party].pk]
            commands.set_parties(actor=self.drafter, agreement_id=drafted.pk, agency_ids=members)
            term = (party, self.chance.choice([0, 1]))
            self._add_term(drafted, term)
            new.parties.append(party)
            new.terms.add(term)
            new.to_sign = [COURT, party]
        elif new.kind == "amendment":
            words, number = f"Amended on day {self.oracle.today}.", f"9.{len(self.keys) + 20}"
            make.reworded(Agreement.objects.get(pk=drafted.pk), text=words, number=number)
            if len(old.terms) > 1:
                recipient, held = dropped = self.chance.choice(sorted(old.terms))
                terms = self._version(drafted.pk).terms
                key = terms.get(recipient=self.agencies[recipient], record_set=self.sets[held]).pk
                commands.remove_term(actor=self.drafter, agreement_id=drafted.pk, term_id=key)
                new.terms.discard(dropped)

    def _drafted(self, number: int, kind: str, values: dict[str, Any]) -> Agreement:
        return commands.draft_change(actor=self.drafter, agreement_id=self.keys[number], change=kind, **values)

    def leave(self) -> str:
        number = self._some("in_force", "suspended")
        if number is None:
            return "none"
        paper = self.oracle.papers[number]
        party = self.chance.choice(paper.parties)
        possible = not self.oracle.over(number) and party not in paper.leaves
        went = self._tried(
            lambda: commands.give_notice(
                actor=self.signatories[party],
                agreement_id=self.keys[number],
                agency_id=self.agencies[party].pk,
                reason="We use another way.",
            )
        )
        assert went == possible
        if went:
            day = self.oracle.today + NOTICE
            paper.leaves[party] = day
            follower = self._signed_follower(number)
            if follower is not None and party in follower.parties:
                follower.leaves.setdefault(party, day)
        return f"{number} by {party}: {went}"

    def _signed_follower(self, number: int) -> Paper | None:
        follower = self.oracle.follower(number)
        found = self.oracle.papers[follower] if follower is not None else None
        return found if found is not None and found.signed_on is not None else None

    def stay(self) -> str:
        noticed = [(n, party) for n, paper in enumerate(self.oracle.papers) for party in paper.leaves]
        if not noticed:
            return "none"
        number, party = self.chance.choice(noticed)
        paper = self.oracle.papers[number]
        notice = Agreement.objects.get(pk=self.keys[number]).withdrawals.standing().get(agency=self.agencies[party])
        went = self._tried(lambda: commands.take_back_notice(actor=self.signatories[party], withdrawal_id=notice.pk))
        assert went == (paper.leaves[party] > self.oracle.today)
        if went:
            del paper.leaves[party]
            follower = self._signed_follower(number)
            if follower is not None:
                follower.leaves.pop(party, None)
        return f"{number} by {party}: {went}"

    def suspend(self) -> str:
        number = self._some("in_force")
        if number is None:
            return "none"
        self._carry(agreement_id=self.keys[number], kind=Motion.Kind.SUSPEND)
        self.oracle.papers[number].state = "suspended"
        follower = self._signed_follower(number)
        if follower is not None and follower.state == "in_force":
            follower.state, follower.with_old = "suspended", True
        return str(number)

    def resume(self) -> str:
        number = self._some("suspended")
        if number is None:
            return "none"
        self._carry(agreement_id=self.keys[number], kind=Motion.Kind.RESUME)
        paper = self.oracle.papers[number]
        paper.state, paper.with_old = "in_force", False
        follower = self._signed_follower(number)
        if follower is not None and follower.state == "suspended" and follower.with_old:
            follower.state, follower.with_old = "in_force", False
        return str(number)

    def terminate(self) -> str:
        number = self._some("in_force", "suspended")
        if number is None or self.chance.random() < 0.5:
            return "none"
        self._carry(agreement_id=self.keys[number], kind=Motion.Kind.TERMINATE)
        self._ends(number)
        return str(number)

    def _ends(self, number: int) -> None:
        self.oracle.papers[number].state = "terminated"
        follower = self.oracle.follower(number)
        if follower is not None:
            signed = self.oracle.papers[follower].signed_on is not None
            over = self.oracle.papers[follower].state in {"terminated", "superseded"}
            if not over:
                self.oracle.papers[follower].state = "terminated" if signed else "withdrawn"

    def bar_or_lift(self) -> str:
        party = self.chance.choice([POLICE, SHERIFF])
        if party in self.oracle.barred:
            sanction = Sanction.objects.standing().get(agency=self.agencies[party])
            self._carry(kind=Motion.Kind.LIFT, lifts_id=sanction.pk)
            self.oracle.barred.discard(party)
            return f"{party} lifted"
        self._carry(
            kind=Motion.Kind.SANCTION, agency_id=self.agencies[party].pk, measure="suspension", grounds="An audit."
        )
        self.oracle.barred.add(party)
        return f"{party} barred"

    # --- Time -------------------------------------------------------------------------------------------------------

    def day(self, number: int) -> Any:
        """A day of the world in the portal's calendar: today is always today there."""
        return self.agencies[COURT].today + timedelta(days=number - self.oracle.today)

    def days_pass(self) -> str:
        """Every stored moment moves into the past, which is the same as the clock going on."""
        days = self.chance.choice([1, 2, 5, 9, 15, 31])
        back = f"- interval '{days} days'"
        runtime = settings.RUNTIME_ROLE
        moves = {
            "sharing_agreements_grant": ("not_before", "not_after", "suspended_at", "revoked_at"),
            "sharing_agreements_agreementversion": ("effective_on", "ends_on"),
            "sharing_agreements_agreement": ("in_force_at", "closes_at"),
            "sharing_agreements_withdrawal": ("given_at", "effective_at", "taken_back_at"),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("RESET ROLE")
            for table, columns in moves.items():
                cast = "::date" if table.endswith("version") else ""
                sets = ", ".join(f"{name} = ({name} {back}){cast}" for name in columns)
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"UPDATE {table} SET {sets}")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"SET ROLE {runtime}")
        self.oracle.today += days
        self._hash_again()
        return str(days)

    def _hash_again(self) -> None:
        """A text that is still to be signed names its days; they moved with it."""
        for version in AgreementVersion.objects.filter(agreement__status="signing").select_related("agreement"):
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE; ALTER TABLE sharing_agreements_agreementversion DISABLE TRIGGER USER")
                cursor.execute(
                    "UPDATE sharing_agreements_agreementversion SET sha256 = %s WHERE id = %s",
                    [fingerprint.sha256(version), version.pk],
                )
                cursor.execute("ALTER TABLE sharing_agreements_agreementversion ENABLE TRIGGER USER")
                cursor.execute(f"SET ROLE {settings.RUNTIME_ROLE}")

    # --- Comparing --------------------------------------------------------------------------------------------------

    def _tried(self, command: Any) -> bool:
        try:
            command()
        except (Refused, ValidationError):
            return False
        return True

    def compare(self) -> None:
        wanted = self.oracle.open()
        granted = set(Grant.objects.live().values_list("recipient", "record_set"))
        assert {self._pair(*each) for each in granted} == wanted, self.log()
        rows = set(RecordSetGroupObjectPermission.objects.values_list("group__agency", "content_object"))
        assert granted <= rows, self.log()
        decided = {
            (place, self._set(key))
            for place, clerk in enumerate(self.clerks)
            for key, found in decide(Viewer(clerk.pk, Action.VIEW, "C")).sets.items()
            if not found.own
        }
        assert decided == wanted, self.log()

    def _pair(self, agency: UUID, record_set: UUID) -> Pair:
        return [each.pk for each in self.agencies].index(agency), self._set(record_set)

    def _set(self, record_set: UUID) -> int:
        return [each.pk for each in self.sets].index(record_set)

    def log(self) -> str:
        return "\n".join(self.done[-60:])


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(max(1, STEPS // STEPS_A_WORLD)))
def test_records_are_open_exactly_when_an_agreement_in_force_says_so(seed: int) -> None:
    world = World(random.Random(seed))
    for _ in range(STEPS_A_WORLD):
        world.step()
        world.compare()
    grants.heal()
    assert not any(grants.drift().values()), world.log()
