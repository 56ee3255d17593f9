"""A document as PDF: the same words as its page, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

from .documents import Document, Section

FONTS = Path(__file__).with_name("fonts")
PLAIN, BOLD = "PublicSans", "PublicSans-Bold"
MARGIN, FOOT = 20 * mm, 12 * mm
WIDTH = letter[0] - 2 * MARGIN
NAMES = 40 * mm
LINE = colors.HexColor("#8d9297")
PADDING: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
]


@cache
def _styles() -> dict[str, ParagraphStyle]:
    """The styles, once the fonts that they name are known."""
    pdfmetrics.registerFont(TTFont(PLAIN, FONTS / "PublicSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "PublicSans-Bold.ttf"))
    text = ParagraphStyle("text", fontName=PLAIN, fontSize=9.5, leading=13, splitLongWords=1, spaceAfter=1.5 * mm)
    return {
        "text": text,
        "bold": ParagraphStyle("bold", text, fontName=BOLD),
        "cell": ParagraphStyle("cell", text, fontSize=8.5, leading=11, spaceAfter=0),
        "head": ParagraphStyle("head", text, fontName=BOLD, fontSize=8.5, leading=11, spaceAfter=0),
        "quote": ParagraphStyle("quote", text, leftIndent=5 * mm, fontSize=10.5, leading=15, spaceAfter=3 * mm),
        "title": ParagraphStyle("title", text, fontName=BOLD, fontSize=17, leading=21, spaceAfter=2 * mm),
        "h2": ParagraphStyle("h2", text, fontName=BOLD, fontSize=12, leading=15, spaceBefore=5 * mm, keepWithNext=1),
    }


def _words(text: str) -> str:
    """Text as markup; what the font has no sign for stands as its code point, so that nothing is left out unseen."""
    _styles()
    known = cast(TTFont, pdfmetrics.getFont(PLAIN)).face.charToGlyph
    return escape("".join(c if c == "\n" or ord(c) in known else f"[U+{ord(c):04X}]" for c in text))


def answer(document: Document, *, name: str) -> HttpResponse:
    """The document as a file to keep; `name` is that of the file, without its ending."""
    made = HttpResponse(render(document, portal=settings.PORTAL_NAME), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    made["Cache-Control"] = "no-store"
    return made


def render(document: Document, *, portal: str) -> bytes:
    """The PDF. `portal` is the name that stands on every page."""
    pages, _ = _built(document, portal, of=0)
    return _built(document, portal, of=pages)[1]


def pages(document: Document) -> int:
    """How many pages the document takes."""
    return _built(document, settings.PORTAL_NAME, of=0)[0]


def _built(document: Document, portal: str, *, of: int) -> tuple[int, bytes]:
    """How many pages there are, and the file; built twice, since each page says of how many it is."""
    styles, out = _styles(), BytesIO()

    def finish(canvas: Canvas, _: Any) -> None:
        canvas.setFont(PLAIN, 8)
        canvas.drawString(MARGIN, FOOT, document.footer[:110])
        canvas.drawString(MARGIN, FOOT - 4 * mm, portal[:60])
        canvas.drawRightString(letter[0] - MARGIN, FOOT - 4 * mm, f"Page {canvas.getPageNumber()} of {of}")

    made = BaseDocTemplate(
        out,
        pagesize=letter,
        title=f"{document.title}, {document.eyebrow}",
        author=portal,
        subject=document.subject,
        lang="en-US",
        invariant=1,
        initialFontName=PLAIN,
    )
    frame = Frame(MARGIN, MARGIN, WIDTH, letter[1] - 2 * MARGIN, 0, 0, 0, 0)
    made.addPageTemplates(PageTemplate(frames=[frame], onPage=finish))
    made.build(list(_story(document, styles)))
    return made.page, out.getvalue()


def _story(document: Document, styles: dict[str, ParagraphStyle]) -> Iterator[Flowable]:
    yield Paragraph(_words(document.eyebrow), styles["text"])
    yield Paragraph(_words(document.title), styles["title"])
    yield Paragraph(_words(document.dated), styles["text"])
    for section in document.sections:
        yield from _section(section, styles)


def _section(section: Section, styles: dict[str, ParagraphStyle]) -> Iterator[Flowable]:
    yield Paragraph(_words(section.title), styles["h2"])
    if section.text:
        yield _paragraph(section.text, styles["quote" if section.quoted else "text"])
    if section.pairs:
        yield _grid([(name, value) for name, value in section.pairs], styles)
    for line in section.lines:
        yield Paragraph(_words(line), styles["text"], bulletText="\u2022")
    if section.rows:
        yield _table(section, styles)
    for number, (what, so) in enumerate(section.steps, 1):
        yield Paragraph(f"{number}. {_words(what)}", styles["bold"])
        yield Paragraph(_words(so), styles["text"])
    for who, said in section.said:
        yield Paragraph(_words(who), styles["bold"])
        yield _paragraph(said, styles["text"])
    if section.note:
        yield _paragraph(section.note, styles["text"])
    yield Spacer(0, 1 * mm)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """Text that a person wrote, with its lines."""
    return Paragraph(_words(text).replace("\n", "<br/>"), style)


def _grid(pairs: list[tuple[str, str]], styles: dict[str, ParagraphStyle]) -> Table:
    rows = [[Paragraph(_words(name), styles["head"]), _paragraph(value, styles["cell"])] for name, value in pairs]
    return Table(rows, colWidths=(NAMES, WIDTH - NAMES), style=TableStyle(PADDING), splitInRow=1)


def _table(section: Section, styles: dict[str, ParagraphStyle]) -> Table:
    rows = [[Paragraph(_words(name), styles["head"]) for name in section.columns]]
    rows += [[_paragraph(cell, styles["cell"]) for cell in row] for row in section.rows]
    lines = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), *PADDING])
    return Table(
        rows, colWidths=[WIDTH / len(section.columns)] * len(section.columns), repeatRows=1, style=lines, splitInRow=1
    )
