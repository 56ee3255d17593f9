"""Names that sound alike, and other forms of names: what a search finds below those who bear the very words.

How a word sounds stands beside the words of each name in one index (migration 0038), by Double Metaphone (Philips,
"The Double Metaphone Search Algorithm", 2000); other forms are those of a list that genealogists keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nicknames import NickNamer

from portal.kernel import prepared

from .reading import name_key

SOUNDS = "SELECT w.word, records_sounds(w.word) AS sounds FROM unnest(%(words)s::text[]) AS w(word)"


def prefixes(words: Sequence[str]) -> str:
    """A query of text search for all these words of `name_key` as beginnings of words."""
    return " & ".join(f"'{word}':*" for word in words)


def alike(words: Sequence[str]) -> str:
    """A query for all these words or what is like them, initials left out, without what `prefixes` finds; empty where
    nothing is."""
    whole = [word for word in words if len(word) > 1] or list(words)
    sounds = {row["word"]: row["sounds"] for row in prepared.rows(SOUNDS, {"words": whole})}
    like = {word: [*other_forms(word), *sounds[word]] for word in whole}
    if not any(like.values()) and len(whole) == len(words):
        return ""
    either = (" | ".join([prefixes([word]), *(f"'{other}'" for other in like[word])]) for word in whole)
    return f"{' & '.join(f'({each})' for each in either)} & !({prefixes(words)})"


def other_forms(word: str) -> list[str]:
    """Short forms of a name, and the names that it is a short form of."""
    known = _namer()
    found = {name_key(each) for each in known.nicknames_of(word) | known.canonicals_of(word)}
    return sorted(each for each in found if each.isalnum() and each != word)


@cache
def _namer() -> NickNamer:
    return NickNamer()
