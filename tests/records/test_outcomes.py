"""Docket text that tells of an end without conviction is kept back from who is not shown nonconviction data."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from agencies.models import RecordSet
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.records import clearing, commands
from portal.records.decision import Viewer
from portal.records.models import DocketEntry, Record
from portal.records.shown import case_file
from portal.records.shown.values import NOT_CLEARED
from sharing_agreements.models import Action
from tests.make import record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, seen_by, signed_in
from tests.records.test_custody import entry_of

pytestmark = pytest.mark.django_db

TEXTS = ("Arraignment held", "Motion to dismiss count 1", "Count 1 dismissed on the government's motion")


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("JUDGMENT of acquittal", "said"),
        ("Jury verdict: not guilty", "said"),
        ("Nolle prosequi entered", "said"),
        ("Count 1 nol. pros.", "said"),
        ("No true bill returned", "said"),
        ("The district attorney declined to prosecute", "said"),
        ("Counts 2-4 are dismissed", "said"),
        ("ORDER granting motion to dismiss", "said"),
        ("Order dismissing the indictment", "said"),
        ("Disposition: District Dismissed by the Court", "said"),
        ("Case dismissed; bond exonerated", "said"),
        ("Conviction vacated", "said"),
        ("Released, no charges filed", "said"),
        ("Charges were dropped", "said"),
        ("Defendant discharged at preliminary hearing", "said"),
        ("MOTION to Dismiss Indictment", "maybe"),
        ("Plea of not guilty entered", "maybe"),
        ("Hearing vacated and continued", "maybe"),
        ("Case terminated", "maybe"),
        ("Sentencing: 24 months", ""),
        ("Order setting a hearing", ""),
        ("", ""),
    ],
)
def test_the_database_tells_it_by_the_words(words: str, tells: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_tells_outcome(%s, '{}')", [words])
        assert cursor.fetchone()[0] == tells


def test_the_name_of_a_document_is_of_the_text() -> None:
    with connection.cursor() as cursor:
        kept = '{"other": {"attachments": [{"description": "Judgment of acquittal"}]}}'
        cursor.execute("SELECT records_tells_outcome('Minutes', %s::jsonb)", [kept])
        assert cursor.fetchone()[0] == "said"


def texts(sharing: Sharing, of: Record, purpose: str, who: Any = None) -> list[str | None]:
    with seen_by(sharing.viewer(who, purpose=purpose)) as decision:
        case = case_file(decision, of.pk, whole=True)
        assert case is not None
        assert case.entries_withheld == sum(entry.text.value is None for entry in case.entries)
        assert all(entry.text.ruling.reason == NOT_CLEARED for entry in case.entries if entry.text.value is None)
        return [entry.text.value for entry in case.entries]


@pytest.fixture
def both(sharing: Sharing) -> RecordSet:
    """The set is shared for purpose D too, for which nobody is shown nonconviction data."""
    grant_row(sharing.records, sharing.recipient, purposes=("C", "D"))
    return sharing.records


def charged(of: RecordSet, *outcomes: str, entries: Any = TEXTS, **more: Any) -> Record:
    charges = [{"description": "Theft", "outcome": each} for each in outcomes]
    return record(of, charges=charges, entries=entries, **more)


def test_what_says_so_is_kept_back_and_what_may_where_there_is_any(sharing: Sharing, both: RecordSet) -> None:
    convicted, dismissed = charged(both, "convicted"), charged(both, "convicted", "dismissed")
    assert texts(sharing, convicted, "C") == texts(sharing, dismissed, "C") == list(TEXTS)
    assert texts(sharing, convicted, "D") == [*TEXTS[:2], None]
    assert texts(sharing, dismissed, "D") == [TEXTS[0], None, None]
    for who in (sharing.owners_clerk, sharing.custodian):
        assert texts(sharing, dismissed, "", who) == list(TEXTS), "the owner's own people read it"
    page = reverse("records:detail", args=[dismissed.pk])
    shown = signed_in(sharing.clerk, purpose="D").get(page).content.decode()
    assert "dismiss" not in shown.lower()
    assert "conviction" not in shown.lower(), "nor is it said why"


def test_a_criminal_docket_without_charges_is_kept_back_and_a_civil_one_is_not(
    sharing: Sharing, both: RecordSet
) -> None:
    criminal = record(both, docket_number="3:15-cr-00331", entries=TEXTS)
    civil = record(both, docket_number="3:15-cv-00331", entries=TEXTS)
    assert texts(sharing, criminal, "D") == [*TEXTS[:2], None]
    assert texts(sharing, civil, "D") == list(TEXTS)
    arrests = record_set(sharing.owner, "Warrants", record_class="warrant")
    grant_row(arrests, sharing.recipient, purposes=("D",))
    of = record(arrests, participants=[("subject", "Dane Halvorsen")], entries=TEXTS)
    assert texts(sharing, of, "D") == [*TEXTS[:2], None]


def test_a_custodian_releases_it_once_it_was_read(sharing: Sharing, both: RecordSet) -> None:
    of = charged(both, "dismissed", "convicted")
    keeper: dict[str, Any] = {"actor": sharing.custodian.person, "membership_id": sharing.custodian.pk}
    entry = entry_of(of, 3)
    with pytest.raises(Refused, match="ended without conviction"):
        commands.clear_entry(**keeper, record_id=of.pk, entry_id=entry.pk)
    client = signed_in(sharing.custodian)
    asked = client.get(reverse("records:entry_clear", args=[of.pk, entry.pk])).content.decode()
    assert "seems to tell that something ended without conviction" in asked
    commands.clear_entry(**keeper, record_id=of.pk, entry_id=entry.pk, names_read=True)
    assert texts(sharing, of, "D") == [TEXTS[0], None, TEXTS[2]]
    with as_job("custody", of.record_set_id):
        again = DocketEntry.objects.get(pk=entry.pk)
        again.description = "Count 1 dismissed with prejudice"
        again.save_without_historical_record()  # type: ignore[attr-defined]
    assert texts(sharing, of, "D") == [TEXTS[0], None, None], "a custodian cleared other words"


def test_it_waits_in_the_work_list_to_be_read_first(sharing: Sharing, both: RecordSet) -> None:
    of = charged(both, "dismissed", "convicted")
    charged(both, "convicted", entries=["Order to appear"])
    with seen_by(Viewer(sharing.custodian.pk, Action.VIEW)) as decision:
        (found,) = clearing.waiting(decision, None)[0]
    assert found.case.envelope.id == of.pk
    assert [naming.is_read_first for _, naming in found.entries] == [True, True], "nobody is protected from the other"


def test_a_dispute_of_it_is_told_to_who_is_shown_it(sharing: Sharing, both: RecordSet) -> None:
    of = charged(both, "dismissed", "convicted")
    keeper: dict[str, Any] = {"actor": sharing.custodian.person, "membership_id": sharing.custodian.pk}
    commands.dispute(
        **keeper, record_id=of.pk, field="entry", of=entry_of(of, 3).pk, note="Wrong day.", words_of="agency"
    )
    for purpose, told in (("C", 1), ("D", 0)):
        with seen_by(sharing.viewer(purpose=purpose)) as decision:
            case = case_file(decision, of.pk)
            assert case is not None
            assert len(case.disputes) == told
