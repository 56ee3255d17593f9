"""The pages of registers: upload to commit by hand, filters and CSV, issues with their candidates."""

from __future__ import annotations

import csv as reader
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import User
from sharing_agreements.registers.models import Entry, Issue, Register, Snapshot
from tests import make

from . import scene
from .scene import committed, csv

pytestmark = pytest.mark.django_db
ROWS = [
    ("AL", "Elmore County Sheriff", "Jail model", "Elmore", "5/8/25"),
    ("AL", "=Dale County Sheriff", "Task force", "Dale", "2025-04-01"),
    ("GA", "Hall County Sheriff", "Task force", "Hall", "2025-04-01"),
]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(client: Client, register: Register, content: bytes, on: str = "2025-05-19") -> object:
    file = SimpleUploadedFile("list.csv", content)
    return client.post(reverse("registers:snapshots", args=[register.pk]), {"file": file, "taken_on": on})


def test_a_list_is_uploaded_looked_at_and_committed() -> None:
    register, keeper = scene.register()
    client = signed_in(keeper)
    answer = upload(client, register, csv(*ROWS))
    preview = Snapshot.objects.get()
    assert answer["Location"] == reverse("registers:snapshot", args=[preview.pk])  # type: ignore[index]
    page = client.get(answer["Location"]).content.decode()  # type: ignore[index]
    assert "New issues: 4" in page
    assert "The first snapshot of this register" in page
    for _ in range(2):
        client.post(reverse("registers:snapshot_commit", args=[preview.pk]), {"base": ""})
    assert (Entry.objects.count(), Snapshot.objects.get().number) == (3, 1)
    again = upload(client, register, csv(*ROWS))
    assert "This very file is snapshot 1 already" in client.get(again["Location"]).content.decode()  # type: ignore[index]
    assert client.post(reverse("registers:snapshot_commit", args=[preview.pk]), {"base": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x89PNG\x00", "By its content this file is no"),
        (b"PK\x03\x04\x00", "workbook is damaged"),
        (b"\n \n", "holds no row"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(content: bytes, says: str) -> None:
    register, keeper = scene.register()
    answer = upload(signed_in(keeper), register, content)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert says in answer.content.decode()  # type: ignore[attr-defined]
    assert Snapshot.objects.count() == 0


def test_columns_are_chosen_by_hand_and_no_column_says_two_things() -> None:
    register, keeper = scene.register()
    client = signed_in(keeper)
    upload(client, register, csv(("AL", "Elmore SO", "x"), headings=("Where", "Who", "What")))
    preview = Snapshot.objects.get()
    address = reverse("registers:snapshot_columns", args=[preview.pk])
    given = {"sheet": "0", "header": "0", "taken_on": "2025-05-19", "column_agency": "1", "column_state": "1"}
    assert "This column says Agency already" in client.post(address, given).content.decode()
    client.post(address, {**given, "column_state": "0"})
    assert Snapshot.objects.get().rows_read == 1
    assert client.post(address, {**given, "header": "7"}).status_code == 200


def test_entries_are_filtered_by_the_address_and_leave_as_csv() -> None:
    register, keeper = scene.register()
    known = make.agency("Hall County Sheriff", state="GA", active=False)
    committed(register, keeper, csv(*ROWS))
    client = signed_in(keeper)
    page = reverse("registers:detail", args=[register.pk])

    def shown(**asked: str) -> list[str]:
        content = client.get(page, asked).content.decode()
        return [row[1].lstrip("=").split()[0] for row in ROWS if row[1].lstrip("=") in content]

    assert shown() == ["Elmore", "Dale", "Hall"]
    assert shown(state="GA") == ["Hall"]
    assert shown(q="dale") == ["Dale"]
    assert shown(open="day") == ["Elmore"]
    assert shown(open="settled") == ["Hall"]
    assert shown(standing="ended") == []
    assert "No entry fits" in client.get(page, {"kind": "Jail model", "state": "GA"}).content.decode()
    answer = client.get(reverse("registers:csv", args=[register.pk]), {"kind": "Task force"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(reader.DictReader(io.StringIO(text)))
    assert [(row["Agency"], row["Agency in the portal"]) for row in rows] == [
        ("'=Dale County Sheriff", ""),
        ("Hall County Sheriff", known.name),
    ]


def test_candidates_are_offered_and_nothing_is_preselected() -> None:
    register, keeper = scene.register()
    near = make.agency("Elmore County Sheriff's Office", state="AL", active=False)
    make.agency("Elmore County Sheriff's Office", state="GA", active=False)
    far = make.agency("Harbor Patrol", state="AL", active=False)
    committed(register, keeper, csv(ROWS[0]))
    issue = Issue.objects.get(about="agency")
    client, address = signed_in(keeper), reverse("registers:issue", args=[issue.pk])
    page = client.get(address).content.decode()
    assert page.count('name="agency"') == 1
    assert str(near.pk) in page
    assert "checked" not in page
    assert str(far.pk) in client.get(address, {"q": "harbor"}).content.decode()
    assert "Choose the agency that is meant" in client.post(address, {}).content.decode()
    client.post(f"{address}?q=harbor", {"agency": str(far.pk)})
    assert Entry.objects.get().agency == far
    listed = client.get(reverse("registers:issues", args=[register.pk]), {"status": "resolved"}).content.decode()
    assert "Harbor Patrol" in listed


def test_a_preview_is_for_those_who_keep_the_register() -> None:
    register, keeper = scene.register()
    preview = scene.received(register, keeper, csv(ROWS[0]))
    assert register.owner is not None
    clerk = signed_in(make.person(register.owner).person)
    assert clerk.get(reverse("registers:snapshot", args=[preview.pk])).status_code == 404
    assert clerk.get(reverse("registers:snapshot_file", args=[preview.pk])).status_code == 404
