"""XML as values: an element is its text, or an object of its attributes (`@name`) and its text (`#text`) or elements.

Nothing outside the document is read, no entity is expanded, and nesting is bounded while it is parsed.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from portal.kernel.reading.pieces import DEEPEST
from portal.kernel.reading.strict_json import Unreadable

LISTS = frozenset({"attorney", "document", "item", "party"})
"""Elements that come as a list, however many there are."""
WEB_PAGE = (
    "is a web page, and what it says could only be guessed. Get the docket as JSON or XML: courts' systems and docket "
    "libraries give both."
)


class _Tree:
    """Builds the values as the parser tells of elements."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self.root: tuple[str, Any] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise Unreadable(f"is nested deeper than {DEEPEST} levels.")
        self._open.append((tag, {f"@{name}": value for name, value in attributes.items()}, []))

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def end(self, tag: str) -> None:
        _, found, texts = self._open.pop()
        text = "".join(texts)
        value: Any = found
        if not found:
            value = text
        elif text.strip():
            if any(not name.startswith("@") for name in found):
                raise Unreadable("has text between its elements, which no docket has.")
            found["#text"] = text
        if self._open:
            _put(self._open[-1][1], tag, value)
        else:
            self.root = (tag, value)

    def close(self) -> None:
        """The parser asks for it."""


def _doctype(name: str, system: str | None, public: str | None, has_internal_subset: int) -> None:
    """A definition elsewhere is named by many documents, and never read; one inside could add values of its own."""
    if has_internal_subset:
        raise Unreadable("holds declarations of its own, which are not read. Save it without them.")


def _put(parent: dict[str, Any], tag: str, value: Any) -> None:
    if tag in LISTS:
        parent.setdefault(tag, []).append(value)
    elif tag not in parent:
        parent[tag] = value
    elif isinstance(parent[tag], list):
        parent[tag].append(value)
    else:
        parent[tag] = [parent[tag], value]


def is_markup(raw: bytes) -> bool:
    return raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or raw.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def parse(raw: bytes) -> dict[str, Any]:
    """A document of one element, by its name. Raises Unreadable."""
    start = raw[:1024].lower()
    if b"<html" in start or b"<!doctype html" in start:
        raise Unreadable(WEB_PAGE)
    tree = _Tree()
    parser = DefusedXMLParser(target=tree, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.parser.StartDoctypeDeclHandler = _doctype
    try:
        parser.feed(raw)
        parser.close()
    except DefusedXmlException:
        raise Unreadable("declares entities, or asks for what lies outside of it; neither is read.") from None
    except ParseError as error:
        line, column = error.position
        raise Unreadable(f"is not XML: line {line:,}, column {column + 1:,}.") from None
    except (LookupError, ValueError):
        raise Unreadable("is in an encoding that cannot be read. Save it as UTF-8.") from None
    if tree.root is None:
        raise Unreadable("is XML without an element.")
    return dict([tree.root])
