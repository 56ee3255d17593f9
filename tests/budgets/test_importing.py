"""Lines and figures from a sheet: every wrong cell is named, and then nothing is taken over."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sharing_agreements.budgets.importing import Unfit, amount

from .conftest import Scene

pytestmark = pytest.mark.django_db

HEADINGS = "Line,Recurrence,Fiscal year,Planned,Actual,In kind from"


def sent(scene: Scene, name: str, content: bytes, *, basis: str = "", **given: str) -> str:
    """What the page says after the upload."""
    client = Client()
    client.force_login(scene.keeper)
    args = [scene.budget.pk, basis] if basis else [scene.budget.pk]
    address = reverse("budgets:figures_import" if basis else "budgets:lines_import", args=args)
    file = SimpleUploadedFile(name, content)
    return client.post(address, {"file": file, **given}, follow=True).content.decode()


def lines(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows]).encode()


def test_lines_are_added_and_changed(scene: Scene) -> None:
    content = lines(
        'Interface,One-time,2027,"$12,300.50",,', "hosting,Recurring,2028,11000,10950.25,", "Desk,,FY 2029,10,,b police"
    )
    assert "2 lines are added, 1 changed" in sent(scene, "lines.csv", content)
    found = {(line.name, line.year): line for line in scene.budget.lines.all()}
    assert found["Interface", 2027].planned == Decimal("12300.50")
    assert (found["Hosting", 2028].planned, found["Hosting", 2028].actual) == (Decimal(11000), Decimal("10950.25"))
    assert found["Desk", 2029].provided_by == scene.police
    assert "1 changed" in sent(scene, "lines.csv", lines("Hosting,Recurring,2028,11000,,"))
    assert scene.budget.lines.get(name="Hosting", year=2028).actual == Decimal("10950.25")


def test_every_wrong_cell_is_named_and_nothing_is_written(scene: Scene) -> None:
    before = scene.budget.lines.count()
    page = sent(scene, "lines.csv", lines(
        "Good,Recurring,2027,10,,", "Bad,Sometimes,1999,1.234,-1,Nobody", ",Recurring,2027,ten,,",
        "good,Recurring,2027,11,,",
    ))  # fmt: skip
    assert "Nothing was taken over" in page
    for cell in ("line 3, Recurrence", "line 3, Fiscal year", "line 3, Planned", "line 3, Actual",
                 "line 3, In kind from", "line 4, Line", "line 4, Planned", ">line 5<"):  # fmt: skip
        assert cell in page, cell
    assert scene.budget.lines.count() == before


def test_a_file_without_the_columns_or_rows_says_so(scene: Scene) -> None:
    assert "There is no column “Planned”" in sent(scene, "lines.csv", b"Line,Fiscal year\nHosting,2027")
    assert "There is no row below the headings" in sent(scene, "lines.csv", HEADINGS.encode())
    assert "neither a CSV file nor a workbook" in sent(scene, "lines.csv", b"%PDF-1.7 x")


def test_figures_come_from_a_workbook_with_their_source(scene: Scene) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Agency", "Population"], ["A Court", 212400], ["B Police", 88300.5], ["C Sheriff", 0]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    given = {"basis": "population", "source": "Census Bureau", "as_of": "2025-07-01"}
    assert "3 figures are entered" in sent(scene, "figures.xlsx", out.getvalue(), **given)
    denominator = scene.budget.denominators.get(basis="population")
    assert (denominator.source, denominator.as_of.isoformat()) == ("Census Bureau", "2025-07-01")
    assert denominator.weights.get(agency=scene.police).value == Decimal("88300.5")
    page = sent(scene, "figures.csv", b"Agency,Figure\nD Jail,5\nA Court,1\na court,2", **given)
    assert "line 2, Agency" in page
    assert ">line 4<" in page
    assert denominator.weights.get(agency=scene.court).value == 212400


@pytest.mark.parametrize("text", ["", "1,2", "1,23,456", "NaN", "Infinity", "1e3x", "-5", "12.345", "1e30"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        amount(text, most=Decimal(10) ** 11)


def test_amounts_are_read_as_people_write_them() -> None:
    for text in ("12300.50", "12,300.50", "$12,300.50", " $ 12,300.5 "):
        assert amount(text, most=Decimal(10) ** 11) == Decimal("12300.50")
