"""Record classes: descriptions, reading, disclosure by kind of data, nonconviction data, criminal intelligence."""

import csv
import gzip
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Membership, RecordSet
from portal.kernel.errors import Refused
from portal.kernel.reading.pieces import Piece
from portal.kernel.viewing import as_job
from portal.records import commands as custody
from portal.records.classes import CLASSES, Field, Kind, described
from portal.records.classes.catalogue import CHARGE, CHARGES, EVENT, HEARING, PERSON
from portal.records.classes.columns import outcome_of
from portal.records.classes.fields import BadValue
from portal.records.classes.intelligence import latest_review
from portal.records.classes.reading import read_piece
from portal.records.decision import BY_OFFICE, Decision, decide
from portal.records.importing import commands
from portal.records.importing.formats import formats
from portal.records.listing import Query, count, page, tally
from portal.records.models import AccessEntry, Import, ImportProblem, Participant, Record
from portal.records.pages.asking import denied
from portal.records.shown import CaseFile, case_file, hits
from portal.records.shown.related import related
from privacy.models import DataCategory
from sharing_agreements.models import Action
from tests import make
from tests.answers import plain
from tests.records.rows import grant_row
from tests.records.scene import Sharing, an_inquiry, answers, as_owner, force, seen_by, signed_in
from tests.records.test_search import numbers, search
from tests.shared_data import SHARED, needs_shared_data

WARRANT: dict[str, Any] = {
    "nc:ActivityIdentification": "W-2026-0117",
    "j:CourtOrderStatus": "active",
    "j:WarrantCategoryText": "Bench warrant",
    "j:CourtOrderIssuingDate": "2026-03-02",
    "portal:ExpirationDate": "2031-03-02",
    "nc:CaseDocketID": "CC-24-CR-0117",
    "j:BailBondAmount": "2500.00",
    "j:WarrantExtraditionLimitationText": "in_state",
    "portal:RetentionDate": "2036-03-02",
    "j:Subject": [
        {
            "nc:PersonFullName": "Dane Halvorsen",
            "portal:AlternateName": "Dan Hall",
            "nc:PersonBirthDate": "1984-05-06",
            "j:PersonStateFingerprintIdentification": "CA01234567",
            "j:Charge": [
                {
                    "j:ChargeDescriptionText": "Failure to appear",
                    "j:ChargeDisposition": {"nc:DispositionText": "Warrant issued"},
                }
            ],
        }
    ],
    "j:CaseCourtEvent": [{"nc:ActivityDate": "2026-03-02", "nc:ActivityDescriptionText": "Issued by Judge Lindqvist"}],
}


INTELLIGENCE: dict[str, Any] = {
    "nc:ActivityIdentification": "I-26-7",
    "nc:ActivityDate": "2026-03-02",
    "portal:ReviewDueDate": "2031-03-02",
    "portal:SubmittingAgency": "CA0990100",
    "portal:ControlOfficial": "Lt. Rhee",
    "portal:SensitivityLevelCode": "confidential",
    "portal:ConfidenceLevelCode": "reliable",
    "portal:CriminalActivityText": "Fencing of stolen tools",
    "portal:ReasonableSuspicionText": "Seen three times",
}


def read(value: Any, record_class: str = "warrant") -> Any:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_piece("file.jsonl, line 1", Piece("line 1", raw), described(record_class))


# --- Descriptions -----------------------------------------------------------------------------------------------------


@needs_shared_data
def test_every_class_is_described_and_every_niem_name_is_one_of_niem() -> None:
    assert set(CLASSES) == set(RecordSet.RecordClass.values)
    with gzip.open(SHARED / "codes" / "niem6_properties_j_nc.csv.gz", "rt") as opened:
        known = {row["QualifiedProperty"] for row in csv.DictReader(opened)}
    every = [*PERSON, *CHARGE, *EVENT, *HEARING, *(each for one in CLASSES.values() for each in one.fields)]
    names = {each.niem for each in every} | {name for one in CLASSES.values() for name in (one.number, *one.people)}
    parts = {part for name in names | {CHARGES} for part in name.split("/") if not part.startswith("portal:")}
    assert parts <= known


def test_the_documentation_names_every_property() -> None:
    said = (Path(__file__).resolve().parents[2] / "docs" / "record-classes.md").read_text()
    missing = {
        str(cell.parameters["text"])
        for each in formats()
        for cell, *_ in each["rows"]
        if f"| `{cell.parameters['text']}` |" not in said
    }
    assert missing == set()


def test_a_category_is_a_kind_of_data_or_the_envelope() -> None:
    for one in CLASSES.values():
        assert set(one.categories) <= set(DataCategory.values)
        assert all(each.category for each in one.fields if each.kind is Kind.TEXT)


VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.WORD: st.text("Aé -'9", min_size=1, max_size=120).filter(str.strip),
    Kind.TEXT: st.text(min_size=1, max_size=200).filter(lambda text: text.strip() and "\x00" not in text),
    Kind.DATE: st.dates().map(date.isoformat),
    Kind.MONEY: st.decimals(0, 999_999, places=2).map(lambda amount: f"{amount:.2f}"),
    Kind.FLAG: st.booleans(),
    Kind.AGENCY: st.text("CA09", min_size=3, max_size=9),
}


def value_of(one: Field) -> st.SearchStrategy[Any]:
    if one.kind in VALUES:
        return VALUES[one.kind]
    codes = st.sampled_from(sorted(one.codes))
    return codes if one.kind is Kind.CODE else st.lists(codes, min_size=1, unique=True)


