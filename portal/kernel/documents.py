"""What a document says, apart from how it is shown: one description serves page and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of a document with its heading; it holds one or several of these."""

    anchor: str
    title: str
    pairs: Sequence[tuple[str, str]] = ()
    text: str = ""
    lines: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    steps: Sequence[tuple[str, str]] = ()
    said: Sequence[tuple[str, str]] = ()
    """Who said what."""
    note: str = ""
    quoted: bool = False
    """Whether `text` is the words of others, set apart."""

    @property
    def table_columns(self) -> list[dict[str, object]]:
        """The columns as the table of a page takes them; the first names the row."""
        return [{"label": label, "head": number == 0} for number, label in enumerate(self.columns)]


@dataclass(frozen=True)
class Document:
    """Something to print and keep; `sections` in the order of reading."""

    title: str
    eyebrow: str
    subject: str
    dated: str
    footer: str
    sections: Sequence[Section]
