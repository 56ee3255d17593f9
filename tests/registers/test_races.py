"""Two people at one register at the same instant, on real transactions."""

from __future__ import annotations

from datetime import date

import pytest

from sharing_agreements.registers import commands, policy
from sharing_agreements.registers.commands import issues, snapshots
from sharing_agreements.registers.models import Attachment, Entry, Issue, Snapshot
from tests.racing import at_once, slowly

from . import scene
from .scene import committed, csv, received

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
ROW = ("AL", "Elmore SO", "Jail model", "", "5/8/25")


def test_two_commits_of_one_preview_write_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    register, keeper = scene.register()
    preview = received(register, keeper, csv(ROW))

    def commit() -> None:
        commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)

    with slowly(monkeypatch, snapshots, "newest"):
        assert at_once(commit, commit) == []
    assert (Entry.objects.count(), Issue.objects.count()) == (1, 2)
    assert Snapshot.objects.get().history.filter(status="committed").count() == 1


def test_an_answer_and_the_next_snapshot_both_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    register, keeper = scene.register()
    first = committed(register, keeper, csv(ROW))
    preview = received(register, keeper, csv(ROW, ("AL", "Elmore SO", "Task force", "", "5/8/25")))
    asked = Issue.objects.get(about="signed")

    def answer() -> None:
        commands.resolve(actor=keeper, issue_id=asked.pk, day=date(2025, 5, 8))

    def commit() -> None:
        commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=first.pk)

    with slowly(monkeypatch, snapshots, "newest"), slowly(monkeypatch, issues, "newest"):
        assert at_once(answer, commit) == []
    assert set(Entry.objects.values_list("signed_on", flat=True)) == {date(2025, 5, 8)}


def test_one_file_attached_twice_at_once_is_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(ROW))
    entry = Entry.objects.get()

    def attach() -> None:
        scene.attached(entry, keeper, b"Words of it", "moa.txt")

    with slowly(monkeypatch, policy, "may_attach"):
        assert at_once(attach, attach) == ["attached"]
    assert Attachment.objects.count() == 1
