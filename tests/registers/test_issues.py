"""What a list leaves open stays open until a person answers; the answer holds for later snapshots."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.kernel.errors import Refused
from sharing_agreements.registers import commands
from sharing_agreements.registers.models import Entry, Issue, Register
from tests import make

from . import scene
from .scene import committed, csv

pytestmark = pytest.mark.django_db
A = Issue.About
LATER = date(2025, 7, 19)


def issues(register: Register) -> dict[str, Issue]:
    return {str(issue.about): issue for issue in Issue.objects.filter(register=register, status="open")}


def entry(register: Register) -> Entry:
    return Entry.objects.get(register=register)


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        ("elmore  county\u00a0sheriff\u2019s office", True),
        ("Elmore County Sheriff", False),
        ("Elmore County Sheriff's Offices", False),
    ],
)
def test_an_agency_is_known_by_its_exact_name_in_its_state_and_by_nothing_less(listed: str, known: bool) -> None:
    agency = make.agency("Elmore County Sheriff's Office", state="AL", active=False)
    make.agency("Elmore County Sheriff's Office", state="GA", active=False)
    register, keeper = scene.register()
    committed(register, keeper, csv(("Alabama", listed, "Jail model")))
    assert entry(register).agency == (agency if known else None)
    assert (A.AGENCY in issues(register)) is not known


def test_an_ori_decides_alone_and_a_name_that_two_agencies_share_is_nobodys() -> None:
    named, other = (make.agency("Springfield Police", state="IL", active=False, ori=ori) for ori in ("IL1", "IL2"))
    for each, ori in ((named, "IL0010100"), (other, "IL0020200")):
        each.ori = ori
        each.save()
    register, keeper = scene.register()
    rows = [("IL", "Springfield Police", "A", ""), ("IL", "SPFLD PD", "B", "IL0020200")]
    committed(register, keeper, csv(*rows, headings=("State", "Agency", "Kind", "ORI")))
    found = {each.kind: each.agency for each in Entry.objects.filter(register=register)}
    assert found == {"A": None, "B": other}
    assert issues(register)[A.AGENCY].source == "Springfield Police"


def test_an_answer_is_remembered_for_later_snapshots_with_the_same_value() -> None:
    agency = make.agency("Elmore County Sheriff's Office", state="AL")
    register, keeper = scene.register()
    row = ("AL", "Elmore SO", "Jail model", "Elmore", "5/8/25")
    committed(register, keeper, csv(row))
    found = issues(register)
    commands.resolve(actor=keeper, issue_id=found[A.AGENCY].pk, agency_id=agency.pk, reason="Called them")
    commands.resolve(actor=keeper, issue_id=found[A.SIGNED].pk, day=date(2025, 5, 8))
    assert (entry(register).agency, entry(register).signed_on) == (agency, date(2025, 5, 8))
    two = (row, ("AL", "ELMORE  SO", "Task force", "", "5/8/25"), ("GA", "Elmore SO", "Jail model", "", "5/9/25"))
    committed(register, keeper, csv(*two), on=LATER)
    settled = Entry.objects.filter(register=register, agency=agency, signed_on=date(2025, 5, 8))
    assert sorted(settled.values_list("kind", flat=True)) == ["Jail model", "Task force"]
    assert sorted(Issue.objects.filter(status="open").values_list("source", flat=True)) == ["5/9/25", "Elmore SO"]
    answered = Issue.objects.get(pk=found[A.AGENCY].pk)
    assert (answered.answered_by, answered.history.count()) == (keeper, 2)


def test_a_dismissed_issue_takes_nothing_from_the_list_and_stays_dismissed() -> None:
    register, keeper = scene.register()
    row = ("AL", "Elmore SO", "Jail model", "", "pending")
    committed(register, keeper, csv(row))
    signed = issues(register)[A.SIGNED]
    with pytest.raises(ValidationError, match="Say why"):
        commands.dismiss(actor=keeper, issue_id=signed.pk, reason=" ")
    commands.dismiss(actor=keeper, issue_id=signed.pk, reason="Not signed yet")
    committed(register, keeper, csv(row, ("AL", "Dale SO", "Jail model", "", "pending")), on=LATER)
    assert A.SIGNED not in issues(register)
    assert set(Entry.objects.values_list("signed_on", flat=True)) == {None}


def test_an_end_before_the_signature_is_an_issue_also_where_an_answer_brings_it_about() -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(("AL", "Elmore SO", "Jail model", "", "5/8/25", "2024-01-01")))
    assert A.REVERSED not in issues(register)
    assert entry(register).ends_on == date(2024, 1, 1)
    commands.resolve(actor=keeper, issue_id=issues(register)[A.SIGNED].pk, day=date(2025, 5, 8))
    assert entry(register).ends_on is None
    commands.resolve(actor=keeper, issue_id=issues(register)[A.REVERSED].pk, day=date(2026, 1, 1))
    assert entry(register).ends_on == date(2026, 1, 1)
    commands.resolve(actor=keeper, issue_id=Issue.objects.get(about=A.SIGNED).pk, day=date(2023, 5, 8))
    assert entry(register).ends_on == date(2024, 1, 1)


def test_an_issue_that_nothing_asks_any_more_goes_with_its_history_kept() -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(("AL", "Elmore SO", "Jail model", "", "5/8/25")))
    committed(register, keeper, csv(("AL", "Elmore SO", "Jail model", "", "2025-05-08")), on=LATER)
    assert set(issues(register)) == {A.AGENCY}
    assert Issue.history.filter(about=A.SIGNED, history_type="-").exists()


def test_what_is_listed_twice_is_kept_twice_and_asked_about_once() -> None:
    register, keeper = scene.register()
    rows = [("AL", "Elmore SO", "Jail model", "", day) for day in ("2019-01-01", "2025-01-01")]
    committed(register, keeper, csv(*rows))
    twice = Issue.objects.get(about=A.TWICE)
    assert Entry.objects.count() == 2
    with pytest.raises(Refused, match="Dismiss this one"):
        commands.resolve(actor=keeper, issue_id=twice.pk, day=date(2025, 1, 1))
    commands.dismiss(actor=keeper, issue_id=twice.pk, reason="Renewed")
    assert A.TWICE not in issues(register)


def test_answers_are_checked() -> None:
    register, keeper = scene.register()
    committed(register, keeper, csv(("AL", "Elmore SO", "Jail model", "", "5/8/25")))
    found = issues(register)
    with pytest.raises(ValidationError, match="Choose the agency"):
        commands.resolve(actor=keeper, issue_id=found[A.AGENCY].pk, day=date(2025, 5, 8))
    with pytest.raises(ValidationError, match="State the day"):
        commands.resolve(actor=keeper, issue_id=found[A.SIGNED].pk)
    with pytest.raises(ValidationError, match="1900 to 2100"):
        commands.resolve(actor=keeper, issue_id=found[A.SIGNED].pk, day=date(25, 5, 8))
    with pytest.raises(PermissionDenied):
        commands.dismiss(actor=make.person().person, issue_id=found[A.SIGNED].pk, reason="Mine")
