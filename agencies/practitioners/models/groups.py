"""Working groups: who is in them, what they announce, what they keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import get_objects_for_user
from simple_history.models import HistoricalRecords

from agencies.models import Membership, User
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

FILES = "working_groups"
"""The folder of the private store in which documents of groups lie."""


class WorkingGroupQuerySet(TrackedQuerySet["WorkingGroup"]):
    def open(self) -> WorkingGroupQuerySet:
        """Those that people can ask to join."""
        return self.filter(closed_at=None)

    def visible_to(self, person: User) -> WorkingGroupQuerySet:
        """Those whose page the person reads: guardian's permission is necessary and not sufficient; their place in the
        group, and at the agency for which they act, are asked anew."""
        if not person.is_active:
            return self.none()
        permitted = get_objects_for_user(
            person, "practitioners.view_workinggroup", self.open(), with_superuser=False, accept_global_perms=False
        )
        mine = GroupMember.objects.current().filter(membership__in=Membership.objects.acted_under(person))
        return self.filter(pk__in=permitted.values("pk")).filter(pk__in=mine.values("group"))


class WorkingGroup(models.Model):
    """Practitioners of several agencies who work on something together; who signs in reads its name and purpose."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(
        max_length=120, unique=True, error_messages={"unique": "There is a working group of this name already."}
    )
    purpose = models.TextField(max_length=2000)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_because = models.CharField(max_length=500, blank=True)

    objects = WorkingGroupQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        default_permissions = ("view",)  # guardian's view_workinggroup; nothing else is granted
        constraints = [
            models.CheckConstraint(
                name="working_group_closed",
                condition=Q(closed_at=None, closed_because="") | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkingGroupUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(WorkingGroup, models.CASCADE)


class WorkingGroupGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(WorkingGroup, models.CASCADE)


class GroupMemberQuerySet(TrackedQuerySet["GroupMember"]):
    def asking(self) -> GroupMemberQuerySet:
        """Who asked to join, still works where they did, and has no answer yet."""
        return self._working().filter(admitted_at=None)

    def current(self) -> GroupMemberQuerySet:
        """Who is in the group now; whose work at the agency has ended is not."""
        return self._working().filter(admitted_at__isnull=False)

    def _working(self) -> GroupMemberQuerySet:
        return self.filter(ended_at=None, membership__in=Membership.objects.current()).select_related(
            "membership__person", "membership__agency", "group"
        )


class GroupMember(models.Model):
    """Somebody's place in a group, under one membership at an agency: asked for, given, ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="members")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="working_groups")
    is_chair = models.BooleanField(default=False)
    asked_at = models.DateTimeField(db_default=Now())
    admitted_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_because = models.CharField(max_length=500, blank=True)

    objects = GroupMemberQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "membership"], name="group_member_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="group_chair_admitted", condition=Q(is_chair=False) | Q(admitted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.membership)


class Announcement(models.Model):
    """What a chair tells the group. Taken back, it is shown to nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="announcements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(db_default=Now())
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_because = models.CharField(max_length=500, blank=True)

    objects = TrackedQuerySet["Announcement"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.title


class GroupDocument(models.Model):
    """A file that the members of a group keep."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=160)
    file = models.UUIDField(editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120)
    file_kind = models.CharField(max_length=4, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["GroupDocument"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "title"],
                name="group_document_title",
                violation_error_message="Another document of the group has this title. Choose a different one.",
            )
        ]

    def __str__(self) -> str:
        return self.title
