"""What people type is made plain once, before any form reads it."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.typed import PlainText, plain

BLANK = ["\u200b", "\u202e", "\ufeff\u2060", "\u3164", "\u2800", "\u200d\u200c", "\u0301", "\ufe0f", "\u00ad \u200b"]


@pytest.mark.parametrize("text", BLANK)
def test_what_nobody_sees_is_nothing(text: str) -> None:
    assert plain(text).strip() == ""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Hal\u200bvor\u00adsen", "Halvorsen"),
        ("abc\u202ecba", "abccba"),
        ("\u2066x\u2069", "x"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("क्\u200dष", "क्\u200dष"),
        ("a\u200d", "a"),
        ("\u200da", "a"),
        ("José", "José"),
        ("Jose\u0301", "Jose\u0301"),
        ("王小明", "王小明"),
        ("line\r\nline\t", "line\r\nline\t"),
        ("", ""),
        ("  ", "  "),
    ],
)
def test_what_is_seen_stays(text: str, seen: str) -> None:
    assert plain(text) == seen


@given(st.text())
def test_what_is_plain_stays_so_and_ascii_is(text: str) -> None:
    if text.isascii():
        assert plain(text) == text


def test_addresses_and_forms_are_made_plain_and_passwords_are_not() -> None:
    seen = []

    def view(request):  # type: ignore[no-untyped-def]
        seen.append(request)

    request = RequestFactory().post(
        "/?q=a%E2%80%8Bb", {"title": "\u202e", "roles": ["x\u200b", "y"], "password": "é\u200b"}
    )
    PlainText(view)(request)
    (found,) = seen
    assert found.GET["q"] == "ab"
    assert (found.POST["title"], found.POST.getlist("roles")) == ("", ["x", "y"])
    assert found.POST["password"] == "é\u200b"
    with pytest.raises(AttributeError, match="immutable"):
        found.POST["title"] = "x"
    assert isinstance(found.POST, QueryDict)
