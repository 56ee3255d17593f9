"""Shared records, the people on them, who looked, and imports. Nothing here is read but through the decision."""

from .access import AccessEntry, Inquiry, Release
from .approvals import InquiryApproval
from .disputes import Dispute
from .exports import Export
from .expungements import DestructionCertificate, Expungement, ExpungementRequest, Ground
from .imports import Import, ImportProblem, StagedCase
from .orders import CourtOrder
from .record import Charge, DocketEntry, Participant, Record
from .reviews import ReviewReminder
from .saved import SavedSearch
from .watches import Watch, WatchMatch, WatchNews

__all__ = [
    "AccessEntry",
    "Charge",
    "CourtOrder",
    "DestructionCertificate",
    "Dispute",
    "DocketEntry",
    "Export",
    "Expungement",
    "ExpungementRequest",
    "Ground",
    "Import",
    "ImportProblem",
    "Inquiry",
    "InquiryApproval",
    "Participant",
    "Record",
    "Release",
    "ReviewReminder",
    "SavedSearch",
    "StagedCase",
    "Watch",
    "WatchMatch",
    "WatchNews",
]