@given(st.data())
def test_whatever_a_field_accepts_is_stored_as_it_stood_and_can_be_shown(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([each for of in CLASSES.values() for each in of.fields]))
    value = data.draw(value_of(one))
    assert one.checked(value) == value
    assert str(one.value(json.loads(json.dumps(one.checked(value)))))


@given(st.data())
def test_a_value_of_another_kind_is_refused_without_being_repeated(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([each for of in CLASSES.values() for each in of.fields if each.kind != Kind.WORD]))
    with pytest.raises(BadValue) as refused:
        one.checked(data.draw(st.sampled_from([None, 17.5, {}, "", "\x00", "\ud800", " "])))
    assert "17.5" not in str(refused.value)


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_every_value_of_a_line_is_in_the_draft() -> None:
    found = read(WARRANT)
    case = found.case
    assert found.problems == ()
    assert case.details == {
        "status": "active",
        "kind": "Bench warrant",
        "issued_on": "2026-03-02",
        "expires_on": "2031-03-02",
        "case_number": "CC-24-CR-0117",
        "bond": "2500.00",
        "extradition": "in_state",
        "retain_until": "2036-03-02",
    }
    assert (case.docket_number, case.category, case.filed_on) == ("W-2026-0117", "Bench warrant", date(2026, 3, 2))
    person = case.participants[0]
    assert (person.role, person.name, person.state_id) == ("subject", "Dane Halvorsen", "CA01234567")
    assert (case.charges[0].participant, case.charges[0].disposition) == (0, "Warrant issued")
    assert case.entries[0].description == "Issued by Judge Lindqvist"


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"j:Secret": "x"}, "j:Secret", "no property"),
        ({"j:BailBondAmount": 2500}, "j:BailBondAmount", "not text"),
        ({"j:BailBondAmount": "2,500"}, "j:BailBondAmount", "2500.00"),
        ({"j:CourtOrderStatus": "lost"}, "j:CourtOrderStatus", "active"),
        ({"j:CourtOrderIssuingDate": "2026-02-30"}, "j:CourtOrderIssuingDate", "no calendar"),
        ({"j:CourtOrderStatus": None}, "j:CourtOrderStatus", "none of its codes"),
        ({"nc:ActivityIdentification": ""}, "nc:ActivityIdentification", "missing"),
        ({"j:Subject": [{"nc:PersonBirthDate": "1984-05-06"}]}, "j:Subject[0].nc:PersonFullName", "missing"),
        ({"j:Subject": {"nc:PersonFullName": "x"}}, "j:Subject", "not a list"),
        ({"j:Victim": [{"nc:PersonFullName": "x", "nc:Shoe": "9"}]}, "j:Victim[0].nc:Shoe", "no property"),
        ({"portal:SealedIndicator": "no"}, "portal:SealedIndicator", "not true or false"),
    ],
)
def test_a_line_with_a_fault_is_refused_whole_and_says_where(change: Any, place: str, reason: str) -> None:
    found = read({**WARRANT, **change})
    assert found.case is None
    assert [each.place for each in found.problems] == [place]
    assert reason in found.problems[0].reason


@given(st.binary(max_size=80) | st.dictionaries(st.text(max_size=9), st.integers() | st.text()).map(json.dumps))
def test_no_line_at_all_raises(raw: bytes | str) -> None:
    assert read(raw if isinstance(raw, bytes) else raw.encode()).case is None


def test_intelligence_says_when_it_is_reviewed_within_five_years() -> None:
    assert read(INTELLIGENCE, "intelligence").problems == ()
    later = read({**INTELLIGENCE, "portal:ReviewDueDate": "2031-03-03"}, "intelligence")
    assert later.case is None
    assert "23.20(h)" in later.problems[0].reason


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Dismissed on government motion", "dismissed"),
        ("Jury verdict of not guilty", "acquitted"),
        ("Nolle prosequi", "not_prosecuted"),
        ("Not guilty.", "acquitted"),
        ("Jury found defendant not guilty", "acquitted"),
        ("Jury verdict - Not Guilty", "acquitted"),
        ("Not guilty by reason of insanity", "acquitted"),
        ("No bill", "not_prosecuted"),
        ("Prosecution declined", "not_prosecuted"),
        ("Charge dropped", "not_prosecuted"),
        ("Count withdrawn", "not_prosecuted"),
        ("DA reject", "not_prosecuted"),
        ("Not filed", "not_prosecuted"),
        ("Discharged at preliminary hearing", "dismissed"),
        ("Conviction vacated", "dismissed"),
        ("Judgment was reversed", "dismissed"),
        ("Pleaded not guilty; jury found guilty", ""),
        ("Not guilty plea withdrawn; guilty plea; 24 months", ""),
        ("Discharged from probation", ""),
        ("Custody 24 months", ""),
        ("Plea of not guilty; committed for 12 months", ""),
        ("", ""),
    ],
)
def test_a_docket_tells_by_its_words_what_ended_without_conviction(words: str, outcome: str) -> None:
    assert outcome_of(words) == outcome


# --- Import, lists, page ----------------------------------------------------------------------------------------------


def imported(custodian: Membership, into: RecordSet, path: Path, *lines: Any) -> Import:
    path.write_text("\n".join(map(json.dumps, lines)))
    batch = commands.start_import(actor=custodian.person, record_set_id=into.pk, path=path)
    commands.read(batch.pk)
    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    commands.commit(batch.pk)
    return Import.objects.get(pk=batch.pk)


def warrants_of(sharing: Sharing, **grant: Any) -> RecordSet:
    held = make.record_set(sharing.owner, "Warrants", record_class="warrant")
    grant_row(held, sharing.recipient, **grant)
    return held


