"""Closing, reopening and unlocking accounts; passwords; the first portal administrator."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies import commands, lockouts
from agencies.models import Membership, Session, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from tests import make

from .signing_in import fail, sign_in

pytestmark = pytest.mark.django_db

PROFILE = "agencies:profile"


def in_session(person: User) -> Client:
    client = Client()
    client.force_login(person)
    assert client.get(reverse(PROFILE)).status_code == 200
    return client


def test_deactivation_ends_every_session_at_once() -> None:
    clerk = make.person()
    at_work, at_home = in_session(clerk.person), in_session(clerk.person)
    colleague = in_session(make.person(clerk.agency).person)
    commands.deactivate_person(actor=make.portal_administrator(), person_id=clerk.person_id, reason="Direct threat")
    assert not Session.objects.filter(person_id=clerk.person_id).exists()
    for client in (at_work, at_home):
        assert client.get(reverse(PROFILE)).status_code == 302
    assert colleague.get(reverse(PROFILE)).status_code == 200


def test_an_inactive_person_is_nobody_even_in_a_session_that_was_left() -> None:
    """The second guard: were the row still there, authentication refuses whoever is not active."""
    clerk = make.person()
    client = in_session(clerk.person)
    kept = Session.objects.get(person_id=clerk.person_id)
    commands.deactivate_person(actor=make.portal_administrator(), person_id=clerk.person_id, reason="Direct threat")
    kept.save(force_insert=True)
    assert client.get(reverse(PROFILE)).status_code == 302


def test_who_is_deactivated_cannot_sign_in_until_reactivated() -> None:
    clerk = make.person()
    portal = make.portal_administrator()
    commands.deactivate_person(actor=portal, person_id=clerk.person_id, reason="Leave")
    refused = sign_in(Client(), clerk.person.email)
    wrong = fail(Client(), make.person().person.email)
    assert refused.status_code == wrong.status_code == 200
    assert refused.context["form"].non_field_errors() == wrong.context["form"].non_field_errors()
    commands.reactivate_person(actor=portal, person_id=clerk.person_id)
    assert sign_in(Client(), clerk.person.email).status_code == 302


def test_deactivating_needs_a_reason_and_happens_once() -> None:
    person, portal = make.person().person, make.portal_administrator()
    with pytest.raises(ValidationError):
        commands.deactivate_person(actor=portal, person_id=person.pk, reason=" ")
    commands.deactivate_person(actor=portal, person_id=person.pk, reason="Left")
    with pytest.raises(Refused):
        commands.deactivate_person(actor=portal, person_id=person.pk, reason="Left")
    commands.reactivate_person(actor=portal, person_id=person.pk)
    with pytest.raises(Refused):
        commands.reactivate_person(actor=portal, person_id=person.pk)


def test_an_administrator_deactivates_people_of_their_agency_alone() -> None:
    clerk = make.person()
    administrator = make.administrator_of(clerk.agency)
    assert administrator
    stranger = make.person(roles=("agency_administrator",)).person
    with pytest.raises(PermissionDenied):
        commands.deactivate_person(actor=stranger, person_id=clerk.person_id, reason="x")
    second = make.person(email="second@agency.example").agency
    invited = commands.invite(
        actor=make.administrator_of(second) or stranger, agency_id=second.pk, email=clerk.person.email, roles=["clerk"]
    )
    other_work = commands.accept_invitation(actor=clerk.person, token=make.token(invited))
    with pytest.raises(Refused) as no:
        commands.deactivate_person(actor=administrator, person_id=clerk.person_id, reason="x")
    assert no.value.code == "works_elsewhere"
    commands.end_membership(actor=make.administrator_of(second) or stranger, membership_id=other_work.pk)
    commands.deactivate_person(actor=administrator, person_id=clerk.person_id, reason="x")


def test_nobody_deactivates_themselves() -> None:
    portal = make.portal_administrator()
    with pytest.raises(Refused) as no:
        commands.deactivate_person(actor=portal, person_id=portal.pk, reason="x")
    assert no.value.code == "self"


def lock(person: User) -> None:
    for _ in range(5):
        fail(Client(), person.email)
    assert lockouts.is_locked(person.email)


def test_an_administrator_of_the_agency_or_the_portal_opens_a_locked_account() -> None:
    clerk = make.person()
    for actor in (make.administrator_of(clerk.agency), make.portal_administrator()):
        assert actor
        lock(clerk.person)
        commands.release_lockout(actor=actor, person_id=clerk.person_id)
        assert not lockouts.is_locked(clerk.person.email)
        assert sign_in(Client(), clerk.person.email).status_code == 302


def test_nobody_else_opens_it() -> None:
    clerk = make.person()
    lock(clerk.person)
    for actor in (make.person(clerk.agency).person, make.person(roles=("agency_administrator",)).person):
        with pytest.raises(PermissionDenied):
            commands.release_lockout(actor=actor, person_id=clerk.person_id)
    with pytest.raises(Refused):
        commands.release_lockout(actor=clerk.person, person_id=clerk.person_id)


def test_an_account_that_is_not_locked_is_not_opened() -> None:
    clerk = make.person()
    with pytest.raises(Refused) as no:
        commands.release_lockout(actor=make.portal_administrator(), person_id=clerk.person_id)
    assert no.value.code == "not_locked"


def test_guesses_before_an_account_existed_do_not_lock_its_owner_out() -> None:
    administrator = make.person(roles=("agency_administrator",))
    for _ in range(5):
        fail(Client(), "new@agency.example")
    make.person(administrator.agency, email="new@agency.example")
    assert sign_in(Client(), "new@agency.example").status_code == 302


def test_changing_the_password_ends_every_session() -> None:
    person = make.person().person
    here, elsewhere = in_session(person), in_session(person)
    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": make.PASSWORD, "password1": "quite another horse", "password2": "quite another horse"},
    )
    assert answer.status_code == 302
    for client in (here, elsewhere):
        assert client.get(reverse(PROFILE)).status_code == 302
    assert sign_in(Client(), person.email, "quite another horse").status_code == 302
    event = Event.objects.get(kind="person.password_changed", subject_id=person.pk)
    assert event.actor == person
    assert "horse" not in str(event.detail)


def test_a_sign_in_or_a_password_is_no_history_of_the_person() -> None:
    """Sign-ins are events; the history holds neither password nor moment of the last one."""
    person = make.person().person
    before = person.history.count()
    sign_in(Client(), person.email)
    assert person.history.count() == before
    commands.set_password(person_id=person.pk, password="quite another horse", actor=person)
    newest = person.history.latest()
    assert newest.history_change_reason == "Password changed"
    assert not hasattr(newest, "password")


def test_profile_changes_are_ones_own() -> None:
    person = make.person().person
    commands.edit_profile(actor=person, first_name="Kim", last_name="Lee", time_zone="Pacific/Honolulu")
    person.refresh_from_db()
    assert (str(person), person.time_zone) == ("Kim Lee", "Pacific/Honolulu")
    with pytest.raises(ValidationError):
        commands.edit_profile(actor=person, first_name="Kim", last_name="Lee", time_zone="Mars/Olympus")


# --- The first portal administrator ---------------------------------------------------------------------------------


def make_administrator(*given: str) -> str:
    out = StringIO()
    call_command("make_portal_administrator", *given, stdout=out)
    return out.getvalue()


def test_the_first_portal_administrator_comes_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ADMINISTRATOR_PASSWORD", make.PASSWORD)
    make_administrator("First@Portal.example", "--first-name", "Fay")
    first = User.objects.get(email="first@portal.example")
    assert first.is_portal_administrator
    assert sign_in(Client(), first.email).status_code == 302
    with pytest.raises(CommandError, match="already"):
        make_administrator("first@portal.example")


def test_there_is_no_default_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_ADMINISTRATOR_PASSWORD", raising=False)
    monkeypatch.setattr("os.isatty", lambda descriptor: False)
    with pytest.raises(CommandError, match="PORTAL_ADMINISTRATOR_PASSWORD"):
        make_administrator("first@portal.example")
    monkeypatch.setenv("PORTAL_ADMINISTRATOR_PASSWORD", "12345678")
    with pytest.raises(CommandError, match="common"):
        make_administrator("first@portal.example")
    assert not User.objects.filter(email="first@portal.example").exists()


def test_who_works_at_an_agency_or_audits_does_not_keep_the_portal() -> None:
    for person in (make.person().person, make.auditor()):
        with pytest.raises(CommandError, match="another address"):
            make_administrator(person.email)
    assert not Membership.objects.filter(person__is_portal_administrator=True).exists()
