"""The register, and what an agency holds."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies import commands
from agencies.models import Agency, Invitation, Membership, Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from tests import make

pytestmark = pytest.mark.django_db


def test_a_registered_agency_is_active_and_its_first_administrator_invited() -> None:
    agency = commands.register_agency(
        actor=make.portal_administrator(),
        name="  Marlow   Police Department ",
        kind="law_enforcement",
        state="ca",
        ori="ca0371100",
        administrator_email="Chief@Marlow.example",
        administrator_title="Chief",
    )
    assert (agency.name, agency.state, agency.ori) == ("Marlow Police Department", "CA", "CA0371100")
    assert agency.status == Agency.Status.ACTIVE
    assert agency.group is not None
    invited = Invitation.objects.get(agency=agency)
    assert (invited.email, invited.roles) == ("chief@marlow.example", [Role.ADMINISTRATOR])
    kinds = Event.objects.filter(subject_id=agency.pk).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["agency.registered", "person.invited"]


@pytest.mark.parametrize("status", [Agency.Status.LISTED, Agency.Status.ACTIVE])
def test_the_same_ori_is_not_registered_twice(status: str) -> None:
    make.agency(ori="CA0371100", active=status == Agency.Status.ACTIVE)
    with pytest.raises(Refused) as no:
        make.agency(name="The same one", ori="ca0371100")
    assert no.value.code == "known"
    assert ("activate it" in str(no.value)) == (status == Agency.Status.LISTED)


def test_only_a_portal_administrator_keeps_the_register() -> None:
    administrator = make.person(roles=("agency_administrator",))
    listed = make.agency(active=False)
    with pytest.raises(PermissionDenied):
        commands.register_agency(actor=administrator.person, name="Own", kind="court")
    with pytest.raises(PermissionDenied):
        commands.activate_agency(actor=administrator.person, agency_id=listed.pk)
    with pytest.raises(PermissionDenied):
        commands.correct_agency(actor=administrator.person, agency_id=administrator.agency_id, name="New", reason="x")
    with pytest.raises(PermissionDenied):
        commands.end_agency(actor=administrator.person, agency_id=administrator.agency_id, reason="x")


def test_a_listed_agency_is_activated_once() -> None:
    listed = make.agency(active=False)
    admin = make.portal_administrator()
    active = commands.activate_agency(
        actor=admin, agency_id=listed.pk, administrator_email="a@b.example", time_zone="America/Chicago"
    )
    assert (active.status, active.time_zone) == (Agency.Status.ACTIVE, "America/Chicago")
    with pytest.raises(Refused) as no:
        commands.activate_agency(actor=admin, agency_id=listed.pk)
    assert no.value.code == "not_listed"


def test_a_correction_keeps_the_row_and_leaves_history() -> None:
    agency = make.agency(name="Marlow PD")
    admin = make.portal_administrator()
    commands.correct_agency(actor=admin, agency_id=agency.pk, name="Marlow Police Department", reason="Full name")
    agency.refresh_from_db()
    newest = agency.history.latest()
    assert agency.name == "Marlow Police Department"
    assert (newest.history_user, newest.history_change_reason) == (admin, "Full name")


def test_a_correction_cannot_take_another_agencys_identity() -> None:
    make.agency(ori="CA0371100")
    other = make.agency()
    with pytest.raises(ValidationError):
        commands.correct_agency(actor=make.portal_administrator(), agency_id=other.pk, ori="CA0371100", reason="x")


def test_an_ended_agency_leaves_nobody_who_acts_and_nothing_open() -> None:
    clerk = make.person()
    held = make.record_set(clerk.agency)
    administrator = make.administrator_of(clerk.agency)
    assert administrator
    invited = commands.invite(
        actor=administrator, agency_id=clerk.agency_id, email="late@agency.example", roles=["clerk"]
    )
    commands.end_agency(actor=make.portal_administrator(), agency_id=clerk.agency_id, reason="Merged")
    assert not Membership.objects.current().filter(agency=clerk.agency).exists()
    assert not Membership.objects.filter(agency=clerk.agency, ended_at=None).exists()
    for thing in (held, invited):
        thing.refresh_from_db()
    assert held.closed_at
    assert invited.status == "withdrawn"
    with pytest.raises(PermissionDenied):
        commands.open_record_set(actor=administrator, agency_id=clerk.agency_id, name="After the end")


@pytest.mark.parametrize("role", ["agency_administrator", "records_custodian"])
def test_administrators_and_custodians_open_record_sets(role: str) -> None:
    keeper = make.person(roles=(role,))
    held = commands.open_record_set(actor=keeper.person, agency_id=keeper.agency_id, name="Criminal cases")
    assert held.owner == keeper.agency
    with pytest.raises(ValidationError):
        commands.open_record_set(actor=keeper.person, agency_id=keeper.agency_id, name="criminal CASES")


@pytest.mark.parametrize("role", ["clerk", "privacy_officer", "signatory", "drafter"])
def test_others_do_not(role: str) -> None:
    person = make.person(roles=(role,))
    with pytest.raises(PermissionDenied):
        commands.open_record_set(actor=person.person, agency_id=person.agency_id, name="Criminal cases")


def test_a_custodian_elsewhere_opens_none_here() -> None:
    elsewhere = make.person(roles=("records_custodian",))
    with pytest.raises(PermissionDenied):
        commands.open_record_set(actor=elsewhere.person, agency_id=make.agency().pk, name="Criminal cases")


def test_a_form_sent_twice_opens_one_record_set() -> None:
    keeper = make.person(roles=(Role.CUSTODIAN,))
    asked: dict[str, Any] = {
        "actor": keeper.person,
        "agency_id": keeper.agency_id,
        "name": " Criminal cases",
        "key": uuid7(),
    }
    first, second = commands.open_record_set(**asked), commands.open_record_set(**asked)
    assert first == second
    assert Event.objects.filter(kind="record_set.opened").count() == 1
    with pytest.raises(ValidationError):
        commands.open_record_set(**{**asked, "key": uuid7()})