def shown(sharing: Sharing, of: Record, who: Membership | None = None, **viewer: Any) -> CaseFile | None:
    with seen_by(sharing.viewer(who, **viewer)) as decision:
        return case_file(decision, of.pk)


@pytest.mark.django_db
def test_a_warrant_comes_in_is_listed_and_shown_with_its_history(sharing: Sharing, tmp_path: Path) -> None:
    held = warrants_of(sharing)
    batch = imported(sharing.custodian, held, tmp_path / "w.jsonl", WARRANT, {**WARRANT, "j:Secret": "x"})
    assert (batch.added, batch.refused) == (1, 1)
    assert ImportProblem.objects.get(batch=batch).place == "w.jsonl, line 2 j:Secret"
    with as_job("import", held.pk):
        of = Record.objects.get(record_set=held)
        assert Record.history.filter(id=of.pk).get().details == of.details
    assert (of.record_class, of.case_key, of.retain_until) == ("warrant", "cc-24-cr-117", date(2036, 3, 2))
    assert of.expires_at is not None
    assert of.expires_at.isoformat() == "2031-03-03T08:00:00+00:00"
    with seen_by(sharing.viewer(action=Action.SEARCH)) as decision:
        assert page(decision, Query(name_words=("hall",))).ids == [of.pk]
        assert page(decision, Query(record_class="warrant")).ids == [of.pk]
        assert page(decision, Query(record_class="custody")).ids == []
        assert tally(decision, Query()).by_class == {"warrant": 1}
        hit = hits(decision, [of.pk])[0]
    assert (hit.heading, hit.details["bond"], hit.details_withheld) == ("Dane Halvorsen", "2500.00", 0)
    text = signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).content.decode()
    assert all(words in text for words in ("Bench warrant", "$2,500.00", "In the state only", "CA01234567"))


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_a_changed_one_says_what(sharing: Sharing, tmp_path: Path) -> None:
    held, path = warrants_of(sharing), tmp_path / "w.jsonl"
    imported(sharing.custodian, held, path, WARRANT)
    assert imported(sharing.custodian, held, path, WARRANT).unchanged == 1
    path.write_text(json.dumps({**WARRANT, "j:CourtOrderStatus": "served", "j:CourtOrderServiceDate": "2026-04-01"}))
    batch = commands.start_import(actor=sharing.custodian.person, record_set_id=held.pk, path=path)
    commands.read(batch.pk)
    with as_job("import", held.pk):
        differences = batch.staged.get().differences
    assert {(each["field"], each["before"], each["after"]) for each in differences} == {
        ("status", "Active", "Served"),
        ("served", "", "2026-04-01"),
        ("terminated on", "", "2026-04-01"),
    }


@pytest.mark.django_db
def test_a_field_is_shown_by_its_kind_of_data_in_page_list_and_file(sharing: Sharing) -> None:
    """Withheld by the terms: neither on the page nor in the list nor in the export."""
    kinds = tuple(each for each in DataCategory.values if each != DataCategory.ORDERS)
    held = warrants_of(sharing, data_categories=kinds)
    said = {"status": "active", "bond": "2500.00", "caution": "Armed", "remarks": "Ask Zoe Quill"}
    of = make.record(held, participants=[("subject", "Dane Halvorsen")], details=said)
    case = shown(sharing, of)
    assert case is not None
    assert {each.field.name: each.shown.value for each in case.details} == {
        **{"status": "active", "bond": None, "caution": None},
        "remarks": "Ask Zoe Quill",
    }
    with seen_by(sharing.viewer(action=Action.EXPORT)) as decision:
        hit = hits(decision, [of.pk])[0]
    assert (hit.details, hit.details_withheld) == ({"status": "active", "remarks": "Ask Zoe Quill"}, 2)


@pytest.mark.django_db
def test_a_text_is_withheld_with_whoever_it_may_name(sharing: Sharing) -> None:
    of = make.record(
        warrants_of(sharing),
        participants=[("subject", "Dane Halvorsen"), ("victim", "Maria Ortiz")],
        details={"caution": "Lives with Maria Ortiz", "bond": "9.00"},
    )
    case = shown(sharing, of)
    assert case is not None
    assert {each.field.name: each.shown.value for each in case.details} == {"caution": None, "bond": "9.00"}
    assert "Ortiz" not in signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).content.decode()


