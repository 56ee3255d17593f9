"""Names of protected people in free text: nothing of them reaches the recipient through any page, search, count, file
or header. The real docket names both its material witnesses in 8 and 10 entries; an invented one does everywhere."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.importing import commands as imports
from portal.records.models import AccessEntry, Import, Record
from portal.records.models.record import UNNAMED, UNREAD
from portal.records.reading.roles import PROTECTED
from portal.records.shown import case_file
from tests.make import record
from tests.records.family_documents import JSON, XML, raw_of
from tests.records.scene import Sharing, seen_by, signed_in
from tests.shared_data import FEDERAL_CRIMINAL, needs_shared_data

pytestmark = pytest.mark.django_db

HIDDEN = ("Willow", "Marsh", "Sage", "Thornbury", "Juniper", "Quill")
INVENTED: dict[str, Any] = {
    "court_id": "casd",
    "docket_number": "3:15-cr-00991",
    "case_name": "United States v. Rowan, material witness Willow Marsh",
    "date_filed": "2015-02-10",
    "date_terminated": "2015-08-24",
    "assigned_to_str": "Thomas Whelan",
    "parties": [
        {
            "type": "Defendant",
            "name": "Alder Rowan",
            "extra_info": "TERMINATED: 08/24/2015",
            "attorneys": [{"name": "Ida Birch", "contact": "1 Main St", "roles": ["LEAD ATTORNEY"]}],
            "criminal_data": {
                "counts": [{"name": "8:1324 Transport(1)", "status": "pending", "disposition": "Marsh to be paid"}],
                "complaints": [],
            },
        },
        {
            "type": "Material Witness",
            "name": "Willow Marsh",
            "extra_info": "also known as Sage Thornbury",
            "date_of_birth": "1980-03-09",
            "address": "7 Thornbury Lane",
            "attorneys": [{"name": "Alan Ferguson", "contact": "3200 Fourth Ave", "roles": ["for Willow Marsh"]}],
        },
        {
            "type": "Confidential Informant",
            "name": "Juniper Quill",
            "attorneys": [{"name": "Vera Juniper", "contact": "Quill House", "roles": ["LEAD ATTORNEY"]}],
        },
    ],
    "docket_entries": [
        {
            "date_filed": "2015-02-10",
            "document_number": str(n),
            "description": f"ORDER {n} as to Marsh, Willow; J. Quill",
        }
        for n in range(1, 121)
    ],
}


@dataclass
class Seen:
    """All that a client was sent, and by whom."""

    client: Client
    pages: list[tuple[str, str]]

    def get(self, address: str) -> Any:
        return self._kept(address, self.client.get(address, follow=True))

    def post(self, address: str, **data: str) -> Any:
        return self._kept(address, self.client.post(address, data, follow=True))

    def _kept(self, address: str, answer: Any) -> Any:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        chain = getattr(answer, "redirect_chain", [])
        self.pages.append((address, f"{body.decode()} {answer.headers} {answer.cookies} {chain}"))
        return answer

    def naming(self, *words: str) -> list[tuple[str, str]]:
        """Pages on which a word stands, but for the box into which it was typed and the heading that repeats it."""
        found = []
        for address, text in self.pages:
            plain = re.sub(r'<input[^>]*name="q"[^>]*>|for “[^”]*”', "", text)
            found += [(address, word) for word in words if re.search(rf"(?i)\b{re.escape(word)}", plain)]
        return found


def imported(sharing: Sharing, path: Path) -> Record:
    keeper = sharing.custodian.person
    batch = imports.start_import(actor=keeper, record_set_id=sharing.records.pk, path=path)
    imports.read(batch.pk)
    imports.ask_commit(actor=keeper, batch_id=batch.pk)
    imports.commit(batch.pk)
    assert Import.objects.get(pk=batch.pk).status == Import.Status.COMMITTED
    with seen_by(sharing.viewer(sharing.custodian)):
        return Record.objects.get()


def walk(who: Membership, of: Record, searches: list[str]) -> Seen:
    """Every page on which the record could be, every address that could lead to it."""
    seen = Seen(signed_in(who), [])
    search, detail = reverse("records:search"), reverse("records:detail", kwargs={"pk": of.pk})
    release = {"recipient": "Deputy D. Ames", "reason": "Charging decision"}
    for words in searches:
        seen.post(search, q=words)
    listed = seen.post(search, q="", since="1990-01-01")
    for facet in listed.context["facets"]:
        for option in facet["options"]:
            seen.get(option["href"])
    page = seen.get(detail)
    while page.context["entries_next"]:
        page = seen.get(page.context["entries_next"])
    seen.get(reverse("records:print", kwargs={"pk": of.pk}))
    seen.post(reverse("records:print", kwargs={"pk": of.pk}), **release, key=str(uuid.uuid4()))
    export = listed.context["export"]
    seen.get(export)
    seen.post(export, **release, key=str(uuid.uuid4()))
    for address in ("workbench:home", "notices:list", "agreements:list"):
        seen.get(reverse(address))
    seen.get(reverse("records:detail", kwargs={"pk": uuid.uuid4()}))
    return seen


@pytest.fixture(params=["real", "invented"])
def docket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A docket, and the words of the names that must not show."""
    if request.param == "invented":
        path = tmp_path / "invented.json"
        path.write_text(json.dumps(INVENTED))
        yield path, HIDDEN
        return
    path = FEDERAL_CRIMINAL / "casd.json"
    if not path.exists():
        pytest.skip("the real data is not here (PORTAL_SHARED_DATA)")
    yield path, protected_words(path)


