"""What who leads hears of others' duties, what waits for its text, and mistakes under a text that was amended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from agencies.models import Role, User
from portal.kernel.errors import Refused
from portal.notices import kinds
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from sharing_agreements import commands, obligations
from sharing_agreements.models import Agreement, Obligation, ObligationReminder
from sharing_agreements.tasks import remind_of_obligations
from tests import make

from .conftest import OwnerSql, Pair
from .owing import days_of, done, drafted, in_force_since, keeper, owing
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db

__all__ = ["drafted", "owing"]


# --- A form that was opened before another save ---------------------------------------------------------------------


def test_an_obligation_changed_meanwhile_is_not_overwritten_and_nothing_is_lost(drafted: Agreement, pair: Pair) -> None:
    made = make.obligation(drafted)
    client, clause = client_of(drafted.author), current(drafted).clauses.get(number="3.1")
    edit = at("obligation", drafted.pk, made.pk)
    opened = client.get(edit).context["form"].initial["as_read"]
    assert f'value="{opened}"' in read(client.get(edit))
    other = make.person(pair.court, roles=(Role.DRAFTER,)).person
    commands.save_obligation(
        actor=other, agreement_id=drafted.pk, obligation_id=made.pk, clause_id=clause.pk, what="Audit twice.",
        owes="each", every_months=6,
    )  # fmt: skip
    mine = {
        "what": "Audit and report.", "clause": clause.pk, "owes": "each", "often": "again", "every_months": "12",
        "remind_days": "30", "as_read": opened,
    }  # fmt: skip
    answer = client.post(edit, mine)
    page = read(answer)
    assert f"{other} changed this obligation since you opened it" in page
    assert all(words in page for words in ("Audit and report.", "Audit twice.", "every 6 months"))
    assert Obligation.objects.get().what == "Audit twice."
    again = {**mine, "as_read": answer.context["form"]["as_read"].value()}
    assert "is saved" in read(client.post(edit, again, follow=True))
    assert Obligation.objects.get().what == "Audit and report."


# --- A text that has not begun --------------------------------------------------------------------------------------


def test_a_day_of_a_text_that_has_not_begun_is_neither_marked_nor_asked_for(pair: Pair) -> None:
    begins = localdate() + timedelta(days=20)
    draft = make.draft(pair.court, pair.police, pair.cases, effective_on=begins)
    make.obligation(draft, every_months=1, first_on=begins + timedelta(days=2))
    agreement = make.through(draft)
    first = days_of(agreement, pair.police)[0]
    with pytest.raises(Refused, match="The text begins on") as no:
        done(first)
    assert no.value.code == "not_begun"
    address = at("obligation_done", agreement.pk, first.obligation.pk, first.due_on)
    chief = client_of(keeper(pair.police))
    assert address not in read(chief.get(at("obligations", agreement.pk)))
    assert "The text begins on" in read(chief.get(address, follow=True))
    assert (obligations.owed_by(pair.police.pk), obligations.not_reminded([agreement.pk])) == ([], [])


# --- What whoever leads hears ---------------------------------------------------------------------------------------


def heard(kind: str, person: User) -> list[Notice]:
    return list(Notice.objects.filter(event__kind=f"agreement.{kind}", recipient=person))


def test_drafters_of_who_leads_hear_once_that_another_party_is_overdue(
    owing: Agreement, pair: Pair, owner_sql: OwnerSql
) -> None:
    drafter, outsider = owing.author, make.person(pair.police, roles=(Role.DRAFTER,)).person
    keeper(pair.court)
    in_force_since(owner_sql, owing, 400)
    for _ in range(2):
        remind_of_obligations()
    assert ObligationReminder.objects.filter(step="overdue").count() == 2
    (notice,) = {each.event_id: each for each in heard("obligation_overdue", drafter)}.values()
    assert notice.event.detail["agency"] == str(pair.police.pk), "of its own duties its administrators are told"
    words = kinds.words(notice.event, drafter)
    assert words is not None
    assert words.subject == f"{owing.number}: Cedar Police is overdue since {notice.event.detail['due']}"
    assert words.link == at("obligations", owing.pk)
    assert "Audit who" not in words.body, "what is owed is read in the portal"
    assert heard("obligation_overdue", outsider) == []
    done(next(each for each in days_of(owing, pair.police) if each.state == "overdue"))
    assert not kinds.is_due(notice.event, drafter)


def test_drafters_of_who_leads_hear_what_another_party_marked_and_took_back(owing: Agreement, pair: Pair) -> None:
    drafter, each = owing.author, days_of(owing, pair.police)[0]
    done(days_of(owing, pair.court)[0])
    assert heard("obligation_done", drafter) == [], "its own agency did that"
    made = done(each)
    (said,) = {each.event_id: each.event for each in heard("obligation_done", drafter)}.values()
    assert kinds.is_due(said, drafter)
    assert {each.group.key for each in kinds.concerned(said, drafter)} == {"obligations"}
    chief = keeper(pair.police)
    commands.take_done_back(actor=chief, agreement_id=owing.pk, fulfilment_id=made.pk, reason="Wrong year")
    assert not kinds.is_due(said, drafter), "a digest that waited tells no more of it"
    (back,) = {each.event_id: each.event for each in heard("obligation_reopened", drafter)}.values()
    words = kinds.words(back, drafter)
    assert words is not None
    assert "took back" in words.subject
    assert heard("obligation_done", chief) == heard("obligation_reopened", chief) == []
    deliver()


# --- A mistake under a text that was amended ------------------------------------------------------------------------


def test_from_the_text_that_took_over_a_mark_under_the_one_before_is_found_and_taken_back(
    owing: Agreement, pair: Pair
) -> None:
    ahead, past = done(days_of(owing, pair.police)[0]), done(days_of(owing, pair.police, "O2")[0])
    amended = make.through(make.reworded(make.change(owing)))
    chief = client_of(keeper(pair.police))
    page = read(chief.get(at("obligations", amended.pk)))
    assert f"{at('obligations', owing.pk)}#done" in page
    assert "2 marks" in page
    assert at("obligation_take_back", owing.pk, ahead.pk) in page, "a day of this text, marked under the one before"
    assert at("obligation_take_back", owing.pk, past.pk) in read(chief.get(at("obligations", owing.pk)))
    back = chief.post(at("obligation_take_back", owing.pk, ahead.pk), {"reason": "Not yet"}, follow=True)
    assert "Taken back" in read(back)
    assert days_of(amended, pair.police)[0].fulfilment is None
    assert "Marked under former texts" not in read(chief.get(at("obligations", owing.pk))), "nothing came before it"