@pytest.mark.django_db
def test_what_is_past_its_last_day_counts_as_closed(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    yesterday = (timezone.localdate() - timedelta(days=3)).isoformat()
    over, good = (make.record(held, details={"expires_on": day}) for day in (yesterday, "2099-01-01"))
    with seen_by(sharing.viewer(action=Action.SEARCH)) as decision:
        for query in (Query(record_class="warrant"), Query(name_words=("halvorsen",))):
            for standing, of in (("open", good), ("closed", over)):
                assert page(decision, Query(**{**vars(query), "standing": standing})).ids == [of.pk]
        assert tally(decision, Query()).by_standing == {"open": 1, "closed": 1}


@pytest.mark.django_db
def test_an_arrest_is_neither_open_nor_closed(sharing: Sharing) -> None:
    make.record(sharing.records)
    make.record(make.record_set(sharing.owner, "Arrests", record_class="arrest"))
    found = search(signed_in(sharing.owners_clerk), "halvorsen")
    assert {hit["kind"]: bool(hit["state"]) for hit in found.context["hits"]} == {"Case": True, "Arrest": False}
    names = [facet["name"] for facet in found.context["facets"]]
    *_, standing = found.context["facets"]
    counted = [(each["label"], each["count"], each["href"]) for each in standing["options"]]
    assert [each[:2] for each in counted] == [("All", "2"), ("Open", "1"), ("Closed", "0")]
    for (_, number, href), shown_there in zip(counted, ({"Case", "Arrest"}, {"Case"}, set()), strict=True):
        listed = found.client.get(href).context
        assert {hit["kind"] for hit in listed["hits"]} == shown_there
        assert listed["heading"].startswith("No " if number == "0" else f"{number} ")
    arrests = found.wsgi_request.get_full_path() + "&kind=arrest"
    narrowed = found.client.get(arrests)
    assert [facet["name"] for facet in narrowed.context["facets"]] == [each for each in names if each != "Standing"]


@pytest.mark.django_db
def test_a_record_is_of_the_class_of_its_set_and_a_set_stays_what_it_is(sharing: Sharing) -> None:
    of = make.record(sharing.records)
    with (
        pytest.raises(IntegrityError, match="class of its set"),
        transaction.atomic(),
        as_job("import", of.record_set_id),
    ):
        force(of, record_class="warrant")
    with pytest.raises(IntegrityError, match="stays of the class"), transaction.atomic():
        force(sharing.records, record_class="warrant")


# --- Nonconviction data (28 CFR 20) -----------------------------------------------------------------------------------


def charged(record_set: RecordSet, *charges: Any, **more: Any) -> Record:
    role = "arrestee" if record_set.record_class == "arrest" else "defendant"
    return make.record(record_set, participants=[(role, "Dane Halvorsen")], charges=charges, **more)


def seen_charges(sharing: Sharing, of: Record, purpose: str) -> tuple[list[str], int]:
    case = shown(sharing, of, purpose=purpose)
    assert case is not None
    with seen_by(sharing.viewer(purpose=purpose)) as decision:
        return [each.description.value for each in case.charges], hits(decision, [of.pk])[0].charges


@pytest.mark.django_db
def test_what_ended_without_conviction_is_not_even_there_for_other_purposes(sharing: Sharing) -> None:
    """28 CFR 20.21(c)(2): that there is any is not confirmed either."""
    grant_row(sharing.records, sharing.recipient, purposes=("C", "D"))
    ended = [
        {"description": kind, "outcome": kind} for kind in ("convicted", "dismissed", "acquitted", "not_prosecuted")
    ]
    of = charged(sharing.records, *ended, {"description": "pending"})
    convicted = charged(sharing.records, ended[0])
    with as_job("import", of.record_set_id):
        force(convicted.charges.get(), count_number="1", description="convicted (1)")
        force(Participant.objects.get(record=of), terminated_on=date(2026, 5, 4))
        for number, each in enumerate(of.charges.order_by("position"), 1):
            force(each, count_number=str(number), description=f"{each.description} ({number})")
    whole_list = ["convicted (1)", "dismissed (2)", "acquitted (3)", "not_prosecuted (4)", "pending (5)"]
    assert seen_charges(sharing, of, "C") == (whole_list, 5)
    assert seen_charges(sharing, of, "D") == (["convicted", "pending"], 2), (
        "nor the number that a description ends with"
    )
    with seen_by(sharing.viewer(purpose="D")) as decision:
        case = case_file(decision, of.pk)
        assert case is not None
        assert {each.count_number for each in case.charges} == {""}, "numbers with a gap would tell of it"
        whole = case_file(decision, convicted.pk)
        assert whole is not None
        assert [(each.count_number, each.description.value) for each in whole.charges] == [("", "convicted")], (
            "and so would numbers that stand where nothing is left out"
        )
        assert case.people[0].terminated_on is None, "nor does it say when their part ended"
    with seen_by(sharing.viewer(purpose="C")) as decision:
        whole = case_file(decision, of.pk)
        assert whole is not None
        assert [each.count_number for each in whole.charges] == [str(n) for n in range(1, 6)]
        assert whole.people[0].terminated_on == date(2026, 5, 4)
    text = signed_in(sharing.clerk, purpose="D").get(reverse("records:detail", args=[of.pk])).content.decode()
    assert "dismissed" not in text.lower()
    assert "nonconviction" not in text.lower()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "details", "charge", "seen"),
    [
        (366, {}, {}, False),
        (360, {}, {}, True),
        (800, {"prosecution_active": True}, {}, True),
        (800, {"prosecution_active": False}, {}, False),
        (800, {}, {"outcome": "convicted"}, True),
        (800, {}, {"disposition": "Time served"}, True),
        (None, {}, {}, False),
    ],
)
def test_an_arrest_over_a_year_old_without_disposition_is_nonconviction_data(
    sharing: Sharing, days: int | None, details: Any, charge: Any, seen: bool
) -> None:
    held = make.record_set(sharing.owner, "Arrests", record_class="arrest")
    grant_row(held, sharing.recipient, purposes=("D",))
    on = timezone.localdate() - timedelta(days=days) if days is not None else None
    of = charged(held, {"description": "Theft", **charge}, filed_on=on, details=details)
    assert (shown(sharing, of, purpose="D") is not None) == seen, "where it holds nothing else, it is not there"
    convicted = charged(held, {"description": "Theft", **charge}, CONVICTED, filed_on=on, details=details)
    assert seen_charges(sharing, convicted, "D") == ((["Theft", "Fraud"], 2) if seen else (["Fraud"], 1))


def written(of: Record) -> Record:
    """The record as the database keeps it."""
    with as_job("import", of.record_set_id):
        return Record.objects.get(pk=of.pk)


CONVICTED = {"description": "Fraud", "outcome": "convicted"}


