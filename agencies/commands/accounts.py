"""Accounts: opened, closed, unlocked, and kept by their owners."""

from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import lockouts, policy
from agencies.models import Invitation, User
from agencies.sessions import end_sessions
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused

from .inviting import give_password
from .steps import lock_agencies_of, note, withdraw_unanswered


@transaction.atomic(durable=True)
def deactivate_person(*, actor: User, person_id: UUID, reason: str) -> User:
    """Close an account at once: every session ends on the server, sign-in is refused, own invitations are withdrawn."""
    person = locked(person_id, actor)
    policy.may_deactivate(actor, person)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the account is closed."})
    person.is_active, person.deactivated_at = False, database_now()
    history.save(person, actor=actor, reason=reason)
    made = Invitation.objects.unanswered().filter(invited_by=person).select_for_update(of=("self",), no_key=True)
    withdraw_unanswered(made, actor=actor, reason="Whoever invited was deactivated")
    ended = end_sessions(person.pk)
    note("person.deactivated", person, actor=actor, sessions_ended=ended, reason=reason)
    return person


@transaction.atomic(durable=True)
def reactivate_person(*, actor: User, person_id: UUID, reason: str = "") -> User:
    """Open a closed account again, with the memberships that it still has."""
    person = locked(person_id, actor)
    policy.may_reactivate(actor, person)
    person.is_active, person.deactivated_at = True, None
    history.save(person, actor=actor, reason=reason or "Reactivated")
    note("person.reactivated", person, actor=actor, reason=reason)
    return person


@transaction.atomic(durable=True)
def release_lockout(*, actor: User, person_id: UUID) -> User:
    """Let a person sign in again whom too many failures have locked out (CJIS Security Policy AC-7)."""
    person = User.objects.for_update(person_id)
    policy.may_release_lockout(actor, person)
    if not lockouts.is_locked(person.email):
        raise Refused(f"{person}'s account is not locked.", code="not_locked")
    lockouts.release(person)
    note("person.lockout_released", person, actor=actor)
    return person


@transaction.atomic(durable=True)
def edit_profile(*, actor: User, first_name: str, last_name: str, time_zone: str) -> User:
    """Change what others call a person, and the zone in which times are shown to them."""
    person = User.objects.for_update(actor.pk)
    if time_zone not in available_timezones():
        raise ValidationError({"time_zone": "Choose a time zone of the list."})
    person.first_name, person.last_name, person.time_zone = first_name.strip(), last_name.strip(), time_zone
    person.full_clean(exclude=["username", "password"])
    history.save(person, actor=actor, reason="Own profile")
    note("person.profile_changed", person, actor=actor)
    return person


@transaction.atomic(durable=True)
def set_password(*, person_id: UUID, password: str, actor: User | None) -> User:
    """Give an account a new password and end all its sessions; `actor` is None for who came by a mailed link."""
    person = User.objects.for_update(person_id)
    give_password(person, password)
    history.save(person, actor=actor, reason="Password changed")
    note("person.password_changed", person, actor=actor, sessions_ended=end_sessions(person.pk))
    return person


@transaction.atomic(durable=True)
def appoint_portal_administrator(*, email: str, password: str = "", first_name: str = "", last_name: str = "") -> User:
    """Make a portal administrator from the server's own command line, the only door to that role.

    Somebody new needs a password; whoever works at an agency or audits is refused, since the role sees no record.
    """
    email = email.strip().lower()
    known = User.objects.filter(email=email).first()
    if known:
        lock_agencies_of(known.pk)
    person = User.objects.for_update(known.pk) if known else User(email=email)
    if known and (known.memberships.filter(ended_at=None).exists() or known.audits.filter(ended_at=None).exists()):
        raise Refused(f"{known} works at an agency or audits. Use another address.", code="has_duties")
    if known and known.is_portal_administrator and known.is_active:
        raise Refused(f"{known} is a portal administrator already.", code="already")
    person.first_name, person.last_name = first_name or person.first_name, last_name or person.last_name
    person.is_portal_administrator, person.is_active, person.deactivated_at = True, True, None
    if password or not known:
        give_password(person, password)
    history.save(person, actor=None, reason="Made portal administrator on the server")
    note("person.made_portal_administrator", person, actor=None)
    return person


def locked(person_id: UUID, actor: User) -> User:
    """One person under lock, after their agencies and, by id, together with whoever acts on them."""
    lock_agencies_of(person_id)
    people = User.objects.filter(pk__in=[person_id, actor.pk]).order_by("pk")
    found = {person.pk: person for person in people.select_for_update(of=("self",), no_key=True)}
    return found[person_id]
