"""Which records of a list stay behind when it is exported, and why: of those alone that its viewer sees in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.kernel.clock import database_now
from sharing_agreements.models import Action

from . import listing
from .decision import Decision, look_as, see_as
from .listing import Query
from .models import Record
from .models.record import DECIDES

AGREEMENT = "their agreement does not allow copies ({})"
MOST_TERMS = 3
OVERDUE = "their review is overdue"
JUVENILE = "their agreement does not allow copies of juvenile records"
NONCONVICTION = "they are nonconviction data, which may not leave the portal"
FOUND_BY = "the name or number by which they were found may not leave the portal"


@dataclass(frozen=True)
class Staying:
    """How many records a list has, and how many of them stay behind for which reason, the most first. Of more than
    `listing.MOST_COUNTED` those alone are counted of which nothing may leave."""

    listed: int
    reasons: tuple[tuple[int, str], ...]
    sealed: int = 0
    juvenile: int = 0
    """How many of those that leave are under these restrictions; not counted where the list is so long."""

    @property
    def many(self) -> bool:
        return self.listed > listing.MOST_COUNTED

    @property
    def heading(self) -> str:
        """How many leave, of how many: `38 of 41 records: 3 stay behind`; empty where none stays behind."""
        number = sum(count for count, _ in self.reasons)
        if not number:
            return ""
        if self.many:
            counted = f"{listing.MOST_COUNTED:,}+" if number > listing.MOST_COUNTED else f"at least {number:,}"
            return f"More than {listing.MOST_COUNTED:,} records: {counted} of them stay behind"
        stay = "stays" if number == 1 else "stay"
        return f"{self.listed - number:,} of {self.listed:,} records: {number:,} {stay} behind"

    @property
    def restricted(self) -> str:
        """What leaves under a restriction: `2 sealed, 1 juvenile`; empty where nothing does."""
        counted = ((self.sealed, "sealed"), (self.juvenile, "juvenile"))
        return ", ".join(f"{number:,} {word}" for number, word in counted if number)

    @property
    def said(self) -> str:
        """The same with its reasons, as a line of a file."""
        if not self.reasons:
            return ""
        alone = len(self.reasons) == 1
        why = "; ".join(reason if alone else f"{count:,}, {reason}" for count, reason in self.reasons)
        return f"{self.heading}: {why}."


def staying(leaving: Decision, query: Query) -> Staying:
    """What of the list of a query stays behind when the viewer of this decision exports it; they are named to the
    second lock again when this is over."""
    viewer = leaving.viewer
    found = look_as(viewer.to(Action.SEARCH))
    listed = _ids(found, query)
    shut = set(found.of_class(query.record_class).sets_with("")) - set(leaving.sets_with(""))
    restricted = (0, 0)
    if len(listed) > listing.MOST_COUNTED:
        number = listing.count(found.only(shut), query) if shut else 0
        reasons = Counter({_agreement(found, shut): number} if number else {})
        see_as(viewer)
    else:
        rows = list(Record.objects.visible_to(found).filter(pk__in=listed).only(*DECIDES, "record_set"))
        see_as(viewer)
        gone, now = _ids(leaving, query), database_now()
        opened = {name: set(leaving.sets_with(name)) for name in ("", "juvenile", "nonconviction")}
        reasons = Counter(_why(each, found, opened, now) for each in rows if each.pk not in gone)
        leaves = [each for each in rows if each.pk in gone]
        restricted = sum(each.sealed for each in leaves), sum(each.juvenile for each in leaves)
    ranked = tuple(sorted(((number, why) for why, number in reasons.items()), key=_most_first))
    return Staying(len(listed), ranked, *restricted)


def _most_first(reason: tuple[int, str]) -> tuple[int, str]:
    number, why = reason
    return -number, why


def _ids(decision: Decision, query: Query) -> set[UUID]:
    return {key for _, key in listing.find(decision, query, limit=listing.MOST_COUNTED + 1)}


def _why(record: Record, found: Decision, opened: dict[str, set[UUID]], now: datetime) -> str:
    """Why a record of the list stays behind; `opened`: sets open to a copy, by what of them is. Each way that opens one
    to a search asks the same of a copy, but for the action: where no way is left, none allows it."""
    key = record.record_set_id
    if key not in opened[""]:
        return _agreement(found, {key})
    if record.closes_at is not None and record.closes_at <= now:
        return OVERDUE
    if record.juvenile and key not in opened["juvenile"]:
        return JUVENILE
    alone = record.nonconviction_from is not None and record.nonconviction_from <= now
    return NONCONVICTION if alone and key not in opened["nonconviction"] else FOUND_BY


def _agreement(found: Decision, sets: set[UUID]) -> str:
    """Terms of the agreements through which a search finds what is in these sets: some of them, where they are many."""
    ways = [way for each in found.sets.among(sets).values() for way in each.ways]
    terms = sorted({f"{way['agreement_number']}, term {way['term_code']}" for way in ways})
    others = f"; {len(terms) - MOST_TERMS:,} more" if len(terms) > MOST_TERMS else ""
    return AGREEMENT.format("; ".join(terms[:MOST_TERMS]) + others)
