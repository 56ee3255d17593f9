"""Agencies, the people who work there, and what an agency holds."""

from .accounts import AccountMail, Session
from .agencies import Agency, RecordSet, RecordSetGroupObjectPermission, RecordSetUserObjectPermission
from .memberships import (
    RECORD_ROLES,
    Auditor,
    AuditorQuerySet,
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    Role,
    own_or_audited,
)
from .people import PeopleManager, Training, User, is_certified

__all__ = [
    "RECORD_ROLES",
    "AccountMail",
    "Agency",
    "Auditor",
    "AuditorQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "PeopleManager",
    "RecordSet",
    "RecordSetGroupObjectPermission",
    "RecordSetUserObjectPermission",
    "Role",
    "Session",
    "Training",
    "User",
    "is_certified",
    "own_or_audited",
]
