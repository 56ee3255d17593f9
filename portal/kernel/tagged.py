"""Tagged PDF: which words are headings, paragraphs, items of lists and cells of tables, for readers of a screen
(ISO 32000-1, 14.7 and 14.8). The library draws; here what is drawn is marked, and at the end the tree of it written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFtrue
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

VERSION = (1, 7)


@dataclass
class Element:
    """A part of the document: its type in the standard's own names, and what it consists of, in the order of reading.

    `marks`: where its words were drawn, page and number on the page.
    """

    kind: str
    kids: list[Element] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    scope: str = ""

    def add(self, kind: str, scope: str = "") -> Element:
        made = Element(kind, scope=scope)
        self.kids.append(made)
        return made


class Words(Paragraph):
    """A paragraph of an element; drawn again, as the head of a table on its next page, it is decoration."""

    element: Element | None = None
    drawn = False
    canv: Tagged

    @classmethod
    def of(cls, element: Element, *args: Any, **more: Any) -> Words:
        made = cls(*args, **more)
        made.element = element
        return made

    def draw(self) -> None:
        with self.canv.marked(None if self.drawn else self.element):
            super().draw()
        self.drawn = True

    def split(self, width: float, height: float) -> list[Flowable]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.element = self.element
        return parts


class Grid(Table):
    """A table whose lines are decoration; its cells are `Words`."""

    canv: Tagged

    def _drawLines(self) -> None:
        with self.canv.marked(None):
            super()._drawLines()  # type: ignore[misc]  # not in the library's stubs


class Tagged(Canvas):
    """A canvas that marks what is drawn, and writes the tree of a document at its end."""

    _code: list[str]
    _doc: Any

    def __init__(self, file: Any, *, root: Element, **more: Any) -> None:
        self.root = root
        self.on_page: list[list[Element]] = [[]]
        super().__init__(file, **more, pdfVersion=VERSION)

    @contextmanager
    def marked(self, element: Element | None) -> Iterator[None]:
        """Inside: what is drawn belongs to the element; without one it is decoration, which is not read out."""
        if element is None:
            self._code.append("/Artifact BMC")
        else:
            number = len(self.on_page[-1])
            element.marks.append((len(self.on_page) - 1, number))
            self.on_page[-1].append(element)
            self._code.append(f"/{element.kind} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    def showPage(self) -> None:
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self.on_page) - 1, PDFName("S")
        self.on_page.append([])

    def save(self) -> None:
        if self._code:
            self.showPage()
        self._write_tree()
        super().save()

    def _write_tree(self) -> None:
        """The elements, each with its parent, and for each page which element each of its marks belongs to."""
        names: dict[int, str] = {}
        self._name(self.root, names)
        self._write(self.root, "Structure", names)
        numbers: list[Any] = []
        for page, elements in enumerate(self.on_page):
            if elements:
                numbers += [page, PDFArray([PDFObjectReference(names[id(each)]) for each in elements])]
        tree = self._doc.Reference(PDFDictionary({"Nums": PDFArray(numbers)}), "ParentTree")
        root = {
            "Type": PDFName("StructTreeRoot"),
            "K": PDFObjectReference(names[id(self.root)]),
            "ParentTree": tree,
            "ParentTreeNextKey": len(self.on_page),
        }
        catalog, root_of_all = self._doc.Catalog, PDFDictionary(root)
        self._doc.Reference(root_of_all, "Structure")
        catalog.StructTreeRoot = root_of_all
        catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})

    def _name(self, element: Element, names: dict[int, str]) -> None:
        names[id(element)] = f"Element{len(names)}"
        for kid in element.kids:
            self._name(kid, names)

    def _write(self, element: Element, parent: str, names: dict[int, str]) -> None:
        name, pages = names[id(element)], self._doc.Pages.pages
        kids: list[Any] = [PDFObjectReference(names[id(kid)]) for kid in element.kids]
        for page, number in element.marks:
            of_page = {"Type": PDFName("MCR"), "Pg": self._doc.Reference(pages[page]), "MCID": number}
            kids.append(PDFDictionary(of_page))
        values = {
            "Type": PDFName("StructElem"),
            "S": PDFName(element.kind),
            "P": PDFObjectReference(parent),
            "K": PDFArray(kids),
        }
        if element.scope:
            values["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(element.scope)})
        self._doc.Reference(PDFDictionary(values), name)
        for kid in element.kids:
            self._write(kid, name, names)
