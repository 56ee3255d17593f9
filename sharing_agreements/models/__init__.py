"""Agreements: who shares what with whom, for what, under which text; signatures; and the grants that open records."""

from .agreements import (
    CLOSED_AS,
    COMMENTING,
    EXPIRING,
    HOLDS,
    MAY_END,
    SUBMITTED,
    THRESHOLDS,
    Agreement,
    AgreementQuerySet,
)
from .attachments import Attachment
from .awaited import AwaitedChange
from .comments import Comment, CommentReply
from .endings import Certificate, ExpiryNotice, Withdrawal
from .grants import Grant, GrantQuerySet
from .library import LibraryClause, LibraryVersion
from .obligations import Fulfilment, FulfilmentWithdrawal, Obligation, ObligationReminder
from .saved_filters import SavedFilter
from .signatures import Signature, SignatureReminder
from .texts import (
    REQUIRED_TOPICS,
    SHAREABLE_ROLES,
    Action,
    AgreementVersion,
    Clause,
    ClauseAuthority,
    Party,
    SigningOrder,
    Term,
    Topic,
    days_until,
    first_moment,
    last_day,
)

__all__ = [
    "CLOSED_AS",
    "COMMENTING",
    "EXPIRING",
    "HOLDS",
    "MAY_END",
    "REQUIRED_TOPICS",
    "SHAREABLE_ROLES",
    "SUBMITTED",
    "THRESHOLDS",
    "Action",
    "Agreement",
    "AgreementQuerySet",
    "AgreementVersion",
    "Attachment",
    "AwaitedChange",
    "Certificate",
    "Clause",
    "ClauseAuthority",
    "Comment",
    "CommentReply",
    "ExpiryNotice",
    "Fulfilment",
    "FulfilmentWithdrawal",
    "Grant",
    "GrantQuerySet",
    "LibraryClause",
    "LibraryVersion",
    "Obligation",
    "ObligationReminder",
    "Party",
    "SavedFilter",
    "Signature",
    "SignatureReminder",
    "SigningOrder",
    "Term",
    "Topic",
    "Withdrawal",
    "days_until",
    "first_moment",
    "last_day",
]
