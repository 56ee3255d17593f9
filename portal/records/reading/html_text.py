"""Text of the HTML that stands in values of a document: read by its tags alone, so that no input is too odd for it."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"</?\s*([A-Za-z]+)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BREAKS = frozenset({"br", "p", "li", "tr", "td"})

Block = list[str]
"""Lines of text."""


def plain_text(source: str) -> str:
    """The text without tags, each break a line of its own."""
    return "\n".join(line for block in _blocks(source) for line in block)


def cells_of(source: str) -> list[list[Block]]:
    """The cells of a table, each as the blocks of lines in it."""
    return [_blocks(cell) for cell in re.split(r"<td\b[^<>]*>", source)[1:]]


def _blocks(source: str) -> list[Block]:
    blocks: list[list[str]] = [[""]]
    for piece in _TAG.split(source):
        tag = _NAME.match(piece)
        if tag is None or not piece.endswith(">"):
            blocks[-1][-1] += html.unescape(piece).replace("\x00", "")
        elif tag[1].lower() == "div":
            blocks.append([""])
        elif tag[1].lower() in _BREAKS:
            blocks[-1].append("")
    lines = [[_BLANKS.sub(" ", line).strip() for line in block] for block in blocks]
    return [found for block in lines if (found := [line for line in block if line])]
