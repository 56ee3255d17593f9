"""What changed between two versions, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple
from uuid import UUID

from portal.kernel.redline import WORD, Piece, words_changed

from .models import AgreementVersion, Clause, Term
from .wording import law_in_words, obligation_in_words, party_names, term_in_words


class Region(NamedTuple):
    """A stretch of a text that two people began from: what it was, and what each made of it."""

    kind: str
    """same; ours, theirs: one side changed it; both: each changed it alike; conflict: each changed it otherwise."""
    base: str
    ours: str
    theirs: str


class _Hunk(NamedTuple):
    """Words of the base from `begin` up to `end` that one side replaced."""

    begin: int
    end: int
    words: list[str]


def three_way(base: str, ours: str, theirs: str) -> list[Region]:
    """The base as stretches with what each side made of them; put together, each side's stretches are its text.

    Changes that touch, or that only a space or a comma parts, are one stretch: words side by side are read together.
    """
    words = WORD.findall(base)
    mine, other = _hunks(words, ours), _hunks(words, theirs)
    regions, at = [], 0
    for begin, end in _stretches(words, sorted([*mine, *other])):
        regions.append(Region("same", *["".join(words[at:begin])] * 3))
        sides = [_applied(words, hunks, begin, end) for hunks in (mine, other)]
        was = "".join(words[begin:end])
        regions.append(Region(_kind(was, *sides), was, *sides))
        at = end
    regions.append(Region("same", *["".join(words[at:])] * 3))
    return [region for region in regions if region.base or region.ours or region.theirs]


def _hunks(words: list[str], text: str) -> list[_Hunk]:
    after = WORD.findall(text)
    found = SequenceMatcher(None, words, after, autojunk=False).get_opcodes()
    return [_Hunk(a, b, after[c:d]) for kind, a, b, c, d in found if kind != "equal"]


def _stretches(words: list[str], hunks: list[_Hunk]) -> Iterator[tuple[int, int]]:
    """Where the base was changed by anybody, near changes taken together."""
    begin = end = -1
    for hunk in hunks:
        if begin >= 0 and not "".join(words[end : hunk.begin]).strip(" ,"):
            end = max(end, hunk.end)
            continue
        if begin >= 0:
            yield begin, end
        begin, end = hunk.begin, hunk.end
    if begin >= 0:
        yield begin, end


def _applied(words: list[str], hunks: list[_Hunk], begin: int, end: int) -> str:
    """What one side says in place of a stretch of the base."""
    said, at = [], begin
    for hunk in hunks:
        if begin <= hunk.begin and hunk.end <= end:
            said += [*words[at : hunk.begin], *hunk.words]
            at = hunk.end
    return "".join([*said, *words[at:end]])


def _kind(base: str, ours: str, theirs: str) -> str:
    if ours == theirs:
        return "both"
    if theirs == base:
        return "ours"
    return "theirs" if ours == base else "conflict"


def merged(regions: Iterable[Region]) -> str:
    """Both sides' changes together; where they conflict, our words."""
    return "".join(region.theirs if region.kind == "theirs" else region.ours for region in regions)


def conflicts(regions: Iterable[Region]) -> list[Region]:
    return [region for region in regions if region.kind == "conflict"]


@dataclass(frozen=True)
class ClauseChange:
    """A clause that was added, removed or reworded."""

    clause: Clause
    note: str
    pieces: list[Piece]


def clauses_changed(old: AgreementVersion, new: AgreementVersion) -> list[ClauseChange]:
    """Clauses of either version that differ, in the order of the text. A clause is known by its number."""
    before, after = ({clause.number: clause for clause in each.clauses.with_law()} for each in (old, new))
    numbered = {**before, **after}
    return [
        change
        for number in sorted(numbered, key=lambda number: numbered[number].position)
        if (change := _clause_change(before.get(number), after.get(number)))
    ]


