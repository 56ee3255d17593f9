"""The pages of agreements: who gets which answer, and the way from a draft to a submitted text by forms alone."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Agency, Role, User
from portal.kernel.parts import Part
from sharing_agreements import commands
from sharing_agreements.models import Agreement, AgreementVersion, Signature, Term
from tests import kept, make

from .conftest import Pair

pytestmark = pytest.mark.django_db

S = Agreement.Status


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def works(agency: Agency, *roles: str) -> Client:
    return client_of(make.person(agency, roles=roles or (Role.CLERK,)).person)


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def current(agreement: Agreement) -> AgreementVersion:
    version = Agreement.objects.get(pk=agreement.pk).current_version
    assert version is not None
    return version


def read(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


# --- Who gets which answer ------------------------------------------------------------------------------------------

READ = ("detail", "text", "terms", "signatures", "history")
WORK = ("edit", "parties", "clauses", "clause_add", "term_list", "term_add", "submit", "withdraw")


def answers(client: Client, agreement: Agreement, *names: str) -> set[int]:
    return {client.get(at(name, agreement.pk)).status_code for name in names}


def test_whoever_sees_an_agreement_reads_its_pages_and_nobody_else(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    member = make.the_board().seats.get(number=2).holder
    assert member is not None
    auditors = client_of(make.auditor()), client_of(make.auditor(pair.police))
    for client in (works(pair.court), works(pair.police), client_of(member), *auditors):
        assert answers(client, made, *READ) == {200}
    strangers = [works(make.agency("Third")), client_of(make.portal_administrator())]
    for client in strangers:
        assert answers(client, made, *READ, *WORK, "redline", "sign", "take_back") == {404}
        absent = client.get(at("detail", uuid4())).content
        assert client.get(at("detail", made.pk)).content == absent
    assert Client().get(at("detail", made.pk)).status_code == 302


def test_only_drafters_of_the_lead_agency_work_on_a_draft(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    assert answers(client_of(made.author), made, *READ, *WORK) == {200}
    assert answers(works(pair.court), made, *READ) == {200}
    assert answers(works(pair.court), made, *WORK) == {403}
    assert answers(works(pair.police, Role.DRAFTER), made, *READ, *WORK) == {404}
    assert client_of(made.author).get(at("new")).status_code == 200
    assert works(pair.court).get(at("new")).status_code == 403
    assert client_of(make.auditor()).get(at("new")).status_code == 403


def test_pages_of_a_draft_lead_back_once_it_is_submitted(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    client = client_of(made.author)
    for name in set(WORK) - {"withdraw"}:
        answer = client.get(at(name, made.pk), follow=True)
        assert answer.redirect_chain == [(at("detail", made.pk), 302)]
        assert "its text is frozen" in read(answer)


def test_every_list_answers_everybody_who_is_signed_in(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    third, auditor = works(make.agency("Third")), client_of(make.auditor())
    for client, sees in ((works(pair.police), True), (third, False), (auditor, True)):
        page = read(client.get(at("list")))
        assert (made.number in page) is sees
        lines = b"".join(client.get(at("csv")).streaming_content).decode()  # type: ignore[attr-defined]
        assert (made.number in lines) is sees
    assert Client().get(at("list")).status_code == 302


# --- The register ---------------------------------------------------------------------------------------------------


def test_the_register_is_filtered_by_words_state_and_agency(pair: Pair) -> None:
    in_force = make.agreement_in_force(pair.court, pair.police, pair.cases)
    third = make.agency("Third")
    draft = make.draft(pair.court, third, pair.cases)
    client = client_of(draft.author)

    def shown(**asked: str) -> set[str]:
        page = read(client.get(at("list"), asked))
        return {each.number for each in (in_force, draft) if each.number in page}

    assert shown() == {in_force.number, draft.number}
    assert shown(q=draft.number) == {draft.number}
    assert shown(q="exchange") == {in_force.number, draft.number}
    assert shown(q="nothing such") == set()
    assert shown(state="in_force") == {in_force.number}
    assert shown(state="expiring") == set()
    assert shown(agency=str(third.pk)) == {draft.number}
    assert shown(agency="nonsense") == {in_force.number, draft.number}


def test_the_register_pages_by_number(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    from sharing_agreements.views import register  # noqa: PLC0415

    monkeypatch.setattr(register, "PAGE", 2)
    made = [make.draft(pair.court, pair.police, pair.cases) for _ in range(5)]
    client = works(pair.court)
    first = client.get(at("list"))
    assert [row[0].parameters["text"].parameters["text"] for row in first.context["rows"]] == [
        m.number for m in made[4:2:-1]
    ]
    assert first.context["previous"] is None
    second = client.get(at("list") + first.context["next"])
    third = client.get(at("list") + second.context["next"])
    assert third.context["next"] is None
    assert made[0].number in read(third)
    back = client.get(at("list") + third.context["previous"])
    assert back.context["rows"] == second.context["rows"]


def test_the_csv_says_what_the_list_says(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    answer = works(pair.police).get(at("csv"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    head, row = csv.reader(lines)
    found = dict(zip(head, row, strict=True))
    assert found["Number"] == made.number
    assert found["Parties"] == "Cedar Court; Cedar Police"
    assert found["State"] == "in force"


# --- Reading --------------------------------------------------------------------------------------------------------


def test_every_clause_has_its_anchor_on_the_first_page(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    page = read(works(pair.police).get(at("detail", made.pk)))
    for number in current(made).clauses.values_list("number", flat=True):
        assert f'id="c{number.replace(".", "-")}"' in page
    assert 'role="img"' in page
    assert "The same as a table" in page


def test_parties_read_how_the_board_decided_and_only_its_members_and_auditors_are_led_there(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    motion = made.motions.get()
    address = reverse("boards:motion", args=[motion.pk])
    member = make.the_board().seats.get(number=2).holder
    assert member is not None
    for name in ("detail", "history"):
        page = read(works(pair.police).get(at(name, made.pk)))
        assert f"Motion {motion.number}" in page
        assert address not in page
        assert address in read(client_of(member).get(at(name, made.pk)))
    assert "votes cast approve" in read(works(pair.police).get(at("detail", made.pk)))
    assert "Vote cast" not in read(works(pair.police).get(at("history", made.pk)))


def test_the_text_shows_its_fingerprint_and_older_versions_only_when_submitted(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    first = current(made)
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="A typing mistake")
    commands.save_clause(
        actor=made.author,
        agreement_id=made.pk,
        clause_id=current(made).clauses.get(number="9.2").pk,
        number="9.2",
        topic="other",
        heading="Disputes",
        text="Disputes go to the board.",
    )
    client = client_of(made.author)
    assert first.sha256 in read(client.get(at("text", made.pk), {"version": "1"}))
    assert client.get(at("text", made.pk), {"version": "3"}).status_code == 404
    assert client.get(at("text", made.pk), {"version": "x"}).status_code == 404
    page = read(client.get(at("redline", made.pk)))
    assert "<del>" in page
    assert "1 of 18 clauses changed" in page
    assert "Redline, version 2 to version 1" in read(client.get(at("redline", made.pk), {"from": "2", "to": "1"}))
    commands.submit(actor=made.author, agreement_id=made.pk)
    clerk = works(pair.police)
    assert first.sha256 in read(clerk.get(at("text", made.pk), {"version": "1"}))


def test_one_version_has_no_redline(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    assert works(pair.police).get(at("redline", made.pk)).status_code == 404


def test_the_terms_show_their_grants_and_whether_they_are_open(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    page = read(works(pair.police).get(at("terms", made.pk)))
    assert "Cedar Police may search, view, print and export the records of “Criminal cases”" in page
    assert "Open" in page
    make.suspended(made, make.the_board())
    assert "Suspended" in read(works(pair.police).get(at("terms", made.pk)))
    assert "Nothing is shared under it" in read(works(pair.police).get(at("detail", made.pk)))


# --- From a draft to a submitted text, by forms ---------------------------------------------------------------------


def term_form(pair: Pair, version: AgreementVersion, **values: Any) -> dict[str, Any]:
    return {
        "record_set": pair.cases.pk,
        "recipient": pair.police.pk,
        "clause": version.clauses.get(number="3.1").pk,
        "actions": ["search", "view"],
        "purposes": ["C"],
        "data_categories": ["name"],
        "participant_roles": ["defendant"],
        **values,
    }


def test_a_drafter_goes_from_the_template_to_the_board_by_forms(pair: Pair) -> None:
    client, key = works(pair.court, Role.DRAFTER), uuid4()
    basics = {
        "id": key,
        "kind": "mou",
        "title": "Case exchange",
        "purpose": "To share cases.",
        "effective_on": "2027-01-01",
        "last_day": "",
    }
    assert client.post(at("new"), basics).headers["Location"] == at("parties", key)
    assert "was started already" in read(client.post(at("new"), basics, follow=True))
    found = client.get(at("parties", key), {"q": "cedar"})
    assert found.context["found"] == [pair.police]
    assert client.post(at("party_add", key, pair.police.pk)).headers["Location"] == at("parties", key)
    version = Agreement.objects.get(pk=key).current_version
    assert version is not None
    assert client.post(at("term_add", key), term_form(pair, version)).headers["Location"] == at("term_list", key)
    clause = version.clauses.get(number="9.2")
    assert client.post(at("clause_remove", key, clause.pk)).status_code == 302
    added = {"number": "9.2", "topic": "other", "heading": "Disputes", "text": "To the board."}
    assert client.post(at("clause_add", key), added).headers["Location"] == at("clauses", key)
    assert "Submit version 1" in read(client.get(at("submit", key)))
    assert client.post(at("submit", key)).headers["Location"] == at("detail", key)
    assert Agreement.objects.get(pk=key).status == S.IN_REVIEW
    again = read(client.post(at("submit", key), follow=True))
    assert "its text is frozen" in again
    assert "usa-alert--error" not in again, "a form sent twice is no mistake"


def test_what_is_missing_is_named_beside_the_draft_and_on_submission(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    commands.remove_clause(
        actor=made.author, agreement_id=made.pk, clause_id=current(made).clauses.get(topic="screening").pk
    )
    client = client_of(made.author)
    page = read(client.get(at("clauses", made.pk)))
    assert "10 of 11 covered" in page
    add = f"{at('clause_add', made.pk)}?topic=screening"
    assert add in page
    assert "fingerprint-based check" in read(client.get(add))
    assert "Not complete yet" in read(client.get(at("submit", made.pk)))
    answer = client.post(at("submit", made.pk), follow=True)
    assert "add a clause on screening" in read(answer)


def test_a_term_is_shown_in_words_before_it_is_saved(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client, version = client_of(made.author), current(made)
    answer = client.post(at("term_add", made.pk), term_form(pair, version, preview="1"))
    page = read(answer)
    assert "In words, not yet saved" in page
    assert "It receives name and aliases of people as defendant" in page
    assert Term.objects.count() == 1


def test_a_term_offers_neither_the_owner_as_recipient_nor_informants(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client, version = client_of(made.author), current(made)

    def offered(answer: Any) -> list[str]:
        return [name for key, name in answer.context["form"].fields["recipient"].choices if key]

    form = client.get(at("term_add", made.pk)).context["form"]
    assert [name for key, name in form.fields["recipient"].choices if key] == [pair.police.name]
    assert "informant" not in dict(form.fields["participant_roles"].choices)
    own = client.post(at("term_add", made.pk), term_form(pair, version, recipient=pair.court.pk))
    assert "other than the one that keeps these records" in read(own)
    theirs = make.record_set(pair.police)
    assert offered(client.get(at("term_add", made.pk))) == [pair.court.name, pair.police.name], "either may give now"
    chosen = client.post(at("term_add", made.pk), term_form(pair, version, record_set=theirs.pk, preview="1"))
    assert offered(chosen) == [pair.court.name]
    kept = client.get(at("term", made.pk, version.terms.get().pk))
    assert offered(kept) == [pair.police.name]
    assert Term.objects.count() == 1


def test_a_new_term_begins_with_little_and_without_protected_people(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    form = client_of(made.author).get(at("term_add", made.pk)).context["form"]
    assert set(form.initial["actions"]) == {"search", "view"}
    assert not {"victim", "witness", "informant", "juvenile"} & set(form.initial["participant_roles"])
    assert "free_text" not in form.initial["data_categories"]


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("new", {"kind": "mou", "title": "", "effective_on": "2027-01-01"}, "title"),
        ("new", {"kind": "", "title": "X"}, "kind"),
        ("edit", {"title": "X", "purpose": "Y", "effective_on": "2027-01-01", "last_day": "2026-01-01"}, "last_day"),
        ("clause_add", {"number": "iv", "topic": "other", "heading": "X", "text": "Y"}, "number"),
        ("clause_add", {"number": "99", "topic": "other", "heading": "X", "text": "Y"}, "number"),
        ("term_add", {"actions": []}, "actions"),
        ("withdraw", {"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_stands_on_top_with_a_link_to_its_field(
    pair: Pair, name: str, values: dict[str, Any], field: str
) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    address = at(name) if name == "new" else at(name, made.pk)
    page = read(client_of(made.author).post(address, values))
    assert 'role="alert"' in page
    assert f'href="#id_{field}"' in page


@pytest.mark.parametrize(
    ("effective_on", "last_day", "says"),
    [
        ("0001-01-01", "", "Choose a day in the years 1990 to 2100"),
        ("2027-01-01", "9999-12-31", "Choose a day in the years 1990 to 2100"),
        ("2027-01-02", "2027-01-01", "Choose the day on which the agreement takes effect, or a later one"),
    ],
)
def test_days_that_nobody_means_are_refused_in_words(pair: Pair, effective_on: str, last_day: str, says: str) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client, days = client_of(made.author), {"effective_on": effective_on, "last_day": last_day}
    for address in (at("edit", made.pk), at("new")):
        given = {"id": uuid4(), "kind": "mou", "title": "Exchange", "purpose": "To share", **days}
        assert says in read(client.post(address, given))
    assert Agreement.objects.count() == 1


def test_the_last_day_that_was_asked_for_is_the_one_that_every_page_shows(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client = client_of(made.author)
    given = {"title": "Exchange", "purpose": "To share", "effective_on": "2027-01-01", "last_day": "2088-10-22"}
    given |= {"withdrawal_days": "30", "return_days": "30", "signing_order": "any"}
    assert client.post(at("edit", made.pk), given).status_code == 302
    assert current(made).ends_on == date(2088, 10, 23), "stored as the first day without"
    assert 'value="2088-10-22"' in read(client.get(at("edit", made.pk)))
    assert "2088-10-22" in b"".join(client.get(at("csv")).streaming_content).decode()  # type: ignore[attr-defined]
    pages = [read(client.get(at(name, made.pk))) for name in ("detail", "text", "history")]
    changes = read(client_of(make.auditor()).get(reverse("workbench:agreement_history", args=[made.pk])))
    for page in (*pages, changes):
        assert "Oct 22, 2088" in page
        assert "Oct 23, 2088" not in page
        assert "2088-10-23" not in page


def test_a_number_that_another_clause_has_is_said_on_top(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    values = {"number": "9.2", "topic": "other", "heading": "X", "text": "Y"}
    page = read(client_of(made.author).post(at("clause_add", made.pk), values))
    assert "already exists" in page


def test_removing_and_changing_go_back_to_the_list(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client, version = client_of(made.author), current(made)
    clause, term = version.clauses.get(number="3.1"), version.terms.get()
    kept = client.post(at("clause_remove", made.pk, clause.pk), follow=True)
    assert "Term T1 rests on clause 3.1" in read(kept)
    assert "leaves" not in read(client.get(at("clause", made.pk, clause.pk)))
    changed = term_form(pair, version, actions=["view"])
    assert client.post(at("term", made.pk, term.pk), changed).headers["Location"] == at("term_list", made.pk)
    assert Term.objects.get().actions == ["view"]
    assert client.post(at("party_remove", made.pk, pair.police.pk), follow=True).status_code == 200
    assert client.post(at("term_remove", made.pk, term.pk)).status_code == 302
    assert client.post(at("party_remove", made.pk, pair.police.pk)).status_code == 302
    assert version.parties.count() == 1
    for name in ("clause", "clause_remove", "term", "term_remove"):
        method = client.post if name.endswith("remove") else client.get
        assert method(at(name, made.pk, uuid4())).status_code == 404


def test_taking_back_and_withdrawing_ask_for_a_reason(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    client = client_of(made.author)
    assert "the next version" in read(client.get(at("take_back", made.pk)))
    assert client.post(at("take_back", made.pk), {"reason": "Typing"}).headers["Location"] == at("clauses", made.pk)
    assert client.post(at("withdraw", made.pk), {"reason": "No need"}).headers["Location"] == at("detail", made.pk)
    assert "Reason: “No need”" in read(client.get(at("detail", made.pk)))
    again = read(client.post(at("withdraw", made.pk), {"reason": "No need"}, follow=True))
    assert "is withdrawn already" in again
    assert "usa-alert--error" not in again


# --- Signing --------------------------------------------------------------------------------------------------------


@kept.fixture
def signing(pair: Pair) -> Agreement:
    return make.in_signing(pair.court, pair.police, pair.cases)


def answer_form(agreement: Agreement, **values: str) -> dict[str, str]:
    return {"sha256": current(agreement).sha256, "answer": "sign", "reason": "", "password": make.PASSWORD, **values}


def test_a_signatory_reads_text_terms_and_hash_with_nothing_preselected(pair: Pair, signing: Agreement) -> None:
    page = read(works(pair.police, Role.SIGNATORY).get(at("sign", signing.pk)))
    assert f'value="{current(signing).sha256}"' in page
    assert "What you would sign, in plain words" in page
    assert " checked" not in page
    assert "Liability and third parties" in page


def test_a_signatory_signs_with_the_password_and_a_second_time_is_told_so(pair: Pair, signing: Agreement) -> None:
    client = works(pair.police, Role.SIGNATORY)
    first = client.post(at("sign", signing.pk), answer_form(signing), follow=True)
    assert "You signed for Cedar Police." in read(first)
    again = client.post(at("sign", signing.pk), answer_form(signing), follow=True)
    assert "You signed for Cedar Police; that cannot be changed." in read(again)
    assert "usa-alert--error" not in read(again)
    changed_mind = client.post(at("sign", signing.pk), answer_form(signing, answer="decline", reason="No"), follow=True)
    assert "usa-alert--error" in read(changed_mind)
    assert Signature.objects.count() == 1
    last = works(pair.court, Role.SIGNATORY).post(at("sign", signing.pk), answer_form(signing), follow=True)
    assert "the agreement is in force" in read(last)


def test_declining_needs_a_reason(pair: Pair, signing: Agreement) -> None:
    client = works(pair.police, Role.SIGNATORY)
    page = read(client.post(at("sign", signing.pk), answer_form(signing, answer="decline")))
    assert 'href="#id_reason"' in page
    done = client.post(at("sign", signing.pk), answer_form(signing, answer="decline", reason="Costs"), follow=True)
    assert "You declined for Cedar Police." in read(done)
    assert "Reason: “Costs”" in read(done)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"answer": ""}, "answer"), ({"password": ""}, "password"), ({"password": "wrong"}, "password")],
)
def test_nothing_is_signed_without_an_answer_and_the_right_password(
    pair: Pair, signing: Agreement, wrong: dict[str, str], field: str
) -> None:
    page = read(works(pair.police, Role.SIGNATORY).post(at("sign", signing.pk), answer_form(signing, **wrong)))
    assert f'href="#id_{field}"' in page
    assert not Signature.objects.exists()


def test_another_text_than_the_page_showed_is_not_signed(pair: Pair, signing: Agreement) -> None:
    page = read(works(pair.police, Role.SIGNATORY).post(at("sign", signing.pk), answer_form(signing, sha256="0" * 64)))
    assert "Read it again" in page
    assert not Signature.objects.exists()


def test_wrong_passwords_lock_the_account_and_end_the_session(pair: Pair, signing: Agreement) -> None:
    client = works(pair.police, Role.SIGNATORY)
    for _ in range(4):
        assert client.post(at("sign", signing.pk), answer_form(signing, password="wrong")).status_code == 200
    assert client.post(at("sign", signing.pk), answer_form(signing, password="wrong")).status_code == 403
    assert client.get(at("detail", signing.pk)).status_code == 302
    assert AccessAttempt.objects.get().failures_since_start == 5
    assert not Signature.objects.exists()


def test_a_locked_account_signs_nothing_even_with_the_right_password(pair: Pair, signing: Agreement) -> None:
    chief = make.person(pair.police, roles=(Role.SIGNATORY,)).person
    client, stranger = client_of(chief), Client()
    for _ in range(5):
        stranger.post(reverse("account_login"), {"login": chief.email, "password": "guess", "ack": "on"})
    page = read(client.post(at("sign", signing.pk), answer_form(signing)))
    assert "Your account is locked" in page
    assert not Signature.objects.exists()


def test_the_right_password_forgets_the_wrong_ones(pair: Pair, signing: Agreement) -> None:
    client = works(pair.police, Role.SIGNATORY)
    client.post(at("sign", signing.pk), answer_form(signing, password="wrong"))
    client.post(at("sign", signing.pk), answer_form(signing))
    assert not AccessAttempt.objects.exists()


def test_only_a_signatory_of_a_party_gets_the_page(pair: Pair, signing: Agreement) -> None:
    member = make.the_board().seats.get(number=2).holder
    assert member is not None
    assert works(pair.police).get(at("sign", signing.pk)).status_code == 403
    assert client_of(member).get(at("sign", signing.pk)).status_code == 403
    assert client_of(make.auditor()).get(at("sign", signing.pk)).status_code == 403
    assert works(make.agency("Third"), Role.SIGNATORY).get(at("sign", signing.pk)).status_code == 404
    assert "Read and sign" in read(works(pair.police, Role.SIGNATORY).get(at("detail", signing.pk)))
    assert "Read and sign" not in read(works(pair.police).get(at("detail", signing.pk)))


def test_the_state_shows_what_the_dates_make_of_it(pair: Pair) -> None:
    from datetime import timedelta  # noqa: PLC0415

    made = make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=40))
    facts = works(pair.police).get(at("detail", made.pk)).context["facts"]
    assert isinstance(facts[0], Part)
    assert facts[0].parameters["status"] == "expiring"
