"""Snapshots: staged, previewed, committed whole; the next one is compared with the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from portal.kernel import files
from portal.kernel.errors import Refused
from sharing_agreements.registers import commands
from sharing_agreements.registers.comparing import differences, lines_of
from sharing_agreements.registers.models import FILES, Entry, Issue, Register, Snapshot, SnapshotLine
from sharing_agreements.registers.reading import Layout
from tests import make

from . import scene
from .scene import DAY, committed, csv, received

pytestmark = pytest.mark.django_db

ELMORE = ("AL", "Elmore County Sheriff", "Jail model", "Elmore", "2025-05-08", "", "active", "")
DALE = ("AL", "Dale County Sheriff", "Task force", "Dale", "2025-04-01", "2027-04-01", "active", "")
COFFEE = ("AL", "Coffee County Sheriff", "Task force", "Coffee", "2025-04-02", "", "active", "")
LATER = date(2025, 7, 19)


def named(register: Register) -> dict[str, Entry]:
    return {entry.agency_name: entry for entry in Entry.objects.filter(register=register)}


def test_nothing_is_written_before_the_commit_and_everything_with_it() -> None:
    register, keeper = scene.register()
    preview = received(register, keeper, csv(ELMORE, DALE))
    assert (preview.rows_read, Entry.objects.count(), Issue.objects.count()) == (2, 0, 0)
    done = commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    assert (done.number, done.added, done.status) == (1, 2, "committed")
    elmore = named(register)["Elmore County Sheriff"]
    assert (elmore.signed_on, elmore.state, elmore.agency, elmore.first_in) == (date(2025, 5, 8), "AL", None, done)
    assert elmore.history.get().history_user == keeper
    again = commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    assert (again.number, Entry.objects.count()) == (1, 2)


def test_the_next_snapshot_says_what_was_added_changed_and_ended() -> None:
    register, keeper = scene.register()
    first = committed(register, keeper, csv(ELMORE, DALE))
    changed = (*DALE[:5], "2028-04-01", "amended", "")
    second = committed(register, keeper, csv(changed, COFFEE), on=LATER)
    assert (second.added, second.changed, second.ended, second.unchanged) == (1, 1, 1, 0)
    found = differences(lines_of(first), lines_of(second))
    assert found.changed[0].fields == (("ends", "2027-04-01", "2028-04-01"), ("status", "active", "amended"))
    entries = named(register)
    assert entries["Elmore County Sheriff"].ended_in == second
    assert entries["Dale County Sheriff"].ends_on == date(2028, 4, 1)
    assert entries["Dale County Sheriff"].history.count() == 2
    third = committed(register, keeper, csv(ELMORE, changed, COFFEE), on=LATER)
    assert (third.added, third.unchanged) == (1, 2)
    assert named(register)["Elmore County Sheriff"].ended_in is None


def test_the_same_file_twice_changes_nothing() -> None:
    register, keeper = scene.register()
    content = csv(ELMORE)
    preview = received(register, keeper, content)
    assert received(register, keeper, content) == preview
    commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    with pytest.raises(Refused, match="snapshot 1 already") as no:
        received(register, keeper, content, on=LATER)
    assert no.value.repeated
    assert Snapshot.objects.count() == 1


def test_a_column_that_a_list_lacks_changes_nothing() -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(ELMORE))
    second = committed(register, keeper, csv(ELMORE[:3], headings=("State", "Agency", "Kind")), on=LATER)
    assert (second.unchanged, second.changed) == (1, 0)
    assert named(register)["Elmore County Sheriff"].county == "Elmore"


def test_a_person_says_which_column_says_what_and_the_next_list_is_read_so() -> None:
    register, keeper = scene.register()
    headings = ("Where", "Who", "What", "When")
    rows = [("AL", "Elmore County Sheriff", "Jail model", "05/08/2025")]
    preview = received(register, keeper, csv(*rows, headings=headings))
    assert preview.rows_read == 0
    with pytest.raises(Refused, match="which column names the agency"):
        commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    layout = Layout(0, 0, {"state": 0, "agency": 1, "kind": 2, "signed": 3}, "mdy")
    commands.choose_layout(actor=keeper, snapshot_id=preview.pk, layout=layout, taken_on=DAY)
    commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    assert named(register)["Elmore County Sheriff"].signed_on == date(2025, 5, 8)
    rows.append(("AL", "Dale County Sheriff", "Jail model", "06/07/2025"))
    committed(register, keeper, csv(*rows, headings=headings), on=LATER)
    assert named(register)["Dale County Sheriff"].signed_on == date(2025, 6, 7)


def test_another_header_row_is_read_anew() -> None:
    register, keeper = scene.register()
    preview = received(register, keeper, b"State,Agency,County\nx,y,z\nOwner,Department,Parish\nLA,Police A,Orleans")
    assert preview.rows_read == 3
    layout = replace(Layout.from_json(preview.layout), header=2)
    changed = commands.choose_layout(actor=keeper, snapshot_id=preview.pk, layout=layout, taken_on=DAY)
    assert (changed.rows_read, changed.headings) == (1, {"agency": "department", "county": "parish"})


def test_a_file_of_several_snapshots_is_committed_one_after_another() -> None:
    register, keeper = scene.register()
    rows = [(f"2025-05-{day} am", "AL", name, "Task force") for day in (16, 17) for name in ("A", "B", "C")[: day - 14]]
    content = csv(*rows, headings=("date", "state", "agency", "type"))
    first = committed(register, keeper, content)
    assert (first.taken_on, first.added, first.listings) == (date(2025, 5, 16), 2, ["2025-05-16 am", "2025-05-17 am"])
    second = committed(register, keeper, content, on=date(2025, 5, 16))
    assert (second.taken_on, second.added, second.unchanged) == (date(2025, 5, 17), 1, 2)
    with pytest.raises(Refused, match="already"):
        received(register, keeper, content, on=LATER)


def test_a_preview_that_was_overtaken_or_lies_before_the_last_is_refused() -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(ELMORE), on=LATER)
    with pytest.raises(ValidationError, match="a later one"):
        received(register, keeper, csv(DALE), on=DAY)
    with pytest.raises(ValidationError, match="still to come"):
        received(register, keeper, csv(DALE), on=date(2099, 1, 1))
    preview = received(register, keeper, csv(DALE), on=LATER)
    with pytest.raises(Refused, match="Another snapshot was committed since"):
        commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)
    with pytest.raises(Refused, match="waits in a preview"):
        received(register, keeper, csv(COFFEE), on=LATER)


def test_a_cancelled_preview_leaves_neither_lines_nor_file(
    django_capture_on_commit_callbacks: object,
) -> None:
    register, keeper = scene.register()
    preview = received(register, keeper, csv(ELMORE))
    path = files.path_of(FILES, preview.file)
    assert path.exists()
    assert path.stat().st_mode & 0o777 == 0o600
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        commands.cancel(actor=keeper, snapshot_id=preview.pk)
    assert (SnapshotLine.objects.count(), path.exists()) == (0, False)
    with pytest.raises(Refused, match="was cancelled"):
        commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=None)


def test_only_drafters_and_administrators_of_the_owner_keep_a_register() -> None:
    register, keeper = scene.register()
    assert register.owner is not None
    clerk, elsewhere = make.person(register.owner).person, scene.drafter(make.agency())
    preview = received(register, keeper, csv(ELMORE))
    for person in (clerk, elsewhere, make.portal_administrator(), make.auditor()):
        with pytest.raises(PermissionDenied):
            commands.commit(actor=person, snapshot_id=preview.pk, base_id=None)
        with pytest.raises(PermissionDenied):
            commands.open_register(actor=person, owner_id=register.owner_id, name="Mine")
    administrator = make.person(register.owner, roles=(Role.ADMINISTRATOR,), trained=False).person
    assert commands.commit(actor=administrator, snapshot_id=preview.pk, base_id=None).number == 1
    assert commands.open_register(actor=make.portal_administrator(), owner_id=None, name="National").owner is None


def test_who_sees_a_register() -> None:
    register, keeper = scene.register()
    owner = register.owner
    assert owner is not None
    national = commands.open_register(actor=make.portal_administrator(), owner_id=None, name="National")

    def sees(person: object) -> set[Register]:
        membership = person.memberships.first()  # type: ignore[attr-defined]
        return set(Register.objects.visible_to(person, membership))  # type: ignore[arg-type]

    assert sees(keeper) == sees(make.person(owner).person) == sees(make.auditor(owner)) == {register}
    assert sees(make.auditor()) == sees(make.portal_administrator()) == {register, national}
    assert sees(make.person().person) == sees(make.auditor(make.agency())) == set()
