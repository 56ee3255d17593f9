"""Working groups: opened by whoever keeps the portal, led by their chairs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Membership, User
from agencies.practitioners import policy
from agencies.practitioners.models import Announcement, GroupMember, Profile, WorkingGroup
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.notices.tell import tell

VIEW = "practitioners.view_workinggroup"


# --- Opening and closing --------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def open_group(*, actor: User, name: str, purpose: str, chair_id: UUID) -> WorkingGroup:
    """Open a group under a chair; `chair_id`: a profile of the directory."""
    policy.may_open_group(actor)
    made = WorkingGroup(name=" ".join(name.split()), purpose=purpose.strip())
    made.full_clean()
    history.save(made, actor=actor, reason="Opened")
    record("working_group.opened", made, actor=actor)
    _chair(made, chair_id, actor)
    return made


@transaction.atomic(durable=True)
def name_chair(*, actor: User, group_id: UUID, chair_id: UUID) -> WorkingGroup:
    """Name the chair of a group; those who chaired it until now are members like others."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_close_group(actor, group)
    for member in group.members.filter(is_chair=True, ended_at=None):
        member.is_chair = False
        history.save(member, actor=actor, reason="No longer chair")
    _chair(group, chair_id, actor)
    return group


def _chair(group: WorkingGroup, profile_id: UUID, actor: User) -> None:
    profile = Profile.objects.listed().filter(pk=profile_id).first()
    if profile is None:
        raise ValidationError({"chair": "This person is no longer in the directory. Choose another."})
    known = group.members.filter(membership=profile.membership_id, ended_at=None).first()
    member = known or GroupMember(group=group, membership=profile.membership)
    member.is_chair, member.admitted_at = True, member.admitted_at or database_now()
    history.save(member, actor=actor, reason="Named chair")
    assign_perm(VIEW, profile.person, group)
    _tell("chair_named", group, actor, member)


@transaction.atomic(durable=True)
def close_group(*, actor: User, group_id: UUID, reason: str) -> WorkingGroup:
    """Close a group: its page opens to nobody any more, and its members are told."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_close_group(actor, group)
    group.closed_at, group.closed_because = database_now(), _said(reason)
    group.full_clean()
    history.save(group, actor=actor, reason="Closed")
    _tell("closed", group, actor)
    return group


@transaction.atomic(durable=True)
def change_group(*, actor: User, group_id: UUID, purpose: str) -> WorkingGroup:
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_lead(actor, group)
    group.purpose = purpose.strip()
    group.full_clean()
    history.save(group, actor=actor, reason="Changed")
    record("working_group.changed", group, actor=actor)
    return group


# --- Members --------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def ask_to_join(*, actor: User, group_id: UUID) -> GroupMember:
    """Ask the chair for a place, under the membership for which one acts."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_ask_to_join(actor, group)
    member = GroupMember(group=group, membership=Membership.objects.acted_under(actor).order_by("started_at")[0])
    history.save(member, actor=actor, reason="Asked to join")
    _tell("asked", group, actor, member)
    return member


@transaction.atomic(durable=True)
def admit(*, actor: User, member_id: UUID) -> GroupMember:
    member = _locked(member_id)
    policy.may_decide_on(actor, member)
    member.admitted_at = database_now()
    history.save(member, actor=actor, reason="Admitted")
    assign_perm(VIEW, member.membership.person, member.group)
    _tell("admitted", member.group, actor, member)
    return member


@transaction.atomic(durable=True)
def refuse(*, actor: User, member_id: UUID, reason: str) -> GroupMember:
    member = _locked(member_id)
    policy.may_decide_on(actor, member)
    _end(member, actor, _said(reason), "Refused")
    _tell("refused", member.group, actor, member)
    return member


@transaction.atomic(durable=True)
def remove(*, actor: User, member_id: UUID, reason: str) -> GroupMember:
    """End somebody's place in the group; they are told and read why."""
    member = _locked(member_id)
    policy.may_remove(actor, member)
    _end(member, actor, _said(reason), "Removed")
    _tell("removed", member.group, actor, member)
    return member


@transaction.atomic(durable=True)
def leave_group(*, actor: User, group_id: UUID) -> WorkingGroup:
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_leave_group(actor, group)
    member = policy.place_of(actor, group)
    assert member is not None  # noqa: S101  (the check asks for it)
    _end(member, actor, "", "Left")
    record("working_group.left", group, actor=actor, member=str(member.pk))
    return group


def _locked(member_id: UUID) -> GroupMember:
    """The member, under the lock of the group."""
    WorkingGroup.objects.for_update(GroupMember.objects.values_list("group", flat=True).get(pk=member_id))
    return GroupMember.objects.select_related("group", "membership__person").get(pk=member_id)


def _end(member: GroupMember, actor: User, because: str, reason: str) -> None:
    member.ended_at, member.ended_because, member.is_chair = database_now(), because, False
    member.full_clean()
    history.save(member, actor=actor, reason=reason)
    person = member.membership.person
    if not member.group.members.filter(membership__person=person, ended_at=None, admitted_at__isnull=False).exists():
        remove_perm(VIEW, person, member.group)


# --- Announcements --------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def announce(*, actor: User, group_id: UUID, title: str, text: str) -> Announcement:
    """Tell the members something; their notices say only that there is something to read."""
    group = WorkingGroup.objects.for_update(group_id)
    policy.may_lead(actor, group)
    made = Announcement(group=group, author=actor, title=" ".join(title.split()), text=text.strip())
    made.full_clean()
    history.save(made, actor=actor, reason="Announced")
    tell(record("working_group.announced", group, actor=actor, announcement=str(made.pk)))
    return made


@transaction.atomic(durable=True)
def take_back(*, actor: User, announcement_id: UUID, reason: str) -> Announcement:
    """Show an announcement to nobody any more."""
    WorkingGroup.objects.for_update(Announcement.objects.values_list("group", flat=True).get(pk=announcement_id))
    found = Announcement.objects.select_related("group").get(pk=announcement_id)
    policy.may_lead(actor, found.group)
    if found.taken_back_at is None:
        found.taken_back_at, found.taken_back_because = database_now(), _said(reason)
        found.full_clean()
        history.save(found, actor=actor, reason="Taken back")
        record("working_group.announcement_taken_back", found.group, actor=actor, announcement=str(found.pk))
    return found


def _tell(what: str, group: WorkingGroup, actor: User, member: GroupMember | None = None) -> Event:
    detail: dict[str, Any] = {"member": str(member.pk)} if member else {}
    return tell(record(f"working_group.{what}", group, actor=actor, **detail))


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    return reason.strip()
