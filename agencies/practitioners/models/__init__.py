"""Practitioners who let others find them, what they write to each other, and their working groups."""

from .directory import Experience, Message, MessageQuerySet, Profile, ProfileQuerySet, Report
from .groups import (
    FILES,
    Announcement,
    GroupDocument,
    GroupMember,
    GroupMemberQuerySet,
    WorkingGroup,
    WorkingGroupGroupObjectPermission,
    WorkingGroupQuerySet,
    WorkingGroupUserObjectPermission,
)

__all__ = [
    "FILES",
    "Announcement",
    "Experience",
    "GroupDocument",
    "GroupMember",
    "GroupMemberQuerySet",
    "Message",
    "MessageQuerySet",
    "Profile",
    "ProfileQuerySet",
    "Report",
    "WorkingGroup",
    "WorkingGroupGroupObjectPermission",
    "WorkingGroupQuerySet",
    "WorkingGroupUserObjectPermission",
]
