"""Two people at the same instant, on real transactions; a barrier in the checks makes them meet there if they can."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from agencies import commands, policy
from agencies.models import Invitation, Membership, User
from portal.kernel.errors import Refused
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def meet_in(monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    """Hold whoever is in this check until another one is there, too, or two seconds have shown that a lock is held."""
    barrier = threading.Barrier(2)
    real = getattr(policy, check)

    def waiting(*args: Any) -> None:
        real(*args)
        try:
            barrier.wait(2)
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(policy, check, waiting)


def at_once(*works: Callable[[], Any]) -> list[str]:
    """What became of each: done, or the code of its refusal. Anything else fails the test."""
    fates: list[str] = []
    errors: list[BaseException] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
            fates.append("done")
        except Refused as no:
            fates.append(no.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    return sorted(fates)


def test_one_invitation_accepted_twice_at_the_same_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator = make.person(roles=("agency_administrator",))
    invited = commands.invite(
        actor=administrator.person, agency_id=administrator.agency_id, email="new@agency.example", roles=["clerk"]
    )
    meet_in(monkeypatch, "must_be_open")
    assert at_once(lambda: make.joined(invited), lambda: make.joined(invited)) == ["accepted", "done"]
    assert Membership.objects.filter(person__email="new@agency.example").count() == 1


def test_an_account_accepts_once_from_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator, clerk = make.person(roles=("agency_administrator",)), make.person()
    invited = commands.invite(
        actor=administrator.person, agency_id=administrator.agency_id, email=clerk.person.email, roles=["clerk"]
    )
    meet_in(monkeypatch, "may_accept")

    def accept() -> None:
        commands.accept_invitation(actor=clerk.person, token=make.token(invited))

    assert at_once(accept, accept) == ["accepted", "done"]


def test_two_administrators_invite_the_same_person(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make.person(roles=("agency_administrator",))
    second = make.person(first.agency, ("agency_administrator",))
    meet_in(monkeypatch, "may_invite")

    def invite(actor: User) -> None:
        commands.invite(actor=actor, agency_id=first.agency_id, email="new@agency.example", roles=["clerk"])

    assert at_once(lambda: invite(first.person), lambda: invite(second.person)) == ["already_invited", "done"]
    assert Invitation.objects.unanswered().count() == 1


def test_the_last_two_administrators_do_not_remove_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make.person(roles=("agency_administrator",))
    second = make.person(first.agency, ("agency_administrator",))
    meet_in(monkeypatch, "may_do_without_administrator")

    def end(actor: Membership, other: Membership) -> None:
        try:
            commands.end_membership(actor=actor.person, membership_id=other.pk)
        except PermissionDenied as no:
            raise Refused(str(no), code="no_longer_administrator") from no

    fates = at_once(lambda: end(first, second), lambda: end(second, first))
    assert fates == ["done", "no_longer_administrator"]
    assert policy.has_administrator(first.agency)


def test_two_administrators_do_not_deactivate_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make.person(roles=("agency_administrator",))
    second = make.person(first.agency, ("agency_administrator",))
    meet_in(monkeypatch, "may_deactivate")

    def close(actor: Membership, other: Membership) -> None:
        try:
            commands.deactivate_person(actor=actor.person, person_id=other.person_id, reason="x")
        except PermissionDenied as no:
            raise Refused(str(no), code="no_longer_administrator") from no

    fates = at_once(lambda: close(first, second), lambda: close(second, first))
    assert fates == ["done", "no_longer_administrator"]
    assert policy.has_administrator(first.agency)


def test_failures_at_one_unknown_address_at_once_are_all_recorded() -> None:
    def fail() -> None:
        commands.note_failed_sign_in(
            email="nobody@nowhere.example", source="127.0.0.1", browser="", locked=False, newly_locked=False
        )

    assert at_once(*[fail] * 6) == ["done"] * 6
