"""The life of an invitation."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import commands, links
from agencies.models import AccountMail, Invitation, Membership, Role, User
from portal.kernel import history
from portal.kernel.errors import Refused
from tests import kept, make

pytestmark = pytest.mark.django_db


@kept.fixture
def administrator() -> Membership:
    return make.person(roles=("agency_administrator",))


def invite(administrator: Membership, email: str = "new@agency.example", *roles: str) -> Invitation:
    return commands.invite(
        actor=administrator.person, agency_id=administrator.agency_id, email=email, roles=roles or ("clerk",)
    )


def too_old(invitation: Invitation) -> None:
    """An invitation that nobody answered in its seven days."""
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    history.save(invitation, actor=None)


def test_who_accepts_has_an_account_and_the_offered_roles(administrator: Membership) -> None:
    invited = invite(administrator, "New@Agency.Example", "signatory", "clerk", "clerk")
    person = make.joined(invited)
    membership = Membership.objects.current().get(person=person)
    assert person.email == "new@agency.example"
    assert membership.agency == administrator.agency
    assert membership.roles == ["clerk", "signatory"]
    assert person.check_password(make.PASSWORD)
    invited.refresh_from_db()
    assert invited.status == "accepted"


def test_no_secret_is_stored(administrator: Membership) -> None:
    invited = invite(administrator)
    token = links.token_of(invited)
    assert token not in str(Invitation.objects.filter(pk=invited.pk).values().get())
    assert invited.token_hash == links.fingerprint(token)


def test_a_link_still_works_after_the_key_changed(administrator: Membership, settings: Any) -> None:
    invited = invite(administrator)
    link = links.link_of(invited)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert links.link_of(invited) == link
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(LookupError):
        links.link_of(invited)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_only_administrators_invite(role: str) -> None:
    person = make.person(roles=(role,))
    with pytest.raises(PermissionDenied):
        invite(person)


def test_an_administrator_invites_to_their_own_agency_only(administrator: Membership) -> None:
    with pytest.raises(PermissionDenied):
        commands.invite(actor=administrator.person, agency_id=make.agency().pk, email="a@b.example", roles=["clerk"])


def test_a_portal_administrator_invites_only_the_first_administrator(administrator: Membership) -> None:
    portal = make.portal_administrator()
    empty = make.agency()
    with pytest.raises(Refused) as no:
        commands.invite(actor=portal, agency_id=empty.pk, email="a@b.example", roles=["clerk"])
    assert no.value.code == "administrator_first"
    commands.invite(actor=portal, agency_id=empty.pk, email="a@b.example", roles=["agency_administrator"])
    with pytest.raises(Refused) as no:
        commands.invite(
            actor=portal, agency_id=administrator.agency_id, email="a@b.example", roles=["agency_administrator"]
        )
    assert no.value.code == "has_administrator"


@pytest.mark.parametrize("roles", [[], ["king"]])
def test_roles_are_of_the_list(administrator: Membership, roles: list[str]) -> None:
    with pytest.raises(ValidationError):
        commands.invite(actor=administrator.person, agency_id=administrator.agency_id, email="a@b.example", roles=roles)


def test_inviting_twice_says_what_to_do(administrator: Membership) -> None:
    invite(administrator)
    second = make.person(administrator.agency, ("agency_administrator",))
    with pytest.raises(Refused, match="Withdraw that invitation first, or send it again") as no:
        invite(second, "NEW@agency.example")
    assert not no.value.repeated, "somebody else's invitation is a conflict"


def test_a_form_sent_twice_invites_once_and_is_no_error(administrator: Membership) -> None:
    client, address = Client(), reverse("agencies:invite", args=[administrator.agency_id])
    client.force_login(administrator.person)
    form = {"email": "new@agency.example", "title": "Clerk", "roles": ["clerk"]}
    for said in ("is invited by mail", "was invited already. The link in the mail works."):
        answer = client.post(address, form, follow=True)
        assert said in answer.content.decode()
        assert "usa-alert--error" not in answer.content.decode()
    assert administrator.agency.invitations.filter(email="new@agency.example").count() == 1
    other = client.post(address, {**form, "roles": ["signatory"]}, follow=True)
    assert "Withdraw that invitation first" in other.content.decode()


def test_inviting_a_colleague_says_what_to_do(administrator: Membership) -> None:
    colleague = make.person(administrator.agency)
    with pytest.raises(Refused, match="Change their roles instead"):
        invite(administrator, colleague.person.email)


def test_an_old_invitation_gives_way_to_a_new_one(administrator: Membership) -> None:
    first = invite(administrator)
    too_old(first)
    second = invite(administrator)
    first.refresh_from_db()
    assert first.status == "withdrawn"
    with pytest.raises(Refused, match="withdrawn"):
        make.joined(first)
    make.joined(second)


def test_inviting_tells_nobody_whether_an_address_has_an_account(administrator: Membership) -> None:
    """The answer, the row and the mail are alike for a stranger, somebody of another agency, a portal administrator."""
    known = [make.person().person.email, make.portal_administrator().email, "stranger@agency.example"]
    for email in known:
        made = invite(administrator, email)
        assert (made.status, made.mails.get().status) == ("open", AccountMail.Status.OWED)


def test_seven_days_later_the_link_is_worth_nothing(administrator: Membership) -> None:
    invited = invite(administrator)
    assert timedelta(days=6, hours=23) < invited.expires_at - timezone.now() < timedelta(days=7, minutes=1)
    too_old(invited)
    with pytest.raises(Refused) as no:
        make.joined(invited)
    assert no.value.code == "expired"
    assert not User.objects.filter(email=invited.email).exists()


def test_sent_again_it_works_for_another_week(administrator: Membership) -> None:
    invited = invite(administrator)
    too_old(invited)
    commands.send_invitation_again(actor=administrator.person, invitation_id=invited.pk)
    assert invited.mails.count() == 2
    make.joined(invited)


def test_withdrawn_it_is_worth_nothing(administrator: Membership) -> None:
    invited = invite(administrator)
    commands.withdraw_invitation(actor=administrator.person, invitation_id=invited.pk)
    with pytest.raises(Refused) as no:
        make.joined(invited)
    assert no.value.code == "withdrawn"
    for command in (commands.withdraw_invitation, commands.send_invitation_again):
        with pytest.raises(Refused):
            command(actor=administrator.person, invitation_id=invited.pk)


def test_administrators_elsewhere_withdraw_nothing_here(administrator: Membership) -> None:
    invited = invite(administrator)
    elsewhere = make.person(roles=("agency_administrator",))
    for command in (commands.withdraw_invitation, commands.send_invitation_again):
        with pytest.raises(PermissionDenied):
            command(actor=elsewhere.person, invitation_id=invited.pk)


def test_it_is_accepted_once(administrator: Membership) -> None:
    invited = invite(administrator)
    person = make.joined(invited)
    with pytest.raises(Refused) as no:
        make.joined(invited)
    assert no.value.code == "accepted"
    with pytest.raises(Refused) as no:
        commands.accept_invitation(actor=person, token=links.token_of(invited))
    assert no.value.code == "accepted"


def test_somebody_with_an_account_gets_a_second_membership(administrator: Membership) -> None:
    clerk = make.person()
    invited = invite(administrator, clerk.person.email, "signatory")
    with pytest.raises(Refused) as no:
        make.joined(invited)
    assert no.value.code == "has_account"
    commands.accept_invitation(actor=clerk.person, token=links.token_of(invited))
    assert Membership.objects.current().filter(person=clerk.person).count() == 2


def test_somebody_else_cannot_accept(administrator: Membership) -> None:
    other = make.person()
    invited = invite(administrator)
    with pytest.raises(Refused) as no:
        commands.accept_invitation(actor=other.person, token=links.token_of(invited))
    assert no.value.code == "other_person"


def test_a_portal_administrator_works_at_no_agency(administrator: Membership) -> None:
    portal = make.portal_administrator()
    invited = invite(administrator, portal.email)
    with pytest.raises(Refused) as no:
        commands.accept_invitation(actor=portal, token=links.token_of(invited))
    assert no.value.code == "portal_administrator"


def test_who_audits_an_agency_does_not_work_there(administrator: Membership) -> None:
    auditor = make.auditor(administrator.agency)
    invited = invite(administrator, auditor.email)
    with pytest.raises(Refused) as no:
        commands.accept_invitation(actor=auditor, token=links.token_of(invited))
    assert no.value.code == "auditor"


@pytest.mark.parametrize("password", ["short", "12345678901", "password", "new@agency.example"])
def test_weak_passwords_are_refused_and_nothing_is_made(administrator: Membership, password: str) -> None:
    invited = invite(administrator)
    with pytest.raises(ValidationError) as wrong:
        make.joined(invited, password=password)
    assert "password" in wrong.value.message_dict
    assert not User.objects.filter(email=invited.email).exists()
    invited.refresh_from_db()
    assert invited.status == "open"


def test_who_is_deactivated_leaves_no_invitations_behind(administrator: Membership) -> None:
    invited = invite(administrator)
    commands.deactivate_person(
        actor=make.portal_administrator(), person_id=administrator.person_id, reason="Direct threat"
    )
    invited.refresh_from_db()
    assert invited.status == "withdrawn"


def test_an_auditor_without_an_account_is_invited_and_appointed_on_acceptance() -> None:
    agency = make.agency()
    auditor = make.auditor(agency)
    assert auditor.audits.get().agency == agency
    assert not auditor.memberships.exists()


def test_an_auditor_with_an_account_is_appointed_at_once() -> None:
    person = make.person().person
    made = commands.appoint_auditor(
        actor=make.portal_administrator(), email=person.email.upper(), agency_id=make.agency().pk
    )
    assert not isinstance(made, Invitation)
    assert made.person == person


def test_nobody_audits_where_they_work() -> None:
    clerk = make.person()
    for agency_id in (clerk.agency_id, None):
        with pytest.raises(Refused) as no:
            commands.appoint_auditor(actor=make.portal_administrator(), email=clerk.person.email, agency_id=agency_id)
        assert no.value.code == "member"


def test_only_portal_administrators_appoint_and_end_auditors() -> None:
    administrator = make.person(roles=("agency_administrator",)).person
    auditor = make.auditor()
    with pytest.raises(PermissionDenied):
        commands.appoint_auditor(actor=administrator, email="a@b.example")
    with pytest.raises(PermissionDenied):
        commands.end_auditor(actor=administrator, auditor_id=auditor.audits.get().pk)
    ended = commands.end_auditor(actor=make.portal_administrator(), auditor_id=auditor.audits.get().pk)
    assert ended.ended_at
    with pytest.raises(Refused):
        commands.end_auditor(actor=make.portal_administrator(), auditor_id=ended.pk)
