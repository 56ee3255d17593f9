"""Where in a text the words stand that were looked for: a window around them, with the words marked.

What it costs is bounded by the length of the texts, however long a phrase is: PostgreSQL only marks the words, which it
knows by their stems, in a short window.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence

from django.db import connection
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

WINDOW = 280
"""Characters around what was found."""
STEM = 4
"""Letters that a word keeps at least when it is looked for without its ending."""
BEGINS, ENDS = "\ue000", "\ue001"
"""Signs of no alphabet, between which marked words stand until the text is escaped."""
OPTIONS = f"HighlightAll=true, StartSel={BEGINS}, StopSel={ENDS}"


def window(text: str, words: str) -> str:
    """The stretch of a text in which most of the different words stand, the first such; else its beginning."""
    wanted = {_stem(word) for word in re.findall(r"(?<![-\w])\w{2,}", words.casefold())} - {"or"}
    if not wanted:
        return _cut(text, 0)
    pattern = re.compile(rf"\b({'|'.join(sorted(map(re.escape, wanted), key=len, reverse=True))})", re.IGNORECASE)
    inside: deque[tuple[int, str]] = deque()
    counts: Counter[str] = Counter()
    best, most = 0, 0
    for match in pattern.finditer(text):
        inside.append((match.start(), match[1].casefold()))
        counts[match[1].casefold()] += 1
        while match.end() - inside[0][0] > WINDOW:
            _, gone = inside.popleft()
            counts[gone] -= 1
        if (different := sum(count > 0 for count in counts.values())) > most:
            best, most = inside[0][0], different
    return _cut(text, best)


def _stem(word: str) -> str:
    return word[: max(STEM, len(word) - 3)]


def _cut(text: str, at: int) -> str:
    """A window from a little before the place on, at the bounds of words."""
    begin = max(0, at - WINDOW // 4)
    begin = text.find(" ", begin, at) + 1 if begin else 0
    end = min(len(text), at + WINDOW)
    end = max(text.rfind(" ", at, end), at + 1) if end < len(text) else end
    lead, rest = ("\u2026 " if begin else ""), (" \u2026" if end < len(text) else "")
    return f"{lead}{text[begin:end].replace(BEGINS, '').replace(ENDS, '')}{rest}"


def snippets(texts: Sequence[str], words: str) -> list[SafeString]:
    """For each text its window with the words marked, everything else escaped."""
    windows = [window(text, words) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('english', each, websearch_to_tsquery('english', %s), %s)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS windows(each, at) ORDER BY at",
            [words, OPTIONS, windows],
        )
        return [marked(row[0]) for row in cursor.fetchall()]


def marked(snippet: str) -> SafeString:
    first, *others = snippet.split(BEGINS)
    parts = (other.partition(ENDS)[::2] for other in others)
    return mark_safe(escape(first)) + format_html_join("", "<mark>{}</mark>{}", parts)  # noqa: S308
