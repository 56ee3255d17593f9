"""The register of agencies, and what each of them holds."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from agencies import ending, policy
from agencies.models import Agency, Invitation, Membership, RecordSet, Role, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7

from .steps import note, withdraw_unanswered, write_invitation


@transaction.atomic(durable=True)
def register_agency(
    *, actor: User, administrator_email: str = "", administrator_title: str = "", **facts: Any
) -> Agency:
    """Put a new agency on the register, active at once, and invite its first administrator when an address is given.

    `facts` are fields of Agency: name, kind, level, state, county, ori, court_id, parent, time_zone.
    """
    policy.may_keep_agencies(actor)
    agency = Agency(**facts)
    tidy(agency)
    if known := known_as(agency):
        raise Refused(
            f"{known} has this ORI or court id and is on the register: "
            + ("activate it there." if known.status == Agency.Status.LISTED else "look it up there."),
            code="known",
        )
    agency.full_clean(exclude=["group"])
    start_work(agency, actor=actor, reason="Registered")
    note("agency.registered", agency, actor=actor, agency_id=agency.pk)
    invite_first(agency, actor, administrator_email, administrator_title)
    return agency


@transaction.atomic(durable=True)
def activate_agency(
    *, actor: User, agency_id: UUID, administrator_email: str = "", administrator_title: str = "", time_zone: str = ""
) -> Agency:
    """Let people of an agency that is known from a public list work here, and invite its first administrator."""
    agency = Agency.objects.for_update(agency_id)
    policy.may_activate_agency(actor, agency)
    agency.time_zone = time_zone or agency.time_zone
    start_work(agency, actor=actor, reason="Activated")
    note("agency.activated", agency, actor=actor, agency_id=agency.pk)
    invite_first(agency, actor, administrator_email, administrator_title)
    return agency


@transaction.atomic(durable=True)
def correct_agency(*, actor: User, agency_id: UUID, reason: str, **facts: Any) -> Agency:
    """Change what the register says of an agency; who it is stays the same row."""
    agency = Agency.objects.for_update(agency_id)
    policy.may_keep_agencies(actor)
    changed = sorted(name for name, value in facts.items() if getattr(agency, name) != value)
    for name, value in facts.items():
        setattr(agency, name, value)
    tidy(agency)
    if known := known_as(agency):
        raise ValidationError(f"{known} has this ORI or court id already.")
    agency.full_clean(exclude=["group"])
    history.save(agency, actor=actor, reason=reason)
    note("agency.corrected", agency, actor=actor, agency_id=agency.pk, fields=changed)
    return agency


@transaction.atomic(durable=True)
def end_agency(*, actor: User, agency_id: UUID, reason: str) -> Agency:
    """End an agency: nobody acts for it any more, its record sets close, its invitations are withdrawn.

    What agreements opened to it and from it closes before its record sets are locked, in the order of every command.
    """
    agency = Agency.objects.for_update(agency_id)
    policy.may_end_agency(actor, agency)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the agency ends."})
    agency.status = Agency.Status.ENDED
    history.save(agency, actor=actor, reason=reason)
    ending.follow(agency, actor=actor)
    now = database_now()
    people = []
    for membership in Membership.objects.filter(agency=agency, ended_at=None).select_related("person"):
        membership.ended_at = now
        history.save(membership, actor=actor, reason="The agency ended")
        people.append(str(membership.person_id))
    for held in RecordSet.objects.filter(owner=agency, closed_at=None):
        held.closed_at = now
        history.save(held, actor=actor, reason="The agency ended")
    waiting = Invitation.objects.unanswered().filter(agency=agency)
    withdraw_unanswered(waiting, actor=actor, reason="The agency ended")
    note("agency.ended", agency, actor=actor, agency_id=agency.pk, people=people, reason=reason)
    return agency


@transaction.atomic(durable=True)
def open_record_set(
    *,
    actor: User,
    agency_id: UUID,
    name: str,
    description: str = "",
    record_class: str = RecordSet.RecordClass.CASE,
    key: UUID | None = None,
) -> RecordSet:
    """Name a holding of the agency, so that records can be imported into it and agreements can share it.

    `key` comes with the form: the same form again is the same record set.
    """
    agency = Agency.objects.for_update(agency_id)
    policy.may_open_record_set(actor, agency)
    again = RecordSet.objects.filter(pk=key, owner=agency, name=name.strip()).first() if key else None
    if again is not None:
        return again
    held = RecordSet(
        pk=key or uuid7(), owner=agency, name=name.strip(), description=description.strip(), record_class=record_class
    )
    if RecordSet.objects.filter(owner=agency, name__iexact=held.name).exists():
        raise ValidationError({"name": f"{agency} has a record set of this name. Choose another name."})
    held.full_clean()
    history.save(held, actor=actor, reason="Opened")
    note("record_set.opened", agency, actor=actor, agency_id=agency.pk, record_set=str(held.pk))
    return held


def start_work(agency: Agency, *, actor: User, reason: str) -> None:
    """Give the agency the group that guardian's permissions name, and make it active."""
    agency.group = Group.objects.create(name=f"agency:{agency.pk}")
    agency.status = Agency.Status.ACTIVE
    history.save(agency, actor=actor, reason=reason)


def invite_first(agency: Agency, actor: User, email: str, title: str) -> None:
    if email:
        made = write_invitation(actor=actor, agency=agency, email=email, title=title, roles=[Role.ADMINISTRATOR])
        note("person.invited", agency, actor=actor, agency_id=agency.pk, invitation=str(made.pk), roles=made.roles)


def tidy(agency: Agency) -> None:
    """One spelling for what identifies an agency; an empty identifier is none."""
    agency.name = " ".join(agency.name.split())
    agency.state = agency.state.strip().upper()
    agency.ori = (agency.ori or "").strip().upper() or None
    agency.court_id = (agency.court_id or "").strip().lower() or None


def known_as(agency: Agency) -> Agency | None:
    """Another agency with the same ORI or court id."""
    same = Q(pk=None)
    if agency.ori:
        same |= Q(ori=agency.ori)
    if agency.court_id:
        same |= Q(court_id=agency.court_id)
    return Agency.objects.filter(same).exclude(pk=agency.pk).first()
