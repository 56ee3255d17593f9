"""From what a person typed to a query. What was typed is kept in the session under an opaque name, so that no name of a
person stands in an address, a proxy's log or a browser's history (docs/adr)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError

from .listing import CLOSED, OPEN, NameAndNumber, Place, Query
from .reading import (
    docket_key,
    glued_keys,
    name_and_number,
    name_key,
    ori_key,
    person_number,
    statute_keys,
)

SESSION_SEARCHES = "searches"
KEPT = 20
LONGEST = 200
LONGEST_WORD = 60
MOST_WORDS = 8


@dataclass(frozen=True)
class Search:
    """What a person typed into the search form."""

    words: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def asks(self) -> bool:
        return bool(self.words or self.since or self.until)

    def query(self, *, standing: str = "", owner_id: UUID | None = None, record_class: str = "") -> Query:
        """The query for it: by numbers where a digit was typed, a name beside them included, else by name."""
        key, words = understand(self.words) if self.words else ("", ())
        return Query(
            name_words=() if key else words,
            docket_key=key,
            glued=glued_keys(self.words) if key else (),
            source_id=self.words if key and "/" in self.words else "",
            beside=_beside(self.words) if key else None,
            person_number=person_number(self.words) if key else "",
            statutes=statute_keys(self.words) if key else (),
            ori=ori_key(self.words) if key else "",
            since=self.since,
            until=self.until,
            standing=standing if standing in (OPEN, CLOSED) else "",
            owner_id=owner_id,
            record_class=record_class,
        )

    def by_name(self, query: Query) -> Query | None:
        """The same query by name, for a name with a digit in it that no docket number equals; None if none is there."""
        words = understand(self.words)[1] if query.docket_key else ()
        if not words:
            return None
        return Query(
            name_words=words,
            since=query.since,
            until=query.until,
            standing=query.standing,
            owner_id=query.owner_id,
            record_class=query.record_class,
        )


def _beside(text: str) -> NameAndNumber | None:
    """A name and a number that were typed in one line, if they were."""
    name, number = name_and_number(text)
    if not name:
        return None
    return NameAndNumber(_of_name(name), docket_key(number), glued_keys(number), person_number(number))


def plain(text: str) -> str:
    """What was typed without control characters and double spaces."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).split())


def understand(text: str) -> tuple[str, tuple[str, ...]]:
    """A docket key (empty without a digit) and the words of a name (empty where there is no letter).

    Raises ValidationError with words for the person who typed.
    """
    if len(text) > LONGEST:
        raise ValidationError(f"Type a name or a number, at most {LONGEST} characters.", code="long")
    words = _of_name(text)
    if not words:
        raise ValidationError("Type letters or digits: a name, or a docket number.", code="signs")
    if len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        raise ValidationError(f"Type fewer words: up to {MOST_WORDS} of a name, or one docket number.", code="many")
    key = docket_key(text) if any(letter.isdigit() for word in words for letter in word) else ""
    if not key and sum(map(len, words)) < 2 and words[0].isascii():
        raise ValidationError("Type at least two letters of a name, or a docket number.", code="short")
    return key, words if any(letter.isalpha() for word in words for letter in word) else ()


TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "jr", "sr", "esq"))
_VERSUS = re.compile(r".*\s(?:v|vs|versus)\.?\s")  # in small letters: `V.` is an initial


def _of_name(text: str) -> tuple[str, ...]:
    """The words of a name, as `name_key` makes them; of `The People v. Halvorsen` the second party's, and without
    `Mr.` or `Jr.`, which sources write or leave out."""
    words = tuple(dict.fromkeys(name_key(_VERSUS.sub("", text)).split()))
    return tuple(word for word in words if word not in TITLES) or words


def keep(session: SessionBase, search: Search) -> str:
    """Keep a search in the session, with the last `KEPT` of them, and say under which name."""
    name = secrets.token_urlsafe(9)
    kept = dict(list(session.get(SESSION_SEARCHES, {}).items())[1 - KEPT :])
    kept[name] = [search.words, *(day.isoformat() if day else "" for day in (search.since, search.until))]
    session[SESSION_SEARCHES] = kept
    return name


def kept(session: SessionBase, name: str) -> Search | None:
    """The search of this name, or None where the session knows none."""
    found: list[Any] | None = session.get(SESSION_SEARCHES, {}).get(name)
    return None if found is None else _search(found)


def finds(search: Search, numbers: set[str], names: Sequence[str]) -> bool:
    """Whether a search names a record: its number or one of somebody on it, or a word of the name of such. `names` are
    keys."""
    words = understand(search.words)[1] if search.words else ()
    parts = [part for name in names for part in name.split()]
    return bool(numbers & _numbers(search.query())) or any(part.startswith(word) for word in words for part in parts)


def _numbers(query: Query) -> set[str]:
    """What a record is asked for by, that could be a number of it or of somebody on it."""
    found = {query.docket_key, *query.glued, query.source_id, query.person_number}
    if query.beside:
        found |= {query.beside.docket_key, *query.beside.glued, query.beside.person_number}
    return found - {""}


def forget_searches(session: dict[str, Any], which: Callable[[Search], bool]) -> bool:
    """Take these searches out of what a session holds; whether there were any."""
    searches: dict[str, list[str]] = session.get(SESSION_SEARCHES, {})
    gone = [name for name in searches if which(_search(searches[name]))]
    for name in gone:
        del searches[name]
    return bool(gone)


def _search(values: list[str]) -> Search:
    words, since, until = values
    return Search(words, *(date.fromisoformat(day) if day else None for day in (since, until)))


def written(place: Place | None) -> str:
    """A place as it stands in an address."""
    return f"{place[0].isoformat()}_{place[1]}" if place else ""


def place(text: str) -> Place | None:
    """The place that `written` wrote; None for anything else."""
    day, _, key = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None
