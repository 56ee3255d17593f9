"""Who may do what with agencies, people and accounts, and when. Each check returns None or raises.

Every check asks the database anew, not the person of the request: a role that ended a moment ago permits nothing.
"""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied

from portal.kernel.errors import Refused

from .models import Agency, Auditor, Invitation, Membership, Role, User

S = Agency.Status


def keeps_portal(person: User) -> bool:
    """Whether the person is a portal administrator now."""
    return User.objects.filter(pk=person.pk, is_active=True, is_portal_administrator=True).exists()


def works_at(person: User, agency_id: UUID | None) -> bool:
    """Whether the person works at the agency now."""
    return Membership.objects.current().filter(person=person.pk, agency=agency_id).exists()


def acts_for(person: User, agency_id: UUID | None, *roles: str) -> bool:
    """Whether the person acts for the agency now, in one of these roles if any are named: by the membership that their
    session acts under. What somebody may do is asked here; `works_at` states a fact about all of their memberships."""
    here = Membership.objects.acted_under(person).filter(agency=agency_id)
    return (here.with_role(*roles) if roles else here).exists()


def administers(person: User, agency_id: UUID | None) -> bool:
    return acts_for(person, agency_id, Role.ADMINISTRATOR)


def has_administrator(agency: Agency, *, besides: Membership | None = None) -> bool:
    """Whether somebody administers the agency now, not counting one membership."""
    found = Membership.objects.current().with_role(Role.ADMINISTRATOR).filter(agency=agency.pk)
    return (found.exclude(pk=besides.pk) if besides else found).exists()


# --- Agencies -------------------------------------------------------------------------------------------------------


def may_keep_agencies(person: User) -> None:
    """Register, activate, correct and end agencies."""
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator keeps the register of agencies.")


def may_activate_agency(person: User, agency: Agency) -> None:
    may_keep_agencies(person)
    if agency.status != S.LISTED:
        raise Refused(f"{agency} is {agency.get_status_display().lower()}, not listed.", code="not_listed")


def may_end_agency(person: User, agency: Agency) -> None:
    may_keep_agencies(person)
    _must_be_active(agency)


def may_open_record_set(person: User, agency: Agency) -> None:
    if not acts_for(person, agency.pk, Role.ADMINISTRATOR, Role.CUSTODIAN):
        raise PermissionDenied("Only an administrator or a records custodian of the agency opens a record set.")
    _must_be_active(agency)


def may_see_people(person: User, agency: Agency) -> None:
    """Who works there, with training and invitations: colleagues, auditors of the agency, portal administrators."""
    if acts_for(person, agency.pk) or keeps_portal(person) or audits(person, agency.pk):
        return
    raise PermissionDenied("Only people of the agency, its auditors and portal administrators see who works there.")


def audits(person: User, agency_id: UUID) -> bool:
    """Whether the person is appointed to audit this agency or the whole portal."""
    mine = Auditor.objects.current().filter(person=person.pk)
    return mine.filter(agency=None).exists() or mine.filter(agency=agency_id).exists()


def _must_be_active(agency: Agency) -> None:
    if agency.status == S.LISTED:
        raise Refused(f"{agency} is listed only. A portal administrator activates it first.", code="listed")
    if agency.status != S.ACTIVE:
        raise Refused(f"{agency} has ended.", code="ended")


# --- Invitations ----------------------------------------------------------------------------------------------------


def may_invite(person: User, agency: Agency, roles: Collection[str]) -> None:
    """Its administrators invite; a portal administrator invites the first one, while the agency has none."""
    if not administers(person, agency.pk):
        if not keeps_portal(person):
            raise PermissionDenied("Only an administrator of the agency invites people to it.")
        if has_administrator(agency):
            raise Refused(f"{agency} has an administrator, who invites its people.", code="has_administrator")
        if Role.ADMINISTRATOR not in roles:
            raise Refused(f"{agency} has no administrator. Invite one first.", code="administrator_first")
    _must_be_active(agency)


def may_withdraw_invitation(person: User, invitation: Invitation) -> None:
    """The agency's administrators, and portal administrators: they answer for every account."""
    if not administers(person, invitation.agency_id) and not keeps_portal(person):
        raise PermissionDenied("Only an administrator of the agency withdraws its invitations.")
    if invitation.accepted_at:
        raise Refused("The invitation was accepted. End the membership instead.", code="accepted")
    if invitation.withdrawn_at:
        raise Refused("The invitation was withdrawn already.", code="withdrawn")


def may_send_again(person: User, invitation: Invitation) -> None:
    may_withdraw_invitation(person, invitation)
    if invitation.agency:
        _must_be_active(invitation.agency)


def may_accept(person: User, invitation: Invitation) -> None:
    """Whether this person, new or known, may take the invitation up now."""
    must_be_open(invitation)
    if person.email != invitation.email.lower():
        raise Refused(
            "This invitation is for another address than yours. Sign out, then open its link again.",
            code="other_person",
        )
    if not person.is_active:
        raise Refused("This account is not active. Ask a portal administrator to reactivate it.", code="inactive")
    if invitation.audits:
        may_audit(person, invitation.agency_id)
    elif invitation.agency:
        may_join(person, invitation.agency)


