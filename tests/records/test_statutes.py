"""Records found by a statute that somebody is charged under, where the viewer sees that charge; and by an agency."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import RecordSet
from portal.kernel import prepared
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records.listing import CHARGED
from portal.records.models import AccessEntry, Charge
from portal.records.reading import ori_key, read_path, statute_keys
from privacy.models import DataCategory, Treatment
from sharing_agreements.models import Action
from tests import make
from tests.records.rows import grant_row
from tests.records.scene import Sharing, as_owner, force, seen_by, signed_in
from tests.records.test_classes import warrants_of
from tests.records.test_disclosure import change_rule
from tests.records.test_search import beside, numbers, search
from tests.shared_data import SHARED, needs_shared_data

FELON = "18:922(g)(1)"


def charged(held: RecordSet, number: str, statute: str = FELON, role: str = "defendant", **more: Any) -> Any:
    charge = {"description": "A charge", "statute": statute, **more.pop("charge", {})}
    return make.record(held, docket_number=number, participants=[(role, "Dane Halvorsen")], charges=[charge], **more)


def stored_keys(statute: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_statute_keys(%s)", [statute])
        found: list[str] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("18:922(g)(1)", ("18 922 g 1",)),
        ("18 U.S.C. § 922(g)(1)", ("18 922 g 1",)),
        ("18 usc 922(g)", ("18 922 g",)),
        ("Title 18, Section 371", ("18 371",)),
        ("21:952 and 960", ("21 952",)),
        ("14-72(A)", ("14 72 a",)),
        ("N.C.G.S. 14-72", ("n c g s 14 72", "14 72")),
        ("CPC 211", ("cpc 211", "pc 211")),
        ("PC 211", ("pc 211",)),
        ("211 PC", ("pc 211",)),
        ("§ 1320(b) CPC", ("cpc 1320 b", "pc 1320 b", "1320 b")),
        ("pc211", ("pc 211",)),
        ("Penal Code 211", ("pc 211",)),
        ("Pen. C. § 211", ("pc 211",)),
        ("11378 Health & Safety", ("hs 11378",)),
        ("H&S Code 11378(a)", ("hs 11378 a", "11378 a")),
        ("23152 vc", ("vc 23152",)),
        ("4140 Bus. and Prof. Code", ("bp 4140",)),
        ("W&I 5150", ("wi 5150",)),
        ("RCW 9A.36.021", ("rcw 9a 36 021", "cw 9a 36 021", "9a 36 021")),
    ],
)
def test_a_statute_is_understood_in_any_common_writing(typed: str, keys: tuple[str, ...]) -> None:
    assert statute_keys(typed) == keys


@pytest.mark.parametrize(
    "typed",
    [
        "3:15-cr-00331",
        "15-cr-331",
        "CR 15-331",
        "No. 21-841",
        "21-841",
        "26-W-1",
        "CA01234567",
        "WI01234567",
        "Halvorsen",
        "PC Hall",
    ],
)
def test_a_number_of_a_case_or_person_is_no_statute(typed: str) -> None:
    assert statute_keys(typed) == ()


@pytest.mark.parametrize(
    ("typed", "ori"), [("ca0990100", "CA0990100"), (" WA0170000 ", "WA0170000"), ("HALVORSEN", ""), ("CA099010", "")]
)
def test_an_ori_is_nine_signs(typed: str, ori: str) -> None:
    assert ori_key(typed) == ori


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statute", "keys"),
    [
        ("18:111(a)(1); 18:758", {"18 111", "18 111 a", "18 111 a 1", "18 758"}),
        ("21:952 and 960", {"21 952", "21 960"}),
        ("8:1326(a) and (b)(1)", {"8 1326", "8 1326 a", "8 1326 b", "8 1326 b 1"}),
        ("18:513A.F", {"18 513a", "18 513a f"}),
        ("CPC 211 and 212", {"cpc 211", "cpc 212", "pc 211", "pc 212"}),
        ("14-72(A)", {"14 72", "14 72 a"}),
        ("211", {"211"}),
        ("and (); §", set()),
        ("", set()),
    ],
)
def test_each_statute_that_is_cited_is_kept_with_what_begins_it(statute: str, keys: set[str]) -> None:
    assert set(stored_keys(statute)) == keys


@needs_shared_data
@pytest.mark.django_db
def test_every_charge_of_real_dockets_is_found_by_its_statute() -> None:
    statutes = {
        charge.statute
        for reading in read_path(SHARED / "dockets", lambda done: None)
        if reading.case
        for charge in reading.case.charges
        if charge.statute
    }
    assert len(statutes) > 10
    assert not [each for each in statutes if not {*statute_keys(each)} & {*stored_keys(each)}]


@pytest.mark.django_db
@given(st.text(st.sampled_from("18:aU.SC §()-;, and\u0130ß"), max_size=160))
def test_any_text_has_keys_and_any_can_be_asked_for(text: str) -> None:
    assert all(key == key.strip() for key in (*stored_keys(text), *statute_keys(text)))


@pytest.mark.django_db
def test_a_record_is_found_by_each_statute_and_what_begins_it(sharing: Sharing) -> None:
    charged(sharing.records, "26-CR-1")
    charged(sharing.records, "26-CR-2", "21:952 and 960")
    charged(sharing.records, "26-CR-3", "18:92")
    charged(sharing.records, "26-CR-4", "14-72(A)")
    charged(sharing.records, "26-CR-5", "CPC 211")
    charged(sharing.records, "26-CR-6", "PC 459")
    client = signed_in(sharing.clerk)
    found = {"18 USC 922(g)": "26-CR-1", "18:922": "26-CR-1", "21:960": "26-CR-2", "G.S. 14-72": "26-CR-4"}
    found |= {"pc 211": "26-CR-5", "CPC 459": "26-CR-6", "459 PC": "26-CR-6", "Penal Code 459": "26-CR-6"}
    for typed, number in found.items():
        assert numbers(search(client, typed)) == [number], typed
    for typed in ("18:9", "18:922(g)(2)", "21:9600"):
        assert numbers(search(client, typed)) == [], typed
    entry = AccessEntry.objects.filter(action="search").order_by("at").first()
    assert entry is not None
    assert "statute" in entry.searched_by
    assert "922(g" not in repr(entry.__dict__)


@pytest.mark.django_db
def test_a_row_says_by_which_statute_it_was_found(sharing: Sharing) -> None:
    """Of those that the viewer sees."""
    people = [("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")]
    on_it = [{"description": "A charge", "statute": each} for each in (FELON, "18:922(n)", "18:371")]
    made = make.record(sharing.records, participants=people, charges=on_it)
    with as_job("import", made.record_set_id):
        victim = made.participants.get(role="victim")
        given = {"kind": "count", "description": "A charge", "statute": "18:922(k)", "position": 9}
        save(Charge(record=made, record_set=made.record_set, participant=victim, **given), actor=None)
    client = signed_in(sharing.clerk)
    (hit,) = search(client, "18 USC 922").context["hits"]
    assert f"3 charges, {FELON}, 18:922(n)" in hit["facts"]
    (hit,) = search(client, "Halvorsen").context["hits"]
    assert "3 charges" in hit["facts"]


@pytest.mark.django_db
def test_standing_is_that_of_the_record_and_not_of_its_charge(sharing: Sharing) -> None:
    charged(sharing.records, "26-CR-1", charge={"standing": "open"}, terminated_on=date(2026, 5, 1))
    charged(sharing.records, "26-CR-2", charge={"standing": "closed"})
    client = signed_in(sharing.clerk)
    found = search(client, FELON)
    assert beside(found, "Standing") == {"All": "2", "Open": "1", "Closed": "1"}
    _, opened, closed = (each["href"] for each in found.context["facets"][-1]["options"])
    assert numbers(client.get(opened)) == ["26-CR-2"]
    assert numbers(client.get(closed)) == ["26-CR-1"]


@pytest.mark.django_db
def test_a_charge_that_is_withheld_finds_nobody(sharing: Sharing) -> None:
    charged(sharing.records, "26-CR-1", role="victim")
    charged(sharing.records, "26-CR-2", role="informant")
    charged(sharing.records, "26-CR-3", sealed=True)
    charged(make.record_set(sharing.owner), "26-CR-4")
    assert numbers(search(signed_in(sharing.clerk), FELON)) == []
    assert set(numbers(search(signed_in(sharing.owners_clerk), FELON))) == {"26-CR-1", "26-CR-4"}


@pytest.mark.django_db
def test_a_charge_without_conviction_finds_whom_its_rules_show_it_of(sharing: Sharing) -> None:
    """Of a record that holds another charge too: what is nonconviction data alone is not there at all. For purpose D
    nobody is shown such data."""
    grant_row(sharing.records, sharing.recipient, purposes=("C", "D"))
    people = [("defendant", "Dane Halvorsen")]
    dismissed = {"description": "A charge", "statute": FELON, "outcome": "dismissed"}
    other = {"description": "A charge", "statute": "18:371", "outcome": "convicted"}
    make.record(sharing.records, docket_number="26-CR-1", participants=people, charges=[dismissed, other])
    client = signed_in(sharing.clerk, purpose="D")
    assert numbers(search(client, "18:371")) == ["26-CR-1"]
    assert numbers(search(client, FELON)) == [], "28 CFR 20.21(c)(2)"
    assert numbers(search(signed_in(sharing.clerk), FELON)) == ["26-CR-1"], "for purpose C they are shown"
    assert numbers(search(signed_in(sharing.owners_clerk), FELON)) == ["26-CR-1"]


@pytest.mark.django_db
def test_a_rule_that_withholds_charges_takes_them_out_of_the_search(sharing: Sharing) -> None:
    charged(sharing.records, "26-CR-1")
    client = signed_in(sharing.clerk)
    assert numbers(search(client, FELON)) == ["26-CR-1"]
    change_rule(sharing, Treatment.WITHHELD, data_category=DataCategory.CHARGES)
    assert numbers(search(client, FELON)) == []


@pytest.mark.django_db
def test_the_second_lock_keeps_sets_of_others_closed_to_statutes_too(sharing: Sharing) -> None:
    theirs = make.record_set(sharing.third)
    charged(theirs, "26-CR-1")
    charged(sharing.records, "26-CR-3", sealed=True)
    mine = charged(sharing.records, "26-CR-2")
    values: dict[str, Any] = dict.fromkeys(("since", "until", "day", "id"))
    values |= {"sealed": f"{{{sharing.records.pk}}}", "juvenile": "{}", "nonconviction": "{}", "standing": ""}
    values |= {"backwards": False, "limit": 9, "sets": f"{{{theirs.pk},{sharing.records.pk}}}", "unconvicted": []}
    values |= {"roles": ["defendant"], "words": ["18 922"]}
    with seen_by(sharing.viewer(action=Action.SEARCH)):
        assert [row["id"] for row in prepared.rows(CHARGED, values)] == [mine.pk]


@pytest.mark.django_db
def test_an_agency_finds_what_it_holds_and_where_it_is_named(sharing: Sharing) -> None:
    with as_owner():
        force(sharing.owner, ori="CA0990100")
    held = warrants_of(sharing)
    make.record(sharing.records, docket_number="26-CR-1")
    make.record(held, docket_number="26-W-1", participants=[("subject", "Dane Halvorsen")])
    client = signed_in(sharing.clerk)
    assert set(numbers(search(client, "ca0990100"))) == {"26-CR-1", "26-W-1"}
    named = make.record(
        held, docket_number="26-W-2", participants=[("subject", "D. Hall")], details={"court": "ca0991234"}
    )
    make.record(held, docket_number="26-W-3", sealed=True, details={"court": "CA0991234"})
    make.record(make.record_set(sharing.owner, record_class="warrant"), details={"court": "CA0991234"})
    assert numbers(search(client, "CA0991234")) == [named.docket_number]
