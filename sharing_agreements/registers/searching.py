"""Full-text search over entries and the texts attached to them, within the registers that somebody sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from .models import ATTACHMENT_WORDS, ENTRY_WORDS, Attachment, Entry, Register
from .snippets import snippets

MOST = 50
LONGEST = 200
"""Characters of what is looked for."""


@dataclass(slots=True)
class Found:
    """Entries, the best first, and texts with their snippets by agency, at most MOST of each; the counts are of all."""

    entries: list[Entry] = field(default_factory=list)
    texts: list[tuple[Attachment, SafeString]] = field(default_factory=list)
    entry_count: int = 0
    text_count: int = 0


def search(seen: QuerySet[Register], words: str) -> Found:
    """What of the registers `seen` holds the words: all of them, "a phrase", -not this, this or that."""
    query = SearchQuery(words, config="english", search_type="websearch")
    entries = Entry.objects.filter(register__in=seen).annotate(found=ENTRY_WORDS).filter(found=query)
    texts = Attachment.objects.filter(entry__register__in=seen, removed_at=None)
    with_words = texts.annotate(found=ATTACHMENT_WORDS).filter(found=query)
    best_entries = entries.annotate(rank=SearchRank(ENTRY_WORDS, query)).order_by("-rank", "agency_name", "pk")
    # Not by rank: over long texts that cost seconds a search for a phrase of common words.
    shown = list(with_words.order_by("entry__agency_name", "pk").values_list("pk", flat=True)[:MOST])
    return Found(
        list(best_entries.select_related("register")[:MOST]),
        _with_snippets(shown, words),
        entries.count(),
        with_words.count(),
    )


def _with_snippets(ids: list[UUID], words: str) -> list[tuple[Attachment, SafeString]]:
    """The attachments in the order of the ids, each with its snippet."""
    by_id = {each.pk: each for each in Attachment.objects.filter(pk__in=ids).select_related("entry__register")}
    found = [by_id[pk] for pk in ids]
    return list(zip(found, snippets([each.text for each in found], words), strict=True))
