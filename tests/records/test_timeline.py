"""The timeline of a record page: every day that matters, one way round, and nothing that its viewer is not shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from portal.records.models import Charge, Dispute, Record
from tests.make import record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, signed_in
from tests.records.test_disputes import NOTE, disputed, key

pytestmark = pytest.mark.django_db

FILED = date(2026, 3, 2)


def answer(who: Membership, of: Record, tail: str = "", purpose: str = "C") -> Any:
    return signed_in(who, purpose=purpose).get(reverse("records:detail", args=[of.pk]) + tail)


def items(who: Membership, of: Record, purpose: str = "C") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(who, of, purpose=purpose).context["timeline"]
    return found


def titles(who: Membership, of: Record) -> list[str]:
    return [item["title"] for item in items(who, of)]


def on_day(number: int) -> date:
    return FILED + timedelta(days=number)


def motion(number: int) -> dict[str, Any]:
    return {"description": f"MOTION number {number}", "filed_on": on_day(number)}


def test_it_has_every_day_that_matters_the_oldest_first(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        filed_on=FILED,
        terminated_on=on_day(90),
        entries=[
            motion(3),
            {"hearing": "Arraignment", "held_at": "9:00 a.m., Department 3", "filed_on": on_day(5)},
        ],
        charges=[
            {
                "description": "Assault in the second degree",
                "filed_on": on_day(1),
                "outcome": "convicted",
                "disposed_on": on_day(40),
                "sentenced_on": on_day(60),
            }
        ],
    )
    found = items(sharing.clerk, of)
    assert [(each["title"], each["at"]) for each in found] == [
        ("Filed", FILED),
        ("Charge filed", on_day(1)),
        ("Entry 1", on_day(3)),
        ("Arraignment", on_day(5)),
        ("Convicted", on_day(40)),
        ("Sentenced", on_day(60)),
        ("Closed", on_day(90)),
    ]
    assert [each["when"] for each in found] == ["past"] * 6 + ["now"]
    text = answer(sharing.clerk, of).content.decode()
    assert "Docket, 2 entries, oldest first" in text
    assert "Timeline, oldest first" in text
    assert "9:00 a.m., Department 3" in text


def test_it_runs_as_the_docket_does(sharing: Sharing) -> None:
    of = record(sharing.records, entries=[motion(9), motion(5), motion(2)])
    text = answer(sharing.clerk, of).content.decode()
    assert titles(sharing.clerk, of) == ["Entry 1", "Entry 2", "Entry 3", "Filed"]
    assert "Docket, 3 entries, newest first" in text
    assert "Timeline, newest first" in text


def test_a_long_docket_is_shortened_and_the_rest_is_one_step_away(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        entries=[
            *(motion(number) for number in range(1, 71)),
            {"hearing": "Trial", "filed_on": on_day(71)},
            *(motion(number) for number in range(72, 77)),
        ],
    )
    found = items(sharing.clerk, of)
    assert [each["title"] for each in found] == [
        "Filed",
        *("Entry 1", "Entry 2", "66 more entries of the docket", "Entry 69", "Entry 70"),
        "Trial",
        *(f"Entry {number}" for number in range(72, 77)),
    ], "also of entries on other pages of the docket"
    rest, last = found[3], found[5]
    here = reverse("records:detail", args=[of.pk])
    assert (rest["at"], str(rest["text"])) == (on_day(3), 'to <time datetime="2026-05-09">May 9, 2026</time>')
    entries = answer(sharing.clerk, of).context["case"].entries
    assert rest["href"] == f"#entry-{entries[2].id}", "which stands on this page"
    address, _, query = last["href"].partition("?")
    assert (address, query.partition("&")[2]) == (here, "entries=69#docket")
    assert "MOTION number 70" in answer(sharing.clerk, of, "?entries=69").content.decode()


def test_what_is_to_come_is_marked(sharing: Sharing) -> None:
    coming = timezone.localdate() + timedelta(days=9)
    of = record(sharing.records, entries=[motion(1), {"hearing": "Sentencing", "filed_on": coming}])
    found = items(sharing.clerk, of)
    assert [(each["title"], each["when"]) for each in found] == [
        ("Filed", "past"),
        ("Entry 1", "now"),
        ("Sentencing", "next"),
    ]
    assert "(to come)" in answer(sharing.clerk, of).content.decode()


def test_what_is_withheld_leaves_no_trace(sharing: Sharing) -> None:
    """An entry whose text is withheld, and a charge that the viewer is not shown."""
    of = record(
        sharing.records,
        participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")],
        entries=[motion(3), {"hearing": "Trial", "description": "Ann Zeigler testified", "filed_on": on_day(8)}],
        charges=[
            {"description": "Assault", "filed_on": on_day(1), "sentenced_on": on_day(60)},
            {"description": "Theft", "filed_on": on_day(2), "outcome": "dismissed", "disposed_on": on_day(40)},
        ],
    )
    grant_row(sharing.records, sharing.recipient, purposes=("D",))
    found = items(sharing.clerk, of, purpose="D")
    assert [each["title"] for each in found] == ["Filed", "Charge filed", "Trial", "Sentenced"]
    assert "Zeigler" not in str(found)
    assert [each["href"] for each in found] == [""] * 4
    assert titles(sharing.owners_clerk, of) == [
        *("Filed", "Charge filed", "Charge filed", "Entry 1", "Trial", "Dismissed", "Sentenced")
    ]


def test_charges_of_one_day_are_one_moment_with_what_is_disputed_of_them(sharing: Sharing) -> None:
    of = record(sharing.records, charges=[{"description": f"Count of {n}", "filed_on": on_day(1)} for n in range(4)])
    (_, charged) = items(sharing.clerk, of)
    assert (charged["title"], charged["text"]) == ("Charge filed: 4 charges", "numbers 1, 2, 3, 4")
    two = record(sharing.records, charges=[{"description": f"Count of {n}", "filed_on": on_day(1)} for n in range(2)])
    disputed(sharing.custodian, two, Dispute.Field.CHARGE, key(Charge, two, position=2))
    timeline = answer(sharing.clerk, two).content.decode().partition('id="timeline"')[2]
    assert "Count of 0" in timeline
    assert NOTE in timeline


@pytest.mark.parametrize(
    ("record_class", "details", "expected"),
    [
        (
            "warrant",
            {"status": "served", "kind": "Bench", "issued_on": "2026-03-02", "served_on": "2026-04-01"},
            ["Issued", "Served"],
        ),
        (
            "warrant",
            {
                "status": "served",
                "kind": "Bench",
                "issued_on": "2026-03-02",
                "served_on": "2026-04-01",
                "expires_on": "2026-09-01",
            },
            ["Issued", "Served"],
        ),
        (
            "protection_order",
            {"status": "issued", "kind": "Civil", "issued_on": "2026-03-02", "expires_on": "2126-03-02"},
            ["Issued", "Expires"],
        ),
        (
            "custody",
            {"status": "released", "booked_on": "2026-03-02", "released_on": "2026-03-05"},
            ["Booked", "Released"],
        ),
        (
            "incident",
            {"status": "cleared", "kind": "Theft", "happened_on": "2026-03-02", "cleared_on": "2026-03-09"},
            ["Happened", "Cleared"],
        ),
        (
            "supervision",
            {"kind": "probation", "began_on": "2026-03-02", "ended_on": "2026-08-02", "retain_until": "2030-01-01"},
            ["Began", "Ended"],
        ),
    ],
)
def test_each_class_has_days_of_its_own(
    sharing: Sharing, record_class: str, details: dict[str, Any], expected: list[str]
) -> None:
    of = record(
        record_set(sharing.owner, record_class=record_class),
        participants=[],
        details=details,
        entries=[{"description": "Somebody\ncalled", "filed_on": on_day(1)}],
        terminated_on=next(
            (details[key] for key in ("served_on", "released_on", "cleared_on", "ended_on") if key in details), None
        ),
    )
    first, *rest = expected
    assert titles(sharing.owners_clerk, of) == [first, "Somebody called", *rest]
