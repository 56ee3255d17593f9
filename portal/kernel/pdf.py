"""A document as PDF: the same words as its page, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
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
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer, TableStyle

from .documents import Document, Section
from .tagged import Element, Grid, Tagged, Words

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
    styles, out, root = _styles(), BytesIO(), Element("Document")

    def finish(canvas: Any, _: Any) -> None:
        with canvas.marked(None):
            canvas.setFont(PLAIN, 8)
            canvas.drawString(MARGIN, FOOT, document.footer[:110])
            canvas.drawString(MARGIN, FOOT - 4 * mm, portal[:60])
            canvas.drawRightString(letter[0] - MARGIN, FOOT - 4 * mm, f"Page {canvas.getPageNumber()} of {of}")

    made = _Headed(
        out,
        pagesize=letter,
        title=f"{document.title}, {document.eyebrow}",
        author=portal,
        subject=document.subject,
        lang="en-US",
        displayDocTitle=True,
        invariant=1,
        initialFontName=PLAIN,
    )
    frame = Frame(MARGIN, MARGIN, WIDTH, letter[1] - 2 * MARGIN, 0, 0, 0, 0)
    made.addPageTemplates(PageTemplate(frames=[frame], onPage=finish))
    made.build(list(_story(document, styles, root)), canvasmaker=partial(Tagged, root=root))
    return made.page, out.getvalue()


class _Headed(BaseDocTemplate):
    """Pages whose headings stand in the outline too, by which readers move in the file."""

    seq: Any

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, Words) and flowable.element is not None and flowable.element.kind == "H2":
            key = f"h{self.seq.nextf('heading')}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key)


def _story(document: Document, styles: dict[str, ParagraphStyle], root: Element) -> Iterator[Flowable]:
    yield Words.of(root.add("P"), _words(document.eyebrow), styles["text"])
    yield Words.of(root.add("H1"), _words(document.title), styles["title"])
    yield Words.of(root.add("P"), _words(document.dated), styles["text"])
    for section in document.sections:
        yield from _section(section, styles, root.add("Sect"))


def _section(section: Section, styles: dict[str, ParagraphStyle], part: Element) -> Iterator[Flowable]:
    yield Words.of(part.add("H2"), _words(section.title), styles["h2"])
    if section.text:
        kind = "BlockQuote" if section.quoted else "P"
        yield _paragraph(section.text, styles["quote" if section.quoted else "text"], part.add(kind))
    if section.pairs:
        yield _grid([(name, value) for name, value in section.pairs], styles, part.add("Table"))
    if section.lines:
        items = part.add("L")
        for line in section.lines:
            said = items.add("LI").add("LBody")
            yield Words.of(said, _words(line), styles["text"], bulletText="\u2022")
    if section.rows:
        yield _table(section, styles, part.add("Table"))
    for number, (what, so) in enumerate(section.steps, 1):
        yield Words.of(part.add("H3"), f"{number}. {_words(what)}", styles["bold"])
        yield Words.of(part.add("P"), _words(so), styles["text"])
    for who, said_by in section.said:
        yield Words.of(part.add("H3"), _words(who), styles["bold"])
        yield _paragraph(said_by, styles["text"], part.add("P"))
    if section.note:
        yield _paragraph(section.note, styles["text"], part.add("P"))
    yield Spacer(0, 1 * mm)


def _paragraph(text: str, style: ParagraphStyle, element: Element) -> Words:
    """Text that a person wrote, with its lines."""
    return Words.of(element, _words(text).replace("\n", "<br/>"), style)


def _grid(pairs: list[tuple[str, str]], styles: dict[str, ParagraphStyle], table: Element) -> Grid:
    rows = []
    for name, value in pairs:
        row = table.add("TR")
        head = Words.of(row.add("TH", "Row"), _words(name), styles["head"])
        rows.append([head, _paragraph(value, styles["cell"], row.add("TD"))])
    return Grid(rows, colWidths=(NAMES, WIDTH - NAMES), style=TableStyle(PADDING), splitInRow=1)


def _table(section: Section, styles: dict[str, ParagraphStyle], table: Element) -> Grid:
    first = table.add("TR")
    rows = [[Words.of(first.add("TH", "Column"), _words(name), styles["head"]) for name in section.columns]]
    for cells in section.rows:
        row = table.add("TR")
        rows.append([_paragraph(cell, styles["cell"], row.add("TD")) for cell in cells])
    lines = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), *PADDING])
    return Grid(
        rows, colWidths=[WIDTH / len(section.columns)] * len(section.columns), repeatRows=1, style=lines, splitInRow=1
    )
