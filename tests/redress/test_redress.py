"""Requests of people about information on them: who reads them, who answers, by when, and what nobody ever reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from privacy.redress import codes, commands, mails, statistics, tasks
from privacy.redress.models import (
    ANSWER_WITHIN,
    APPEAL_WITHIN,
    EXTENDED_BY,
    KEPT,
    Appeal,
    RedressMail,
    RedressRequest,
)
from tests import kept, make
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

__all__ = ["owner_sql"]

pytestmark = pytest.mark.django_db

SECRET = ("Quilla", "Marchetti", "quilla", "arrest in 2019", "19-cr-77", "It is about me.", "Not now.", "It stands.")


@kept.fixture
def court() -> Agency:
    found = make.agency("Cedar Court", kind="court")
    make.policy(found)
    make.person(found, roles=(Role.PRIVACY_OFFICER,))
    return found


def officers(agency: Agency) -> list[User]:
    members = agency.memberships.current().with_role(Role.PRIVACY_OFFICER).select_related("person")
    return [each.person for each in members.order_by("started_at")]


def shifted(owner_sql: OwnerSql, request: RedressRequest, days: timedelta) -> RedressRequest:
    """The request as it is once so many days have gone by."""
    back = f"- interval '{days.days} days'"
    owner_sql(
        f"ALTER TABLE redress_redressrequest DISABLE TRIGGER USER; "
        f"UPDATE redress_redressrequest SET received_at = received_at {back}, decided_at = decided_at {back}, "
        f"proven_at = proven_at {back}, due_on = (due_on {back})::date; "
        f"ALTER TABLE redress_redressrequest ENABLE TRIGGER USER; "
        f"ALTER TABLE redress_appeal DISABLE TRIGGER USER; "
        f"UPDATE redress_appeal SET received_at = received_at {back}, decided_at = decided_at {back}, "
        f"due_on = (due_on {back})::date; ALTER TABLE redress_appeal ENABLE TRIGGER USER; "
        f"UPDATE redress_redressreminder SET due_on = (due_on {back})::date;"
    )
    return RedressRequest.objects.select_related("agency", "appeal").get(pk=request.pk)


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_a_request_has_a_number_a_day_and_a_mail_that_says_nothing_of_it(court: Agency) -> None:
    asked = make.asked(court)
    assert asked.due_on == court.today + ANSWER_WITHIN
    assert codes.find(asked.number.lower(), codes.code_of(asked.pk).replace("-", " ")) == asked
    while mails.redress_mails.deliver():
        pass
    [sent] = [each for each in mail.outbox if each.to == ["quilla@example.org"]]
    said = f"{sent.subject} {sent.message()}"
    assert asked.number in said
    assert "/ask/status/" in said
    assert codes.code_of(asked.pk) not in said
    assert not any(word in said.replace("quilla@example.org", "") for word in SECRET)


def test_a_form_that_comes_twice_is_one_request(court: Agency) -> None:
    key = uuid4()
    made = [commands.ask(request_id=key, agency_id=court.pk, kind="access", **make.ABOUT) for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(Refused, match=f"sent already, as {made[0].number}"):
        commands.ask(request_id=key, agency_id=court.pk, kind="access", **{**make.ABOUT, "about": "Something else."})
    assert RedressMail.objects.filter(request=made[0]).count() == 1


def test_without_a_way_to_be_reached_or_a_policy_nothing_is_taken(court: Agency) -> None:
    with pytest.raises(ValidationError, match="email or a postal"):
        make.asked(court, email="")
    assert make.asked(court, email="", address="1 Main Street").mails.count() == 0
    with pytest.raises(Refused, match="takes no requests"):
        commands.ask(request_id=uuid4(), agency_id=make.agency().pk, kind="access", **make.ABOUT)


def test_a_number_and_a_code_are_read_as_a_hand_writes_them(court: Agency) -> None:
    asked = make.asked(court)
    number = asked.number.replace("ASK-", "ask-").replace("0", "O").replace("1", "l")
    code = codes.code_of(asked.pk).replace("O", "0").replace("I", "1").replace("B", "8").lower()
    assert codes.find(number.replace("-", " - "), code) == asked


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "é"])
def test_a_wrong_code_and_no_such_number_find_nothing(court: Agency, code: str) -> None:
    asked, other = make.asked(court), make.asked(court)
    assert codes.find(asked.number, code) is None
    assert codes.find(asked.number, codes.code_of(other.pk)) is None
    assert codes.find("ASK-26-0000000000", codes.code_of(codes.NOBODY)) is None


def test_a_code_goes_on_when_the_key_of_the_portal_is_replaced(court: Agency, settings: Any) -> None:
    asked = make.asked(court)
    code = codes.code_of(asked.pk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key altogether"
    assert codes.find(asked.number, code) == asked
    settings.SECRET_KEY_FALLBACKS = []
    assert codes.find(asked.number, code) is None


# --- Who reads and answers ------------------------------------------------------------------------------------------


def test_its_privacy_officers_read_a_request_and_nobody_else(court: Agency) -> None:
    asked = make.asked(court)
    others = {
        "clerk": make.person(court),
        "custodian": make.person(court, roles=(Role.CUSTODIAN,)),
        "administrator": make.person(court, roles=(Role.ADMINISTRATOR,)),
        "elsewhere": make.person(roles=(Role.PRIVACY_OFFICER,)),
    }
    mine = court.memberships.current().get(person=officers(court)[0])
    assert RedressRequest.objects.visible_to(mine.person, mine).get() == asked
    for name, other in others.items():
        assert not RedressRequest.objects.visible_to(other.person, other).exists(), name
        with pytest.raises(PermissionDenied):
            commands.take(actor=other.person, request_id=asked.pk)
    assert not RedressRequest.objects.visible_to(make.portal_administrator(), None).exists()
    make.appealed(asked)
    keeper = others["administrator"]
    assert RedressRequest.objects.visible_to(keeper.person, keeper).get() == asked


def test_who_has_it_in_hand_answers_and_a_colleague_takes_it_over(court: Agency) -> None:
    asked = make.asked(court, kind="complaint")
    one, two = officers(court)
    make.in_hand(asked, one)
    with pytest.raises(Refused, match="Take it in hand first"):
        commands.answer(actor=two, request_id=asked.pk, outcome="granted", answer="Yes.")
    with pytest.raises(Refused, match="You have it in hand"):
        commands.take(actor=one, request_id=asked.pk)
    make.in_hand(asked, two)
    commands.answer(actor=two, request_id=asked.pk, outcome="granted", answer="Yes.")
    with pytest.raises(Refused, match="is answered"):
        commands.take(actor=one, request_id=asked.pk)


@pytest.mark.parametrize("kind", ["access", "correction"])
@pytest.mark.parametrize("outcome", ["granted", "partly"])
def test_nothing_is_granted_to_who_was_not_shown_to_ask(court: Agency, kind: str, outcome: str) -> None:
    asked = make.in_hand(make.asked(court, kind=kind))
    values = {"outcome": outcome, "answer": "Come by.", "ground": "others" if outcome == "partly" else ""}
    assert asked.handler
    with pytest.raises(Refused, match="shown who asks"):
        commands.answer(actor=asked.handler, request_id=asked.pk, **values)
    commands.record_proof(actor=asked.handler, request_id=asked.pk, proof="notary")
    assert commands.answer(actor=asked.handler, request_id=asked.pk, **values).outcome == outcome


def test_what_is_refused_has_a_ground_and_what_is_granted_none(court: Agency) -> None:
    asked = make.in_hand(make.asked(court), proven=True)
    assert asked.handler
    with pytest.raises(ValidationError, match="ground"):
        commands.answer(actor=asked.handler, request_id=asked.pk, outcome="refused", answer="No.")
    for outcome in ("granted", "withdrawn"):
        with pytest.raises(ValidationError, match="Nothing is refused"):
            commands.answer(actor=asked.handler, request_id=asked.pk, outcome=outcome, answer="Yes.", ground="law")
    with pytest.raises(ValidationError, match="for a complaint"):
        commands.answer(actor=asked.handler, request_id=asked.pk, outcome="refused", answer="No.", ground="unfounded")
    assert not commands.answer(actor=asked.handler, request_id=asked.pk, outcome="granted", answer="Come by.").ground


def test_more_time_is_taken_once_with_a_reason(court: Agency) -> None:
    asked = make.in_hand(make.asked(court))
    assert asked.handler
    with pytest.raises(ValidationError, match="why it takes longer"):
        commands.extend(actor=asked.handler, request_id=asked.pk, reason=" ")
    longer = commands.extend(actor=asked.handler, request_id=asked.pk, reason="The archive is closed.")
    assert longer.due_on == asked.due_on + EXTENDED_BY
    with pytest.raises(Refused, match="extended once"):
        commands.extend(actor=asked.handler, request_id=asked.pk, reason="Again.")


# --- Appeals --------------------------------------------------------------------------------------------------------


def test_somebody_else_decides_on_an_appeal(court: Agency) -> None:
    asked = make.asked(court)
    make.appealed(asked)
    one, two = officers(court)
    with pytest.raises(Refused, match="Somebody else decides"):
        commands.decide_appeal(actor=one, request_id=asked.pk, outcome="upheld", answer="It stands.")
    with pytest.raises(PermissionDenied):
        commands.decide_appeal(actor=make.person(court).person, request_id=asked.pk, outcome="upheld", answer="No.")
    decided = commands.decide_appeal(actor=two, request_id=asked.pk, outcome="changed", answer="Come by.")
    assert decided.get_outcome_display() == "The answer is changed"
    with pytest.raises(Refused, match="is decided"):
        commands.decide_appeal(actor=two, request_id=asked.pk, outcome="upheld", answer="No.")


def test_an_appeal_is_against_a_refusal_once_and_in_time(court: Agency, owner_sql: OwnerSql) -> None:
    asked = make.asked(court)
    with pytest.raises(Refused, match="nothing to appeal"):
        commands.appeal(request_id=asked.pk, reason="No answer.")
    make.refused_request(asked)
    with pytest.raises(ValidationError, match="what is wrong"):
        commands.appeal(request_id=asked.pk, reason=" ")
    shifted(owner_sql, asked, APPEAL_WITHIN)
    commands.appeal(request_id=asked.pk, reason="It is about me.")
    with pytest.raises(Refused, match="an appeal already"):
        commands.appeal(request_id=asked.pk, reason="Again.")
    late = make.refused_request(make.asked(court))
    shifted(owner_sql, late, APPEAL_WITHIN + timedelta(days=1))
    with pytest.raises(Refused, match="time to appeal is over"):
        commands.appeal(request_id=late.pk, reason="It is about me.")


def test_who_is_said_to_have_taken_it_back_can_appeal(court: Agency) -> None:
    asked = make.in_hand(make.asked(court))
    assert asked.handler
    commands.answer(actor=asked.handler, request_id=asked.pk, outcome="withdrawn", answer="As you said by telephone.")
    assert commands.appeal(request_id=asked.pk, reason="I said no such thing.").request == asked
    granted = make.in_hand(make.asked(court, kind="complaint"))
    assert granted.handler
    commands.answer(actor=granted.handler, request_id=granted.pk, outcome="granted", answer="You are right.")
    with pytest.raises(Refused, match="nothing to appeal"):
        commands.appeal(request_id=granted.pk, reason="More.")


# --- Reminders, and what nobody reads -------------------------------------------------------------------------------


def test_the_agency_is_reminded_once_of_what_is_due_and_of_what_is_late(court: Agency, owner_sql: OwnerSql) -> None:
    asked = make.asked(court)
    for days, steps in ((22, []), (1, ["soon"]), (0, ["soon"]), (7, ["soon"]), (1, ["late", "soon"])):
        shifted(owner_sql, asked, timedelta(days=days))
        tasks.remind_of_requests()
        assert sorted(asked.reminders.values_list("step", flat=True)) == steps
    told = Notice.objects.filter(event__kind="redress.due_late", channel="email")
    assert {each.recipient for each in told} == set(officers(court))
    make.refused_request(asked)
    shifted(owner_sql, asked, timedelta(days=40))
    tasks.remind_of_requests()
    assert asked.reminders.count() == 2


def test_the_last_day_is_not_late_by_the_calendar_of_the_agency(court: Agency, owner_sql: OwnerSql) -> None:
    asked = make.asked(court)
    for days, late in ((ANSWER_WITHIN.days, []), (1, [asked])):
        shifted(owner_sql, asked, timedelta(days=days))
        assert list(RedressRequest.objects.late(court.today)) == late
    make.appealed(asked)
    assert not RedressRequest.objects.late(court.today).exists()
    shifted(owner_sql, asked, timedelta(days=31))
    assert list(RedressRequest.objects.late(court.today)) == [asked]


def test_an_appeal_is_told_to_whoever_can_decide_on_it(court: Agency) -> None:
    asked = make.asked(court)
    keeper = make.administrator_of(court)
    make.appealed(asked)
    told = Notice.objects.filter(event__kind="redress.appealed", channel="portal")
    assert {each.recipient for each in told} == {officers(court)[1], keeper}


def test_nothing_of_a_request_stands_in_events_history_notices_or_mails(court: Agency, owner_sql: OwnerSql) -> None:
    asked = make.asked(court)
    make.appealed(asked)
    commands.decide_appeal(actor=officers(court)[1], request_id=asked.pk, outcome="upheld", answer="It stands.")
    with connection.cursor() as cursor:
        for table in ("audit_event", "redress_historicalredressrequest", "redress_historicalappeal", "notices_notice"):
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            stored = "\n".join(row[0] for row in cursor.fetchall())
            assert stored
            assert not [word for word in SECRET if word in stored], table
    assert Event.objects.filter(subject_id=asked.pk).count() == 5


def test_who_asked_is_forgotten_once_nothing_can_come_of_it(court: Agency, owner_sql: OwnerSql) -> None:
    asked, open_one, young = (make.asked(court) for _ in range(3))
    make.appealed(asked)
    commands.decide_appeal(actor=officers(court)[1], request_id=asked.pk, outcome="upheld", answer="It stands.")
    shifted(owner_sql, asked, KEPT)
    make.refused_request(young)
    tasks.forget_requests()
    asked = RedressRequest.objects.get(pk=asked.pk)
    assert asked.forgotten_at
    assert [getattr(asked, name) for name in RedressRequest.PERSONAL] == [""] * 6
    assert (asked.appeal.reason, asked.appeal.outcome, asked.appeal.answer) == ("", "upheld", "Forgotten")
    assert (asked.outcome, asked.answer) == ("refused", "Forgotten")
    refuses("UPDATE redress_redressrequest SET answer = 'X' WHERE id = %s", asked.pk, match="does not change")
    for other in (open_one, young):
        assert RedressRequest.objects.get(pk=other.pk).name
        with pytest.raises(Refused, match="kept still"):
            commands.forget(request_id=other.pk)
    assert RedressMail.objects.filter(request=asked).exists()
    while mails.redress_mails.deliver():
        pass
    assert set(RedressMail.objects.filter(request=asked).values_list("status", "why")) == {("dropped", "forgotten")}


def test_small_numbers_are_not_told(court: Agency) -> None:
    for _ in range(6):
        make.asked(court)
    make.refused_request(RedressRequest.objects.earliest("pk"))
    [year] = statistics.of(court.pk)
    assert dict(year.pairs) == {
        "Received": "about 10",
        "Granted": "0",
        "Granted in part": "0",
        "Refused": "fewer than 5",
        "Awaiting an answer": "5",
        "Appeals": "0",
        "Answer changed": "0",
    }
    assert statistics.of(make.agency().pk) == []


# --- The database ---------------------------------------------------------------------------------------------------


def refuses(sql: str, *values: Any, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("number = 'X'", "What was asked"),
        ("kind = 'complaint'", "What was asked"),
        ("name = 'Somebody'", "forgotten whole"),
        ("email = ''", "forgotten whole"),
        ("outcome = 'granted', ground = '', proof = 'notary', proven_at = now()", "An answer does not change"),
        ("answer = 'Other'", "An answer does not change"),
        ("due_on = due_on + 1", "An answer does not change"),
    ],
)
def test_a_request_and_its_answer_stay_as_they_are(court: Agency, change: str, match: str) -> None:
    asked = make.refused_request(make.asked(court))
    refuses(f"UPDATE redress_redressrequest SET {change} WHERE id = %s", asked.pk, match=match)


def test_the_database_lets_only_who_has_it_in_hand_answer_and_extends_once(court: Agency) -> None:
    asked = make.in_hand(make.asked(court))
    assert asked.handler
    answer = (
        "UPDATE redress_redressrequest SET outcome = 'refused', ground = 'law', answer = 'No', decided_at = now(), "
        "decided_by_id = %s WHERE id = %s"
    )
    refuses(answer, officers(court)[1].pk, asked.pk, match="Who has a request in hand")
    commands.extend(actor=asked.handler, request_id=asked.pk, reason="The archive is closed.")
    refuses("UPDATE redress_redressrequest SET due_on = due_on + 1 WHERE id = %s", asked.pk, match="extended once")
    granted = (
        "UPDATE redress_redressrequest SET outcome = 'granted', answer = 'Yes', decided_at = now(), decided_by_id = %s "
        "WHERE id = %s"
    )
    refuses(granted, asked.handler.pk, asked.pk, match="redress_granted_to_who_is_known")


def test_the_database_lets_nobody_decide_against_their_own_answer(court: Agency) -> None:
    against = make.appealed(make.asked(court))
    decide = (
        "UPDATE redress_appeal SET outcome = 'upheld', answer = 'No', decided_at = now(), decided_by_id = %s "
        "WHERE id = %s"
    )
    refuses(decide, against.request.decided_by_id, against.pk, match="Somebody else than who answered")
    refuses("UPDATE redress_appeal SET reason = 'X' WHERE id = %s", against.pk, match="does not change")
    refuses("UPDATE redress_appeal SET reason = '' WHERE id = %s", against.pk, match="does not change")
    commands.decide_appeal(
        actor=officers(court)[1], request_id=against.request_id, outcome="upheld", answer="It stands."
    )
    refuses("UPDATE redress_appeal SET answer = 'X' WHERE id = %s", against.pk, match="does not change")


def test_nothing_begins_answered_and_nothing_is_removed(court: Agency) -> None:
    asked = make.asked(court)
    begun = RedressRequest(
        agency=court, number="X", kind="access", name="A", email="a@example.org", about="B", due_on=court.today
    )
    begun.handler = officers(court)[0]
    with pytest.raises(DatabaseError, match="begins unanswered"), transaction.atomic():
        begun.save()
    with pytest.raises(DatabaseError, match="against what was not granted"), transaction.atomic():
        Appeal(request=asked, reason="X", due_on=court.today).save()
    for table in ("redressrequest", "appeal", "redressreminder", "historicalredressrequest", "historicalappeal"):
        refuses(f"DELETE FROM redress_{table}", match="permission denied")
    for table in ("redressreminder", "historicalredressrequest", "historicalappeal"):
        refuses(f"UPDATE redress_{table} SET id = id", match="permission denied|column")
    assert RedressRequest.objects.filter(received_at__lte=timezone.now(), due_on__gt=F("received_at")).exists()