def of_arrests(sharing: Sharing, **grant: Any) -> RecordSet:
    held = make.record_set(sharing.owner, "Arrests", record_class="arrest")
    grant_row(held, sharing.recipient, **{"purposes": ("C", "D"), **grant})
    return held


@pytest.mark.django_db
def test_a_record_that_is_nonconviction_data_alone_is_not_there_for_other_purposes(sharing: Sharing) -> None:
    held = of_arrests(sharing)
    dismissed = {"description": "Theft", "outcome": "dismissed"}
    of = written(charged(held, dismissed, dismissed))
    assert set(answers(sharing.viewer(purpose="C"), of).values()) == {True}
    assert set(answers(sharing.viewer(purpose="D"), of).values()) == {False}
    for who in (sharing.owners_clerk, sharing.custodian):
        assert set(answers(sharing.viewer(who, purpose=""), of).values()) == {True}, "the owner's own people see it"
    client, page_of = signed_in(sharing.clerk, purpose="D"), reverse("records:detail", args=[of.pk])
    absent = reverse("records:detail", args=[uuid4()])
    assert client.get(page_of).status_code == 404
    assert plain(client.get(page_of).content.decode()) == plain(client.get(absent).content.decode())
    with seen_by(sharing.viewer(purpose="D", action=Action.EXPORT)) as decision:
        assert hits(decision, [of.pk]) == []
    with as_job("import", held.pk):
        force(of.charges.order_by("position")[0], outcome="convicted")
    assert written(of).nonconviction_from is None
    assert shown(sharing, of, purpose="D") is not None, "one that was convicted opens it, without the other"


@pytest.mark.django_db
@pytest.mark.parametrize("terms", [{"data_categories": ("name", "charges")}, {"participant_roles": ("judge",)}])
def test_terms_that_do_not_cover_nonconviction_data_keep_the_record_away(sharing: Sharing, terms: Any) -> None:
    held = of_arrests(sharing, **terms)
    assert shown(sharing, charged(held, {"description": "Theft", "outcome": "acquitted"})) is None
    assert shown(sharing, charged(held, CONVICTED)) is not None


@pytest.mark.django_db
def test_an_arrest_without_any_charge_is_one_without_a_disposition(sharing: Sharing) -> None:
    held = of_arrests(sharing)
    old, new = (make.record(held, filed_on=timezone.localdate() - timedelta(days=days)) for days in (367, 300))
    assert (shown(sharing, old, purpose="D"), shown(sharing, old, purpose="C") is not None) == (None, True)
    assert shown(sharing, new, purpose="D") is not None


# --- Criminal intelligence (28 CFR 23) --------------------------------------------------------------------------------


@pytest.fixture
def files(sharing: Sharing) -> RecordSet:
    """A set of intelligence under a term that names it."""
    held = make.record_set(sharing.owner, "Intelligence", record_class="intelligence")
    grant_row(held, sharing.recipient, includes_intelligence=True)
    return held


def doors(
    sharing: Sharing, of: Record, who: Membership, *, inquires: bool = True, action: Action = Action.VIEW
) -> set[bool]:
    """What each way to ask says of a record of intelligence: one answer, or the test fails."""
    inquiry = an_inquiry(who) if inquires else None
    viewer = sharing.viewer(who, action=action, purpose="C" if inquires else "")
    viewer = type(viewer)(viewer.membership_id, viewer.action, viewer.purpose, inquiry.pk if inquiry else None)
    query = Query(record_class="intelligence")
    with seen_by(viewer) as decision:
        with as_owner():  # for whom the second lock is open: the first alone
            first = {case_file(decision, of.pk) is not None, of.pk in page(decision, query).ids}
        return first | {
            case_file(decision, of.pk) is not None,
            of.pk in page(decision, query).ids,
            of.pk in page(decision, Query(record_class="intelligence", name_words=("halvorsen",))).ids,
            Record.objects.filter(pk=of.pk).exists(),
            Participant.objects.filter(record=of).exists(),
            Record.objects.visible_to(decision).filter(pk=of.pk).exists(),
            bool(hits(decision, [of.pk])),
        }


def intelligence(held: RecordSet, **details: str) -> Record:
    return make.record(held, participants=[("subject", "Dane Halvorsen"), ("informant", "Zoe Quill")], details=details)


@pytest.mark.django_db
def test_intelligence_opens_to_certified_people_who_inquire_under_a_term_that_names_it(
    sharing: Sharing, files: RecordSet
) -> None:
    of = intelligence(files)
    assert doors(sharing, of, sharing.clerk) == {False}, "not certified"
    make.certified(sharing.clerk)
    assert doors(sharing, of, sharing.clerk) == {True}
    assert doors(sharing, of, sharing.clerk, inquires=False) == {False}, "no need to know"
    other = make.record_set(sharing.owner, "Other intelligence", record_class="intelligence")
    grant_row(other, sharing.recipient)
    assert doors(sharing, intelligence(other), sharing.clerk) == {False}, "the term does not name it"


@pytest.mark.django_db
def test_the_owners_own_people_are_certified_too_and_need_to_know(sharing: Sharing, files: RecordSet) -> None:
    of = intelligence(files)
    assert doors(sharing, of, sharing.custodian) == {False}
    make.certified(sharing.custodian, sharing.owners_clerk)
    assert doors(sharing, of, sharing.custodian, inquires=False) == {False}, "nor has a custodian, but by office"
    assert doors(sharing, of, sharing.custodian) == {True}
    with seen_by(sharing.viewer(sharing.custodian, action=BY_OFFICE, purpose="")) as decision:
        assert case_file(decision, of.pk) is not None
        assert Record.objects.filter(pk=of.pk).exists()
    with seen_by(sharing.viewer(sharing.owners_clerk, action=BY_OFFICE, purpose="")) as decision:
        assert case_file(decision, of.pk) is None
        assert not Record.objects.filter(pk=of.pk).exists()
    assert doors(sharing, of, sharing.owners_clerk, inquires=False) == {False}
    assert doors(sharing, of, sharing.owners_clerk) == {True}


