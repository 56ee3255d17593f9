"""What a charge's one line of text says: the statute in front, the count's number behind. Read where it is plain."""

from __future__ import annotations

import re

_SECTION = r"\d{1,2}:\d+[A-Za-z]{0,2}(?:\.[A-Z]+)?(?:\([A-Za-z0-9]{1,5}\))*"
_SUBSECTION = r"(?:\([A-Za-z0-9]{1,5}\))+"
_FURTHER = rf"(?:\s*;\s*{_SECTION}|,?\s+and\s+(?:{_SECTION}|{_SUBSECTION}|\d+(?=\s*(?:-|;|\(|$))))"
_FEDERAL = re.compile(rf"(?:Count\s+\d+\s+)?({_SECTION}{_FURTHER}*)(?![\w:])")
_STATE = re.compile(r"([A-Z]{2,5}\s+\d+(?:\.\d+)?(?:\([A-Za-z0-9]{1,5}\))*)\s+-\s")
_NUMBER = re.compile(r"\((\d{1,4}[a-z]{0,4}(?:-\d{1,4}[a-z]{0,4})?)\)\s*$")
LONGEST_STATUTE = 160


def statute_of(description: str) -> str:
    """The citation that a description begins with: `8:1326(a) and (b)(1)`, `CPC 211`; '' if there is none."""
    found = _FEDERAL.match(description) or _STATE.match(description)
    return found[1] if found and len(found[1]) <= LONGEST_STATUTE else ""


def count_number_of(description: str) -> str:
    """The number that ends a count's description: `1`, `2-4`, `3s` (superseding); '' if it may belong to a citation."""
    found = _NUMBER.search(description)
    if found is None or description.strip() == statute_of(description):
        return ""
    return found[1]
