"""Ends that come near: told at 180, 90 and 30 days, each once, to who must act, until it is settled how it goes on.

The database's clock stands still in a test, so an end is moved towards it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from sharing_agreements import commands, expiring
from sharing_agreements.boards.models import Seat
from sharing_agreements.models import Agreement, ExpiryNotice, days_until, first_moment
from sharing_agreements.tasks import tell_of_ends
from tests import kept, make

from .conftest import OwnerSql, Pair

pytestmark = pytest.mark.django_db

KIND = "agreement.end_announced"
Change = Agreement.Change
DaysLeft = Callable[..., None]


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("current_version", "lead_agency").get(pk=agreement.pk)


def today(agency: Agency) -> date:
    return datetime.now(ZoneInfo(agency.time_zone)).date()


@kept.fixture
def made(pair: Pair) -> Agreement:
    """In force, with an end far off."""
    made = make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=today(pair.court) + timedelta(days=400))
    make.person(pair.court, roles=(Role.CLERK,))
    return made


@pytest.fixture
def days_left(owner_sql: OwnerSql) -> DaysLeft:
    """As if an agreement, and what is drafted to keep its end, had so many days left."""

    def move(agreement: Agreement, days: int) -> None:
        end = today(agreement.lead_agency) + timedelta(days=days)
        owner_sql(
            "ALTER TABLE sharing_agreements_agreementversion DISABLE TRIGGER version_final",
            f"UPDATE sharing_agreements_agreementversion SET effective_on = '2020-01-01', ends_on = '{end}' "
            f"WHERE agreement_id = '{agreement.pk}'",
            "ALTER TABLE sharing_agreements_agreementversion ENABLE TRIGGER version_final",
        )

    return move


def run(times: int = 3) -> None:
    """Beat, several times."""
    for _ in range(times):
        tell_of_ends()


def said(agreement: Agreement) -> list[int]:
    return list(agreement.expiry_notices.order_by("pk").values_list("days", flat=True))


def told(agreement: Agreement) -> set[User]:
    """Whom the newest word of its end owes a notice."""
    event = Event.objects.filter(kind=KIND, subject_id=agreement.pk).order_by("sequence").last()
    return {notice.recipient for notice in Notice.objects.filter(event=event).select_related("recipient")}


def settled(agreement: Agreement) -> set[tuple[str, str]]:
    """How the mails about its end were settled."""
    mine = Notice.objects.filter(event__kind=KIND, event__subject_id=agreement.pk, channel="email")
    return set(mine.values_list("status", "why"))


# --- When -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "threshold"), [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30)]
)
def test_the_nearest_threshold_counts(days: int, threshold: int | None) -> None:
    assert expiring.due(days) == threshold


def test_each_threshold_is_told_once(made: Agreement, days_left: DaysLeft) -> None:
    for days, expected in ((181, []), (180, [180]), (91, [180]), (90, [180, 90]), (31, [180, 90]), (30, [180, 90, 30])):
        days_left(made, days)
        run()
        assert said(made) == expected
    days_left(made, 0)
    run()
    assert said(made) == [180, 90, 30]
    assert Event.objects.filter(kind=KIND).count() == 3


@pytest.mark.parametrize(("days", "expected"), [(100, [180]), (45, [90]), (1, [30])])
def test_of_missed_thresholds_the_nearest_is_told_and_nothing_farther(
    made: Agreement, days_left: DaysLeft, days: int, expected: list[int]
) -> None:
    days_left(made, days)
    run()
    days_left(made, 170)
    run()
    assert said(made) == expected
    drafter = make.someone(made.lead_agency, Role.DRAFTER)
    assert Notice.objects.filter(event__kind=KIND, recipient=drafter, channel="email").count() == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Los_Angeles"])
def test_days_are_those_of_the_lead_agencys_calendar(pair: Pair, days_left: DaysLeft, zone: str) -> None:
    court = make.agency(f"Court in {zone}", kind="court", time_zone=zone)
    agreement = make.agreement_in_force(
        court, pair.police, make.record_set(court), ends_on=today(court) + timedelta(days=400)
    )
    days_left(agreement, 90)
    agreement = fresh(agreement)
    version = agreement.current_version
    assert version is not None
    assert version.ends_on is not None
    begins = first_moment(version.ends_on - timedelta(days=90), zone)
    assert expiring.open_question(agreement, begins - timedelta(seconds=1)) == 180
    assert expiring.open_question(agreement, begins) == 90
    assert agreement.days_left == 90
    for days, within in ((90, True), (89, False)):
        assert Agreement.objects.ending_within(days).filter(pk=agreement.pk).exists() is within
    run()
    assert said(agreement) == [90]


def test_a_day_is_one_of_the_calendar_where_the_clocks_change_too() -> None:
    """180 days before a midnight of summer time lies a midnight of winter time, not 11 p.m."""
    end = first_moment(date(2027, 6, 1), "America/Los_Angeles")
    begins = first_moment(date(2026, 12, 3), "America/Los_Angeles")
    assert end.astimezone(UTC) - begins.astimezone(UTC) == timedelta(days=180) - timedelta(hours=1)
    assert days_until(end, "America/Los_Angeles", begins) == 180
    assert days_until(end, "America/Los_Angeles", begins - timedelta(seconds=1)) == 181


# --- Whom -----------------------------------------------------------------------------------------------------------


def test_who_must_act_is_told_and_nobody_else(pair: Pair, made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    run(1)
    members = {seat.holder for seat in Seat.objects.select_related("holder") if seat.holder}
    administrator = make.administrator_of(pair.court)
    assert administrator is not None
    assert told(made) == members | {
        make.someone(pair.court, Role.DRAFTER),
        administrator,
        make.someone(pair.court, Role.SIGNATORY),
        make.someone(pair.police, Role.SIGNATORY),
    }


def test_each_reads_what_they_can_do_and_where(pair: Pair, made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    run(1)
    event = Event.objects.get(kind=KIND)
    last_day = f"{today(pair.court) + timedelta(days=89):%b} {(today(pair.court) + timedelta(days=89)).day}, "
    drafts = kinds.words(event, make.someone(pair.court, Role.DRAFTER))
    signs = kinds.words(event, make.someone(pair.police, Role.SIGNATORY))
    sits = kinds.words(event, Seat.objects.select_related("holder")[0].holder)  # type: ignore[arg-type]
    assert drafts is not None
    assert signs is not None
    assert sits is not None
    assert drafts.link == reverse("agreements:change", args=[made.pk])
    assert "Renew it, or let it end" in drafts.body
    assert (signs.link, sits.link) == (reverse("agreements:detail", args=[made.pk]), reverse("boards:docket"))
    assert "Cedar Court drafts a renewal, or lets it end" in signs.body
    for words in (drafts, signs, sits):
        assert last_day in words.subject
        assert "in at most 90 days" in words.body


def test_a_party_that_leaves_is_not_told(pair: Pair, made: Agreement, days_left: DaysLeft) -> None:
    third = make.agency("Third")
    joined = make.change(made, Change.JOINDER, joins_id=third.pk)
    joined = make.through(joined)
    chief, sheriff = make.someone(pair.police, Role.SIGNATORY), make.someone(third, Role.SIGNATORY)
    days_left(joined, 90)
    commands.give_notice(actor=sheriff, agreement_id=joined.pk, agency_id=third.pk, reason="Costs")
    run()
    assert said(joined) == [90]
    assert chief in told(joined)
    assert sheriff not in told(joined)


# --- What is settled ------------------------------------------------------------------------------------------------


def renewal(made: Agreement) -> Agreement:
    return make.change(made, Change.RENEWAL, ends_on=today(made.lead_agency) + timedelta(days=800))


def test_a_renewal_on_its_way_is_named_and_an_approved_one_says_enough(made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    drafted = renewal(fresh(made))
    run()
    assert said(made) == [90]
    words = kinds.words(Event.objects.get(kind=KIND), drafted.author)
    assert words is not None
    assert words.link == reverse("agreements:detail", args=[drafted.pk])
    assert f"{drafted.number} is begun to follow it" in words.body
    signing = make.approved(drafted)
    days_left(made, 30)
    run()
    assert said(made) == [90]
    chief = make.someone(made.lead_agency, Role.SIGNATORY)
    version = signing.current_version
    assert version is not None
    party = version.parties.get(agency=made.lead_agency)
    commands.decline(
        actor=chief, agreement_id=signing.pk, party_id=party.pk, sha256=version.sha256, reason="Not like this"
    )
    run()
    assert said(made) == [90, 30], "the renewal failed: it is an open question again"


def test_a_renewal_in_force_is_what_is_spoken_of(made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 100)
    new = make.through(renewal(fresh(made)))
    days_left(made, 90)
    run()
    assert (said(made), said(new)) == ([], [])


@pytest.mark.parametrize("kind", ["suspend", "terminate"])
def test_what_the_board_stopped_is_not_spoken_of(made: Agreement, days_left: DaysLeft, kind: str) -> None:
    make.carry(make.ballot(make.the_board(), made, kind))
    days_left(made, 90)
    run()
    assert said(made) == []


def test_one_that_a_party_leaves_without_which_it_does_not_stand_is_not_spoken_of(
    pair: Pair, made: Agreement, days_left: DaysLeft
) -> None:
    days_left(made, 90)
    chief = make.someone(pair.police, Role.SIGNATORY)
    commands.give_notice(actor=chief, agreement_id=made.pk, agency_id=pair.police.pk, reason="Costs")
    run()
    assert said(made) == []


def test_a_moved_end_counts_anew_and_an_end_that_stays_goes_on(made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    run()
    reworded = make.through(make.reworded(make.change(fresh(made))))
    run()
    assert said(reworded) == [], "the same end was told of under the text before"
    days_left(made, 30)
    days_left(reworded, 30)
    run()
    assert said(reworded) == [30]
    drafted = make.change(fresh(reworded))
    version = drafted.current_version
    assert version is not None
    commands.edit_version(
        actor=drafted.author,
        agreement_id=drafted.pk,
        title=drafted.title,
        purpose=version.purpose,
        effective_on=version.effective_on,
        ends_on=today(made.lead_agency) + timedelta(days=80),
    )
    moved = make.through(drafted)
    run()
    assert said(moved) == [90]


def test_a_mail_that_waits_is_dropped_once_it_is_settled(made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    run(1)
    make.approved(renewal(fresh(made)))
    deliver()
    assert settled(made) == {(Notice.Status.DROPPED, "done_already")}


def test_a_mail_that_waited_past_the_next_threshold_is_not_sent_beside_it(made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 90)
    run(1)
    days_left(made, 29)
    deliver()
    assert settled(made) == {(Notice.Status.DROPPED, "done_already")}
    run()
    deliver()
    assert settled(made) == {(Notice.Status.DROPPED, "done_already"), (Notice.Status.SENT, "")}


# --- What the database refuses --------------------------------------------------------------------------------------


def test_the_database_keeps_each_threshold_once_and_none_that_has_not_come(
    made: Agreement, days_left: DaysLeft
) -> None:
    def insert(days: int, words: str) -> None:
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            ExpiryNotice.objects.create(agreement=made, days=days)

    days_left(made, 91)
    insert(90, "when so many days are left")
    insert(200, "expiry_notice_days")
    days_left(made, 90)
    notice = ExpiryNotice.objects.create(agreement=made, days=90)
    insert(90, "expiry_notice_once")
    insert(180, "A nearer threshold")
    days_left(made, 0)
    insert(30, "when so many days are left")
    for change in (
        "UPDATE sharing_agreements_expirynotice SET days = 30",
        "DELETE FROM sharing_agreements_expirynotice",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    make.suspended(fresh(made), make.the_board())
    days_left(made, 30)
    insert(30, "of an agreement in force")
    assert notice.at <= timezone.now() + timedelta(minutes=1)


# --- Pages ----------------------------------------------------------------------------------------------------------


def page(person: User, name: str, *args: object, **asked: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=args), asked).content.decode()


def test_the_register_narrows_to_ends_within_so_many_days(pair: Pair, made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 45)
    other = make.agreement_in_force(pair.court, pair.police, pair.cases)
    drafter = make.someone(pair.court, Role.DRAFTER)
    for ends, shown in (("", True), ("30", False), ("90", True), ("180", True)):
        register = page(drafter, "agreements:list", ends=ends)
        assert (made.number in register) is shown
        assert (other.number in register) is (ends == "")
    assert "Expiring in 45 days" in page(drafter, "agreements:list").replace("\n", " ")


def test_the_page_and_todays_list_say_how_long_it_lasts(pair: Pair, made: Agreement, days_left: DaysLeft) -> None:
    days_left(made, 45)
    drafter, chief = make.someone(pair.court, Role.DRAFTER), make.someone(pair.police, Role.SIGNATORY)
    renew = reverse("agreements:change", args=[made.pk])
    mine, theirs = (page(person, "agreements:detail", made.pk) for person in (drafter, chief))
    assert "45 days left" in mine
    assert f'<a href="{renew}">Renew it</a>' in mine
    assert "45 days left" in theirs
    assert renew not in theirs
    home = f"Renew {made.number}, or let it end"
    assert home in page(drafter, "workbench:home")
    assert home not in page(chief, "workbench:home")
    drafted = renewal(fresh(made))
    assert home not in page(drafter, "workbench:home")
    assert f"{drafted.number} is begun to follow it" in page(drafter, "agreements:detail", made.pk)
    assert drafted.number not in page(chief, "agreements:detail", made.pk), "a draft is its author's alone"
    make.approved(drafted)
    assert "45 days left" not in page(drafter, "agreements:detail", made.pk)