def must_be_open(invitation: Invitation) -> None:
    """Whether the invitation can still be accepted, by whomever it is for."""
    if invitation.status == "accepted":
        raise Refused("This invitation was accepted already. Sign in with your address and password.", code="accepted")
    if invitation.status == "withdrawn":
        raise Refused("This invitation was withdrawn. Ask whoever invited you what to do.", code="withdrawn")
    if invitation.status == "expired":
        raise Refused("This invitation is too old. Ask whoever invited you to send it again.", code="expired")


def may_join(person: User, agency: Agency) -> None:
    _must_be_active(agency)
    if keeps_portal(person):
        raise Refused(
            "A portal administrator works at no agency. Accept with another account.", code="portal_administrator"
        )
    if works_at(person, agency.pk):
        raise Refused(f"You already work at {agency}.", code="member")
    if audits(person, agency.pk):
        raise Refused(f"Who audits {agency} can't work there. End the appointment first.", code="auditor")


# --- People ---------------------------------------------------------------------------------------------------------


def may_change_membership(person: User, membership: Membership) -> None:
    """Change title and roles, or end it."""
    if not administers(person, membership.agency_id):
        raise PermissionDenied("Only an administrator of the agency changes who works there.")
    if membership.ended_at:
        raise Refused(f"{membership.person} no longer works at {membership.agency}.", code="ended")


def may_do_without_administrator(membership: Membership) -> None:
    """Whether the agency keeps an administrator when this membership no longer is one."""
    if membership.has(Role.ADMINISTRATOR) and not has_administrator(membership.agency, besides=membership):
        raise Refused(
            f"{membership.person} is the last administrator of {membership.agency}. Make somebody else one first.",
            code="last_administrator",
        )


def administers_for(person: User, other: User) -> bool:
    """Whether the person administers an agency where the other one works."""
    mine = Membership.objects.acted_under(person).with_role(Role.ADMINISTRATOR)
    return Membership.objects.filter(person=other.pk, ended_at=None, agency__in=mine.values("agency")).exists()


def may_give_roles(person: User, membership: Membership, given: Collection[str]) -> None:
    """Nobody gives themselves a role: it takes a second person to open records, or a signature, to somebody."""
    if given and membership.person_id == person.pk:
        raise Refused(
            "Nobody gives themselves a role. Ask another administrator of the agency; if there is none, invite one.",
            code="self",
        )


def may_record_training(person: User, other: User) -> None:
    """Another administrator of the agency; for whom the agency has no other one, a portal administrator."""
    if not administers_for(person, other) and not (keeps_portal(person) and not _has_other_administrator(other)):
        raise PermissionDenied("Only an administrator of the person's agency records training.")
    if person.pk == other.pk:
        raise Refused(
            "Nobody records their own training. Ask another administrator of your agency, or a portal administrator.",
            code="self",
        )


def _has_other_administrator(person: User) -> bool:
    """Whether somebody else administers an agency where the person works."""
    places = Membership.objects.filter(person=person.pk, ended_at=None).values("agency")
    others = Membership.objects.current().with_role(Role.ADMINISTRATOR).exclude(person=person.pk)
    return others.filter(agency__in=places).exists()


def may_change_activity(person: User, other: User) -> None:
    """Deactivate or reactivate: a portal administrator anybody else, an administrator people of their agency alone."""
    if person.pk == other.pk:
        raise Refused("Nobody deactivates their own account. Ask another administrator.", code="self")
    if keeps_portal(person):
        return
    if not administers_for(person, other):
        raise PermissionDenied("Only a portal administrator or an administrator of the person's agency does this.")
    mine = Membership.objects.acted_under(person).with_role(Role.ADMINISTRATOR)
    elsewhere = Membership.objects.filter(person=other.pk, ended_at=None).exclude(agency__in=mine.values("agency"))
    if elsewhere.exists() or Auditor.objects.filter(person=other.pk, ended_at=None).exists():
        raise Refused(
            f"{other} has duties outside your agency, too. End the membership, or ask a portal administrator.",
            code="works_elsewhere",
        )


def may_deactivate(person: User, other: User) -> None:
    may_change_activity(person, other)
    if not other.is_active:
        raise Refused(f"{other}'s account is not active already.", code="inactive")


def may_reactivate(person: User, other: User) -> None:
    may_change_activity(person, other)
    if other.is_active:
        raise Refused(f"{other}'s account is active already.", code="active")


def may_release_lockout(person: User, other: User) -> None:
    if person.pk == other.pk:
        raise Refused("Nobody opens their own account. Ask another administrator.", code="self")
    if not keeps_portal(person) and not administers_for(person, other):
        raise PermissionDenied("Only a portal administrator or an administrator of the person's agency opens it.")


# --- Auditors -------------------------------------------------------------------------------------------------------


def may_appoint_auditors(person: User) -> None:
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator appoints auditors.")


def may_audit(person: User, agency_id: UUID | None) -> None:
    """Whether the person can be an auditor there: who audits changes nothing of what they audit."""
    if keeps_portal(person):
        raise Refused("A portal administrator is no auditor. Appoint somebody else.", code="portal_administrator")
    works = Membership.objects.current().filter(person=person.pk)
    if (works.filter(agency=agency_id) if agency_id else works).exists():
        raise Refused(f"{person} works at what they would audit. Appoint somebody else.", code="member")
    if Auditor.objects.current().filter(person=person.pk, agency=agency_id).exists():
        raise Refused(f"{person} is appointed already.", code="appointed")


def may_end_auditor(person: User, auditor: Auditor) -> None:
    may_appoint_auditors(person)
    if auditor.ended_at:
        raise Refused("The appointment has ended already.", code="ended")
