"""Reads dockets into drafts, without a database: what the source holds is kept as it stands, what is wrong is named."""

from portal.kernel.reading.problem import Problem
from portal.records.reading.documents import Reading, Source, read_docket, read_path, read_sources
from portal.records.reading.draft import CaseDraft, ChargeDraft, EntryDraft, ParticipantDraft
from portal.records.reading.families import write_docket
from portal.records.reading.keys import (
    LEAST_OF_NUMBER,
    docket_key,
    glued_keys,
    name_and_number,
    name_key,
    names_no_court,
    ori_key,
    person_number,
    statute_keys,
)
from portal.records.reading.parties import aliases_in, names_key

__all__ = [
    "LEAST_OF_NUMBER",
    "CaseDraft",
    "ChargeDraft",
    "EntryDraft",
    "ParticipantDraft",
    "Problem",
    "Reading",
    "Source",
    "aliases_in",
    "docket_key",
    "glued_keys",
    "name_and_number",
    "name_key",
    "names_key",
    "names_no_court",
    "ori_key",
    "person_number",
    "read_docket",
    "read_path",
    "read_sources",
    "statute_keys",
    "write_docket",
]
