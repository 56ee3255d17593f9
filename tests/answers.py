"""Answers without what differs each time that the same is asked."""

import re

DIFFERENT_EACH_TIME = (
    (re.compile(r'nonce="[^"]+"'), 'nonce=""'),
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), 'name="csrfmiddlewaretoken"'),
    (re.compile(r'<time datetime="[^"]*T[^"]*">[^<]*</time>'), "<time></time>"),
    (re.compile(r'name="key" value="[^"]+"'), 'name="key"'),
    (re.compile(r"\bs=[\w-]{12}"), "s="),
)


def plain(text: str) -> str:
    """A page without nonce, tokens, moments, and the names under which sessions keep searches."""
    for pattern, instead in DIFFERENT_EACH_TIME:
        text = pattern.sub(instead, text)
    return text
