"""What people type, made plain before any form or view reads it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

JOINERS = "\u200c\u200d"
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Signs that count as letters or symbols and show as nothing: Hangul fillers, the empty Braille cell."""


def plain(text: str) -> str:
    """A text without what nobody sees: two writings that look alike are one, and nothing turns a line around.

    Format characters (Unicode Cf: zero-width and soft signs, marks of direction) and letters that show as nothing go;
    a zero-width joiner or non-joiner stays between two letters or marks, where Persian and Indic names need it. A text
    of which nothing can be seen then, as combining marks alone, is empty.
    """
    if text.isascii():
        return text
    kept = [letter for at, letter in enumerate(text) if not _unseen(text, at)]
    seen = any(unicodedata.category(letter)[0] in "LNPS" for letter in kept)
    return "".join(kept) if seen else ""


def _unseen(text: str, at: int) -> bool:
    letter = text[at]
    if letter in JOINERS:
        around = text[at - 1 : at] + text[at + 1 : at + 2]
        return len(around) < 2 or any(unicodedata.category(each)[0] not in "LM" for each in around)
    return letter in BLANK_LETTERS or unicodedata.category(letter) == "Cf"


class PlainText:
    """Makes plain what comes in addresses and forms; passwords stay as they are typed, files as they are sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = _plain(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = _plain(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _plain(given: QueryDict) -> QueryDict:
    if all(value.isascii() for _, values in given.lists() for value in values):
        return given
    made = given.copy()
    for name, values in given.lists():
        if "password" not in name:
            made.setlist(name, [plain(value) for value in values])
    made._mutable = False
    return made
