"""Changes in law and practice: who proposes, how far one is, who reads it, what waits for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role, User
from portal.kernel.errors import Refused
from privacy.law import commands
from privacy.law.lifecycle import MOVES
from privacy.law.models import LawChange
from sharing_agreements import commands as agreements
from tests import make
from tests.agencies.test_views import downloaded
from tests.privacy.test_law import gap
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db

DAY = date(2027, 2, 3)


def at(name: str, *args: object) -> str:
    return reverse(f"privacy:law:{name}", args=args)


def page(change: LawChange) -> str:
    return reverse("workbench:law_change", args=[change.pk])


def move(change: LawChange, by: User, to: str, **values: Any) -> LawChange:
    return commands.move_change(actor=by, change_id=change.pk, to=to, on=DAY, **values)


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(LawChange.Status)


def test_a_change_goes_from_an_idea_to_its_first_day(court: Agency, officer: User) -> None:
    change = make.law_change(officer)
    for to, values in (("introduced", {"bill": "AB 1"}), ("enacted", {"effective_on": DAY})):
        with pytest.raises(Refused, match="cannot become"):
            move(change, officer, to, **values)
    move(change, officer, "drafted", note="Counsel wrote it.")
    with pytest.raises(ValidationError, match="number of the bill"):
        move(change, officer, "introduced", bill=" ")
    move(change, officer, "introduced", bill="AB  1331")
    with pytest.raises(ValidationError, match="which day"):
        move(change, officer, "enacted")
    done = move(change, officer, "enacted", effective_on=DAY)
    assert (done.bill, done.stands) == ("AB 1331", "effective Feb 3, 2027")
    assert [each.status for each in done.moves.all()] == ["idea", "drafted", "introduced", "enacted"]
    with pytest.raises(Refused, match="cannot become"):
        move(change, officer, "rejected")


def test_privacy_officers_of_the_agency_propose(court: Agency, officer: User) -> None:
    change = make.law_change(officer)
    for by in (make.someone(court, Role.CLERK), make.privacy_officer(make.agency())):
        with pytest.raises(PermissionDenied):
            move(change, by, "drafted")
        with pytest.raises(PermissionDenied):
            commands.revise_change(actor=by, change_id=change.pk, title="Mine")
    with pytest.raises(ValidationError, match="read it first"):
        commands.revise_change(actor=officer, change_id=change.pk, on_agenda=True)


def test_moves_stay_and_a_change_is_not_deleted(court: Agency, officer: User) -> None:
    make.law_change(officer)
    for sql in (
        "UPDATE law_lawchangemove SET note = 'x'",
        "DELETE FROM law_lawchangemove",
        "DELETE FROM law_lawchange",
        "DELETE FROM law_historicallawchange",
    ):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_agency_chooses_who_reads_a_change(court: Agency, officer: User) -> None:
    change = make.law_change(officer, title="Addresses of jurors stay out")
    clerk, anybody = client_of(make.person(make.agency()).person), Client()
    public = reverse("public:law_changes")
    assert clerk.get(page(change)).status_code == 404
    assert "Addresses of jurors" not in read(clerk.get(at("changes")))
    commands.revise_change(actor=officer, change_id=change.pk, audience="partners", on_agenda=True)
    assert "Addresses of jurors" in read(clerk.get(page(change)))
    assert "Addresses of jurors" in read(clerk.get(at("agenda")))
    assert "Addresses of jurors" not in read(anybody.get(public))
    keeper = client_of(make.portal_administrator())
    assert keeper.get(page(change)).status_code == 404
    commands.revise_change(actor=officer, change_id=change.pk, audience="public")
    shown = read(anybody.get(public))
    assert "Addresses of jurors" in shown
    assert str(officer) not in shown
    move(change, officer, "rejected")
    assert "Addresses of jurors" not in read(clerk.get(at("agenda")))


def test_gaps_are_named_to_who_reads_them(court: Agency, officer: User) -> None:
    found = gap(officer, court)
    change = make.law_change(officer, gap_ids=[found.pk], audience="public")
    assert "Addresses of jurors" in read(client_of(officer).get(page(change)))
    assert change.title in read(client_of(officer).get(at("gap", found.pk)))
    other = client_of(make.person(make.agency()).person)
    assert "Addresses of jurors" not in read(other.get(page(change)))
    sheet = downloaded(other, at("changes_csv"))
    assert change.title in sheet
    assert "Addresses of jurors" not in sheet
    elsewhere = make.agency()
    theirs = gap(make.privacy_officer(elsewhere), elsewhere)
    commands.revise_change(actor=officer, change_id=change.pk, gap_ids=[theirs.pk])
    assert not change.closes.exists(), "a gap that the agency does not read is not linked"


def test_an_agreement_waits_for_a_change(court: Agency, officer: User) -> None:
    police = make.agency()
    draft = make.draft(court, police, make.record_set(court))
    change = make.law_change(officer, audience="public")
    drafter = client_of(draft.author)
    assert drafter.post(reverse("agreements:await_change", args=[change.pk]), {"agreement": "x"}).status_code == 404
    pressed = drafter.post(reverse("agreements:await_change", args=[change.pk]), {"agreement": str(draft.pk)})
    assert pressed["Location"] == page(change)
    assert draft.number in read(drafter.get(page(change)))
    assert change.title in read(drafter.get(reverse("agreements:detail", args=[draft.pk])))
    assert draft.title not in read(client_of(make.person(police).person).get(page(change)))
    with pytest.raises(PermissionDenied):
        agreements.await_no_more(actor=officer, agreement_id=draft.pk, change_id=change.pk)
    agreements.await_no_more(actor=draft.author, agreement_id=draft.pk, change_id=change.pk)
    assert not draft.awaits.exists()


def test_a_change_is_entered_and_moved_on_its_pages(court: Agency, officer: User) -> None:
    writer = client_of(officer)
    sent = writer.post(
        at("enter_change"),
        {
            "title": "Jurors",
            "kind": "statute",
            "text": "Keep out",
            "unblocks": "Dockets",
            "audience": "agency",
            "on": "2026-10-01",
        },
    )
    assert sent.status_code == 302
    change = LawChange.objects.get()
    assert writer.get(at("move_change", change.pk, "enacted"))["Location"] == page(change)
    assert writer.get(at("move_change", change.pk, "nowhere")).status_code == 404
    assert "Counsel" in read(writer.post(at("move_change", change.pk, "drafted"), {"note": "Counsel"}))
    writer.post(at("move_change", change.pk, "drafted"), {"on": "2026-11-02", "note": "Counsel"})
    assert LawChange.objects.get().status == "drafted"
