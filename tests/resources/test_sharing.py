"""The map's figures and its drawing."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from agencies.models import Agency
from portal.resources import pictures, sharing
from portal.resources.sharing import MOST_PLACES, Place, Share, SharingMap, sharing_map
from tests import make

SVG = "{http://www.w3.org/2000/svg}"


def drawn(found: SharingMap) -> ElementTree.Element:
    text = str(pictures.sharing(found)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(text)  # noqa: S314 - our own markup


def words_of(picture: ElementTree.Element) -> set[str]:
    return {title.text or "" for title in picture.iter(f"{SVG}title")}


def between(shares: dict[tuple[str, str], Share], *names: str) -> SharingMap:
    return SharingMap([Place(name, name) for name in names], shares)


def test_the_picture_and_its_table_say_the_same() -> None:
    soon = timezone.now() + timedelta(days=20)
    found = between(
        {("A", "B"): Share(2), ("B", "A"): Share(1, soon), ("B", "C"): Share(0, None, 1), ("C", "A"): Share(5)},
        *"ABC",
    )
    words = words_of(drawn(found))
    table = pictures.sharing_table(found)
    assert [column["label"] for column in table["columns"]] == ["Gives", "A", "B", "C"]
    assert table["rows"] == [
        ["A", "itself", "2 record sets", "nothing"],
        ["B", "1 record set, expiring", "itself", "suspended"],
        ["C", "5 record sets", "nothing", "itself"],
    ]
    for row in table["rows"]:
        for column, cell in zip("ABC", row[1:], strict=True):
            assert cell == "itself" or f"{row[0]} to {column}: {cell}" in words


def test_a_dot_shows_how_much_and_how_it_stands() -> None:
    soon = timezone.now() + timedelta(days=20)
    found = between({("A", "B"): Share(2), ("B", "A"): Share(1, soon), ("B", "C"): Share(0, None, 1)}, *"ABC")
    circles = [circle.get("class") or "" for circle in drawn(found).iter(f"{SVG}circle")]
    assert sorted(circles) == ["f-accent", "f-hatch", "f-soft", "f-soft", "f-soft", "o-accent"]
    assert [text.text for text in drawn(found).iter(f"{SVG}text") if "t-on" in (text.get("class") or "")] == ["2"]


@pytest.mark.parametrize(("count", "said"), [(7, "7"), (999, "999"), (1890, "1.9k"), (9949, "9.9k"), (14509, "15k")])
def test_great_numbers_fit_their_dot(count: int, said: str) -> None:
    picture = drawn(between({("A", "B"): Share(count)}, *"AB"))
    assert [text.text for text in picture.iter(f"{SVG}text") if "t-on" in (text.get("class") or "")] == [said]
    assert f"A to B: {count:,} record sets" in words_of(picture)


@pytest.mark.parametrize("places", [2, 7, 14])
def test_the_picture_has_room_for_every_name(places: int) -> None:
    names = [f"Department of Corrections and Rehabilitation of County Number {n}" for n in range(places)]
    picture = drawn(between({}, *names))
    _, _, width, height = map(float, (picture.get("viewBox") or "").split())
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x") or 0) <= width
        assert float(text.get("y") or 0) <= height + 40
        assert len(text.text or "") <= 26
    assert set(names) <= words_of(picture)


@pytest.mark.django_db
def test_shares_are_counted_by_record_set_with_the_soonest_end() -> None:
    court, police = make.agency(kind="court"), make.agency()
    first, second = make.record_set(court), make.record_set(court)
    ends = timezone.localdate() + timedelta(days=40)
    on = make.board()
    make.agreement_in_force(court, police, first, on=on)
    make.agreement_in_force(court, police, first, on=on, ends_on=ends)
    make.agreement_in_force(court, police, second, on=on)
    found = sharing_map()
    share = found.shares[str(court.pk), str(police.pk)]
    assert (share.count, share.expiring, len(found.shares), found.by_kind) == (2, True, 1, False)
    given, received = sharing.flows(court)
    assert ([flow.other for flow in given], received) == ([police] * 3, [])


@pytest.mark.django_db
def test_what_is_suspended_counts_once_and_beside_what_is_shared() -> None:
    court, police, third = make.agency(kind="court"), make.agency(), make.agency()
    both, other, on = make.record_set(court), make.record_set(court), make.board()
    make.agreement_in_force(court, police, both, on=on)
    for held, recipient in ((both, police), (other, police), (other, third)):
        make.suspended(make.agreement_in_force(court, recipient, held, on=on), on)
    found = sharing_map()
    share, closed = found.shares[str(court.pk), str(police.pk)], found.shares[str(court.pk), str(third.pk)]
    assert (share.count, share.suspended) == (1, 1), "the set that is open by another agreement is not suspended"
    assert (closed.count, closed.suspended) == (0, 1)
    assert (len(found.agencies), found.sharing) == (3, 2), "an agency with nothing but suspended sets does not share"
    picture = drawn(found)
    words = f"{court} to {police}: 1 record set, 1 more suspended"
    assert words in words_of(picture)
    cells = [group for group in picture.iter(f"{SVG}g") if group.findtext(f"{SVG}title") == words]
    assert [circle.get("class") for circle in cells[0].iter(f"{SVG}circle")] == ["f-hatch", "f-accent"]
    row = next(row for row in pictures.sharing_table(found)["rows"] if row[0] == str(court))
    assert "1 record set, 1 more suspended" in row
    merged = Share()
    for each in (share, closed):
        merged.add(each)
    assert (merged.count, merged.suspended) == (1, 1), "a pair of agencies shares, or all of it is suspended"


@pytest.mark.django_db
def test_many_agencies_are_drawn_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_PLACES", 2)
    court, one, other = make.agency(kind="court"), make.agency(), make.agency()
    records, on = make.record_set(court), make.board()
    make.agreement_in_force(court, one, records, on=on)
    make.agreement_in_force(court, other, records, on=on)
    make.agreement_in_force(one, other, make.record_set(one), on=on)
    found = sharing_map()
    assert [(place.name, place.agencies) for place in found.places] == [("Courts", 1), ("Law enforcement agencies", 2)]
    kinds = Agency.Kind
    assert found.shares[kinds.COURT, kinds.LAW_ENFORCEMENT].count == 2
    assert "Law enforcement agencies to Law enforcement agencies: 1 pair of agencies" in words_of(drawn(found))
    assert MOST_PLACES > 10
