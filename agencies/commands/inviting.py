"""Invitations: made, sent again, withdrawn, and taken up once."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import links, lockouts, mails, policy
from agencies.models import Agency, Auditor, Invitation, Membership, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused

from .steps import INVITATION_LASTS, note, take_up, withdraw_unanswered, write_invitation


@transaction.atomic(durable=True)
def invite(*, actor: User, agency_id: UUID, email: str, roles: Iterable[str], title: str = "") -> Invitation:
    """Invite somebody by email to work at the agency in these roles."""
    agency = Agency.objects.for_update(agency_id)
    roles = list(roles)
    policy.may_invite(actor, agency, roles)
    here = Membership.objects.current().filter(agency=agency, person__email__iexact=email.strip()).first()
    if here:
        raise Refused(f"{here.person} works here already. Change their roles instead.", code="member")
    made = write_invitation(actor=actor, agency=agency, email=email, title=title, roles=roles)
    note("person.invited", agency, actor=actor, agency_id=agency.pk, invitation=str(made.pk), roles=made.roles)
    return made


@transaction.atomic(durable=True)
def withdraw_invitation(*, actor: User, invitation_id: UUID, reason: str = "") -> Invitation:
    """Make an invitation's link worthless."""
    invitation = locked(invitation_id)
    policy.may_withdraw_invitation(actor, invitation)
    withdraw_unanswered([invitation], actor=actor, reason=reason or "Withdrawn")
    note_of(invitation, "invitation.withdrawn", actor)
    return invitation


@transaction.atomic(durable=True)
def send_invitation_again(*, actor: User, invitation_id: UUID) -> Invitation:
    """Owe the mail once more; the same link works for another week."""
    invitation = locked(invitation_id)
    policy.may_send_again(actor, invitation)
    invitation.expires_at = database_now() + INVITATION_LASTS
    history.save(invitation, actor=actor, reason="Sent again")
    mails.owe_invitation(invitation)
    note_of(invitation, "invitation.sent_again", actor)
    return invitation


@transaction.atomic(durable=True)
def accept_invitation(*, actor: User, token: str) -> Membership | Auditor:
    """Take up an invitation with the account that one is signed in with; its address must be the invited one."""
    invitation = locked(of_token(token).pk)
    person = User.objects.for_update(actor.pk)
    policy.may_accept(person, invitation)
    return take_up(invitation, person)


@transaction.atomic(durable=True)
def create_account(*, token: str, first_name: str, last_name: str, password: str, time_zone: str = "") -> User:
    """Take up an invitation as somebody new: makes the account, whose address the mail has proved.

    Raises Refused with code `has_account` when the address has one: then its owner signs in and accepts.
    """
    invitation = locked(of_token(token).pk)
    policy.must_be_open(invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refused("This address has an account. Sign in with it, then accept the invitation.", code="has_account")
    person = User(email=invitation.email, first_name=first_name.strip(), last_name=last_name.strip())
    if invitation.agency:
        person.time_zone = invitation.agency.time_zone
    person.time_zone = time_zone or person.time_zone
    give_password(person, password)
    history.save(person, actor=person, reason="Accepted an invitation")
    note("person.joined", person, actor=person, invitation=str(invitation.pk))
    policy.may_accept(person, invitation)
    take_up(invitation, person)
    lockouts.release(person)  # what others tried with this address before it had an account
    return person


def of_token(token: str) -> Invitation:
    """The invitation whose link carries this secret. Raises Invitation.DoesNotExist."""
    return Invitation.objects.select_related("agency", "invited_by").get(token_hash=links.fingerprint(token))


def locked(invitation_id: UUID) -> Invitation:
    """One invitation under lock, its agency locked before it."""
    found = Invitation.objects.get(pk=invitation_id)
    agency = Agency.objects.for_update(found.agency_id) if found.agency_id else None
    invitation = Invitation.objects.for_update(invitation_id)
    invitation.agency = agency
    return invitation


def give_password(person: User, password: str) -> None:
    """Set a password that the validators accept; raises ValidationError for the field `password`."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    person.set_password(password)
    person.full_clean(exclude=["username", "password"])


def note_of(invitation: Invitation, kind: str, actor: User) -> None:
    """Record on the agency, or for an invitation to audit the whole portal on whoever invites."""
    agency = invitation.agency
    if agency:
        note(kind, agency, actor=actor, agency_id=agency.pk, invitation=str(invitation.pk))
    else:
        note(kind, User.objects.for_update(actor.pk), actor=actor, invitation=str(invitation.pk))
