"""Full-text search over entries and the texts attached to them, within the registers that somebody sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import QuerySet
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .models import ATTACHMENT_WORDS, ENTRY_WORDS, Attachment, Entry, Register

MOST = 50
LONGEST = 200
BEGINS, ENDS = "\ue000", "\ue001"
"""Signs of no alphabet, between which the words that were found stand until the text is escaped."""


@dataclass(slots=True)
class Found:
    """Entries and texts, the best first, at most MOST of each; the counts are of all."""

    entries: list[Entry] = field(default_factory=list)
    texts: list[Attachment] = field(default_factory=list)
    entry_count: int = 0
    text_count: int = 0


def search(seen: QuerySet[Register], words: str) -> Found:
    """What of the registers `seen` holds the words: all of them, "a phrase", -not this, this or that."""
    query = SearchQuery(words, config="english", search_type="websearch")
    entries = Entry.objects.filter(register__in=seen).annotate(found=ENTRY_WORDS).filter(found=query)
    texts = Attachment.objects.filter(entry__register__in=seen, removed_at=None)
    with_words = texts.annotate(found=ATTACHMENT_WORDS).filter(found=query)
    best_entries = entries.annotate(rank=SearchRank(ENTRY_WORDS, query)).order_by("-rank", "agency_name", "pk")
    best = (
        with_words.annotate(rank=SearchRank(ATTACHMENT_WORDS, query))
        .order_by("-rank", "pk")
        .values_list("pk", flat=True)
    )
    shown = list(best[:MOST])
    return Found(
        list(best_entries.select_related("register")[:MOST]),
        _with_snippets(shown, query),
        entries.count(),
        with_words.count(),
    )


def _with_snippets(ids: list[UUID], query: SearchQuery) -> list[Attachment]:
    """The attachments with `snippet`, in the order of the ids; only what is shown is read again for it."""
    headline = SearchHeadline(
        "text", query, config="english", start_sel=BEGINS, stop_sel=ENDS, max_words=35, min_words=18, max_fragments=2
    )
    found = Attachment.objects.filter(pk__in=ids).defer("text").annotate(snippet=headline)
    by_id = {attachment.pk: attachment for attachment in found.select_related("entry__register")}
    return [by_id[pk] for pk in ids]


def marked(snippet: str) -> SafeString:
    """A snippet with the words that were found marked, everything else escaped."""
    first, *others = snippet.split(BEGINS)
    parts = (other.partition(ENDS)[::2] for other in others)
    return mark_safe(escape(first)) + format_html_join("", "<mark>{}</mark>{}", parts)  # noqa: S308
