"""Drafts that are shown to their named parties for comment: who reads what of them, and nobody a word more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.notices import kinds
from portal.notices.models import Notice
from portal.workbench import awaiting
from sharing_agreements import commands
from sharing_agreements.models import COMMENTING, Agreement, Comment
from tests import kept, make

from .conftest import Pair
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db

INTERNAL = "Said among ourselves."


@kept.fixture
def drafted(pair: Pair) -> Agreement:
    """A draft for the police and a third agency, with an internal comment and an obligation."""
    sheriff = make.agency("Cedar Sheriff")
    made = make.draft(pair.court, pair.police, pair.cases)
    commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk, sheriff.pk])
    make.obligation(made)
    make.comment(made, text=INTERNAL)
    return made


@pytest.fixture
def third(drafted: Agreement) -> Agency:
    return Agency.objects.get(name="Cedar Sheriff")


def show(draft: Agreement) -> Agreement:
    return commands.show_draft(actor=draft.author, agreement_id=draft.pk)


def hide(draft: Agreement) -> Agreement:
    return commands.hide_draft(actor=draft.author, agreement_id=draft.pk)


def of(agency: Agency, *roles: str) -> User:
    return make.person(agency, roles=roles or (Role.DRAFTER,)).person


def say(
    draft: Agreement, actor: User, agency: Agency, text: str = "Thirty days, please.", number: str = "3.1"
) -> Comment:
    clause = current(draft).clauses.get(number=number)
    return commands.comment(actor=actor, clause_id=clause.pk, party_id=agency.pk, text=text)


PAGES = (
    "detail",
    "text",
    "terms",
    "signatures",
    "history",
    "comments",
    "attachments",
    "obligations",
    "redline",
    "clauses",
)


# --- Opening and closing --------------------------------------------------------------------------------------------


def test_only_a_drafter_of_the_lead_agency_shows_a_draft_and_closes_it(drafted: Agreement, pair: Pair) -> None:
    for other in (of(pair.court, Role.SIGNATORY), of(pair.police)):
        with pytest.raises(PermissionDenied):
            commands.show_draft(actor=other, agreement_id=drafted.pk)
    with pytest.raises(Refused, match="is not open for comment"):
        hide(drafted)
    assert show(drafted).shown_at is not None
    with pytest.raises(Refused, match="open for comment already"):
        show(drafted)
    for other in (of(pair.court, Role.SIGNATORY), of(pair.police)):
        with pytest.raises(PermissionDenied):
            commands.hide_draft(actor=other, agreement_id=drafted.pk)
    assert hide(drafted).shown_at is None
    assert list(
        Event.objects.filter(kind__endswith="_for_comment").order_by("sequence").values_list("kind", flat=True)
    ) == [
        "agreement.opened_for_comment",
        "agreement.closed_for_comment",
    ]


def test_what_names_nobody_else_or_is_no_draft_is_not_shown(drafted: Agreement, pair: Pair) -> None:
    alone = commands.draft_agreement(
        actor=drafted.author, lead_agency_id=pair.court.pk, title="Alone", kind="mou", party_ids=[],
        effective_on=current(drafted).effective_on, ends_on=None,
    )  # fmt: skip
    with pytest.raises(Refused, match="Name the parties first"):
        show(alone)
    submitted = make.submitted(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused, match="is no draft any more"):
        show(submitted)


def test_submitting_and_withdrawing_close_it_and_taking_back_does_not_open_it_again(
    drafted: Agreement, pair: Pair
) -> None:
    show(drafted)
    for comment in Comment.objects.open():
        commands.resolve(actor=drafted.author, comment_id=comment.pk, resolution="Done.")
    commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    assert Agreement.objects.get(pk=drafted.pk).shown_at is None
    commands.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="To change")
    reader = of(pair.police)
    assert client_of(reader).get(at("shown", drafted.pk)).status_code == 404
    show(drafted)
    commands.withdraw(actor=drafted.author, agreement_id=drafted.pk, reason="No need")
    assert Agreement.objects.get(pk=drafted.pk).shown_at is None


def test_the_database_shows_drafts_alone_and_takes_words_of_parties_that_are_asked_alone(
    drafted: Agreement, pair: Pair, third: Agency
) -> None:
    clause = current(drafted).clauses.get(number="3.1")
    values: dict[str, Any] = {
        "version_id": clause.version_id,
        "clause": clause,
        "about": "3.1",
        "author": drafted.author,
    }

    def asked(party: Agency) -> Comment:
        return Comment(id=uuid7(), text="x", party=party, **values)

    with pytest.raises(IntegrityError, match="names it and is shown"), transaction.atomic():
        asked(pair.police).save(force_insert=True)
    show(drafted)
    for party in (make.agency(), pair.court):
        with pytest.raises(IntegrityError, match="names it and is shown"), transaction.atomic():
            asked(party).save(force_insert=True)
    made = asked(pair.police)
    made.save(force_insert=True)
    for other in (third, None):
        made.party = other
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            made.save()
    drafted.refresh_from_db()
    drafted.status = "in_review"
    with pytest.raises(IntegrityError, match="agreement_shown_draft"), transaction.atomic():
        drafted.save()


# --- Who reads it ---------------------------------------------------------------------------------------------------


def test_before_it_is_opened_and_after_it_is_closed_a_named_party_gets_the_404_as_ever(
    drafted: Agreement, pair: Pair
) -> None:
    reader = client_of(of(pair.police))
    absent = reader.get(at("shown", uuid7())).content

    def closed() -> None:
        for name in (*PAGES, "shown"):
            answer = reader.get(at(name, drafted.pk))
            assert (answer.status_code, answer.content) == (404, absent), name
        clause = current(drafted).clauses.get(number="3.1")
        for method in (reader.get, reader.post):
            assert method(at("shown_comment", drafted.pk, clause.pk)).status_code == 404

    closed()
    show(drafted)
    assert reader.get(at("shown", drafted.pk)).status_code == 200
    hide(drafted)
    closed()


def test_open_it_is_read_in_four_offices_of_a_named_party_on_its_page_alone(
    drafted: Agreement, pair: Pair, third: Agency
) -> None:
    show(drafted)
    address = at("shown", drafted.pk)
    for office in COMMENTING:
        reader = client_of(of(pair.police, office))
        page = read(reader.get(address))
        for words in ("Case exchange", "Audit who used the records.", "Criminal cases", "Cedar Sheriff"):
            assert words in page
        assert INTERNAL not in page
        assert reader.get(at("detail", drafted.pk))["Location"] == address
        for name in PAGES[1:]:
            assert reader.get(at(name, drafted.pk)).status_code == 404, name
        assert drafted.number not in read(reader.get(at("list")))
    others = [of(pair.police, role) for role in (Role.CLERK, Role.CUSTODIAN, Role.ADMINISTRATOR)]
    others += [of(make.agency()), of(pair.court), make.auditor(pair.police), make.auditor()]
    chair = make.the_board().seats.get(is_chair=True).holder
    assert chair is not None
    for person in [*others, chair]:
        assert client_of(person).get(address).status_code == 404
    assert read(client_of(of(third)).get(address))


def test_who_is_no_party_any_more_reads_it_no_more(drafted: Agreement, pair: Pair, third: Agency) -> None:
    show(drafted)
    reader = client_of(of(third))
    assert reader.get(at("shown", drafted.pk)).status_code == 200
    commands.set_parties(actor=drafted.author, agreement_id=drafted.pk, agency_ids=[pair.police.pk])
    assert reader.get(at("shown", drafted.pk)).status_code == 404


# --- What is said ---------------------------------------------------------------------------------------------------


def test_a_party_comments_reads_its_own_threads_and_nobody_elses(drafted: Agreement, pair: Pair, third: Agency) -> None:
    show(drafted)
    mine, colleague, other = of(pair.police), of(pair.police, Role.COUNSEL), of(third)
    clause = current(drafted).clauses.get(number="3.1")
    page = read(
        client_of(mine).post(at("shown_comment", drafted.pk, clause.pk), {"text": "Thirty days, please."}, follow=True)
    )
    assert "Thirty days, please." in page
    said = Comment.objects.get(party=pair.police)
    say(drafted, other, third, text="Sixty days, please.")
    make.comment(drafted, text="Another internal word.")
    commands.reply(actor=drafted.author, comment_id=said.pk, text="Would twenty do?")
    client_of(colleague).post(at("shown_reply", drafted.pk, said.pk), {"text": "They would."})
    for reader in (mine, colleague):
        page = read(client_of(reader).get(at("shown", drafted.pk)))
        assert all(words in page for words in ("Thirty days, please.", "Would twenty do?", "They would."))
        assert not any(words in page for words in ("Sixty days", INTERNAL, "Another internal word."))
    page = read(client_of(other).get(at("shown", drafted.pk)))
    assert "Sixty days" in page
    assert "Thirty days" not in page
    assert client_of(other).get(at("shown_reply", drafted.pk, said.pk)).status_code == 404
    internal = Comment.objects.get(text=INTERNAL)
    assert client_of(mine).get(at("shown_reply", drafted.pk, internal.pk)).status_code == 404
    lead = read(client_of(drafted.author).get(at("comments", drafted.pk)))
    assert all(words in lead for words in ("for Cedar Police", "for Cedar Sheriff", "They would.", INTERNAL))


def test_nobody_speaks_for_a_party_but_its_own_and_only_while_it_is_asked(
    drafted: Agreement, pair: Pair, third: Agency
) -> None:
    with pytest.raises(Refused, match="is not open for comment now"):
        say(drafted, of(pair.police), pair.police)
    show(drafted)
    for actor, agency in (
        (of(pair.police, Role.CLERK), pair.police),
        (of(pair.police), third),
        (of(make.agency()), pair.police),
        (drafted.author, pair.police),
        (drafted.author, pair.court),
    ):
        with pytest.raises(PermissionDenied):
            say(drafted, actor, agency)
    said = say(drafted, of(pair.police), pair.police)
    internal = Comment.objects.get(text=INTERNAL)
    for comment, actor in ((internal, of(pair.police)), (said, of(third)), (said, of(pair.police, Role.CLERK))):
        with pytest.raises(PermissionDenied):
            commands.reply(actor=actor, comment_id=comment.pk, text="Hm.")
    hide(drafted)
    with pytest.raises(Refused, match="is not open for comment now"):
        commands.reply(actor=said.author, comment_id=said.pk, text="Hm.")
    with pytest.raises(PermissionDenied):
        commands.comment(actor=of(pair.police), clause_id=said.clause_id, text="Among yourselves?")  # type: ignore[arg-type]


def test_the_lead_agency_settles_it_as_its_own_before_it_submits(drafted: Agreement, pair: Pair) -> None:
    show(drafted)
    said = say(drafted, of(pair.police), pair.police)
    commands.resolve(actor=drafted.author, comment_id=Comment.objects.get(text=INTERNAL).pk, resolution="Done.")
    with pytest.raises(Refused, match=r"settle the comments on clause 3\.1"):
        commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    with pytest.raises(PermissionDenied):
        commands.resolve(actor=said.author, comment_id=said.pk, resolution="Never mind.")
    commands.resolve(actor=drafted.author, comment_id=said.pk, resolution="Thirty days it is.")
    assert "Thirty days it is." in read(client_of(said.author).get(at("shown", drafted.pk)))
    commands.submit(actor=drafted.author, agreement_id=drafted.pk)


# --- Who is told ----------------------------------------------------------------------------------------------------


def told(kind: str) -> set[User]:
    return {each.recipient for each in Notice.objects.filter(event__kind=f"agreement.{kind}")}


def test_who_prepares_or_signs_at_the_parties_is_asked_and_who_spoke_hears_of_answers_as_long_as_it_is_open(
    drafted: Agreement, pair: Pair, third: Agency
) -> None:
    one, two = of(pair.police), of(third)
    signs, clerk = of(pair.police, Role.SIGNATORY), of(pair.police, Role.CLERK)
    show(drafted)
    assert {one, two, signs} <= told("opened_for_comment")
    assert not {clerk, drafted.author} & told("opened_for_comment")
    member = pair.police.memberships.get(person=one)
    assert f"Comment on the draft {drafted.number}" in [item.title for item in awaiting.of(one, member)]
    said = say(drafted, one, pair.police)
    assert told("commented") == {drafted.author}
    commands.reply(actor=drafted.author, comment_id=said.pk, text="Would twenty do?")
    assert told("comment_answered") == {one}
    commands.resolve(actor=drafted.author, comment_id=said.pk, resolution="Thirty days it is.")
    (event,) = Event.objects.filter(kind="agreement.comment_resolved")
    words = kinds.words(event, one)
    assert words is not None
    assert words.link == at("shown", drafted.pk)
    assert kinds.words(event, two) is None
    hide(drafted)
    for event in Event.objects.filter(kind__in=["agreement.comment_resolved", "agreement.opened_for_comment"]):
        assert kinds.words(event, one) is None, "it is closed"


def test_opening_and_closing_by_buttons(drafted: Agreement) -> None:
    client = client_of(drafted.author)
    assert at("show", drafted.pk) in read(client.get(at("detail", drafted.pk)))
    page = read(client.get(at("show", drafted.pk)))
    assert "Cedar Police" in page
    assert "Cedar Sheriff" in page
    page = read(client.post(at("show", drafted.pk), follow=True))
    assert "Open for comment. They are told." in page
    assert at("hide", drafted.pk) in page
    assert "open for comment already" in read(client.post(at("show", drafted.pk), follow=True))
    assert "Close it" in read(client.get(at("hide", drafted.pk)))
    assert "Closed for comment." in read(client.post(at("hide", drafted.pk), follow=True))