def _clause_change(old: Clause | None, new: Clause | None) -> ClauseChange | None:
    clause = new or old
    assert clause is not None  # noqa: S101  (its number is in one of the versions)
    if old is None or new is None:
        kind, note = ("add", "New clause") if old is None else ("del", "Removed clause")
        rests = f"{note}, rest{'s' if old is None else 'ed'} on {law}" if (law := law_in_words(clause)) else note
        return ClauseChange(clause, rests, [(kind, clause.text)])
    notes = []
    if old.heading != new.heading:
        notes.append(f"Heading was “{old.heading}”")
    if old.topic != new.topic:
        notes.append(f"Covered {old.get_topic_display().lower()}, covers {new.get_topic_display().lower()}")
    if (was := law_in_words(old)) != (now := law_in_words(new)):
        notes.append(f"Rested on {was or 'no law'}, rests on {now or 'none'}")
    if not notes and old.text == new.text:
        return None
    return ClauseChange(clause, ". ".join(notes), words_changed(old.text, new.text))


@dataclass(frozen=True)
class Difference:
    """One thing besides the clauses: what it is, and its words before and after as pieces."""

    field: str
    pieces: list[Piece]


def rest_changed(old: AgreementVersion, new: AgreementVersion) -> list[Difference]:
    """What changed of purpose, dates, periods, signing, parties, terms, obligations and attachments."""
    pairs = [
        ("Purpose", old.purpose, new.purpose),
        ("Takes effect", f"{old.effective_on:%b %d, %Y}", f"{new.effective_on:%b %d, %Y}"),
        ("Last day", _day(old), _day(new)),
        ("Notice to leave", f"{old.withdrawal_days} days", f"{new.withdrawal_days} days"),
        ("Return or destruction", f"{old.return_days} days", f"{new.return_days} days"),
        ("Signing", old.get_signing_order_display(), new.get_signing_order_display()),
        ("Parties", _parties(old), _parties(new)),
        *_terms(old, new),
        *_obligations(old, new),
        *_attachments(old, new),
    ]
    return [Difference(name, words_changed(before, after)) for name, before, after in pairs if before != after]


def _day(version: AgreementVersion) -> str:
    return f"{version.last_day:%b %d, %Y}" if version.last_day else "no end"


def _parties(version: AgreementVersion) -> str:
    return "; ".join(party.name for party in version.parties.all())


def _terms(old: AgreementVersion, new: AgreementVersion) -> Iterator[tuple[str, str, str]]:
    def said(version: AgreementVersion) -> dict[str, str]:
        terms, names = version.terms.select_related("clause", "recipient", "record_set__owner"), party_names(version)
        return {term.code: _said(term, names) for term in terms}

    before, after = said(old), said(new)
    for code in sorted(before | after):
        yield f"Term {code}", before.get(code, ""), after.get(code, "")


def _obligations(old: AgreementVersion, new: AgreementVersion) -> Iterator[tuple[str, str, str]]:
    def said(version: AgreementVersion) -> dict[str, str]:
        found = list(version.obligations.select_related("clause", "version__agreement"))
        names = party_names(version) if found else {}
        return {
            each.code: f"Under clause {each.clause.number}: " + " ".join(obligation_in_words(each, names))
            for each in found
        }

    before, after = said(old), said(new)
    for code in sorted(before | after):
        yield f"Obligation {code}", before.get(code, ""), after.get(code, "")


def _attachments(old: AgreementVersion, new: AgreementVersion) -> Iterator[tuple[str, str, str]]:
    before, after = (
        {each.title: f"sha256 {each.sha256}" for each in version.attachments.all()} for version in (old, new)
    )
    for title in sorted(before | after):
        yield f"Attachment “{title}”", before.get(title, ""), after.get(title, "")


def _said(term: Term, names: Mapping[UUID, str]) -> str:
    return f"Under clause {term.clause.number}: " + " ".join(term_in_words(term, names))
