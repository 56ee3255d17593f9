"""People who approve and sign agreements, in a process that may be killed at any moment.

Every vote is cast either through the web server or by the command itself, every signature by the command. Two of these
processes work on the same agreements, so that each act is tried twice. Started again, one goes on with what is missing;
it ends when every agreement is in force.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

import django

if TYPE_CHECKING:
    from agencies.models import User

READY = "ready"
PAUSE = 0.1
"""Seconds between two acts of one process."""


@dataclass(frozen=True)
class Scene:
    """Who approves and who shares; made once, before anything is killed."""

    board: UUID
    court: UUID
    police: UUID
    cases: UUID


def set_up() -> Scene:
    from tests import make

    board, court, police = make.board(members=5), make.agency(kind="court"), make.agency()
    for place in (court, police):
        make.person(place, roles=("signatory",))
    return Scene(board.pk, court.pk, police.pk, make.record_set(court).pk)


def draw_up(scene: Scene, number: int) -> list[UUID]:
    """New agreements before the board, each with an open ballot."""
    from agencies.models import Agency, RecordSet
    from sharing_agreements.boards.models import Board
    from tests import make

    board, cases = Board.objects.get(pk=scene.board), RecordSet.objects.get(pk=scene.cases)
    court, police = Agency.objects.get(pk=scene.court), Agency.objects.get(pk=scene.police)
    ballots = [make.ballot(board, make.submitted(court, police, cases)) for _ in range(number)]
    return [ballot.motion.agreement_id for ballot in ballots if ballot.motion.agreement_id]


class Site:
    """The web server, as somebody reaches it whose browser keeps a session."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sessions: dict[UUID, str] = {}

    def posts(self, person: User, path: str, **fields: str) -> None:
        """Sends a form as the person. Raises OSError or HTTPException when the server dies meanwhile."""
        token = "f" * 32
        cookies = f"session={self._session(person)}; csrf={token}"
        headers = {"Host": "localhost", "Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}), headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        if answer.status not in {200, 302}:
            raise HTTPException(f"{path} answered {answer.status}")

    def _session(self, person: User) -> str:
        from django.test import Client

        if person.pk not in self.sessions:
            client = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            self.sessions[person.pk] = client.cookies["session"].value
        return self.sessions[person.pk]


def acts_on(key: UUID, site: Site, chance: random.Random) -> list[Callable[[], object]]:
    """What is missing of one agreement now: votes, then signatures. Empty once it is in force."""
    from django.urls import reverse

    from agencies.models import Membership, Role
    from sharing_agreements import commands
    from sharing_agreements.boards import commands as boards
    from sharing_agreements.boards.models import Elector
    from sharing_agreements.models import Agreement, Party

    missing: list[Callable[[], object]] = []
    agreement = Agreement.objects.get(pk=key)
    electors = Elector.objects.filter(ballot__motion__agreement=key, votes=None, conflict="", ballot__decision=None)
    for elector in electors.select_related("person", "ballot"):
        if chance.random() < 0.5:
            path = reverse("boards:vote", args=[elector.ballot.motion_id])
            vote = _later(site.posts, elector.person, path, ballot=str(elector.ballot_id), position="yes")
        else:
            vote = _later(boards.cast_vote, actor=elector.person, ballot_id=elector.ballot_id, position="yes")
        missing.append(vote)
    if agreement.status == Agreement.Status.SIGNING:
        for party in Party.objects.whose_turn().filter(version=agreement.current_version).select_related("version"):
            signs = Membership.objects.current().with_role(Role.SIGNATORY).filter(agency=party.agency_id)
            who = signs.select_related("person")[0].person
            sha256 = party.version.sha256
            missing.append(_later(commands.sign, actor=who, agreement_id=key, party_id=party.pk, sha256=sha256))
    return missing


def _later(act: Callable[..., object], *args: object, **kwargs: object) -> Callable[[], object]:
    return lambda: act(*args, **kwargs)


def go_on(site: Site, keys: list[UUID], chance: random.Random) -> bool:
    """One act; False once nothing is left to do. What somebody else did first, or what died, is looked at anew."""
    from django.db import Error, connection

    from portal.kernel.errors import Refused
    from sharing_agreements.models import Agreement

    try:
        acts = [act for key in keys for act in acts_on(key, site, chance)]
        if not acts:
            return Agreement.objects.filter(pk__in=keys).exclude(status=Agreement.Status.IN_FORCE).exists()
        with suppress(Refused):
            chance.choice(acts)()
    except (Error, OSError, HTTPException) as error:
        print(type(error).__name__, error, file=sys.stderr, flush=True)
        with suppress(Exception):
            connection.close()
        time.sleep(0.2)
    return True


def main() -> None:
    """PORT SEED AGREEMENT..."""
    django.setup()
    port, seed, *agreements = sys.argv[1:]
    site, chance = Site(int(port)), random.Random(seed)  # noqa: S311 - chooses acts, no secrets
    print(READY, flush=True)
    keys = [UUID(key) for key in agreements]
    while go_on(site, keys, chance):
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
