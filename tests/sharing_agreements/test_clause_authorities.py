"""The law that clauses of agreements rest on: who says so, what freezes with it, who reads it where."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Role, User
from portal.kernel.errors import Refused
from portal.workbench.past import Past
from privacy.law import commands as law
from privacy.law.models import LegalAuthority
from sharing_agreements import commands, executed, fingerprint, redline
from sharing_agreements.models import Agreement, AgreementVersion, Clause, ClauseAuthority
from tests import make

from .conftest import Pair
from .test_views import client_of, read

pytestmark = pytest.mark.django_db


def retired(one: LegalAuthority) -> None:
    law.retire_authority(actor=make.portal_administrator(), authority_id=one.pk)


def draft(pair: Pair) -> Agreement:
    return make.draft(pair.court, pair.police, pair.cases)


def version_of(agreement: Agreement) -> AgreementVersion:
    version = Agreement.objects.get(pk=agreement.pk).current_version
    assert version is not None
    return version


def clause_of(agreement: Agreement, number: str = "3.1") -> Clause:
    return version_of(agreement).clauses.get(number=number)


def cited(agreement: Agreement, number: str = "3.1") -> list[str]:
    return [each.citation for each in clause_of(agreement, number).citations.all()]


def submitted(agreement: Agreement) -> AgreementVersion:
    commands.submit(actor=agreement.author, agreement_id=agreement.pk)
    return version_of(agreement)


def taken_back(agreement: Agreement) -> AgreementVersion:
    commands.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="To change it")
    return version_of(agreement)


# --- Who says it ----------------------------------------------------------------------------------------------------


def test_a_drafter_says_on_what_a_clause_rests(pair: Pair) -> None:
    made, first, second = draft(pair), make.authority(), make.authority("18 USC 2265")
    make.resting(made, first, second)
    assert cited(made) == ["18 USC 2265", "28 CFR 20.21"]
    make.resting(made, first)
    assert cited(made) == ["28 CFR 20.21"]
    assert ClauseAuthority.history.filter(history_user=made.author).count() == 3
    clause = clause_of(made)
    words = {name: getattr(clause, name) for name in ("number", "topic", "heading", "text")}
    commands.save_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk, **words)
    assert cited(made) == ["28 CFR 20.21"], "what does not speak of law leaves it alone"


def test_nobody_else_says_it(pair: Pair) -> None:
    made, one = draft(pair), make.authority()
    for other in (make.someone(pair.court, Role.CLERK), make.someone(pair.police, Role.DRAFTER)):
        with pytest.raises(PermissionDenied):
            make.resting(made, one, actor=other)
    assert cited(made) == []


def test_a_retired_authority_is_not_cited_anew_and_stays_where_it_is(pair: Pair) -> None:
    made, one, other = draft(pair), make.authority(), make.authority("18 USC 2265")
    make.resting(made, one)
    retired(one)
    make.resting(made, one, other)
    assert cited(made) == ["18 USC 2265", "28 CFR 20.21"]
    with pytest.raises(ValidationError, match="retired meanwhile"):
        make.resting(made, one, number="4.1")
    assert cited(made, "4.1") == []
    page = client_of(made.author).get(reverse("agreements:text", args=[made.pk]))
    assert "28 CFR 20.21</a> (Dissemination), retired" in read(page)


def test_what_two_people_change_of_the_law_of_a_clause_stands_both(pair: Pair) -> None:
    made = draft(pair)
    first, second, third = make.authority("1 USC 1"), make.authority("2 USC 2"), make.authority("3 USC 3")
    make.resting(made, first, second)
    read_by_both = [first.pk, second.pk]
    make.resting(made, first, law_as_read=read_by_both)
    make.resting(made, first, second, third, law_as_read=read_by_both)
    assert cited(made) == ["1 USC 1", "3 USC 3"]


def test_a_clause_that_is_removed_leaves_with_its_law(pair: Pair) -> None:
    made = draft(pair)
    make.resting(made, make.authority(), number="9.1")
    commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause_of(made, "9.1").pk)
    assert not ClauseAuthority.objects.exists()
    assert ClauseAuthority.history.filter(history_type="-", history_user=made.author).exists()


# --- Part of the text -----------------------------------------------------------------------------------------------


def test_the_law_of_a_clause_is_part_of_the_fingerprint(pair: Pair) -> None:
    made, one = draft(pair), make.authority()
    plain = fingerprint.sha256(version_of(made))
    assert '"law"' not in fingerprint.exact_text(version_of(made))
    make.resting(made, one)
    assert fingerprint.sha256(version_of(made)) != plain
    make.resting(made)
    assert fingerprint.sha256(version_of(made)) == plain
    make.resting(made, one)
    law.correct_authority(
        actor=make.portal_administrator(), authority_id=one.pk, citation="28 C.F.R. 20.21", title="Dissemination"
    )
    frozen = submitted(made)
    assert cited(made) == ["28 C.F.R. 20.21"], "a text cites the law as its entry has it when it freezes"
    law.correct_authority(actor=make.portal_administrator(), authority_id=one.pk, title="Other")
    retired(one)
    assert fingerprint.sha256(frozen) == frozen.sha256, "and stays so whatever becomes of the entry"
    (note,) = [each.note for each in executed.document(made, frozen, []).sections if each.anchor == "c3.1"]
    assert note == "Rests on 28 C.F.R. 20.21 (Dissemination)."


def test_the_database_keeps_what_a_frozen_version_rests_on(pair: Pair) -> None:
    made, other, one = draft(pair), draft(pair), make.authority()
    make.resting(made, one)
    frozen = submitted(made)
    table = "sharing_agreements_clauseauthority"
    for sql in (f"UPDATE {table} SET citation = 'other'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="A submitted version cannot change"), transaction.atomic():
            _run(sql)
    values = {"authority": one, "citation": "28 CFR 20.21", "title": "Dissemination"}
    with pytest.raises(IntegrityError, match="A submitted version cannot change"), transaction.atomic():
        ClauseAuthority(version=frozen, clause=clause_of(made, "4.1"), **values).save()
    with pytest.raises(IntegrityError, match="a clause of its own version"), transaction.atomic():
        ClauseAuthority(version=version_of(other), clause=clause_of(made, "4.1"), **values).save()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        _run("DELETE FROM sharing_agreements_historicalclauseauthority")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_law_goes_on_with_the_next_version_and_with_what_follows(pair: Pair) -> None:
    made, one = draft(pair), make.authority()
    make.resting(made, one)
    old = submitted(made)
    retired(one)
    new = taken_back(made)
    assert redline.clauses_changed(old, new) == []
    assert cited(made) == ["28 CFR 20.21"]
    make.resting(made, make.authority("18 USC 2265", "Protection orders"))
    (change,) = redline.clauses_changed(old, version_of(made))
    assert change.note == "Rested on 28 CFR 20.21 (Dissemination), rests on 18 USC 2265 (Protection orders)"
    make.through(made)
    amended = commands.draft_change(actor=made.author, agreement_id=made.pk, change="amendment")
    assert cited(amended) == ["18 USC 2265"]


def test_a_joinder_leaves_the_law_as_it_was(pair: Pair) -> None:
    made = draft(pair)
    make.through(made)
    joining = commands.draft_change(
        actor=made.author, agreement_id=made.pk, change="joinder", joins_id=make.agency("Third").pk
    )
    make.resting(joining, make.authority())
    with pytest.raises(Refused, match="leave the text"):
        commands.submit(actor=joining.author, agreement_id=joining.pk)


# --- Read -----------------------------------------------------------------------------------------------------------


def test_the_law_by_form(pair: Pair) -> None:
    made, one, gone = draft(pair), make.authority(), make.authority("18 USC 2265")
    retired(gone)
    clause, client = clause_of(made), client_of(made.author)
    address = reverse("agreements:clause", args=[made.pk, clause.pk])
    page = read(client.get(address))
    assert "28 CFR 20.21, Dissemination" in page
    assert "18 USC 2265" not in page
    given = {name: getattr(clause, name) for name in ("number", "heading", "topic", "text")}
    given["as_read"] = fingerprint.of_clause(clause)
    assert "was retired meanwhile" in read(client.post(address, {**given, "authority_ids": [gone.pk]}))
    done = read(client.post(address, {**given, "authority_ids": [one.pk]}, follow=True))
    assert "Rests on 28 CFR 20.21" in done
    assert "Law of clause 3.1 changed" in read(client.get(reverse("agreements:clause_changes", args=[made.pk])))
    titles = [entry.title for entry in Past(made).entries()]
    assert "Citation added: 28 CFR 20.21" in titles


def test_a_form_that_was_stale_keeps_what_each_made_of_the_law(pair: Pair) -> None:
    made, one, other = draft(pair), make.authority(), make.authority("18 USC 2265")
    clause, client = clause_of(made), client_of(made.author)
    given = {name: getattr(clause, name) for name in ("number", "heading", "topic", "text")}
    given["as_read"] = fingerprint.of_clause(clause)
    make.resting(made, other, text="Other words.")
    address = reverse("agreements:clause", args=[made.pk, clause.pk])
    answer = client.post(address, {**given, "authority_ids": [one.pk]})
    assert "Rests on 18 USC 2265 (Dissemination) now." in read(answer)
    assert set(answer.context["form"].initial["authority_ids"]) == {one.pk, other.pk}
    assert set(answer.context["form"].initial["law_as_read"]) == {other.pk}


def in_force(pair: Pair, *on: LegalAuthority) -> Agreement:
    made = draft(pair)
    make.resting(made, *on)
    return make.through(made)


def test_everybody_reads_what_an_agreement_in_force_rests_on(pair: Pair) -> None:
    made = in_force(pair, make.authority())
    page = read(Client().get(reverse("public:agreement", args=[made.pk])))
    assert 'Rests on <a href="https://law.example/20" rel="external">28 CFR 20.21</a> (Dissemination)' in page


def test_who_reads_which_agreements_on_the_page_of_an_authority(pair: Pair) -> None:
    one = make.authority()
    public, own = in_force(pair, one), draft(pair)
    make.resting(own, one, number="4.1")
    before = draft(pair)
    make.resting(before, one)
    submitted(before)
    address = reverse("workbench:authority", args=[one.pk])
    readers: list[tuple[User, set[Agreement]]] = [
        (make.someone(make.agency("Stranger"), Role.CLERK), {public}),
        (make.someone(pair.police, Role.CLERK), {public, before}),
        (make.someone(pair.court, Role.CLERK), {public, before, own}),
        (make.auditor(), {public, before, own}),
    ]
    for reader, seen in readers:
        page = read(client_of(reader).get(address))
        assert {each for each in (public, own, before) if each.number in page} == seen, reader
        public_link = reverse("public:agreement", args=[public.pk]) in page
        assert public_link == (len(seen) == 1), "who reads more of it goes to its own page"
    commands.withdraw(actor=before.author, agreement_id=before.pk, reason="Not needed")
    assert before.number not in read(client_of(readers[2][0]).get(address))
    assert Client().get(address).status_code == 302


def test_the_page_of_an_authority_takes_the_same_statements_for_more_agreements(pair: Pair) -> None:
    one = make.authority()
    in_force(pair, one)
    client, address = client_of(make.someone(pair.court, Role.CLERK)), reverse("workbench:authority", args=[one.pk])
    client.get(address)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
        make.resting(draft(pair), one)
        make.resting(draft(pair), one, number="4.1")
    assert counts[0] == counts[1]
