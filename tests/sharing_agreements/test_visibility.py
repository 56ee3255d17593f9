"""Who may read which agreement, and how its dates make it stand."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from agencies import commands as agencies
from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from sharing_agreements import commands, wording
from sharing_agreements.boards import commands as boards
from sharing_agreements.models import Agreement
from tests import make

from .conftest import OwnerSql, Pair

pytestmark = pytest.mark.django_db

S = Agreement.Status


def sees(agreement: Agreement, person: User, membership: Membership | None = None) -> bool:
    return Agreement.objects.visible_to(person, membership).filter(pk=agreement.pk).exists()


def works(agency: object, *roles: str) -> Membership:
    return make.person(agency, roles=roles or (Role.CLERK,))  # type: ignore[arg-type]


def everybody(pair: Pair) -> dict[str, tuple[User, Membership | None]]:
    lead, party, third = works(pair.court), works(pair.police), works(make.agency("Third"))
    member = make.the_board().seats.all()[0].holder
    elsewhere = make.board(states=["NV"]).seats.all()[0].holder
    assert member is not None
    assert elsewhere is not None
    return {
        "lead": (lead.person, lead),
        "party": (party.person, party),
        "third": (third.person, third),
        "board": (member, None),
        "other board": (elsewhere, None),
        "auditor of the lead": (make.auditor(pair.court), None),
        "auditor of the party": (make.auditor(pair.police), None),
        "auditor of a third": (make.auditor(third.agency), None),
        "auditor of the portal": (make.auditor(), None),
        "portal administrator": (make.portal_administrator(), None),
    }


def seen_by(agreement: Agreement, people: dict[str, tuple[User, Membership | None]]) -> set[str]:
    return {name for name, (person, membership) in people.items() if sees(agreement, person, membership)}


LEADS = {"lead", "auditor of the lead", "auditor of the portal"}
ALL = LEADS | {"party", "board", "auditor of the party"}


def test_a_draft_is_its_lead_agencys_and_everything_later_the_parties_boards_and_auditors(pair: Pair) -> None:
    people = everybody(pair)
    assert seen_by(make.draft(pair.court, pair.police, pair.cases), people) == LEADS
    made = make.submitted(pair.court, pair.police, pair.cases)
    assert seen_by(made, people) == ALL
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="A typing mistake")
    assert seen_by(made, people) == LEADS
    commands.withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    assert seen_by(made, people) == LEADS
    assert seen_by(make.agreement_in_force(pair.court, pair.police, pair.cases), people) == ALL


def test_a_party_that_was_taken_out_sees_it_no_more(pair: Pair) -> None:
    third = make.agency("Third")
    clerk = works(third)
    made = make.draft(pair.court, pair.police, pair.cases)
    commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk, third.pk])
    commands.submit(actor=made.author, agreement_id=made.pk)
    assert sees(made, clerk.person, clerk)
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="Without the third")
    commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk])
    commands.submit(actor=made.author, agreement_id=made.pk)
    assert not sees(made, clerk.person, clerk)


def test_a_person_sees_by_the_membership_acted_under(pair: Pair) -> None:
    clerk = works(pair.police)
    made = make.submitted(pair.court, pair.police, pair.cases)
    assert sees(made, clerk.person, clerk)
    assert not sees(made, clerk.person, None)


def test_whoever_left_the_board_or_the_portal_sees_nothing(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    seat = make.the_board().seats.get(number=2)
    assert seat.holder is not None
    boards.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Left")
    assert not sees(made, seat.holder)
    auditor = make.auditor()
    agencies.deactivate_person(actor=make.portal_administrator(), person_id=auditor.pk, reason="Left")
    assert not sees(made, User.objects.get(pk=auditor.pk))


def test_the_narrower_board_is_the_responsible_one(pair: Pair) -> None:
    wide = make.the_board().seats.all()[0].holder
    made = make.submitted(pair.court, pair.police, pair.cases)
    assert wide is not None
    assert sees(made, wide)
    narrow = make.board(states=["CA", "OR"]).seats.all()[0].holder
    assert narrow is not None
    assert sees(made, narrow)
    assert not sees(made, wide)


def test_a_board_keeps_reading_what_came_before_it(pair: Pair) -> None:
    member = make.the_board().seats.all()[0].holder
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    make.board(states=["CA"])
    assert member is not None
    assert sees(made, member)


# --- Standing -------------------------------------------------------------------------------------------------------


def in_force(pair: Pair, days: int | None) -> Agreement:
    ends_on = None if days is None else localdate(timezone=ZoneInfo(pair.court.time_zone)) + timedelta(days=days)
    return make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=ends_on)


@pytest.mark.parametrize(
    ("days", "standing"), [(None, "in_force"), (400, "in_force"), (180, "expiring"), (1, "expiring")]
)
def test_the_dates_say_how_an_agreement_stands(pair: Pair, days: int | None, standing: str) -> None:
    made = Agreement.objects.select_related("current_version", "lead_agency").get(pk=in_force(pair, days).pk)
    assert made.standing == standing
    for each in ("in_force", "expiring", "expired", "suspended", "draft"):
        assert Agreement.objects.standing_as(each).filter(pk=made.pk).exists() == (each == standing)
    assert Agreement.objects.public().filter(pk=made.pk).exists()


def test_what_is_signed_and_has_not_begun_says_so_everywhere(pair: Pair, owner_sql: OwnerSql) -> None:
    begins = localdate(timezone=ZoneInfo(pair.court.time_zone)) + timedelta(days=9)
    ends = begins + timedelta(days=90)
    made = make.agreement_in_force(pair.court, pair.police, pair.cases, effective_on=begins, ends_on=ends)
    made = Agreement.objects.select_related("current_version", "lead_agency").get(pk=made.pk)
    day = f"{begins:%b} {begins.day}, {begins.year}"
    assert (made.standing, wording.standing(made)) == ("begins", f"begins on {day}")
    for each in ("begins", "in_force", "expiring", "expired", "suspended"):
        assert Agreement.objects.standing_as(each).filter(pk=made.pk).exists() == (each == "begins"), each
    client = Client()
    client.force_login(made.author)
    detail = client.get(reverse("agreements:detail", args=[made.pk])).content.decode()
    assert "Nothing is shared before its first day." in detail
    for page in (detail, client.get(reverse("agreements:list"), {"state": "begins"}).content.decode()):
        assert re.search(rf"Begins\s+on {day}", re.sub(r"<[^>]+>", "", page))
        assert "In force, version" not in re.sub(r"<[^>]+>", "", page)
    csv = b"".join(client.get(reverse("agreements:csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert f"begins on {day}" in csv
    assert made.number not in client.get(reverse("agreements:list"), {"state": "in_force"}).content.decode()
    (event,) = Event.objects.filter(kind="agreement.in_force")
    assert wording.event_title(event) == f"Signed by every party: begins on {day}"
    words = kinds.words(event, make.someone(pair.police, Role.SIGNATORY))
    assert words is not None
    assert words.subject == f"{made.number} begins on {day}"
    make.suspended(made, make.the_board())
    assert Agreement.objects.select_related("current_version", "lead_agency").get(pk=made.pk).standing == "suspended"


def test_an_end_that_has_come_closes_it_everywhere_without_a_job(pair: Pair, owner_sql: OwnerSql) -> None:
    made = in_force(pair, 30)
    owner_sql(
        "ALTER TABLE sharing_agreements_agreementversion DISABLE TRIGGER version_final",
        "UPDATE sharing_agreements_agreementversion SET effective_on = '2020-01-01', ends_on = current_date - 1",
        "ALTER TABLE sharing_agreements_agreementversion ENABLE TRIGGER version_final",
    )
    made = Agreement.objects.select_related("current_version", "lead_agency").get(pk=made.pk)
    assert made.standing == "expired"
    assert list(Agreement.objects.standing_as("expired")) == [made]
    assert not Agreement.objects.standing_as("in_force").exists()
    assert not Agreement.objects.standing_as("expiring").exists()
    assert not Agreement.objects.public().exists()


def test_a_day_ends_in_the_lead_agencys_zone(pair: Pair) -> None:
    version = make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=9))
    made = Agreement.objects.select_related("current_version", "lead_agency").get(pk=version.pk)
    found = Agreement.objects.with_end().get(pk=made.pk)
    assert made.ends_at == found.ends_moment  # type: ignore[attr-defined]
    assert made.ends_at is not None
    zone = ZoneInfo(pair.court.time_zone)
    assert made.ends_at.astimezone(zone).time() == datetime.min.time()
    assert made.ends_at > timezone.now()


def test_a_suspended_agreement_is_suspended_until_its_end(pair: Pair) -> None:
    made = make.suspended(in_force(pair, 30), make.the_board())
    made = Agreement.objects.select_related("current_version", "lead_agency").get(pk=made.pk)
    assert made.standing == "suspended"
    assert list(Agreement.objects.standing_as("suspended")) == [made]
