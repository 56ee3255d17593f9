"""The verbs of agencies, people and accounts: the only writers of them."""

from .accounts import (
    appoint_portal_administrator,
    deactivate_person,
    edit_profile,
    reactivate_person,
    release_lockout,
    set_password,
)
from .auditing import appoint_auditor, end_auditor
from .inviting import accept_invitation, create_account, invite, send_invitation_again, withdraw_invitation
from .registering import activate_agency, correct_agency, end_agency, open_record_set, register_agency
from .signing_in import note_failed_sign_in, note_sign_in, note_sign_out
from .staffing import change_roles, end_membership, record_training

__all__ = [
    "accept_invitation",
    "activate_agency",
    "appoint_auditor",
    "appoint_portal_administrator",
    "change_roles",
    "correct_agency",
    "create_account",
    "deactivate_person",
    "edit_profile",
    "end_agency",
    "end_auditor",
    "end_membership",
    "invite",
    "note_failed_sign_in",
    "note_sign_in",
    "note_sign_out",
    "open_record_set",
    "reactivate_person",
    "record_training",
    "register_agency",
    "release_lockout",
    "send_invitation_again",
    "set_password",
    "withdraw_invitation",
]
