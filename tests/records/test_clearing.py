"""The custodian's work list of docket text: what waits, the likely names marked, released together or read first."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.records import clearing
from portal.records.decision import Viewer
from portal.records.models import AccessEntry, Record
from sharing_agreements.models import Action
from tests import kept
from tests.make import record
from tests.records.scene import Sharing, seen_by, signed_in
from tests.records.test_custody import entry_of

pytestmark = pytest.mark.django_db

VICTIM = ("victim", "Ann Zeigler")
ADDRESS = reverse("records:clearing")


@kept.fixture
def case(sharing: Sharing) -> Record:
    return record(
        sharing.records,
        participants=[("defendant", "Dane Halvorsen"), VICTIM],
        entries=["Order to appear", "Statement of Zeigler", "Continued"],
    )


def waiting(sharing: Sharing, after: object = None) -> list[clearing.Waiting]:
    with seen_by(Viewer(sharing.custodian.pk, Action.VIEW)) as decision:
        return clearing.waiting(decision, after)[0]  # type: ignore[arg-type]


def test_what_waits_stands_with_its_likely_names_marked(sharing: Sharing, case: Record) -> None:
    record(sharing.records, participants=[("defendant", "Open Case")], entries=["Nobody is protected here"])
    record(sharing.records, participants=[VICTIM], entries=["Sealed text"], sealed=True)
    record(sharing.records, participants=[VICTIM, ("informant", "I. N. Formant")], entries=["Of an informant"])
    record(sharing.records, participants=[VICTIM], entries=[])
    (found,) = waiting(sharing)
    assert found.case.envelope.id == case.pk
    assert [(str(naming.text), naming.people) for _, naming in found.entries] == [
        ("Order to appear", 0),
        ("Statement of <mark>Zeigler</mark>", 1),
        ("Continued", 0),
    ]


def test_ticked_entries_are_released_and_what_seems_to_name_somebody_is_not(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.custodian)
    entries = [entry_of(case, position) for position in (1, 2, 3)]
    page = client.get(ADDRESS).content.decode()
    offered = [f'value="{case.pk}_{each.pk}"' in page for each in entries]
    assert offered == [True, False, True]
    assert reverse("records:entry_clear", kwargs={"pk": case.pk, "entry": entries[1].pk}) in page
    forged = [f"{case.pk}_{each.pk}" for each in entries[:2]]
    answer = client.post(ADDRESS, {"entry": forged}, follow=True).content.decode()
    assert "1 entry is released." in answer
    assert "1 of the entries could not be released" in answer
    assert [entry_of(case, position).cleared_at is not None for position in (1, 2, 3)] == [True, False, False]
    (found,) = waiting(sharing)
    assert [entry.position for entry, _ in found.entries] == [2, 3]


def test_the_list_is_a_look_and_custodians_alone_have_it(sharing: Sharing, case: Record) -> None:
    assert signed_in(sharing.custodian).get(ADDRESS).status_code == 200
    assert AccessEntry.objects.filter(record_ids=[case.pk], person=sharing.custodian.person, outcome="shown").exists()
    for other in (sharing.clerk, sharing.owners_clerk):
        client = signed_in(other)
        assert client.get(ADDRESS).status_code == 403
        assert client.post(ADDRESS, {"entry": [f"{case.pk}_{entry_of(case).pk}"]}).status_code == 403
    assert entry_of(case).cleared_at is None


def test_what_was_forged_is_not_found(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.custodian)
    for value in ("x", f"{case.pk}_", f"{case.pk}_{case.pk}"):
        assert client.post(ADDRESS, {"entry": [value]}).status_code == 404
    assert "Tick the entries" in client.post(ADDRESS, follow=True).content.decode()


def test_older_records_follow(sharing: Sharing) -> None:
    made = [record(sharing.records, participants=[VICTIM], entries=["Text"]) for _ in range(clearing.RECORDS + 1)]
    with seen_by(Viewer(sharing.custodian.pk, Action.VIEW)) as decision:
        first, place = clearing.waiting(decision, None)
        rest, end = clearing.waiting(decision, place)
    assert sorted(str(each.case.envelope.id) for each in [*first, *rest]) == sorted(str(each.pk) for each in made)
    assert (len(rest), end) == (1, None)