def protected_words(path: Path) -> tuple[str, ...]:
    """Each word of a material witness's name that no one else's name on the docket holds; and of the one by which the
    docket's text calls one of them besides."""
    parties = json.loads(path.read_text())["parties"]

    def words(name: str) -> set[str]:
        return set(re.findall(r"\w{3,}", name))

    witnesses = [party for party in parties if "Witness" in party["type"]]
    others = {word for party in parties if party not in witnesses for word in words(party["name"])}
    others |= {word for party in parties for each in party["attorneys"] for word in words(each["name"])}
    hidden = {word for party in witnesses for word in words(party["name"])} - others
    assert len(hidden) == 5
    return (*sorted(hidden), "Idalia", "Martinez")


def test_nothing_of_a_protected_name_reaches_the_recipient(
    sharing: Sharing, docket: tuple[Path, tuple[str, ...]]
) -> None:
    path, hidden = docket
    of = imported(sharing, path)
    words = [*hidden, *(word[:4] for word in hidden), *(word.lower() for word in hidden), " ".join(hidden[:2])]
    seen = walk(sharing.clerk, of, words)
    assert len(seen.pages) > 2 * len(hidden)
    assert seen.naming(*hidden) == []
    searches = AccessEntry.objects.filter(action="search", searched_by=["name"])
    assert {entry.found for entry in searches} == {0}, "no withheld name finds or counts anything"
    assert not [entry for entry in searches if entry.record_ids]


def test_the_same_walk_by_the_owners_clerk_shows_them(sharing: Sharing, docket: tuple[Path, tuple[str, ...]]) -> None:
    """Else the test above could be blind. Informants are shown to nobody, nor is the text of a record that has one."""
    path, hidden = docket
    of = imported(sharing, path)
    seen = walk(sharing.owners_clerk, of, [hidden[0]])
    shown = {word for _, word in seen.naming(*hidden)}
    assert shown == ({"Willow", "Marsh", "Sage", "Thornbury"} if hidden is HIDDEN else set(hidden))


def test_a_third_agency_is_sent_nothing_at_all_of_it(sharing: Sharing, docket: tuple[Path, tuple[str, ...]]) -> None:
    path, hidden = docket
    of = imported(sharing, path)
    seen = Seen(signed_in(sharing.outsider), [])
    for words in (*hidden, of.docket_number, "rowan", "delatorre"):
        assert seen.post(reverse("records:search"), q=words).context["hits"] == []
    for name in ("detail", "print"):
        assert seen.get(reverse(f"records:{name}", kwargs={"pk": of.pk})).status_code == 404
    assert seen.naming(*hidden, "Rowan", "Delatorre", "Ferguson") == []


def of_families(sharing: Sharing, path: Path) -> list[Record]:
    """The invented documents of all families, imported; their protected people are called Onlooker."""
    path.mkdir()
    for family in (*JSON, *XML):
        (path / family).write_bytes(raw_of(family))
    return all_imported(sharing, path)


def all_imported(sharing: Sharing, path: Path) -> list[Record]:
    keeper = sharing.custodian.person
    batch = imports.start_import(actor=keeper, record_set_id=sharing.records.pk, path=path)
    imports.read(batch.pk)
    imports.ask_commit(actor=keeper, batch_id=batch.pk)
    imports.commit(batch.pk)
    with as_job("import", sharing.records.pk):
        return list(Record.objects.filter(record_set=sharing.records))


def test_nothing_of_a_protected_name_of_any_family_reaches_the_recipient(sharing: Sharing, tmp_path: Path) -> None:
    records = of_families(sharing, tmp_path / "dockets")
    assert len(records) == len(JSON) + len(XML) + 2, "a page and a feed hold two"
    seen, owners = Seen(signed_in(sharing.clerk), []), Seen(signed_in(sharing.owners_clerk), [])
    for client in (seen, owners):
        for words in ("onlooker", "vera", ""):
            client.post(reverse("records:search"), q=words, since="1990-01-01")
        for each in records:
            client.get(reverse("records:detail", kwargs={"pk": each.pk}))
            client.get(reverse("records:print", kwargs={"pk": each.pk}))
    assert seen.naming("Onlooker", "Vera") == []
    assert seen.naming("Dora"), "others are named, else the test would be blind"
    assert len({address for address, _ in owners.naming("Onlooker")}) > 10, "the owner reads all of them"


