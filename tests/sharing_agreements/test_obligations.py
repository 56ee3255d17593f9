"""What parties owe by a day: part of the text, and counted while it is in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from agencies.models import Role
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from sharing_agreements import changes, commands, executed, fingerprint, obligations, redline
from sharing_agreements.models import Agreement, Obligation
from sharing_agreements.recurrence import months_after
from tests import make

from .conftest import OwnerSql, Pair
from .owing import days_of, done, drafted, in_force_since, owing
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db

__all__ = ["drafted", "owing"]


def test_an_obligation_stands_under_a_clause_of_its_own_version(drafted: Agreement, pair: Pair) -> None:
    made = make.obligation(drafted)
    other = make.draft(pair.court, pair.police, pair.cases)
    made.clause = current(other).clauses.get(number="3.1")
    with pytest.raises(IntegrityError, match="clause of its own version"), transaction.atomic():
        made.save()


# --- Part of the text -----------------------------------------------------------------------------------------------


def test_each_change_of_an_obligation_changes_the_fingerprint_and_removing_it_brings_it_back(
    drafted: Agreement,
) -> None:
    seen = [fingerprint.sha256(current(drafted))]
    made = make.obligation(drafted)
    for change in ({}, {"what": "Train everybody."}, {"owes": "lead"}, {"every_months": 6}, {"remind_days": 10}):
        make.obligation(drafted, obligation_id=made.pk, **change)
        seen.append(fingerprint.sha256(current(drafted)))
    assert len(set(seen)) == len(seen)
    assert Obligation.objects.get().key == made.key
    commands.remove_obligation(actor=drafted.author, agreement_id=drafted.pk, obligation_id=made.pk)
    assert fingerprint.sha256(current(drafted)) == seen[0]


def test_it_is_frozen_with_the_version_and_goes_on_in_the_next_under_the_same_key(drafted: Agreement) -> None:
    made = make.obligation(drafted)
    commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    with pytest.raises(Refused, match="its text is frozen"):
        make.obligation(drafted, obligation_id=made.pk, what="Another")
    with connection.cursor() as cursor:
        for sql in ("UPDATE {} SET what = 'x'", "DELETE FROM {}"):
            with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
                cursor.execute(sql.format("sharing_agreements_obligation"))
    made.pk, made.code, made.key = uuid7(), "O9", uuid7()
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        made.save(force_insert=True)
    commands.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="To add")
    copied = current(drafted).obligations.get()
    first = Obligation.objects.exclude(pk=copied.pk).get()
    assert (copied.key, copied.what, copied.clause.number) == (first.key, first.what, first.clause.number)


def test_it_stands_in_text_redline_pdf_and_difference(owing: Agreement) -> None:
    says = "Each party does this every 12 months, first 12 months after the day on which the agreement comes into force"
    assert says in read(client_of(owing.author).get(at("text", owing.pk)))
    sections = {each.anchor: each for each in executed.document(owing, current(owing), []).sections}
    assert sections["O1"].lines[0] == "Audit who used the records."
    follower = make.change(owing)
    old, new = current(owing), current(follower)
    assert changes.difference(old, new).nothing
    asked = new.obligations.get(code="O1")
    make.obligation(follower, obligation_id=asked.pk, every_months=6)
    assert changes.difference(old, new).obligations == ("O1",)
    (said,) = redline.rest_changed(old, new)
    assert said.field == "Obligation O1"
    assert ("add", "6") in said.pieces


def test_an_administrative_amendment_leaves_obligations_alone(owing: Agreement) -> None:
    small = make.change(owing, is_administrative=True)
    make.obligation(small, every_months=6)
    with pytest.raises(Refused, match="leave obligations as they were"):
        commands.submit(actor=small.author, agreement_id=small.pk)


def test_a_joinder_leaves_obligations_alone_and_who_joins_owes_what_each_party_does(
    owing: Agreement, pair: Pair
) -> None:
    third = make.agency("Third")
    joining = make.change(owing, Agreement.Change.JOINDER, joins_id=third.pk)
    make.add_term(joining, pair.cases, third)
    more = make.obligation(joining, every_months=6)
    with pytest.raises(Refused, match="leave the text, the dates and the other parties as they were"):
        commands.submit(actor=joining.author, agreement_id=joining.pk)
    commands.remove_obligation(actor=joining.author, agreement_id=joining.pk, obligation_id=more.pk)
    before = days_of(owing, pair.police)
    joined = make.through(joining)
    assert {each.agency for each in days_of(joined)} == {pair.court, pair.police, third}
    assert [each.due_on for each in days_of(joined, pair.police)] == [each.due_on for each in before]
    assert days_of(owing, pair.police) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"every_months": None}, "first_on"),
        ({"every_months": 0}, "every_months"),
        ({"every_months": 121}, "every_months"),
        ({"remind_days": 366}, "remind_days"),
        ({"what": " \n"}, "what"),
        ({"owes": "party"}, "agency"),
        ({"owes": "nobody"}, "owes"),
        ({"every_months": None, "first_on": date(1999, 1, 1)}, "first_on"),
        ({"every_months": None, "first_on": date(2099, 1, 1)}, "first_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(pair: Pair, values: dict[str, Any], field: str) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=400))
    with pytest.raises(ValidationError) as wrong:
        make.obligation(draft, **values)
    assert field in wrong.value.message_dict
    assert not Obligation.objects.exists()


def test_an_agency_that_is_no_party_owes_nothing_and_a_party_that_owes_stays(drafted: Agreement, pair: Pair) -> None:
    with pytest.raises(ValidationError, match="Choose the party"):
        make.obligation(drafted, owes="party", agency_id=make.agency().pk)
    make.obligation(drafted, "9.2", owes="party", agency_id=pair.police.pk)
    for term in current(drafted).terms.all():
        commands.remove_term(actor=drafted.author, agreement_id=drafted.pk, term_id=term.pk)
    with pytest.raises(Refused, match="owes it"):
        commands.set_parties(actor=drafted.author, agreement_id=drafted.pk, agency_ids=[])
    clause = current(drafted).clauses.get(number="9.2")
    with pytest.raises(Refused, match="Obligation O1 stands under clause"):
        commands.remove_clause(actor=drafted.author, agreement_id=drafted.pk, clause_id=clause.pk)


def test_a_day_outside_the_term_stands_in_the_way_of_submitting(drafted: Agreement) -> None:
    make.obligation(drafted, every_months=None, first_on=localdate() + timedelta(days=30))
    version = current(drafted)
    commands.edit_version(
        actor=drafted.author,
        agreement_id=drafted.pk,
        title=drafted.title,
        purpose=version.purpose,
        effective_on=version.effective_on,
        ends_on=localdate() + timedelta(days=10),
    )
    with pytest.raises(Refused, match="within the term for obligation O1"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)


# --- When it is due -------------------------------------------------------------------------------------------------


def test_nothing_is_due_before_it_is_in_force_and_then_each_party_owes_its_own(
    drafted: Agreement, pair: Pair, owner_sql: OwnerSql
) -> None:
    make.obligation(drafted)
    assert obligations.of_agreement(drafted) == []
    agreement = make.through(drafted)
    assert {each.state for each in days_of(agreement)} == {"later"}
    assert len(days_of(agreement)) == 2
    in_force_since(owner_sql, agreement, 400)
    assert [each.state for each in days_of(agreement, pair.police)] == ["overdue", "later"]


def test_who_leads_or_one_party_owes_alone(drafted: Agreement, pair: Pair) -> None:
    make.obligation(drafted, owes="lead")
    make.obligation(drafted, owes="party", agency_id=pair.police.pk)
    agreement = make.through(drafted)
    assert {each.agency for each in days_of(agreement)} == {pair.court}
    assert {each.agency for each in days_of(agreement, code="O2")} == {pair.police}


def test_what_fell_due_during_a_suspension_is_owed_and_nothing_after_the_end(
    owing: Agreement, pair: Pair, owner_sql: OwnerSql
) -> None:
    board = make.the_board()
    make.suspended(owing, board)
    in_force_since(owner_sql, owing, 400)
    assert [each.state for each in days_of(owing, pair.police)] == ["overdue", "later"]
    make.carry(make.ballot(board, Agreement.objects.get(pk=owing.pk), "terminate"))
    assert [each.state for each in days_of(owing, pair.police)] == ["missed"]
    assert days_of(owing, code="O2") == []


def test_who_left_owes_nothing_from_then_on(owing: Agreement, pair: Pair, owner_sql: OwnerSql) -> None:
    signatory = make.someone(pair.police, Role.SIGNATORY)
    commands.give_notice(actor=signatory, agreement_id=owing.pk, agency_id=pair.police.pk, reason="We stop")
    assert [each.due_on for each in days_of(owing, pair.police)] == []
    assert [each.due_on for each in days_of(owing, pair.police, "O2")] == [localdate() + timedelta(days=20)]


def test_who_leaves_others_behind_owes_nothing_more_and_they_go_on(drafted: Agreement, pair: Pair) -> None:
    third = make.agency("Third")
    commands.set_parties(actor=drafted.author, agreement_id=drafted.pk, agency_ids=[pair.police.pk, third.pk])
    make.obligation(drafted)
    agreement = make.through(drafted)
    signatory = make.someone(third, Role.SIGNATORY)
    commands.give_notice(actor=signatory, agreement_id=agreement.pk, agency_id=third.pk, reason="We stop")
    assert {each.agency for each in days_of(agreement)} == {pair.court, pair.police}


def test_a_renewal_goes_on_without_gap_or_doubling(pair: Pair, owner_sql: OwnerSql) -> None:
    ends = localdate() + timedelta(days=45)
    draft = make.draft(pair.court, pair.police, pair.cases, effective_on=localdate() - timedelta(900), ends_on=ends)
    make.obligation(draft, every_months=1)
    old = make.through(draft)
    in_force_since(owner_sql, old, 70)
    began = days_of(old, pair.police)[0].due_on
    renewed = make.through(make.change(old, Agreement.Change.RENEWAL, ends_on=months_after(ends, 12)))
    found = [*days_of(old, pair.police), *days_of(renewed, pair.police)]
    assert [each.due_on for each in found] == [months_after(began, n) for n in range(len(found))]
    assert found[-1].due_on >= localdate() + timedelta(days=150)
    assert [each.agreement.pk == renewed.pk for each in found] == [each.due_on >= ends for each in found]


def test_what_was_done_early_counts_for_the_text_that_follows(owing: Agreement, pair: Pair) -> None:
    early = done(days_of(owing, pair.police)[0])
    amended = make.through(make.reworded(make.change(owing)))
    assert [each.fulfilment for each in days_of(owing, pair.police)] == [early], "said under it, and listed there"
    both = obligations.found_in([owing.pk, amended.pk], agency_id=pair.police.pk)
    assert [each.agreement for each in both if each.fulfilment] == [amended], "once in the register"
    same, following = days_of(amended, pair.police)
    assert (same.fulfilment, following.fulfilment) == (early, None), "what was done ahead is done; the next one is told"
