"""Reads dockets into drafts, without a database: what the source holds is kept as it stands, what is wrong is named."""

from portal.kernel.reading.problem import Problem
from portal.records.reading.draft import CaseDraft, ChargeDraft, EntryDraft, ParticipantDraft
from portal.records.reading.federal_criminal import Reading, read_docket, read_path
from portal.records.reading.keys import docket_key, name_key, names_no_court
from portal.records.reading.parties import aliases_in, names_key
from portal.records.reading.writing import write_docket

__all__ = [
    "CaseDraft",
    "ChargeDraft",
    "EntryDraft",
    "ParticipantDraft",
    "Problem",
    "Reading",
    "aliases_in",
    "docket_key",
    "name_key",
    "names_key",
    "names_no_court",
    "read_docket",
    "read_path",
    "write_docket",
]
