"""Records as a viewer sees them: every value is taken through its ruling in SQL, so that what is withheld never leaves
the database."""

from .case import CaseFile, case_file, entries_page
from .disputes import Disputed
from .hits import DisputedHere, Hit, hits
from .values import ChargeLine, EntryInBrief, EntryLine, Envelope, Person, Shown

__all__ = [
    "CaseFile",
    "ChargeLine",
    "Disputed",
    "DisputedHere",
    "EntryInBrief",
    "EntryLine",
    "Envelope",
    "Hit",
    "Person",
    "Shown",
    "case_file",
    "entries_page",
    "hits",
]