@pytest.mark.django_db
def test_a_training_in_part_23_is_none_in_awareness(sharing: Sharing) -> None:
    of = make.record(sharing.records)
    make.certified(sharing.clerk)
    for training in sharing.clerk.person.trainings.filter(kind="awareness"):
        force(training, completed_on=date(2020, 1, 1), expires_on=date(2020, 12, 31))
    assert shown(sharing, of) is None


@pytest.mark.django_db
def test_intelligence_is_mixed_with_nothing(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.clerk)
    case, of = make.record(sharing.records), intelligence(files)
    inquiry = an_inquiry(sharing.clerk)
    viewer = type(sharing.viewer())(sharing.clerk.pk, Action.SEARCH, "C", inquiry.pk)
    with seen_by(viewer) as decision:
        for words in ((), ("halvorsen",)):
            assert page(decision, Query(name_words=words)).ids == [case.pk]
            assert count(decision, Query(name_words=words)) == 1
            assert tally(decision, Query(name_words=words)).by_class == {"case": 1}
        assert page(decision, Query(record_class="intelligence")).ids == [of.pk]
        assert page(decision, Query(docket_key=of.docket_key)).ids == []
        assert tally(decision, Query(record_class="intelligence")).by_class == {"intelligence": 1}


@pytest.mark.django_db
def test_where_nothing_is_found_it_is_said_that_intelligence_was_not_searched(
    sharing: Sharing, files: RecordSet
) -> None:
    make.certified(sharing.clerk)
    of = intelligence(files)
    client = signed_in(sharing.clerk)
    empty = search(client, of.docket_number)
    assert numbers(empty) == []
    assert "Criminal intelligence was not searched" in empty.content.decode()
    apart = client.get(empty.context["apart"])
    assert numbers(apart) == [of.docket_number]
    assert "was not searched" not in search(signed_in(sharing.owners_clerk), "Nobody").content.decode()


@pytest.mark.django_db
def test_what_is_overdue_for_review_is_its_custodians_alone(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.clerk, sharing.custodian, sharing.owners_clerk)
    yesterday = (sharing.owner.today - timedelta(days=1)).isoformat()
    of = intelligence(files, review_due_on=yesterday)
    due_today = intelligence(files, review_due_on=sharing.owner.today.isoformat())
    assert doors(sharing, of, sharing.custodian) == doors(sharing, due_today, sharing.custodian) == {True}
    for action in (Action.PRINT, Action.EXPORT, Action.REDISCLOSE):
        assert doors(sharing, of, sharing.custodian, action=action) == {False}, "it leaves by nobody's hand"
        assert doors(sharing, due_today, sharing.custodian, action=action) == {True}
    for who in (sharing.clerk, sharing.owners_clerk):
        assert doors(sharing, of, who) == {False}
        assert doors(sharing, due_today, who) == {True}


@pytest.mark.django_db
def test_only_certified_custodians_import_intelligence(sharing: Sharing, files: RecordSet, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="28 CFR part 23"):
        commands.start_import(actor=sharing.custodian.person, record_set_id=files.pk, path=tmp_path)
    with pytest.raises(PermissionDenied):
        commands.start_import(actor=sharing.clerk.person, record_set_id=files.pk, path=tmp_path)


@pytest.mark.django_db
def test_an_informant_is_never_shown_though_texts_wait_for_them(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.custodian)
    of = intelligence(files)
    case = shown(sharing, of, sharing.custodian, action=BY_OFFICE, purpose="")
    assert case is not None
    assert [person.role for person in case.people] == ["subject"]
    values = {each.field.name: each.shown.value for each in case.details}
    assert values["suspicion"] is None
    assert values["sensitivity"] == "confidential"


def reviewed(sharing: Sharing, of: Record, **said: Any) -> Record:
    by = sharing.custodian
    given = {"reason": "Seen at the stall again", "due_on": sharing.owner.today + timedelta(days=365), **said}
    return custody.review_intelligence(actor=by.person, membership_id=by.pk, record_id=of.pk, **given)


@pytest.mark.django_db
def test_a_review_with_a_reason_opens_what_was_overdue(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.clerk, sharing.custodian)
    of = intelligence(files, review_due_on=(sharing.owner.today - timedelta(days=1)).isoformat())
    assert doors(sharing, of, sharing.clerk) == {False}
    kept = reviewed(sharing, of)
    assert doors(sharing, of, sharing.clerk) == {True}
    assert (kept.details["reason_retained"], kept.details["reviewer"]) == (
        "Seen at the stall again",
        str(sharing.custodian.person),
    )
    with as_job("custody", files.pk):
        assert Record.history.filter(id=of.pk).latest().history_change_reason == "Reviewed (28 CFR 23.20(h))"


@pytest.mark.django_db
def test_a_review_needs_a_reason_a_day_within_five_years_and_its_custodian(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.clerk, sharing.custodian, sharing.owners_clerk)
    of, today = intelligence(files), sharing.owner.today
    late = latest_review(today) + timedelta(days=1)
    for said in ({"reason": " "}, {"due_on": today}, {"due_on": late}):
        with pytest.raises(ValidationError):
            reviewed(sharing, of, **said)
    for who in (sharing.clerk, sharing.owners_clerk):
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            custody.review_intelligence(
                actor=who.person, membership_id=who.pk, record_id=of.pk, reason="x", due_on=today + timedelta(days=9)
            )
    with pytest.raises(Refused, match="not reviewed"):
        reviewed(sharing, make.record(sharing.records))


