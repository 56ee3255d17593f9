"""The pages of reviews: who reads what, the way by forms alone, the register, the plan of a board."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from agencies.models import Role, User
from portal.audit.models import Event
from portal.notices import kinds
from sharing_agreements import commands as agreements
from sharing_agreements import saved_filters
from sharing_agreements.models import Agreement, Comment, SavedFilter
from sharing_agreements.reviews import commands
from sharing_agreements.reviews.models import RemarkComment, Review
from sharing_agreements.reviews.wording import due_on
from tests import make
from tests.sharing_agreements.test_views import client_of, read

from .conftest import Office, OwnerSql

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"reviews:{name}", args=args)


def page(person: User, name: str, *args: object) -> Any:
    return client_of(person).get(at(name, *args))


# --- Who reads what -------------------------------------------------------------------------------------------------


def test_a_reviewer_reads_the_agreement_from_when_the_step_begins(office: Office) -> None:
    agreement = office.submitted()
    detail = reverse("agreements:detail", args=[agreement.pk])
    review, waiting = make.review(agreement), make.review(agreement, "legal")
    assert client_of(office.privacy).get(detail).status_code == 200
    assert client_of(office.counsel).get(detail).status_code == 404
    assert page(office.counsel, "detail", waiting.pk).status_code == 404
    make.passed(review)
    assert client_of(office.counsel).get(detail).status_code == 200
    assert page(office.counsel, "detail", waiting.pk).status_code == 200
    clerk = make.person(office.administration).person
    absent = page(clerk, "detail", uuid4())
    assert page(clerk, "detail", waiting.pk).content == absent.content
    assert client_of(clerk).get(detail).status_code == 404


def test_to_whom_a_review_is_given_reads_the_agreement_until_it_is_given_on(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    one, two = (make.person(make.agency(), roles=(Role.PRIVACY_OFFICER,)) for _ in range(2))
    for to in (one, two):
        commands.delegate(actor=office.chair, review_id=review.pk, membership_id=to.pk, reason="On leave.")
        assert "“On leave.”" in read(page(to.person, "detail", review.pk))
        seen = Agreement.objects.visible_to(to.person, to)
        assert list(seen) == [agreement]
    assert not Agreement.objects.visible_to(one.person, one).exists()


def test_of_a_draft_that_was_sent_back_reviewers_keep_their_review_alone(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    commands.send_back(actor=office.privacy, review_id=review.pk, opinion="Name the advocate.")
    make.reworded(agreement, text="A secret of the draft.")
    client = client_of(office.privacy)
    assert client.get(reverse("agreements:detail", args=[agreement.pk])).status_code == 404
    kept = read(client.get(at("detail", review.pk)))
    assert "Name the advocate." in kept
    assert "A secret of the draft." not in kept
    assert reverse("agreements:detail", args=[agreement.pk]) not in kept


def test_an_opinion_is_for_drafters_reviewers_the_board_and_auditors(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    commands.approve(
        actor=office.privacy, review_id=review.pk, sha256=review.version.sha256, opinion="A weak spot in 3.1."
    )
    member = office.board.seats.get(number=2).holder
    assert member is not None
    for reader in (
        agreement.author,
        office.privacy,
        office.counsel,
        member,
        make.auditor(),
        make.auditor(office.court),
    ):
        assert "A weak spot in 3.1." in read(page(reader, "detail", review.pk)), reader
    for other in (make.someone(office.police, Role.SIGNATORY), make.auditor(office.police)):
        seen = read(page(other, "detail", review.pk))
        assert "A weak spot" not in seen, other
        assert "Approved" in seen


def test_where_nobody_else_holds_the_office_the_page_says_who_could_see_to_it(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    answer = read(client_of(office.privacy).get(at("delegate", review.pk), follow=True))
    assert "Nobody else is a privacy officer there" in answer


def test_nothing_of_a_review_stands_in_its_addresses(office: Office) -> None:
    review = make.review(office.submitted())
    names = ("detail", "take", "give_back", "delegate", "remark", "approve", "send_back")
    for name in names:
        assert str(review.pk) in at(name, review.pk)
        assert "Cedar" not in at(name, review.pk)


# --- By forms alone -------------------------------------------------------------------------------------------------


def test_the_way_by_forms_from_taking_to_approving(office: Office) -> None:
    review = make.review(office.submitted())
    client = client_of(office.privacy)
    assert "Take the review" in read(client.get(at("detail", review.pk)))
    home = read(client.get(reverse("workbench:home")))
    assert f"Take the review of {review.agreement.number}" in home
    assert f"{due_on(review):%b} {due_on(review):%-d}" in home, "the last day, not the one after"
    client.post(at("take", review.pk))
    mine = read(client.get(at("detail", review.pk)))
    assert "Victims and juveniles." in mine
    assert "Approve this text" in mine
    clause = review.version.clauses.get(number="3.1")
    asked = client.post(at("remark", review.pk), {"clause": clause.pk, "text": "Which sets?"}, follow=True)
    assert "Which sets?" in read(asked)
    assert "Approve this text" not in read(asked)
    remark = review.remarks.get()
    client.post(at("remark_remove", review.pk, remark.pk))
    form = read(client.get(at("approve", review.pk)))
    assert review.version.sha256 in form
    done = client.post(at("approve", review.pk), {"sha256": review.version.sha256, "opinion": "In order."}, follow=True)
    assert "You approved this text." in read(done)
    assert f"Review {review.agreement.number}" not in read(client.get(reverse("workbench:home")))


def test_a_text_sent_back_by_form_shows_its_drafters_what_is_to_change(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    client = client_of(office.privacy)
    assert "This field is required" in read(client.post(at("send_back", review.pk), {"opinion": ""}))
    client.post(at("send_back", review.pk), {"opinion": "Name the advocate."})
    draft = read(client_of(agreement.author).get(reverse("agreements:detail", args=[agreement.pk])))
    assert "Privacy review, State Court Administration asks for changes." in draft
    assert at("detail", review.pk) in draft


def test_forms_of_a_review_that_is_done_lead_back_to_it(office: Office) -> None:
    review = make.passed(make.review(office.submitted()))
    client = client_of(office.privacy)
    for name in ("delegate", "remark", "approve", "send_back"):
        answer = client.get(at(name, review.pk), follow=True)
        assert "This review is done" in read(answer), name
    assert client_of(office.counsel).get(at("approve", review.pk)).status_code == 403


def test_the_agreement_shows_its_stages_and_the_docket_what_is_awaited(office: Office) -> None:
    agreement = office.submitted()
    seen = read(client_of(office.chair).get(reverse("agreements:detail", args=[agreement.pk])))
    assert "Privacy review, State Court Administration" in seen or "Open this review" in seen
    assert "Take it up" not in seen
    docket = read(client_of(office.chair).get(reverse("boards:docket")))
    assert f"Take up {agreement.number}" not in docket
    assert "Legal review, State Court Administration" in docket
    for name in ("privacy", "legal", "technical"):
        make.passed(make.review(agreement, name))
    assert f"Take up {agreement.number}" in read(client_of(office.chair).get(reverse("boards:docket")))


# --- The register ---------------------------------------------------------------------------------------------------


def test_the_register_filters_and_leaves_as_csv(office: Office, owner_sql: OwnerSql) -> None:
    agreement = office.submitted()
    other = make.submitted(office.court, office.police, make.record_set(office.court, "Warrants"))
    make.passed(make.review(other))
    client = client_of(office.privacy)

    def lines(**asked: str) -> list[list[str]]:
        answer = client.get(at("csv"), asked)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return [[row["Agreement"], row["Review"]] for row in csv.DictReader(io.StringIO(text))]

    assert sorted(lines(discipline="privacy")) == [[agreement.number, "Privacy"], [other.number, "Privacy"]]
    assert lines(whose="mine") == [[agreement.number, "Privacy"]]
    assert lines(state="approved") == [[other.number, "Privacy"]]
    assert lines(state="late") == []
    owner_sql("UPDATE reviews_review SET due_at = now() WHERE status = 'in_review'")
    assert [agreement.number, "Privacy"] in lines(state="late")
    assert lines(state="nonsense") == []
    assert lines(agreement=str(other.pk), discipline="privacy") == [[other.number, "Privacy"]]
    assert lines(agreement=str(uuid4())) == []
    elsewhere = make.draft(office.court, office.police, office.cases)
    assert elsewhere.number not in read(client.get(at("list"))), "only agreements of reviews that one sees are offered"
    shown = str(client.get(at("list"), {"whose": "mine"}).context["rows"])
    assert agreement.number in shown
    assert other.number not in shown
    for wrong in ("x", str(uuid4())):
        assert client.get(at("list"), {"before": wrong}).status_code == 200


def test_the_register_of_reviews_keeps_filters(office: Office) -> None:
    agreement = office.submitted()
    client = client_of(office.privacy)
    given = {"name": "This one", "agreement": str(agreement.pk)}
    page = read(client.post(reverse("agreements:filter_save", args=["reviews"]), given, follow=True))
    assert "“This one” is saved." in page
    made = SavedFilter.objects.get()
    assert (made.register, made.query) == ("reviews", {"agreement": str(agreement.pk)})
    client.post(reverse("agreements:filter", args=[made.pk]), {"name": "This one", "is_start": "on"})
    start = client.get(at("list"))
    assert (start.status_code, start["Location"]) == (302, saved_filters.address_of(SavedFilter.objects.get()))
    stranger = client_of(make.person(make.agency()).person)
    stranger.post(reverse("agreements:filter_save", args=["reviews"]), given)
    assert SavedFilter.objects.count() == 1, "nobody saves a filter by what they don't see"


# --- How a remark was settled ---------------------------------------------------------------------------------------


def test_a_reviewer_of_another_agency_reads_how_each_remark_was_settled(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    clauses = list(review.version.clauses.all()[:2])
    for number, clause in enumerate(clauses):
        commands.remark(actor=office.privacy, review_id=review.pk, clause_id=clause.pk, text=f"Wish {number}")
    commands.send_back(actor=office.privacy, review_id=review.pk, opinion="See the clauses.")
    one = Comment.objects.get(text="Wish 0")
    agreements.resolve(actor=agreement.author, comment_id=one.pk, resolution="Named the advocate.")
    agreements.comment(actor=agreement.author, clause_id=one.clause_id, text="An internal word.")  # type: ignore[arg-type]
    kept = read(page(office.privacy, "detail", review.pk))
    assert f"by {agreement.author}: Named the advocate." in kept
    assert kept.count("Not settled yet") == 1
    assert "An internal word." not in kept
    colleague = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,)).person
    shown = read(page(colleague, "detail", review.pk))
    assert "Wish 0" in shown
    assert "Named the advocate." not in shown, "the lead agency says that to who asked"
    assert "Named the advocate." in read(page(agreement.author, "detail", review.pk))
    (event,) = Event.objects.filter(kind="agreement.comment_resolved")
    words = kinds.words(event, office.privacy)
    assert words is not None
    assert words.link == at("detail", review.pk)
    assert kinds.words(event, office.counsel) is None


def test_which_comment_a_remark_became_is_written_once(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    clause = review.version.clauses.first()
    assert clause is not None
    commands.remark(actor=office.privacy, review_id=review.pk, clause_id=clause.pk, text="A wish")
    commands.send_back(actor=office.privacy, review_id=review.pk, opinion="See the clause.")
    assert RemarkComment.objects.count() == 1
    with connection.cursor() as cursor:
        for sql in ("UPDATE reviews_remarkcomment SET id = id", "DELETE FROM reviews_remarkcomment"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(sql)


def test_the_register_of_somebody_without_reviews_is_empty(office: Office) -> None:
    office.submitted()
    assert "No reviews yet" in read(page(make.person(make.agency("Third")).person, "list"))


# --- The plan -------------------------------------------------------------------------------------------------------


def sent(office: Office, *stages: dict[str, Any], after: int = 1, **more: Any) -> dict[str, Any]:
    """The form of a plan as a browser sends it."""
    data: dict[str, Any] = {"stage-TOTAL_FORMS": len(stages), "stage-INITIAL_FORMS": 0, "after": after}
    for number, each in enumerate(stages):
        data |= {f"stage-{number}-{name}": value for name, value in each.items()}
    return {**data, "reason": "The law changed.", **more}


def row(office: Office, **values: Any) -> dict[str, Any]:
    return {"discipline": "legal", "agency": office.court.pk, "step": 1, "days": 7, "guidance": "", **values}


def test_the_chair_adopts_a_plan_by_form(office: Office) -> None:
    client, address = client_of(office.chair), at("adopt", office.board.pk)
    shown = read(client.get(address))
    assert shown.count("Victims and juveniles.") == 1
    more = read(client.post(address, sent(office, row(office, guidance="Kept words"), more="1")))
    assert "Kept words" in more
    assert "Stage 2" in more
    assert "usa-error-message" not in more
    wrong = read(client.post(address, sent(office, row(office, agency="", days=0))))
    assert "This field is required" in wrong
    assert office.board.review_plans.count() == 1
    gone = {**row(office), "discipline": "", "days": "x"}
    done = client.post(address, sent(office, row(office, kinds=["mou"]), gone), follow=True)
    assert "Plan 2 is adopted" in read(done)
    stage = office.board.review_plans.get(number=2).stages.get()
    assert (stage.discipline, stage.agency, stage.kinds) == ("legal", office.court, ["mou"])
    assert "Another plan was adopted" in read(client.post(address, sent(office, row(office)), follow=True))


@pytest.mark.parametrize("total", ["", "x", "-1", "99999", "13"])
def test_a_form_of_a_plan_that_was_tampered_with_is_refused_in_words(office: Office, total: str) -> None:
    data = {**sent(office, row(office)), "stage-TOTAL_FORMS": total}
    for more in ({}, {"more": "1"}):
        answer = client_of(office.chair).post(at("adopt", office.board.pk), {**data, **more})
        assert answer.status_code == 200
    assert office.board.review_plans.count() == 1


def test_members_read_the_plan_and_only_the_chair_changes_it(office: Office) -> None:
    member = office.board.seats.get(number=2).holder
    assert member is not None
    seen = read(page(member, "plan", office.board.pk))
    assert "within 10 days, by its privacy officer" in seen
    assert "Adopt another plan" not in seen
    assert page(member, "adopt", office.board.pk).status_code == 403
    assert page(office.privacy, "plan", office.board.pk).status_code == 404
    assert client_of(member).post(at("adopt", office.board.pk), sent(office, row(office))).status_code == 403


def test_a_plan_warns_of_a_stage_that_nobody_could_take(office: Office) -> None:
    make.plan(office.board, make.stage("legal", office.police))
    assert "Cedar Police has no legal counsel" in read(page(office.chair, "plan", office.board.pk))


def test_an_agreement_without_reviews_says_nothing_of_them(office: Office) -> None:
    make.plan(office.board)
    agreement = office.submitted()
    seen = read(client_of(agreement.author).get(reverse("agreements:detail", args=[agreement.pk])))
    assert 'id="reviews"' not in seen
    agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="Wait.")
    assert not Review.objects.exists()


def test_the_page_shows_everything_that_the_approval_is_of(office: Office) -> None:
    drafted = make.draft(office.court, office.police, office.cases)
    make.obligation(drafted, what="Report each year who looked.")
    make.attached(drafted, title="Exhibit R")
    agreements.submit(actor=drafted.author, agreement_id=drafted.pk)
    agreements.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="Less notice.")
    version = Agreement.objects.get(pk=drafted.pk).current_version
    assert version is not None
    agreements.edit_version(
        actor=drafted.author,
        agreement_id=drafted.pk,
        title=drafted.title,
        purpose=version.purpose,
        effective_on=version.effective_on,
        ends_on=None,
        withdrawal_days=7,
    )
    submit = read(client_of(drafted.author).get(reverse("agreements:submit", args=[drafted.pk])))
    assert "Privacy review, State Court Administration" in submit
    assert "Report each year who looked." in submit
    agreements.submit(actor=drafted.author, agreement_id=drafted.pk)
    shown = read(page(office.privacy, "detail", make.review(drafted).pk))
    for words in ("0 clauses and 1 other thing changed", "7 days", "To share cases.", "Report each year", "Exhibit R"):
        assert words in shown, words
