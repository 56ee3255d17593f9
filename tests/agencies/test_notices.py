"""Who is told of what."""

import pytest
from django.test import Client

from agencies import commands
from agencies.models import Membership, User
from portal.audit.models import Event
from portal.notices import kinds
from tests import make

from .signing_in import fail

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[User, str]:
    """Everybody whom the newest event of a kind owes a message, with its subject."""
    event = Event.objects.filter(kind=kind).latest("at")
    found = {}
    for person in kinds.told(event):
        words = kinds.words(event, person)
        assert words, person
        assert words.link.startswith("/")
        assert words.body
        found[person] = words.subject
    return found


@pytest.fixture
def administrator() -> Membership:
    return make.person(roles=("agency_administrator",), first_name="Ada", last_name="Ames")


@pytest.fixture
def clerk(administrator: Membership) -> Membership:
    return make.person(administrator.agency, first_name="Cleo", last_name="Clark")


def test_administrators_are_told_of_who_joined(administrator: Membership, clerk: Membership) -> None:
    assert told("membership.started") == {administrator.person: f"Cleo Clark joined {clerk.agency}"}


def test_member_and_other_administrators_are_told_of_roles(administrator: Membership, clerk: Membership) -> None:
    second = make.person(administrator.agency, ("agency_administrator",))
    commands.change_roles(actor=administrator.person, membership_id=clerk.pk, roles=["signatory"])
    assert told("membership.roles_changed") == {
        clerk.person: f"Your roles at {clerk.agency} changed",
        second.person: f"Roles of Cleo Clark at {clerk.agency} changed",
    }


def test_who_changes_their_own_roles_is_seen_by_the_portal(administrator: Membership) -> None:
    portal = make.portal_administrator()
    both = make.person(administrator.agency, ("agency_administrator", "clerk"))
    commands.change_roles(actor=both.person, membership_id=both.pk, roles=["agency_administrator"])
    said = f"Roles of {both.person} at {administrator.agency} changed"
    assert told("membership.roles_changed") == {portal: said, administrator.person: said}


def test_managers_are_told_of_leavers(administrator: Membership, clerk: Membership) -> None:
    second = make.person(administrator.agency, ("agency_administrator",))
    commands.end_membership(actor=administrator.person, membership_id=clerk.pk)
    assert set(told("membership.ended")) == {clerk.person, second.person}
    commands.deactivate_person(actor=make.portal_administrator(), person_id=second.person_id, reason="Left")
    assert set(told("person.deactivated")) == {administrator.person}


def test_person_and_administrators_are_told_of_a_lock(administrator: Membership, clerk: Membership) -> None:
    for _ in range(5):
        fail(Client(), clerk.person.email)
    assert told("person.locked_out") == {
        clerk.person: "Your account is locked",
        administrator.person: "The account of Cleo Clark is locked",
    }
    commands.release_lockout(actor=administrator.person, person_id=clerk.person_id)
    assert set(told("person.lockout_released")) == {clerk.person}


def test_a_lock_of_the_only_administrator_is_told_to_the_portal(administrator: Membership) -> None:
    for _ in range(5):
        fail(Client(), administrator.person.email)
    assert set(told("person.locked_out")) == {administrator.person, make.portal_administrator()}


def test_a_change_of_password_is_told_to_its_owner_whoever_did_it(clerk: Membership) -> None:
    for actor in (clerk.person, None):
        commands.set_password(person_id=clerk.person_id, password="quite another horse", actor=actor)
        assert set(told("person.password_changed")) == {clerk.person}


def test_training_record_sets_agencies_and_appointments(administrator: Membership, clerk: Membership) -> None:
    assert set(told("training.recorded")) == {clerk.person}
    custodian = make.person(administrator.agency, ("records_custodian",))
    make.record_set(administrator.agency)
    assert set(told("record_set.opened")) == {custodian.person}
    auditor = make.auditor(administrator.agency)
    assert set(told("auditor.appointed")) == {administrator.person}
    commands.end_auditor(actor=make.portal_administrator(), auditor_id=auditor.audits.get().pk)
    assert set(told("auditor.ended")) == {administrator.person, auditor}
    second = make.portal_administrator("second@portal.example")
    commands.end_agency(actor=second, agency_id=administrator.agency_id, reason="Merged")
    assert set(told("agency.ended")) == {administrator.person, clerk.person, custodian.person}


def test_who_left_meanwhile_is_no_longer_concerned(administrator: Membership, clerk: Membership) -> None:
    event = Event.objects.filter(kind="membership.started").latest("at")
    second = make.person(administrator.agency, ("agency_administrator",))
    commands.end_membership(actor=second.person, membership_id=administrator.pk)
    assert kinds.words(event, administrator.person) is None
    assert kinds.words(event, second.person)


def test_an_account_that_was_opened_meanwhile_asks_nobody_to_open_it(
    administrator: Membership, clerk: Membership
) -> None:
    for _ in range(5):
        fail(Client(), clerk.person.email)
    event = Event.objects.get(kind="person.locked_out")
    assert kinds.is_due(event, administrator.person)
    commands.release_lockout(actor=administrator.person, person_id=clerk.person_id)
    assert not kinds.is_due(event, administrator.person)
    assert kinds.is_due(event, clerk.person)
