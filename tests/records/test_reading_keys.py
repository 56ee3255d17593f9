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
    assert docket_key("MDL No. 2168") == "mdl-no-2168"
    assert docket_key("") == docket_key(" - ") == ""


@given(st.text())
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
