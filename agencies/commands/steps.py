"""Steps that several commands share; each runs inside a command that holds the locks.

Locks are taken in one order, so that no two commands wait for each other: agencies by id, people by id, then the rest.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError

from agencies import links, mails, policy
from agencies.models import Agency, Auditor, Invitation, Membership, Role, User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell

INVITATION_LASTS = timedelta(days=7)


def checked_roles(roles: Iterable[str]) -> list[str]:
    """The roles in their order of the list, each once. Raises ValidationError when there are none or unknown ones."""
    wanted = {str(role) for role in roles}
    if not wanted:
        raise ValidationError({"roles": "Choose at least one role."})
    if unknown := wanted - set(Role.values):
        raise ValidationError({"roles": f"There is no role {', '.join(sorted(unknown))}."})
    return [role for role in Role.values if role in wanted]


def lock_agencies_of(person_id: UUID) -> None:
    """Lock every agency where the person works, so that its count of administrators holds still."""
    held = Membership.objects.filter(person=person_id, ended_at=None).values("agency")
    list(Agency.objects.filter(pk__in=held).order_by("pk").select_for_update(of=("self",), no_key=True))


def write_invitation(
    *, actor: User, agency: Agency | None, email: str, title: str = "", roles: Iterable[str] = (), audits: bool = False
) -> Invitation:
    """Write an invitation and owe its mail; an older one that nobody answered in time gives way.

    It is written alike whether or not the address has an account, so that inviting tells nobody who has one.
    """
    email = email.strip().lower()
    before = Invitation.objects.unanswered().filter(email__iexact=email, agency=agency).first()
    if before and before.status == "open":
        asked = (actor.pk, audits, title.strip(), [] if audits else checked_roles(roles))
        same = asked == (before.invited_by_id, before.audits, before.title, before.roles)
        what_to_do = "The link in the mail works." if same else "Withdraw that invitation first, or send it again."
        raise Refused(f"{email} was invited already. {what_to_do}", code="already_invited", repeated=same)
    if before:
        before.withdrawn_at = database_now()
        history.save(before, actor=actor, reason="Too old; invited again")
    made = Invitation(
        agency=agency,
        audits=audits,
        email=email,
        title=title.strip(),
        roles=[] if audits else checked_roles(roles),
        invited_by=actor,
        expires_at=database_now() + INVITATION_LASTS,
    )
    made.token_hash = links.fingerprint(links.token_of(made))
    made.full_clean(exclude=["agency", "roles"] if audits else None)
    history.save(made, actor=actor, reason="Invited")
    mails.owe_invitation(made)
    return made


def withdraw_unanswered(invitations: Iterable[Invitation], *, actor: User, reason: str) -> None:
    for invitation in invitations:
        invitation.withdrawn_at = database_now()
        history.save(invitation, actor=actor, reason=reason)


def take_up(invitation: Invitation, person: User) -> Membership | Auditor:
    """Turn an invitation into the membership or appointment that it offers, and tell who must know."""
    invitation.accepted_at = database_now()
    history.save(invitation, actor=person, reason="Accepted")
    if invitation.audits:
        return start_audit(person, invitation.agency_id, actor=person, reason="Accepted an invitation")
    assert invitation.agency is not None  # noqa: S101 (the database says so)
    membership = Membership(
        person=person,
        agency=invitation.agency,
        title=invitation.title,
        roles=invitation.roles,
        started_at=database_now(),
    )
    membership.full_clean()
    history.save(membership, actor=person, reason="Accepted an invitation")
    note(
        "membership.started",
        membership,
        actor=person,
        agency_id=membership.agency_id,
        roles=membership.roles,
        invitation=str(invitation.pk),
    )
    return membership


def start_audit(person: User, agency_id: UUID | None, *, actor: User, reason: str) -> Auditor:
    auditor = Auditor(person=person, agency_id=agency_id, started_at=database_now())
    history.save(auditor, actor=actor, reason=reason)
    note("auditor.appointed", auditor, actor=actor, agency_id=agency_id, person=str(person.pk))
    return auditor


def note(
    kind: str,
    subject: Agency | Membership | Auditor | User,
    *,
    actor: User | None,
    agency_id: UUID | None = None,
    **detail: object,
) -> Event:
    """Record what happened and tell who must know; the agency whose affair it is stands in the detail."""
    if agency_id:
        detail["agency"] = str(agency_id)
    works_there = actor is not None and agency_id is not None and policy.acts_for(actor, agency_id)
    return tell(record(kind, subject, actor=actor, acting_agency_id=agency_id if works_there else None, **detail))
