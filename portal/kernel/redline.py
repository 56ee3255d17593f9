"""What changed between two texts, word by word. What kind of text it is, higher floors know."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]
"""(same, add or del; text)."""

WORD = re.compile(r"\s+|[^\s\w]|\w+")


def words_changed(old: str, new: str) -> list[Piece]:
    """The text as pieces that stayed, went and came; neighbours of one kind are one piece."""
    before, after = WORD.findall(old), WORD.findall(new)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[a:b])))
            continue
        if a < b:
            pieces.append(("del", "".join(before[a:b])))
        if c < d:
            pieces.append(("add", "".join(after[c:d])))
    return _calm(pieces)


def _calm(pieces: list[Piece]) -> list[Piece]:
    """Changes that only a space or a comma parts read better as one."""
    calm: list[Piece] = []
    removed = added = ""
    for n, (kind, text) in enumerate(pieces):
        between = kind == "same" and not text.strip(" ,") and 0 < n < len(pieces) - 1
        if kind == "same" and not between:
            calm += _changed(removed, added)
            removed = added = ""
            calm.append((kind, text))
            continue
        removed += text if kind in {"del", "same"} else ""
        added += text if kind in {"add", "same"} else ""
    return calm + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    return [(kind, text) for kind, text in (("del", removed), ("add", added)) if text]
