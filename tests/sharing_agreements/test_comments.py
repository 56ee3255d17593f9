"""Comments on the clauses of a draft: who says and reads what, and that nothing open is submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from agencies.models import Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices import kinds
from portal.notices.models import Notice
from sharing_agreements import commands, fingerprint, steps
from sharing_agreements.models import Agreement, Comment
from tests import kept, make

from .conftest import Pair
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db


@kept.fixture
def drafted(pair: Pair) -> Agreement:
    return make.draft(pair.court, pair.police, pair.cases)


@pytest.fixture
def clerk(pair: Pair) -> User:
    """Somebody of the lead agency who does not draft."""
    return make.someone(pair.court, Role.CLERK)


def submit(agreement: Agreement) -> Agreement:
    return commands.submit(actor=agreement.author, agreement_id=agreement.pk)


def resolve(comment: Comment, actor: User, how: str = "Reworded.") -> Comment:
    return commands.resolve(actor=actor, comment_id=comment.pk, resolution=how)


# --- Until it is settled --------------------------------------------------------------------------------------------


def test_nothing_is_submitted_until_every_comment_is_settled(drafted: Agreement, clerk: User) -> None:
    first, second = make.comment(drafted, "3.1", actor=clerk), make.comment(drafted, "1", actor=clerk)
    with pytest.raises(Refused, match=r"settle the comments on clause 1 and 3\.1\."):
        submit(drafted)
    page = read(client_of(drafted.author).get(at("submit", drafted.pk)))
    assert f'href="{at("comments", drafted.pk)}#c3-1"' in page
    resolve(first, drafted.author)
    commands.reopen(actor=clerk, comment_id=first.pk)
    resolve(second, clerk)
    with pytest.raises(Refused, match=r"settle the comments on clause 3\.1\."):
        submit(drafted)
    resolve(first, drafted.author)
    assert submit(drafted).status == Agreement.Status.IN_REVIEW


def test_the_database_freezes_nothing_with_an_open_comment(drafted: Agreement) -> None:
    comment = make.comment(drafted)
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="open comments"), transaction.atomic():
            cursor.execute(
                "UPDATE sharing_agreements_agreementversion SET sha256 = 'x', frozen_at = now() WHERE id = %s",
                [comment.version_id],
            )
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            cursor.execute("UPDATE sharing_agreements_comment SET text = 'other' WHERE id = %s", [comment.pk])
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM sharing_agreements_comment WHERE id = %s", [comment.pk])


def test_a_clause_with_an_open_comment_stays_and_what_was_settled_outlives_it(drafted: Agreement) -> None:
    make.reworded(drafted)
    comment = make.comment(drafted, "9.9", text="Who pays?")
    gone = {"actor": drafted.author, "agreement_id": drafted.pk, "clause_id": comment.clause_id}
    with pytest.raises(Refused, match=r"Clause 9\.9 has comments that are open"):
        commands.remove_clause(**gone)  # type: ignore[arg-type]
    assert current(drafted).clauses.filter(number="9.9").exists()
    resolve(comment, drafted.author, "The clause goes.")
    commands.remove_clause(**gone)  # type: ignore[arg-type]
    comment.refresh_from_db()
    assert (comment.clause, comment.about, comment.resolution) == (None, "9.9 Costs", "The clause goes.")
    with pytest.raises(Refused, match="clause was removed"):
        commands.reopen(actor=drafted.author, comment_id=comment.pk)
    page = read(client_of(drafted.author).get(at("comments", drafted.pk)))
    assert "Earlier comments" in page
    assert "Who pays?" in page


@pytest.mark.parametrize("back", ["taken_back", "sent_back"])
def test_what_is_open_goes_on_with_the_next_version_and_what_is_settled_stays(
    drafted: Agreement, clerk: User, back: str
) -> None:
    settled = resolve(make.comment(drafted, "1", text="Old one"), drafted.author)
    submit(drafted)
    said = make.comment(drafted, "3.1", actor=clerk, text="Seen too late")
    commands.reply(actor=drafted.author, comment_id=said.pk, text="Right.")
    old = said.version_id
    if back == "taken_back":
        commands.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="See the comment")
    else:
        steps.send_back(Agreement.objects.for_update(drafted.pk), actor=None, conditions="Narrow it.")
    said.refresh_from_db()
    settled.refresh_from_db()
    now = current(drafted)
    assert now.pk != old
    assert (said.version_id, said.clause) == (now.pk, now.clauses.get(number="3.1"))
    assert settled.version_id == old
    with pytest.raises(Refused, match=r"settle the comments on clause 3\.1"):
        submit(drafted)
    with pytest.raises(Refused, match="older version"):
        commands.reopen(actor=drafted.author, comment_id=settled.pk)
    page = read(client_of(clerk).get(at("comments", drafted.pk)))
    assert "Old one" in page
    assert "Seen too late" in page
    assert "Right." in page


def test_a_change_of_an_agreement_begins_without_what_was_said_of_the_one_in_force(pair: Pair) -> None:
    drafted = make.draft(pair.court, pair.police, pair.cases)
    submit(drafted)
    said = make.comment(drafted)
    make.signed_by_all(make.carry(make.ballot(make.the_board(), Agreement.objects.get(pk=drafted.pk))))
    follower = make.change(Agreement.objects.get(pk=drafted.pk))
    assert not Comment.objects.filter(version=current(follower)).exists()
    with pytest.raises(Refused, match="its text is final"):
        resolve(said, drafted.author)


# --- Who says and reads it ------------------------------------------------------------------------------------------


def test_only_who_wrote_it_or_a_drafter_settles_it(drafted: Agreement, clerk: User, pair: Pair) -> None:
    comment, other = make.comment(drafted, actor=clerk), make.person(pair.court).person
    with pytest.raises(PermissionDenied):
        resolve(comment, other)
    commands.reply(actor=other, comment_id=comment.pk, text="I think so too.")
    assert resolve(comment, clerk).resolved_by == clerk
    with pytest.raises(PermissionDenied):
        commands.reopen(actor=other, comment_id=comment.pk)
    with pytest.raises(Refused, match="Reopen it"):
        commands.reply(actor=other, comment_id=comment.pk, text="One more thing.")
    assert [each.history_change_reason for each in comment.history.order_by("history_id")] == ["Commented", "Resolved"]


def test_people_of_a_party_neither_comment_nor_learn_that_somebody_did(
    drafted: Agreement, clerk: User, pair: Pair
) -> None:
    police = make.someone(pair.police, Role.SIGNATORY)
    comment = resolve(make.comment(drafted, actor=clerk, text="Too wide?"), clerk, "It is not.")
    with pytest.raises(PermissionDenied):
        make.comment(drafted, actor=police)
    submit(drafted)
    client = client_of(police)
    for name in ("detail", "text", "history"):
        page = read(client.get(at(name, drafted.pk)))
        assert "Too wide?" not in page
        assert "omment" not in page.replace("commented on, submitted", "")
    assert client.get(at("comments", drafted.pk)).status_code == 404
    assert client.get(at("comment_resolve", drafted.pk, comment.pk)).status_code == 404
    assert client.get(at("comment_reply", drafted.pk, comment.pk)).status_code == 404
    assert client.get(at("comment_add", drafted.pk, comment.clause_id)).status_code == 404
    assert "Too wide?" in read(client_of(make.auditor(pair.court)).get(at("comments", drafted.pk)))
    assert client_of(make.auditor(pair.police)).get(at("comments", drafted.pk)).status_code == 404


def test_what_is_said_is_neither_in_the_text_nor_in_its_fingerprint_nor_in_an_event(drafted: Agreement) -> None:
    before = fingerprint.exact_text(current(drafted))
    comment = make.comment(drafted, text="Seldom word")
    commands.reply(actor=drafted.author, comment_id=comment.pk, text="Seldom answer")
    resolve(comment, drafted.author, "Seldom end")
    assert fingerprint.exact_text(current(drafted)) == before
    told = Event.objects.filter(subject_id=drafted.pk, kind__startswith="agreement.comment")
    assert {each.kind for each in told} == {
        "agreement.commented",
        "agreement.comment_answered",
        "agreement.comment_resolved",
    }
    assert "Seldom" not in str([each.detail for each in told])


# --- Words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_an_empty_comment_is_refused_with_what_to_do(drafted: Agreement, words: str) -> None:
    with pytest.raises(ValidationError, match="Say it in words"):
        make.comment(drafted, text=words)
    comment = make.comment(drafted)
    with pytest.raises(ValidationError, match="Say it in words"):
        resolve(comment, drafted.author, words)


def test_a_comment_sent_twice_is_said_once(drafted: Agreement) -> None:
    comment = make.comment(drafted)
    with pytest.raises(Refused, match="said this already") as no:
        make.comment(drafted)
    assert no.value.repeated
    commands.reply(actor=drafted.author, comment_id=comment.pk, text="This one.")
    with pytest.raises(Refused, match="said this already"):
        commands.reply(actor=drafted.author, comment_id=comment.pk, text="This one.")
    assert (Comment.objects.count(), comment.replies.count()) == (1, 1)


# --- Pages and notices ----------------------------------------------------------------------------------------------


def test_a_comment_is_written_answered_settled_and_opened_again_by_forms_alone(drafted: Agreement, clerk: User) -> None:
    mine, theirs = client_of(clerk), client_of(drafted.author)
    clause = current(drafted).clauses.get(number="3.1")

    def sent(client: Client, name: str, key: object, **given: Any) -> str:
        answer = client.post(at(name, drafted.pk, key), given, follow=True)
        return read(answer)

    assert "This field is required" in sent(mine, "comment_add", clause.pk, text="")
    page = sent(mine, "comment_add", clause.pk, text="<b>Which</b> \u202esets?")
    assert "&lt;b&gt;Which&lt;/b&gt; sets?" in page
    assert "1 open, on 1 clause." in page
    comment = Comment.objects.get()
    assert "1 open" in read(theirs.get(at("clauses", drafted.pk)))
    assert "Open comments on this clause" in read(theirs.get(at("clause", drafted.pk, clause.pk)))
    assert "All of them." in sent(theirs, "comment_reply", comment.pk, text="All of them.")
    assert "Comments (0 open)" in sent(theirs, "comment_resolve", comment.pk, resolution="Stays.")
    assert "settled" in sent(theirs, "comment_resolve", comment.pk, resolution="Twice.").lower()
    assert "Comments (1 open)" in sent(mine, "comment_reopen", comment.pk)


def test_drafters_are_told_of_a_comment_and_its_author_that_it_is_settled(
    drafted: Agreement, clerk: User, pair: Pair
) -> None:
    def told(kind: str) -> dict[str, kinds.Words]:
        event = Event.objects.filter(kind=f"agreement.{kind}").latest("sequence")
        people = {each.recipient for each in Notice.objects.filter(event=event)}
        found = {person.email: kinds.words(event, person) for person in people}
        return {email: words for email, words in found.items() if words is not None}

    comment = make.comment(drafted, actor=clerk, text="Case 26-CR-114 of J. Doe")
    said = told("commented")
    assert set(said) == {drafted.author.email}
    assert all("Doe" not in f"{words.subject} {words.body}" for words in said.values())
    event = Event.objects.get(kind="agreement.commented")
    assert kinds.is_due(event, drafted.author)
    resolve(comment, drafted.author)
    assert set(told("comment_resolved")) == {clerk.email}
    assert not kinds.is_due(event, drafted.author), "nobody is reminded of what is settled"
