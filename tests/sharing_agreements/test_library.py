"""The clause library, what drafts take from it, fixed text, and clauses that two people change."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from portal.kernel import history
from portal.kernel.errors import Refused
from sharing_agreements import commands, fingerprint, library, policy
from sharing_agreements.models import Agreement, AgreementVersion, Clause, LibraryClause, LibraryVersion
from sharing_agreements.standard.loading import load
from tests import make

from .conftest import Pair
from .test_drafting import drafter, start, version_of

pytestmark = pytest.mark.django_db

K = Agreement.Kind


def newest(code: str) -> LibraryVersion:
    return LibraryVersion.objects.newest().get(clause__code=code)


def reworded(code: str, text: str) -> LibraryVersion:
    old = newest(code)
    return commands.add_library_version(
        actor=make.portal_administrator(),
        clause_id=old.clause_id,
        heading=old.heading,
        text=text,
        note="The law changed",
        follows=old.number,
    )


def clause_from(version: AgreementVersion, code: str) -> Clause:
    return version.clauses.select_related("library_version__clause").get(library_version__clause__code=code)


def taken_over(made: Agreement, clause: Clause, words: LibraryVersion, text: str = "") -> Clause:
    return commands.take_over(
        actor=made.author,
        agreement_id=made.pk,
        clause_id=clause.pk,
        library_version_id=words.pk,
        heading=words.heading,
        text=text,
        as_read=fingerprint.of_clause(clause),
    )


def save(made: Agreement, clause: Clause, **values: Any) -> Clause:
    given = {name: getattr(clause, name) for name in ("number", "topic", "heading", "text")}
    return commands.save_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk, **{**given, **values})


# --- The library ----------------------------------------------------------------------------------------------------


def test_only_a_portal_administrator_writes_the_library(pair: Pair) -> None:
    old = newest("audit")
    for person in (drafter(pair.court), make.auditor()):
        with pytest.raises(PermissionDenied):
            commands.add_library_version(
                actor=person, clause_id=old.clause_id, heading="Audit", text="X", note="Y", follows=1
            )
        with pytest.raises(PermissionDenied):
            commands.retire_library_clause(actor=person, clause_id=old.clause_id)


def test_versions_are_numbered_and_never_change(pair: Pair) -> None:
    made = reworded("audit", "Each Party is audited every year.")
    assert (made.number, made.made_by) == (2, make.portal_administrator())
    for statement in (
        "UPDATE sharing_agreements_libraryversion SET text = 'x'",
        "DELETE FROM sharing_agreements_libraryversion",
    ):
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_words_written_on_an_older_version_or_without_a_change_are_refused(pair: Pair) -> None:
    old = newest("audit")
    reworded("audit", "Each Party is audited every year.")
    values: dict[str, Any] = {"actor": make.portal_administrator(), "clause_id": old.clause_id, "note": "Y"}
    with pytest.raises(Refused, match="Version 2 was added meanwhile"):
        commands.add_library_version(**values, heading="Audit", text="Other", follows=1)
    with pytest.raises(ValidationError, match="says already"):
        commands.add_library_version(**values, heading="Audit", text="Each Party is audited every year.", follows=2)


def test_a_standard_text_has_one_clause_under_a_number(pair: Pair) -> None:
    values: dict[str, Any] = {
        "actor": make.portal_administrator(),
        "topic": "other",
        "heading": "Costs",
        "text": "Own.",
    }
    with pytest.raises(ValidationError, match="stands there"):
        commands.add_library_clause(**values, code="costs", kinds=["mou"], number="9.1")
    commands.add_library_clause(**values, code="costs", kinds=["mou"], number="9.3")
    assert clause_from(version_of(start(drafter(pair.court), pair.court)), "costs").text == "Own."


def test_drafts_begin_with_the_newest_words_and_without_what_is_retired(pair: Pair) -> None:
    reworded("audit", "Each Party is audited every year.")
    commands.retire_library_clause(actor=make.portal_administrator(), clause_id=newest("disputes").clause_id)
    version = version_of(start(drafter(pair.court), pair.court))
    assert clause_from(version, "audit").text == "Each Party is audited every year."
    assert not version.clauses.filter(number="9.2").exists()


def test_loading_the_standard_text_again_changes_nothing(pair: Pair) -> None:
    reworded("audit", "Each Party is audited every year.")
    before = LibraryVersion.objects.count(), LibraryClause.history.count()
    load()
    assert (LibraryVersion.objects.count(), LibraryClause.history.count()) == before


# --- What drafts take -----------------------------------------------------------------------------------------------


def test_a_clause_is_inserted_once_where_it_belongs_and_remembers_its_version(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = clause_from(version_of(made), "disputes")
    commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    values: dict[str, Any] = {"actor": made.author, "agreement_id": made.pk}
    back = commands.insert_clause(**values, library_version_id=newest("disputes").pk)
    assert (back.number, back.library_version) == ("9.2", newest("disputes"))
    with pytest.raises(Refused, match="already"):
        commands.insert_clause(**values, library_version_id=newest("disputes").pk, number="9.4")
    with pytest.raises(Refused, match="offers this clause no more"):
        commands.insert_clause(**values, library_version_id=newest("addendum-use").pk)


def test_newer_words_are_taken_over_into_what_the_draft_made_of_the_old_ones(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = clause_from(version_of(made), "disputes")
    assert library.newer(clause) is None
    save(made, clause, text=clause.text.replace("points of contact", "lawyers"))
    words = reworded("disputes", clause.text.replace("heads of the agencies", "governor"))
    edited = clause_from(version_of(made), "disputes")
    assert library.newer(edited) == words
    page = client_of(made).get(reverse("agreements:clause_take_over", args=[made.pk, edited.pk]))
    both = page.context["form"]["text"].value()
    assert "lawyers" in both
    assert "governor" in both
    taken = taken_over(made, edited, words, both)
    assert (taken.text, taken.library_version) == (both, words)
    assert library.newer(taken) is None


# --- Fixed text -----------------------------------------------------------------------------------------------------


@pytest.fixture
def addendum(pair: Pair) -> Agreement:
    made = start(drafter(pair.court), pair.court, kind=K.ADDENDUM, party_ids=[pair.police.pk])
    assert made.number.startswith("SEC-")
    return made


def test_a_security_addendum_takes_particulars_only_and_needs_no_term(addendum: Agreement) -> None:
    version = version_of(addendum)
    fixed, particulars = clause_from(version, "addendum-use"), clause_from(version, "addendum-particulars")
    for change in ({"text": "Other"}, {"number": "4.9"}, {"heading": "Other"}):
        with pytest.raises(Refused, match="fixed"):
            save(addendum, fixed, **change)
    with pytest.raises(Refused, match="fixed"):
        commands.remove_clause(actor=addendum.author, agreement_id=addendum.pk, clause_id=fixed.pk)
    with pytest.raises(Refused, match="no clauses besides"):
        commands.save_clause(
            actor=addendum.author, agreement_id=addendum.pk, number="10", topic="other", heading="X", text="Y"
        )
    save(addendum, particulars, text="Contractor: Cedar Systems.")
    commands.submit(actor=addendum.author, agreement_id=addendum.pk)


@pytest.mark.parametrize(
    "change", [{"text": "Anything goes."}, {"number": "4.9"}, {"heading": "X"}, {"topic": "other"}]
)
def test_a_fixed_clause_that_differs_from_the_library_is_not_submitted(addendum: Agreement, change: Any) -> None:
    clause = clause_from(version_of(addendum), "addendum-use")
    for name, value in change.items():
        setattr(clause, name, value)
    history.save(clause, actor=None, reason="Past the commands")
    with pytest.raises(Refused, match="its text is fixed, and differs"):
        commands.submit(actor=addendum.author, agreement_id=addendum.pk)


def test_a_fixed_clause_that_is_missing_or_out_of_date_is_not_submitted(addendum: Agreement) -> None:
    clause = clause_from(version_of(addendum), "addendum-use")
    words = reworded("addendum-use", "The contractor uses it for nothing else.")
    with pytest.raises(Refused, match=r"newer library text of clause 4\.1"):
        commands.submit(actor=addendum.author, agreement_id=addendum.pk)
    taken_over(addendum, clause, words, "My own words")
    assert clause_from(version_of(addendum), "addendum-use").text == "The contractor uses it for nothing else."
    history.delete(clause_from(version_of(addendum), "addendum-audit"), actor=None, reason="Past the commands")
    with pytest.raises(Refused, match="insert “Audit” from the library"):
        commands.submit(actor=addendum.author, agreement_id=addendum.pk)
    commands.insert_clause(
        actor=addendum.author, agreement_id=addendum.pk, library_version_id=newest("addendum-audit").pk
    )
    commands.submit(actor=addendum.author, agreement_id=addendum.pk)


def test_the_page_of_a_fixed_clause_offers_no_editing(addendum: Agreement) -> None:
    at = reverse("agreements:clause", args=[addendum.pk, clause_from(version_of(addendum), "addendum-use").pk])
    client = client_of(addendum)
    assert b"<textarea" not in client.get(at).content
    assert client.post(at, {"number": "4.1", "topic": "other", "heading": "X", "text": "Y"}).status_code == 302
    assert clause_from(version_of(addendum), "addendum-use").heading == "Use"


@pytest.mark.parametrize("kind", [K.MANAGEMENT, K.DATA_USE])
def test_each_kind_names_its_missing_topics_and_their_source(pair: Pair, kind: str) -> None:
    made = start(drafter(pair.court), pair.court, kind=kind, party_ids=[pair.police.pk])
    topics, source = library.MANDATORY[kind]
    for clause in version_of(made).clauses.filter(topic=topics[-1]):
        commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    said = policy.missing_before_submission(version_of(made))[0]
    assert str(topics[-1].label).lower() in said
    assert source in said


# --- Two people -----------------------------------------------------------------------------------------------------


def client_of(made: Agreement) -> Client:
    client = Client()
    client.force_login(made.author)
    return client


def sent(page: Any, **values: str) -> dict[str, str]:
    return {
        name: page.context["form"][name].value() for name in ("number", "topic", "heading", "text", "as_read")
    } | values


def test_a_form_opened_before_somebody_saved_overwrites_nothing_and_loses_nothing(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = clause_from(version_of(made), "disputes")
    at = reverse("agreements:clause", args=[made.pk, clause.pk])
    client = client_of(made)
    opened = client.get(at)
    theirs = clause.text.replace("heads of the agencies", "governor")
    save(made, clause, text=theirs, heading="Quarrels")
    mine = sent(opened, text=clause.text.replace("points of contact", "lawyers"))
    answer = client.post(at, mine)
    assert answer.status_code == 200
    assert clause_from(version_of(made), "disputes").text == theirs
    both = sent(answer)
    assert both["heading"] == "Quarrels"
    assert "lawyers" in both["text"]
    assert "governor" in both["text"]
    assert client.post(at, both).status_code == 302
    assert clause_from(version_of(made), "disputes").text == both["text"]


def test_where_both_changed_the_same_words_mine_stay_in_the_form_and_both_are_shown(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = clause_from(version_of(made), "disputes")
    at = reverse("agreements:clause", args=[made.pk, clause.pk])
    client = client_of(made)
    opened = client.get(at)
    save(made, clause, text=clause.text.replace("points of contact", "mayor"))
    answer = client.post(at, sent(opened, text=clause.text.replace("points of contact", "lawyers")))
    said = answer.content.decode()
    assert "changed this clause since you opened it" in said
    assert "“points of contact” became “lawyers” here, and “mayor” there." in said
    assert "lawyers" in sent(answer)["text"]


def test_the_changes_say_who_changed_which_clause(pair: Pair) -> None:
    made = start(drafter(pair.court), pair.court)
    clause = clause_from(version_of(made), "disputes")
    at = reverse("agreements:clause_changes", args=[made.pk])
    client = client_of(made)
    assert client.get(at).context["entries"] == []
    save(made, clause, text=clause.text.replace("points of contact", "mayor"))
    save(made, clause)
    commands.remove_clause(actor=made.author, agreement_id=made.pk, clause_id=clause.pk)
    events = [entry["event"] for entry in client.get(at).context["entries"]]
    assert [(event["title"], event["actor"]) for event in events] == [
        ("Clause 9.2 removed", made.author),
        ("Clause 9.2 changed", made.author),
        ("Clause 9.2 changed", made.author),
    ]
