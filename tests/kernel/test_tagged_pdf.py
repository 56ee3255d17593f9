"""What a reader of a screen gets of a PDF: every word in an element, in the order of reading; decoration in none."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from portal.kernel.documents import Document, Section
from portal.kernel.pdf import render

ROWS = [(f"MOU-{n:03}", "Case exchange " * 8, "Criminal cases to Cedar Police " * 6) for n in range(40)]


def document() -> Document:
    return Document(
        title="Privacy policy",
        eyebrow="Cedar Court",
        subject="Privacy policy",
        dated="Version 1. In force since Jan 5, 2026",
        footer="Privacy policy, version 1",
        sections=[
            Section("short", "In short", lines=["Records are kept.", "Long ones too. " * 600]),
            Section("contact", "Ask", pairs=[("Privacy officer", "Dana Whitfield")], note="By letter or in person."),
            Section("shared", "What is shared", columns=("Number", "Title", "What"), rows=ROWS),
            Section("words", "In full", said=[("1.1 Purpose", "To protect.\nTo inform.")]),
        ],
    )


def read() -> PdfReader:
    made = render(document(), portal="Portal")
    assert made == render(document(), portal="Portal"), "the same bytes each time"
    return PdfReader(BytesIO(made))


def elements(of: Any) -> Iterator[Any]:
    """The element and all below it, in order."""
    found = of.get_object()
    yield found
    for kid in found["/K"]:
        if "/S" in kid.get_object():
            yield from elements(kid)


def root(file: PdfReader) -> Any:
    return file.root_object


def tree(file: PdfReader) -> list[Any]:
    return list(elements(root(file)["/StructTreeRoot"]["/K"]))


def marks(element: Any) -> list[tuple[int, int]]:
    """Where the words of an element stand: page by its own number, and number on it."""
    kids = [kid.get_object() for kid in element["/K"]]
    return [(kid["/Pg"]["/StructParents"], kid["/MCID"]) for kid in kids if "/MCID" in kid]


def test_it_says_that_it_is_tagged_in_which_language_and_what_it_is_called() -> None:
    says, outline = root(read()), list[Any](read().outline)
    assert says["/MarkInfo"]["/Marked"]
    assert says["/Lang"] == "en-US"
    assert says["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [each.title for each in outline] == ["In short", "Ask", "What is shared", "In full"]


def test_headings_lists_and_tables_are_what_they_are() -> None:
    found = [each["/S"] for each in tree(read())]
    assert found[:4] == ["/Document", "/P", "/H1", "/P"]
    assert [found.count(kind) for kind in ("/H1", "/H2", "/H3", "/L", "/LI", "/Table")] == [1, 4, 1, 1, 2, 2]
    assert found.count("/TR") == 1 + 1 + len(ROWS)
    scopes = [each["/A"]["/Scope"] for each in tree(read()) if each["/S"] == "/TH"]
    assert scopes == ["/Row", "/Column", "/Column", "/Column"], "a head that is repeated on a page is read out once"


def test_every_word_is_in_one_element_and_decoration_in_none() -> None:
    file = read()
    said = [mark for each in tree(file) for mark in marks(each)]
    begins = [marks(each)[0] for each in tree(file) if marks(each)]
    assert begins == sorted(begins), "it is read in the order in which it stands"
    numbers = root(file)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    pages: list[Any] = list(file.pages)
    assert len(pages) > 3
    for page in pages:
        drawn = page.get_contents().get_data()
        opened = drawn.count(b" BDC") + drawn.count(b" BMC")
        of_page = [number for at, number in said if at == page["/StructParents"]]
        assert opened == drawn.count(b"EMC")
        assert len(of_page) == drawn.count(b" BDC") == len(numbers[2 * page["/StructParents"] + 1].get_object())
        outside = drawn
        for begin in (b" BDC", b" BMC"):
            outside = b"".join(part.partition(b"EMC")[2] if n else part for n, part in enumerate(outside.split(begin)))
        assert b"Tj" not in outside, "words that belong to nothing"
    long_one = next(each for each in tree(file) if each["/S"] == "/LBody" and len(marks(each)) > 1)
    assert {page for page, _ in marks(long_one)} == {0, 1}, "what goes on on the next page is one item"
