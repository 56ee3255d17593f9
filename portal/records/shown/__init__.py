"""Records as a viewer sees them: every value is taken through its ruling in SQL, so that what is withheld never leaves
the database."""

from .case import CaseFile, case_file, entries_page
from .hits import Hit, hits
from .values import ChargeLine, EntryLine, Envelope, Person, Shown

__all__ = [
    "CaseFile",
    "ChargeLine",
    "EntryLine",
    "Envelope",
    "Hit",
    "Person",
    "Shown",
    "case_file",
    "entries_page",
    "hits",
]
