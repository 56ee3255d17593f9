"""Reads public lists of agencies into drafts, without a database. An agency is its court id or ORI, never its name."""

from agencies.reading.courts import read_courts, write_court
from agencies.reading.draft import AgencyDraft, same_name
from agencies.reading.ori import read_agencies, write_agency
from agencies.reading.states import STATES, state_code
from portal.kernel.reading.problem import Problem

__all__ = [
    "STATES",
    "AgencyDraft",
    "Problem",
    "read_agencies",
    "read_courts",
    "same_name",
    "state_code",
    "write_agency",
    "write_court",
]
