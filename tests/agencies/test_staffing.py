"""Roles, training, leaving."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import commands
from agencies.models import Membership, Training
from portal.audit.models import Event
from portal.kernel.errors import Refused
from tests import kept, make

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
ADMINISTRATOR = ("agency_administrator",)


@kept.fixture
def administrator() -> Membership:
    return make.person(roles=ADMINISTRATOR)


@kept.fixture
def clerk(administrator: Membership) -> Membership:
    return make.person(administrator.agency)


def test_roles_are_given_and_ended(administrator: Membership, clerk: Membership) -> None:
    commands.change_roles(
        actor=administrator.person, membership_id=clerk.pk, roles=["signatory", "drafter"], title="Deputy"
    )
    clerk.refresh_from_db()
    assert (clerk.roles, clerk.title) == (["signatory", "drafter"], "Deputy")
    event = Event.objects.get(kind="membership.roles_changed", subject_id=clerk.pk)
    assert event.detail["given"] == ["signatory", "drafter"]
    assert event.detail["ended"] == ["clerk"]
    assert event.acting_agency_id == administrator.agency_id


def test_the_same_roles_again_change_nothing(administrator: Membership, clerk: Membership) -> None:
    commands.change_roles(actor=administrator.person, membership_id=clerk.pk, roles=["clerk"])
    assert not Event.objects.filter(kind="membership.roles_changed").exists()
    assert clerk.history.count() == 1


def test_a_membership_has_at_least_one_role(administrator: Membership, clerk: Membership) -> None:
    with pytest.raises(ValidationError):
        commands.change_roles(actor=administrator.person, membership_id=clerk.pk, roles=[])


def test_the_last_administrator_cannot_be_removed(administrator: Membership) -> None:
    with pytest.raises(Refused) as no:
        commands.change_roles(actor=administrator.person, membership_id=administrator.pk, roles=["clerk"])
    assert no.value.code == "last_administrator"
    with pytest.raises(Refused) as no:
        commands.end_membership(actor=administrator.person, membership_id=administrator.pk)
    assert no.value.code == "last_administrator"


def test_a_deactivated_administrator_does_not_count(administrator: Membership) -> None:
    second = make.person(administrator.agency, ADMINISTRATOR)
    commands.deactivate_person(actor=make.portal_administrator(), person_id=second.person_id, reason="Left")
    with pytest.raises(Refused) as no:
        commands.end_membership(actor=administrator.person, membership_id=administrator.pk)
    assert no.value.code == "last_administrator"


def test_with_a_second_administrator_the_first_can_leave(administrator: Membership) -> None:
    second = make.person(administrator.agency, ADMINISTRATOR)
    commands.end_membership(actor=second.person, membership_id=administrator.pk)
    assert not Membership.objects.current().filter(pk=administrator.pk).exists()


def test_an_ended_membership_is_over(administrator: Membership, clerk: Membership) -> None:
    commands.end_membership(actor=administrator.person, membership_id=clerk.pk, reason="Retired")
    assert not Membership.objects.current().filter(pk=clerk.pk).exists()
    with pytest.raises(Refused) as no:
        commands.change_roles(actor=administrator.person, membership_id=clerk.pk, roles=["clerk"])
    assert no.value.code == "ended"


def test_only_the_agencys_administrators_do_this(clerk: Membership) -> None:
    for actor in (clerk.person, make.person(roles=ADMINISTRATOR).person, make.portal_administrator()):
        with pytest.raises(PermissionDenied):
            commands.change_roles(actor=actor, membership_id=clerk.pk, roles=["signatory"])
        with pytest.raises(PermissionDenied):
            commands.end_membership(actor=actor, membership_id=clerk.pk)
        with pytest.raises(PermissionDenied):
            commands.record_training(actor=actor, person_id=clerk.person_id, completed_on=TODAY)


def test_a_role_that_ended_a_moment_ago_permits_nothing(administrator: Membership, clerk: Membership) -> None:
    second = make.person(administrator.agency, ADMINISTRATOR)
    held_in_memory = second.person
    commands.change_roles(actor=administrator.person, membership_id=second.pk, roles=["clerk"])
    with pytest.raises(PermissionDenied):
        commands.change_roles(actor=held_in_memory, membership_id=clerk.pk, roles=["signatory"])


def test_nobody_gives_themselves_a_role(administrator: Membership) -> None:
    for roles in (["agency_administrator", "clerk"], ["agency_administrator", "signatory"]):
        with pytest.raises(Refused) as no:
            commands.change_roles(actor=administrator.person, membership_id=administrator.pk, roles=roles)
        assert no.value.code == "self"
    second = make.person(administrator.agency, ADMINISTRATOR)
    both = ["agency_administrator", "clerk"]
    changed = commands.change_roles(actor=second.person, membership_id=administrator.pk, roles=both)
    assert set(changed.roles) == set(both)
    given_up = commands.change_roles(actor=changed.person, membership_id=changed.pk, roles=["agency_administrator"])
    assert given_up.roles == ["agency_administrator"], "whoever has a role may give it up"


def test_nobody_records_their_own_training(administrator: Membership) -> None:
    before = Training.objects.count()
    with pytest.raises(Refused) as no:
        commands.record_training(actor=administrator.person, person_id=administrator.person_id, completed_on=TODAY)
    assert (no.value.code, Training.objects.count()) == ("self", before)
    commands.record_training(actor=make.portal_administrator(), person_id=administrator.person_id, completed_on=TODAY)
    make.person(administrator.agency, ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        commands.record_training(
            actor=make.portal_administrator(), person_id=administrator.person_id, completed_on=TODAY
        )


def test_what_a_session_does_for_one_agency_uses_no_right_of_another(administrator: Membership) -> None:
    """Administers one agency, is a clerk of another: only while acting for the first are its rights there."""
    elsewhere, colleague = make.agency(), make.person(administrator.agency)
    keeper = make.person(elsewhere, ADMINISTRATOR)
    invited = commands.invite(
        actor=keeper.person, agency_id=elsewhere.pk, email=administrator.person.email, roles=["clerk"]
    )
    other = commands.accept_invitation(actor=administrator.person, token=make.token(invited))
    change, roles = reverse("agencies:membership", args=[colleague.pk]), {"roles": ["signatory"], "title": ""}
    client = Client()
    client.force_login(administrator.person)
    client.post(reverse("agencies:switch"), {"membership": other.pk})
    assert client.post(change, roles).status_code == 404
    client.post(reverse("agencies:switch"), {"membership": administrator.pk})
    assert client.post(change, roles).status_code == 302
    colleague.refresh_from_db()
    assert colleague.roles == ["signatory"]
    acting = administrator.person
    acting.acting = other.pk
    with pytest.raises(PermissionDenied):
        commands.change_roles(actor=acting, membership_id=colleague.pk, roles=["clerk"])


def test_a_training_counts_for_a_year(administrator: Membership, clerk: Membership) -> None:
    made = commands.record_training(actor=administrator.person, person_id=clerk.person_id, completed_on=TODAY)
    assert made.expires_on - made.completed_on == datetime.timedelta(days=365)


@pytest.mark.parametrize(
    ("completed", "expires"),
    [(TODAY + datetime.timedelta(days=2), None), (TODAY, TODAY), (TODAY, TODAY + datetime.timedelta(days=366))],
)
def test_a_training_is_done_and_lasts_at_most_a_year(
    administrator: Membership, clerk: Membership, completed: datetime.date, expires: datetime.date | None
) -> None:
    before = Training.objects.count()
    with pytest.raises(ValidationError):
        commands.record_training(
            actor=administrator.person, person_id=clerk.person_id, completed_on=completed, expires_on=expires
        )
    assert Training.objects.count() == before
