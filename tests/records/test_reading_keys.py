"""Docket numbers and names as searches compare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.reading import docket_key, name_key


@pytest.mark.parametrize(
    "writing",
    [
        "3:15-cr-00331",
        "3:15-cr-00331-W",
        "15-cr-331",
        "15CR331",
        "15CR0331-BGS",
        "1:2015cr00331",
        "CR 15-331",
        "Case No. 3:15-cr-00331-DHB-JMA-2",
        " 3 : 15\u2013cr\u201300331 ",
    ],
)
def test_writings_of_one_federal_number_have_one_key(writing: str) -> None:
    assert docket_key(writing) == "15-cr-331"


@pytest.mark.parametrize("other", ["3:15-cr-00332", "3:16-cr-00331", "3:15-mj-00331", "3:15-cr-03310"])
def test_another_number_has_another_key(other: str) -> None:
    assert docket_key(other) != docket_key("3:15-cr-00331")


def test_other_numbers_keep_their_parts() -> None:
    assert docket_key("CC-24-CR-0117") == docket_key("cc24cr117") == "cc-24-cr-117"
    assert docket_key("MDL No. 2168") == docket_key("mdl 2168") == "mdl-2168"
    assert docket_key("") == docket_key(" - ") == ""


@pytest.mark.parametrize(
    ("number", "writings"),
    [
        ("22-5459", ["No. 22-5459", "22-05459", "2022-5459", "22\u20135459"]),
        ("01-10063", ["No. 01-10063", "1-10063", "2001-10063"]),
        ("23A999", ["No. 23A999", "23-A-999", "23 a 999", "23A0999"]),
        ("01-18-00277-CR", ["01-18-00277", "1-18-277-CR", "No. 01-18-00277-CR", "01\u201318\u201300277\u2013CR"]),
        ("WR-70,849-04", ["WR-70849-04", "wr 70,849-4", "WR-70,849-4"]),
        ("AP-77,129", ["AP-77129", "No. AP-77,129"]),
        ("PD-0852-25", ["PD-852-25", "pd 0852-25"]),
        ("26-0051", ["26-51", "No. 26-0051"]),
        ("2D2025-2797", ["2D25-2797", "2d2025-2797", "Case No. 2D25-2797", "2D2025-02797"]),
        ("SC2026-0703", ["SC26-703", "SC2026-703", "No. SC26-0703"]),
        ("21CR054321-910", ["21 CR 054321", "21CR54321", "21-CR-54321"]),
        ("21CRS054321", ["21 CRS 054321", "21-CRS-54321"]),
    ],
)
def test_writings_of_a_number_of_other_courts_have_one_key(number: str, writings: list[str]) -> None:
    assert {docket_key(writing) for writing in writings} == {docket_key(number)}


@given(
    st.text() | st.from_regex(r"[0-9,]{1,6}[-a-z,. ]{0,3}(19|20)?[0-9]{2}[- ,no]{1,4}[0-9]{1,5}(-CR)?", fullmatch=True)
)
def test_a_docket_key_is_its_own_key_and_fits_its_column(text: str) -> None:
    key = docket_key(text)
    assert docket_key(key) == key
    assert len(key) <= 64


def test_names_compare_without_case_accents_and_punctuation() -> None:
    assert name_key("García-López,  José") == name_key("GARCIA LOPEZ JOSE") == "garcia lopez jose"
    assert name_key("O\u2019Neil, Søren Jr.") == "o neil soren jr"


@given(st.text() | st.integers(50, 2000).map(lambda count: "\ufdfa \U00020000" * count))
def test_a_name_key_is_its_own_key_and_fits_its_index(text: str) -> None:
    key = name_key(text)
    assert len(key.encode()) <= 2400
    assert name_key(key) == key
    assert "  " not in key
    assert key == key.strip()