@needs_shared_data
def test_no_text_of_a_real_docket_with_somebody_protected_or_unknown_reaches_the_recipient(
    sharing: Sharing, tmp_path: Path
) -> None:
    """Of each family some: what names nobody that is known, and what names somebody who is protected."""
    dockets = FEDERAL_CRIMINAL.parent
    for pattern in (
        *("federal_appellate/c*.json", "federal_appellate_acms/ca2*.acms_json", "federal_criminal/casd.json"),
        *("federal_civil/ilnd*.json", "scotus/html/*.json", "scotus/json/24*.compare.json", "state_texas/*/*.json"),
        *("state_florida/serialized/*", "state_florida/cases/sc*.compare.json", "rss_feeds/ca*.xml"),
        *("rss_feeds/ca10.json", "recap_internet_archive_xml/ohsd*.xml", "state_nc_odyssey_MIT/*.json"),
    ):
        for path in dockets.glob(pattern):
            (tmp_path / f"{path.parent.name}-{path.name}").write_bytes(path.read_bytes())
    records = all_imported(sharing, tmp_path)
    protected = {UNREAD, UNNAMED, *PROTECTED}
    guarded = [each for each in records if protected & {*each.participant_roles} or each.sealed or each.juvenile]
    assert len(guarded) > 60
    shown = 0
    for each in guarded:
        with seen_by(sharing.viewer()) as decision:
            case = case_file(decision, each.pk, whole=True)
        if case is None:
            continue
        shown += 1
        assert case.title.value is None
        assert [entry for entry in case.entries if entry.text.value is not None or entry.documents] == []
        assert [person for person in case.people if person.role in PROTECTED and person.name.value] == []
        assert [charge for charge in case.charges if charge.disposition.value] == []
        assert each.title not in (case.heading, str(case.envelope.facts)) or not each.title
    assert shown > 50


@needs_shared_data
def test_the_real_docket_withholds_its_text_and_shows_its_defendant(sharing: Sharing) -> None:
    of = imported(sharing, FEDERAL_CRIMINAL / "casd.json")
    client = signed_in(sharing.clerk)
    found = client.post(reverse("records:search"), {"q": "rivera bryan"}, follow=True)
    assert [hit["number"] for hit in found.context["hits"]] == ["3:15-cr-00331"]
    case = client.get(reverse("records:detail", kwargs={"pk": of.pk})).context["case"]
    assert case.heading == "Bryan Delatorre-Rivera"
    assert (case.entry_count, case.entries_withheld) == (45, 45)
    assert [person.label for person in case.people if person.role == "witness"] == ["Witness A", "Witness B"]
    assert {person.represents for person in case.people if person.name.value == "Alan E Ferguson"} == {
        "Witness A",
        "Witness B",
    }


def test_what_a_custodian_clears_shows_and_the_rest_stays(sharing: Sharing, tmp_path: Path) -> None:
    path = tmp_path / "docket.json"
    harmless = {"date_filed": "2015-02-11", "document_number": "2", "description": "ORDER setting a hearing"}
    entries = [{**harmless, "document_number": "1", "description": "Marsh testified"}, harmless]
    parties = [party for party in INVENTED["parties"] if "Informant" not in party["type"]]
    path.write_text(json.dumps({**INVENTED, "docket_entries": entries, "parties": parties}))
    of = imported(sharing, path)
    keeper, client = sharing.custodian, signed_in(sharing.clerk)
    page = signed_in(keeper).get(reverse("records:detail", kwargs={"pk": of.pk})).context["case"]
    commands.clear_entry(actor=keeper.person, membership_id=keeper.pk, record_id=of.pk, entry_id=page.entries[1].id)
    text = client.get(reverse("records:detail", kwargs={"pk": of.pk})).content.decode()
    assert "ORDER setting a hearing" in text
    assert "1 released entry is shown" in text
    assert "Marsh" not in text


def test_other_records_do_not_count_by_withheld_names(sharing: Sharing) -> None:
    """A name that is withheld on one record and shown on another finds the other alone."""
    record(sharing.records, docket_number="W-1", participants=[("defendant", "A. Rowan"), ("witness", "Willow Marsh")])
    record(sharing.records, docket_number="D-1", participants=[("defendant", "Willow Marsh")])
    answer = signed_in(sharing.clerk).post(reverse("records:search"), {"q": "marsh"}, follow=True)
    assert [hit["number"] for hit in answer.context["hits"]] == ["D-1"]
    assert answer.context["tally"].total == 1
