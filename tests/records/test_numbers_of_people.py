"""Records found by the state or FBI number of somebody on them, where the viewer sees that number."""

from __future__ import annotations

from typing import Any

import pytest

from agencies.models import RecordSet
from portal.kernel import prepared
from portal.records.listing import NUMBERED
from portal.records.models import AccessEntry
from portal.records.shown.related import SAME_PERSON
from sharing_agreements.models import Action
from tests import make
from tests.make.records import expunged as expunged_by_order
from tests.records.scene import Sharing, seen_by, signed_in
from tests.records.test_classes import leads, warrants_of
from tests.records.test_search import numbers, search

pytestmark = pytest.mark.django_db

STATE, FBI = {"state_id": "CA01234567"}, {"fbi_id": "482913XB7"}


def wanted(held: RecordSet, number: str, role: str = "subject", **more: Any) -> Any:
    people = [(role, "Dane Halvorsen", {**STATE, **FBI})]
    return make.record(held, docket_number=number, participants=people, **more)


def test_a_person_is_found_by_either_number_in_any_common_writing(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    wanted(held, "26-W-1")
    make.record(held, docket_number="26-W-2", participants=[("subject", "D. Hall", {"state_id": "CA01234568"})])
    client = signed_in(sharing.clerk)
    for typed in ("CA01234567", "ca 0123 4567", "CA-01234567", " 482913xb7 "):
        assert numbers(search(client, typed)) == ["26-W-1"], typed
    for typed in ("CA0123456", "01234567", "482913XB8"):
        assert numbers(search(client, typed)) == [], typed
    entry = AccessEntry.objects.filter(action="search").order_by("at").first()
    assert entry is not None
    assert entry.searched_by == ["docket_number", "person_number"]
    assert "01234567" not in repr(entry.__dict__)


def test_a_number_is_found_however_its_source_writes_it(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    for number, written in enumerate(("CA-0123 4567", "ca01234567", "CA/01234567")):
        make.record(held, docket_number=f"26-W-{number}", participants=[("subject", "D. Hall", {"state_id": written})])
    client = signed_in(sharing.clerk)
    for typed in ("CA01234567", "ca/0123-4567"):
        assert set(numbers(search(client, typed))) == {"26-W-0", "26-W-1", "26-W-2"}, typed


@pytest.mark.parametrize(
    ("of", "other", "joined"),
    [
        ("CA01234567", "ca-0123 4567", True),
        ("CA01234567", "CA01234568", False),
        ("UNKNOWN", "UNKNOWN", False),
        ("00000000", "00000000", False),
        ("N/A 1", "NA1", False),
    ],
)
def test_records_of_one_person_are_joined_across_writings_and_those_of_nobody_are_not(
    sharing: Sharing, of: str, other: str, joined: bool
) -> None:
    held = warrants_of(sharing)
    one, another = (
        make.record(held, docket_number=number, participants=[("subject", name, {"state_id": written})])
        for number, name, written in (("26-W-1", "D. Hall", of), ("26-W-2", "Dane Hall", other))
    )
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, one) == ({another.pk: SAME_PERSON} if joined else {})


def test_what_has_the_number_and_who_has_it_stand_in_one_list(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    for number in range(30):
        wanted(held, f"26-W-{number}")
    make.record(held, docket_number="482913XB7")
    client = signed_in(sharing.clerk)
    first = search(client, "482913XB7")
    assert first.context["tally"].total == 31
    found = [*numbers(first), *numbers(client.get(first.context["next"]))]
    assert sorted(found) == sorted(["482913XB7", *(f"26-W-{number}" for number in range(30))])


def test_a_number_that_is_withheld_finds_nobody(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    wanted(held, "26-W-1", "victim")
    wanted(held, "26-W-2", "informant")
    wanted(held, "26-W-3", sealed=True)
    wanted(make.record_set(sharing.owner, record_class="warrant"), "26-W-4")
    assert numbers(search(signed_in(sharing.clerk), "CA01234567")) == []
    owners = set(numbers(search(signed_in(sharing.owners_clerk), "CA01234567")))
    assert owners == {"26-W-1", "26-W-4"}, "an informant is rendered to nobody, and what is sealed is not there"


def test_terms_that_do_not_cover_numbers_let_nobody_be_found_by_one(sharing: Sharing) -> None:
    wanted(warrants_of(sharing, data_categories=("name", "orders")), "26-W-1")
    client = signed_in(sharing.clerk)
    assert numbers(search(client, "CA01234567")) == []
    assert numbers(search(client, "Halvorsen")) == ["26-W-1"]


def test_the_second_lock_keeps_sets_of_others_closed_to_numbers_too(sharing: Sharing) -> None:
    theirs, held = make.record_set(sharing.third, record_class="warrant"), warrants_of(sharing)
    wanted(theirs, "26-W-1")
    mine = wanted(held, "26-W-2")
    values: dict[str, Any] = dict.fromkeys(("since", "until", "day", "id"))
    values |= {"sealed": "{}", "juvenile": "{}", "nonconviction": "{}", "standing": "", "backwards": False, "limit": 9}
    values |= {"sets": f"{{{theirs.pk},{held.pk}}}", "roles": ["subject"], "words": "CA01234567"}
    with seen_by(sharing.viewer(action=Action.SEARCH)):
        assert [row["id"] for row in prepared.rows(NUMBERED, values)] == [mine.pk]


def test_a_search_by_the_number_goes_with_the_record(sharing: Sharing) -> None:
    of = wanted(warrants_of(sharing), "26-W-1")
    client = signed_in(sharing.clerk)
    there = search(client, "CA01234567").redirect_chain[-1][0]
    kept = search(client, "CA99999999").redirect_chain[-1][0]
    client.get(f"/records/{of.pk}/")
    expunged_by_order(sharing.custodian, of.pk)
    assert client.get(there).context["lost"]
    assert not client.get(kept).context["lost"], "what others searched for stays"