@pytest.mark.django_db
def test_an_older_import_does_not_undo_a_review(sharing: Sharing, files: RecordSet, tmp_path: Path) -> None:
    make.certified(sharing.custodian)
    imported(sharing.custodian, files, tmp_path / "i.jsonl", INTELLIGENCE)
    with as_job("import", files.pk):
        of = Record.objects.get(record_set=files)
    kept = reviewed(sharing, of)
    changed = {**INTELLIGENCE, "portal:ConfidenceLevelCode": "unreliable"}
    assert imported(sharing.custodian, files, tmp_path / "i.jsonl", changed).changed == 1
    with as_job("import", files.pk):
        again = Record.objects.get(pk=of.pk)
    assert again.details == {**kept.details, "confidence": "unreliable"}
    assert again.closes_at == kept.closes_at


@pytest.mark.django_db
def test_each_look_at_intelligence_stands_in_its_dissemination_log(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.clerk, sharing.custodian)
    of = intelligence(files)
    assert signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).status_code == 200
    log = signed_in(sharing.custodian, inquiry=False).get(reverse("records:disclosures", args=[of.pk]))
    text = log.content.decode()
    assert str(sharing.clerk.person) in text
    assert "Case MPD-26-1044" in text


@pytest.mark.django_db
def test_a_custodian_reviews_on_the_page_of_the_record(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.custodian)
    of = intelligence(files, review_due_on=(sharing.owner.today - timedelta(days=1)).isoformat())
    client, page_of = signed_in(sharing.custodian), reverse("records:detail", args=[of.pk])
    assert "Its review is overdue" in client.get(page_of).content.decode()
    client = signed_in(sharing.custodian, inquiry=False)
    assert client.get(page_of).status_code == 404, "its office is to review it"
    due = sharing.owner.today + timedelta(days=30)
    review = reverse("records:review", args=[of.pk])
    answer = client.post(review, {"reason": "Seen again", "due_on": due.isoformat()})
    assert (answer.status_code, answer["Location"]) == (302, reverse("records:keeping"))
    assert "Seen again" in client.get(review).content.decode()
    inquiring = signed_in(sharing.custodian)
    text = inquiring.get(page_of).content.decode()
    assert "Seen again" not in text, "free text waits for the source who is on it"
    assert "watches/new" not in text, "a watch looks without an inquiry"


# --- What belongs together, and how to ask ----------------------------------------------------------------------------


def leads(decision: Decision, of: Record) -> dict[Any, str]:
    case = case_file(decision, of.pk)
    assert case is not None
    return {each.hit.id: each.why for each in related(decision, decide(decision.viewer), case.envelope)}


@pytest.mark.django_db
def test_records_of_one_docket_or_person_lead_to_each_other(sharing: Sharing) -> None:
    held, numbered = warrants_of(sharing), {"state_id": "CA01234567"}
    case = make.record(sharing.records, docket_number="CC-24-CR-0117")
    on_it = {"case_number": "CC 24 CR 117"}
    of = make.record(held, participants=[("subject", "Dane Halvorsen", numbered)], details=on_it)
    other = make.record(held, participants=[("subject", "D. Hall", numbered)])
    make.record(sharing.records, docket_number="CC-24-CR-0117", sealed=True)
    make.record(held, participants=[("victim", "Dane Halvorsen", numbered)])
    make.record(make.record_set(sharing.owner), docket_number="CC-24-CR-0117")
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, of) == {case.pk: "Same docket", other.pk: "Same state or FBI number"}
        assert leads(decision, case) == {of.pk: "Same docket"}
    page_of = signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).content.decode()
    assert str(case.pk) in page_of
    listed = AccessEntry.objects.get(action="search")
    assert set(listed.record_ids) == {case.pk, other.pk}, "what the list names is logged as shown"
    assert listed.searched_by == ["related"]


def cases_named(sharing: Sharing, of: Record, who: Membership, purpose: str = "C") -> list[object]:
    """The case that a warrant names, on its page and in a list."""
    with seen_by(sharing.viewer(who, purpose=purpose)) as decision:
        case = case_file(decision, of.pk)
        assert case is not None
        named = [each.shown.value for each in case.details if each.field.name == "case_number"]
        return [*named, hits(decision, [of.pk])[0].details.get("case_number")]


@pytest.mark.django_db
def test_a_sealed_case_is_named_by_no_other_record(sharing: Sharing) -> None:
    case = make.record(sharing.records, docket_number="CC-24-CR-0117")
    of = make.record(warrants_of(sharing), details={"case_number": "CC 24 CR 117"})
    others = (sharing.clerk, sharing.owners_clerk)
    shown_to = {who.pk: cases_named(sharing, of, who) for who in (*others, sharing.custodian)}
    assert set(map(tuple, shown_to.values())) == {("CC 24 CR 117", "CC 24 CR 117")}
    keeper: dict[str, Any] = {"actor": sharing.custodian.person, "membership_id": sharing.custodian.pk}
    custody.seal_record(record_id=case.pk, **keeper, **make.order())
    for who in others:
        assert cases_named(sharing, of, who) == [None], "it is not even said to be withheld"
    assert cases_named(sharing, of, sharing.custodian) == ["CC 24 CR 117"] * 2
    custody.unseal_record(record_id=case.pk, **keeper, **make.order("26-SO-115"))
    assert cases_named(sharing, of, sharing.clerk) == ["CC 24 CR 117"] * 2


