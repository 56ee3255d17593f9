"""What was due is marked as done, once, by whoever owes it; who is reminded; the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils.timezone import localdate

from agencies.models import Role, User
from portal.audit.models import Event
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from portal.workbench import awaiting
from sharing_agreements import commands, obligation_policy, obligations
from sharing_agreements.models import Agreement, Fulfilment, Obligation, ObligationReminder
from sharing_agreements.models.obligations import PROOFS
from sharing_agreements.obligations import Occurrence
from sharing_agreements.tasks import remind_of_obligations
from tests import make

from .conftest import OwnerSql, Pair
from .owing import days_of, done, drafted, in_force_since, keeper, owing
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db

Step = ObligationReminder.Step

__all__ = ["drafted", "owing"]


# --- Doing it -------------------------------------------------------------------------------------------------------


def test_an_administrator_of_whoever_owes_it_marks_it_once(owing: Agreement, pair: Pair) -> None:
    each = days_of(owing, pair.police)[0]
    for other in (keeper(pair.court), make.person(pair.police, roles=(Role.DRAFTER, Role.SIGNATORY)).person):
        with pytest.raises(PermissionDenied):
            done(each, other)
    with pytest.raises(ValidationError, match="Say what was done"):
        done(each, note="  ")
    assert not Fulfilment.objects.exists()
    made = done(each)
    with pytest.raises(Refused, match="marked as done already") as again:
        done(each)
    assert (again.value.code, again.value.repeated) == ("done", True)
    assert Fulfilment.objects.get() == made
    assert days_of(owing, pair.court)[0].fulfilment is None
    (event,) = Event.objects.filter(kind="agreement.obligation_done")
    assert "Audited" not in str(event.detail)


def test_only_a_day_that_is_due_or_comes_next_is_marked(drafted: Agreement, pair: Pair, owner_sql: OwnerSql) -> None:
    make.obligation(drafted, every_months=1)
    make.obligation(drafted)
    agreement = make.through(drafted)
    first, second, *_ = days_of(agreement, pair.police)
    with pytest.raises(Refused, match="Another day comes first"):
        done(second)
    in_force_since(owner_sql, agreement, 40)
    missed, soon = days_of(agreement, pair.police)[:2]
    assert (missed.state, soon.state, soon.early) == ("overdue", "soon", False)
    make_yearly = days_of(agreement, pair.police, "O2")
    in_force_since(owner_sql, agreement, 400)
    late, next_year = days_of(agreement, pair.police, "O2")
    assert (len(make_yearly), late.early, next_year.early) == (1, False, True), "the one that was missed comes first"
    for wrong in (first.due_on + timedelta(days=1), first.due_on - timedelta(days=400)):
        with pytest.raises(Refused, match="Nothing is due on that day"):
            commands.mark_done(
                actor=keeper(pair.police),
                agreement_id=agreement.pk,
                obligation_id=first.obligation.pk,
                agency_id=pair.police.pk,
                due_on=wrong,
                note_of_it="Done",
            )


def test_a_mistake_is_taken_back_with_its_reason_and_stays_readable(owing: Agreement, pair: Pair) -> None:
    each, chief = days_of(owing, pair.police)[0], keeper(pair.police)
    first = done(each)
    give: Callable[..., Any] = lambda actor, reason="Wrong year": commands.take_done_back(  # noqa: E731
        actor=actor, agreement_id=owing.pk, fulfilment_id=first.pk, reason=reason
    )
    with pytest.raises(PermissionDenied):
        give(keeper(pair.court))
    with pytest.raises(ValidationError, match="Say why"):
        give(chief, " ")
    give(chief)
    with pytest.raises(Refused, match="taken back already"):
        give(chief)
    assert days_of(owing, pair.police)[0].fulfilment is None
    second = done(each, note="Now truly.")
    assert (first.turn, second.turn) == (1, 2)
    page = read(client_of(chief).get(at("obligations", owing.pk)))
    assert all(words in page for words in ("Audited by the clerk.", "Wrong year", "Now truly."))


def test_the_database_keeps_what_was_said_and_takes_no_second(owing: Agreement, pair: Pair) -> None:
    made = done(days_of(owing, pair.police)[0])
    with connection.cursor() as cursor:
        for table in ("fulfilment", "fulfilmentwithdrawal", "obligationreminder"):
            for sql in (f"UPDATE sharing_agreements_{table} SET id = id", f"DELETE FROM sharing_agreements_{table}"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(sql)
    for values, says in (
        ({}, "fulfilment_once"),
        ({"turn": 2}, "taken back first"),
        ({"turn": 0}, "taken back first"),
        ({"agency_id": make.agency().pk, "turn": 1}, "what a party owes"),
        ({"key": uuid7()}, "what a party owes"),
        ({"due_on": date(2030, 1, 1), "note": ""}, "fulfilment_says_what"),
        ({"due_on": date(2030, 1, 1), "file": uuid7()}, "fulfilment_file_whole"),
    ):
        row = Fulfilment.objects.get(pk=made.pk)
        row.pk = uuid7()
        for name, value in values.items():
            setattr(row, name, value)
        with pytest.raises(DatabaseError, match=says), transaction.atomic():
            row.save(force_insert=True)


def test_nothing_is_marked_in_the_database_under_a_text_that_is_not_in_force(drafted: Agreement, pair: Pair) -> None:
    made = make.obligation(drafted)
    row = Fulfilment(
        agreement=drafted, obligation=made, key=made.key, agency=pair.police, due_on=localdate(), note="x",
        done_by=keeper(pair.police),
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="what a party owes"), transaction.atomic():
        row.save(force_insert=True)


# --- Reminding ------------------------------------------------------------------------------------------------------


def told(kind: str) -> set[User]:
    return {each.recipient for each in Notice.objects.filter(event__kind=f"agreement.{kind}", channel="email")}


def test_administrators_of_whoever_owes_it_are_reminded_once_before_and_once_after(
    owing: Agreement, pair: Pair, owner_sql: OwnerSql
) -> None:
    chief = keeper(pair.police)
    for _ in range(2):
        remind_of_obligations()
    assert list(ObligationReminder.objects.values_list("step", "agency")) == [(Step.SOON, pair.police.pk)]
    assert told("obligation_due") == {chief}
    again = days_of(owing, pair.police, "O2")[0]
    names = {"agreement_id": owing.pk, "obligation_id": again.obligation.pk, "agency_id": again.agency.pk}
    assert commands.remind_of_obligation(**names, due_on=again.due_on) is None, "two workers may find the same"
    in_force_since(owner_sql, owing, 400)
    for _ in range(2):
        remind_of_obligations()
    assert told("obligation_overdue") == {chief, keeper(pair.court)}, "email at once goes to who must act"
    assert ObligationReminder.objects.filter(step=Step.OVERDUE).count() == 2
    assert Event.objects.filter(kind__startswith="agreement.obligation_").count() == 3
    notice = Notice.objects.filter(event__kind="agreement.obligation_due").first()
    assert notice is not None
    assert "Review" not in str(notice.event.detail)


def test_nobody_is_reminded_of_what_is_done_or_has_ended(owing: Agreement, pair: Pair, owner_sql: OwnerSql) -> None:
    done(days_of(owing, pair.police, "O2")[0])
    remind_of_obligations()
    assert not ObligationReminder.objects.exists()
    in_force_since(owner_sql, owing, 400)
    make.carry(make.ballot(make.the_board(), Agreement.objects.get(pk=owing.pk), "terminate"))
    remind_of_obligations()
    assert not ObligationReminder.objects.exists()


def test_a_reminder_that_waits_is_not_sent_about_what_was_done_meanwhile(owing: Agreement, pair: Pair) -> None:
    remind_of_obligations()
    done(days_of(owing, pair.police, "O2")[0])
    deliver()
    mine = Notice.objects.filter(event__kind="agreement.obligation_due", recipient=keeper(pair.police))
    assert set(mine.values_list("status", "why")) == {(Notice.Status.DROPPED, "done_already")}


def test_it_awaits_administrators_until_it_is_done(owing: Agreement, pair: Pair) -> None:
    member = pair.police.memberships.get(person=keeper(pair.police))

    def titles() -> list[str]:
        return [item.title for item in awaiting.of(member.person, member)]

    assert "Review the list of users." in titles()
    assert "Audit who used the records." not in titles()
    done(days_of(owing, pair.police, "O2")[0])
    assert "Review the list of users." not in titles()


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_marking_taking_back_and_the_file_by_forms(owing: Agreement, pair: Pair, store: None) -> None:
    client, each = client_of(keeper(pair.police)), days_of(owing, pair.police, "O2")[0]
    address = at("obligation_done", owing.pk, each.obligation.pk, each.due_on)
    assert address in read(client.get(at("detail", owing.pk)))
    assert "This field is required" in read(client.post(address, {}))
    report = SimpleUploadedFile("report.txt", b"All users checked.")
    page = read(client.post(address, {"note_of_it": "Checked all.", "file": report}, follow=True))
    assert "Marked as done" in page
    assert "Checked all." in page
    made = Fulfilment.objects.get()
    file = at("obligation_file", owing.pk, made.pk)
    court = client_of(make.person(pair.court).person)
    assert b"".join(court.get(file).streaming_content) == b"All users checked."  # type: ignore[attr-defined]
    assert client_of(make.person(make.agency()).person).get(file).status_code == 404
    assert "marked as done already" in read(client.post(address, {"note_of_it": "Again"}, follow=True))
    back = at("obligation_take_back", owing.pk, made.pk)
    assert court.get(back).status_code == 403
    assert "What was said of it stays readable" in read(client.post(back, {"reason": "Too early"}, follow=True))
    assert "taken back already" in read(client.get(back, follow=True))
    assert client_of(keeper(pair.court)).get(address).status_code == 404, "another agency's day"
    assert client.get(at("obligation_done", owing.pk, each.obligation.pk, "2026-13-40")).status_code == 404


def test_whoever_joins_reads_what_was_done_before_of_days_that_are_theirs_too(
    owing: Agreement, pair: Pair, store: None
) -> None:
    report = SimpleUploadedFile("report.txt", b"Audited.")
    stored = files.keep(report, folder=PROOFS, kinds=obligations.TAKEN, most=obligations.LARGEST)
    early, past = done(days_of(owing, pair.police)[0], stored=stored), done(days_of(owing, pair.police, "O2")[0])
    third = make.agency("Third")
    joining = make.change(owing, Agreement.Change.JOINDER, joins_id=third.pk)
    make.add_term(joining, pair.cases, third)
    joined = make.through(joining)
    client = client_of(make.person(third).person)
    address = at("obligation_file", joined.pk, early.pk)
    assert address in read(client.get(at("obligations", joined.pk)))
    assert b"".join(client.get(address).streaming_content) == b"Audited."  # type: ignore[attr-defined]
    assert client.get(at("obligation_file", owing.pk, early.pk)).status_code == 404
    other = make.agreement_in_force(pair.court, third, pair.cases)
    assert client.get(at("obligation_file", other.pk, early.pk)).status_code == 404
    chief = client_of(keeper(pair.police))
    assert chief.get(at("obligation_take_back", joined.pk, early.pk)).status_code == 404
    assert chief.get(at("obligation_take_back", owing.pk, past.pk)).status_code == 200


def test_a_file_that_is_refused_leaves_nothing(owing: Agreement, pair: Pair, store: None, tmp_path: Any) -> None:
    client, each = client_of(keeper(pair.police)), days_of(owing, pair.police, "O2")[0]
    address = at("obligation_done", owing.pk, each.obligation.pk, each.due_on)
    zipped = SimpleUploadedFile("report.pdf", b"PK\x03\x04 zip")
    assert "no PDF or plain text" in read(client.post(address, {"note_of_it": "Done", "file": zipped}))
    assert not Fulfilment.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_a_file_goes_with_what_is_refused_at_the_last_moment(
    owing: Agreement, pair: Pair, store: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, each = client_of(keeper(pair.police)), days_of(owing, pair.police, "O2")[0]
    asked = iter([True])

    def may(person: User, occurrence: Occurrence) -> None:
        if not next(asked, False):
            raise Refused("Somebody was faster.", code="done")

    monkeypatch.setattr(obligation_policy, "may_mark_done", may)
    given = {"note_of_it": "Done", "file": SimpleUploadedFile("report.txt", b"All users checked.")}
    address = at("obligation_done", owing.pk, each.obligation.pk, each.due_on)
    assert "Somebody was faster." in read(client.post(address, given, follow=True))
    assert not Fulfilment.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_a_draft_gets_obligations_by_forms(drafted: Agreement, pair: Pair) -> None:
    client = client_of(drafted.author)
    clause = current(drafted).clauses.get(number="3.1")
    given = {"what": "Train everybody.", "clause": clause.pk, "owes": "each", "often": "again", "remind_days": "30"}
    add = at("obligation_add", drafted.pk)
    assert "Say every how many months" in read(client.post(add, given))
    assert "Choose the party that does it" in read(client.post(add, {**given, "owes": "party"}))
    assert "Say by which day" in read(client.post(add, {**given, "often": "once"}))
    assert "Choose a day in the years" in read(client.post(add, {**given, "first_on": "0001-01-01"}))
    page = read(client.post(add, {**given, "every_months": "12"}, follow=True))
    assert "Obligation O1 is saved" in page
    made = Obligation.objects.get()
    edit = at("obligation", drafted.pk, made.pk)
    assert 'value="12"' in read(client.get(edit))
    client.post(edit, {**given, "often": "once", "first_on": localdate() + timedelta(9), "every_months": "12"})
    assert Obligation.objects.get().every_months is None
    assert "is removed" in read(client.post(at("obligation_remove", drafted.pk, made.pk), follow=True))
    assert not Obligation.objects.exists()


def test_the_register_shows_what_one_may_read_by_state_agency_and_agreement(
    owing: Agreement, pair: Pair, owner_sql: OwnerSql
) -> None:
    in_force_since(owner_sql, owing, 400)
    done(days_of(owing, pair.court)[0], note="=Audited")
    client = client_of(keeper(pair.police))

    def shown(**asked: Any) -> list[str]:
        answer = client.get(at("due_csv"), asked)
        lines = b"".join(answer.streaming_content).decode().splitlines()[1:]  # type: ignore[attr-defined]
        return [line.split(",")[1] + ":" + line.split(",")[3] for line in lines]

    assert shown() == ["Overdue:Cedar Police", "Due soon:Cedar Police"]
    assert shown(state="30") == ["Due soon:Cedar Police"]
    assert shown(state="overdue") == ["Overdue:Cedar Police"]
    assert shown(state="done") == ["Done:Cedar Court"]
    assert shown(agency=pair.court.pk) == []
    assert len(shown(agreement=owing.pk)) == 2
    assert shown(agreement=uuid7()) == []
    page = read(client.get(at("due")))
    assert "Mark done" in page
    assert page.count(owing.number) >= 2
    stranger = client_of(make.person(make.agency()).person)
    assert owing.number not in read(stranger.get(at("due")))
    assert "Select a valid choice" in read(stranger.get(at("due"), {"agreement": str(owing.pk)}))
    csv = b"".join(client.get(at("due_csv"), {"state": "done"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=Audited" in csv


# --- What outlives the text, and what never comes -------------------------------------------------------------------


def test_what_was_done_ahead_stays_listed_when_the_agreement_ends(owing: Agreement, pair: Pair) -> None:
    made = done(days_of(owing, pair.police)[0])
    ended = make.carry(make.ballot(make.the_board(), owing, "terminate"))
    found = obligations.of_agreement(ended)
    assert [each.fulfilment for each in found if each.fulfilment] == [made]
    keeps = client_of(keeper(pair.police))
    assert made.note in read(keeps.get(at("due"), {"state": "done"}))
    assert "Nothing was marked as done so far." not in read(keeps.get(at("detail", owing.pk)))


@pytest.mark.parametrize(
    ("every_months", "days_ago"),
    # Two days: west of the server's zone yesterday there is still today.
    [(12, None), (24, None), (None, 2)],
)
def test_what_would_never_fall_due_is_not_submitted(pair: Pair, every_months: int | None, days_ago: int | None) -> None:
    today = localdate()
    draft = make.draft(
        pair.court,
        pair.police,
        pair.cases,
        effective_on=today - timedelta(days=2),
        ends_on=today + timedelta(days=300),
    )
    first_on = None if days_ago is None else today - timedelta(days=days_ago)
    make.obligation(draft, every_months=every_months, first_on=first_on)
    with pytest.raises(Refused, match="obligation O1: as it stands it never falls due"):
        commands.submit(actor=draft.author, agreement_id=draft.pk)


def test_the_same_obligation_sent_twice_is_one(pair: Pair) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases)
    make.obligation(draft)
    with pytest.raises(Refused, match="Obligation O1 says the same"):
        make.obligation(draft)
    make.obligation(draft, every_months=6)
    assert Obligation.objects.count() == 2


def test_nobody_is_asked_for_a_day_before_the_one_that_comes_first(pair: Pair) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases)
    make.obligation(draft, every_months=1, first_on=localdate() + timedelta(days=2), remind_days=300)
    agreement = make.through(draft)
    (first,) = obligations.owed_by(pair.police.pk)
    done(first)
    assert obligations.owed_by(pair.police.pk)[0].due_on > first.due_on
    assert {each.due_on for each in obligations.not_reminded([agreement.pk]) if each.agency == pair.court} == {
        first.due_on
    }


def test_a_zero_byte_in_an_address_or_a_name_is_no_error(owing: Agreement, pair: Pair) -> None:
    client = client_of(keeper(pair.police))
    for name in ("before", "after"):
        assert client.get(at("list"), {name: "\x00"}).status_code == 200
    sent = {"name": "A\x00B", "state": "30"}
    assert client.post(at("filter_save", "obligations"), sent).status_code == 302