@pytest.mark.django_db
def test_a_juvenile_case_is_named_to_whom_it_is_there(sharing: Sharing) -> None:
    make.record(sharing.records, docket_number="CC-24-CR-0117", juvenile=True)
    of = make.record(warrants_of(sharing), details={"case_number": "CC 24 CR 117"})
    assert cases_named(sharing, of, sharing.clerk) == [None]
    assert cases_named(sharing, of, sharing.owners_clerk) == ["CC 24 CR 117"] * 2


@pytest.mark.django_db
def test_a_number_that_ones_own_agency_wrote_does_not_tell_whether_such_a_case_is_hidden(sharing: Sharing) -> None:
    """A custodian imports what they like; of numbers that run on, an import would ask of each."""
    make.record(sharing.records, docket_number="CC-24-CR-0117", juvenile=True)
    make.record(sharing.records, docket_number="CC-24-CR-0118", sealed=True)
    held = make.record_set(sharing.third, record_class="warrant")
    for number in ("CC 24 CR 117", "CC 24 CR 118", "CC 24 CR 999"):
        one, other = (make.record(held, details={"case_number": number}) for _ in range(2))
        assert cases_named(sharing, one, sharing.outsider) == [number] * 2
        with seen_by(sharing.viewer(sharing.outsider)) as decision:
            assert list(leads(decision, one)) == [other.pk]


@pytest.mark.django_db
def test_what_is_nonconviction_data_alone_is_not_named(sharing: Sharing) -> None:
    charged(of_arrests(sharing), {"description": "Theft", "outcome": "dismissed"}, docket_number="CC-24-CR-0117")
    held = warrants_of(sharing, purposes=("C", "D"))
    of = make.record(held, details={"case_number": "CC 24 CR 117"})
    assert cases_named(sharing, of, sharing.clerk) == ["CC 24 CR 117"] * 2
    assert cases_named(sharing, of, sharing.clerk, "D") == [None]


@pytest.mark.django_db
def test_records_are_not_joined_by_a_sealed_case(sharing: Sharing) -> None:
    held, details = warrants_of(sharing), {"case_number": "CC 24 CR 117"}
    of, other = (make.record(held, details=details) for _ in range(2))
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, of) == {other.pk: "Same docket"}
    make.record(sharing.records, docket_number="CC-24-CR-0117", sealed=True)
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, of) == {}, "together they would tell of it"


@pytest.mark.django_db
def test_ones_own_record_is_not_joined_with_others_by_a_sealed_case(sharing: Sharing) -> None:
    """Whoever writes the number of a case into a record of their own would learn which of others' are of it."""
    details = {"case_number": "CC 24 CR 117"}
    others = make.record(warrants_of(sharing), details=details)
    own = make.record(make.record_set(sharing.recipient, record_class="warrant"), details=details)
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, own) == {others.pk: "Same docket"}
    make.record(sharing.records, docket_number="CC-24-CR-0117", sealed=True)
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, own) == {}
        assert leads(decision, others) == {}
    make.record(sharing.records, docket_number="CC-24-CR-0117")
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, own)[others.pk] == "Same docket", "of a case of that number that the viewer sees"


@pytest.mark.django_db
def test_an_expunged_case_is_named_nowhere(sharing: Sharing) -> None:
    case = make.record(sharing.records, docket_number="CC-24-CR-0117")
    of = make.record(warrants_of(sharing), details={"case_number": "CC 24 CR 117", "bond": "9.00"})
    make.expunged(sharing.custodian, case.pk)
    assert cases_named(sharing, of, sharing.custodian) == [None]
    with as_job("custody", of.record_set_id):
        left = Record.objects.get(pk=of.pk)
        assert (left.case_key, left.details.get("bond")) == ("", "9.00")
        assert not Record.history.filter(details__has_key="case_number").exists()


@pytest.mark.django_db
def test_no_number_that_is_withheld_leads_anywhere(sharing: Sharing) -> None:
    kinds = tuple(each for each in DataCategory.values if each != DataCategory.IDENTIFIERS)
    held = warrants_of(sharing, data_categories=kinds)
    of, _ = (make.record(held, participants=[("subject", "x", {"fbi_id": "482913XB7"})]) for _ in range(2))
    with seen_by(sharing.viewer()) as decision:
        assert leads(decision, of) == {}


@pytest.mark.django_db
def test_intelligence_is_related_to_nothing(sharing: Sharing, files: RecordSet) -> None:
    make.certified(sharing.custodian)
    numbered = [("subject", "Dane Halvorsen", {"state_id": "CA01234567"})]
    of, warrant = make.record(files, participants=numbered), make.record(warrants_of(sharing), participants=numbered)
    viewer = replace(sharing.viewer(sharing.custodian), inquiry_id=an_inquiry(sharing.custodian).pk)
    with seen_by(viewer) as decision:
        assert leads(decision, of) == leads(decision, warrant) == {}


@pytest.mark.django_db
def test_what_is_withheld_says_to_whom_it_is_shown_and_how_to_ask(sharing: Sharing) -> None:
    of = make.record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("victim", "Maria Ortiz")])
    with seen_by(sharing.viewer()) as decision:
        case = case_file(decision, of.pk)
        assert case is not None
        found = denied(decision, case)
        assert denied(decision, replace(case, envelope=replace(case.envelope, sealed=True))) == []
    who = f"Nobody outside {sharing.owner.name}."
    assert [(each.what, each.who) for each in found] == [("Name and aliases of victims", who)]
    assert "custodian" in found[0].how
