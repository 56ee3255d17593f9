"""From a draft to a policy: a second person reviews, the head adopts, and both hold for the words that they read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from privacy import commands as privacy
from privacy.development import commands, progress
from privacy.development.fingerprint import version_sha256, words_sha256
from privacy.development.models import Adoption, ProvisionMark
from privacy.models import PolicyVersion, Provision
from tests import kept, make
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


@kept.fixture
def counsel(court: Agency) -> User:
    return make.someone(court, Role.COUNSEL)


@kept.fixture
def asked(draft: PolicyVersion, officer: User, counsel: User) -> PolicyVersion:
    commands.ask_review(actor=officer, version_id=make.assessed(draft, by=officer).pk)
    return draft


def head_of(court: Agency) -> User:
    head = make.administrator_of(court)
    assert head is not None
    return head


def at(name: str, version: PolicyVersion) -> str:
    return reverse(f"privacy:{name}", args=[version.pk])


def mark(by: User, version: PolicyVersion, number: str, finding: str = "fully_met", remark: str = "") -> None:
    provision = version.provisions.get(number=number)
    verdict = commands.Verdict(finding, remark, words_sha256(provision))
    commands.mark_provisions(actor=by, version_id=version.pk, verdicts={provision.pk: verdict})


def reword(by: User, version: PolicyVersion, number: str, text: str) -> Provision:
    old = version.provisions.get(number=number)
    same: dict[str, Any] = {"section": old.section, "number": old.number, "heading": old.heading}
    return privacy.save_provision(actor=by, version_id=version.pk, provision_id=old.pk, text=text, **same)


def adopt(by: User, version: PolicyVersion) -> Adoption:
    return commands.adopt(actor=by, version_id=version.pk, sha256=version_sha256(version))


def told(kind: str) -> set[User]:
    return {each.recipient for each in Notice.objects.filter(event__kind=f"policy.{kind}")}


# --- Review ---------------------------------------------------------------------------------------------------------


def test_a_second_person_of_the_office_reviews(asked: PolicyVersion, officer: User, counsel: User) -> None:
    mark(counsel, asked, "1.1")
    with pytest.raises(Refused, match=r"You wrote provision 1\.1"):
        mark(officer, asked, "1.1")
    stranger = make.privacy_officer(make.agency("Other"))
    for other in (head_of(asked.policy.agency), make.someone(asked.policy.agency, Role.CLERK), stranger):
        with pytest.raises(PermissionDenied):
            mark(other, asked, "1.2")
    state = progress.of(asked)
    assert (state.reviewed, state.covered) == (1, 15)


def test_nothing_is_marked_before_a_review_is_asked_for(draft: PolicyVersion, counsel: User) -> None:
    with pytest.raises(Refused, match="not asked for a review"):
        mark(counsel, draft, "1.1")


def test_where_one_person_alone_holds_the_office_the_head_reviews(
    court: Agency, draft: PolicyVersion, officer: User
) -> None:
    commands.ask_review(actor=officer, version_id=make.assessed(draft, by=officer).pk)
    mark(head_of(court), draft, "1.1")
    make.someone(court, Role.COUNSEL)
    with pytest.raises(PermissionDenied, match="Another privacy officer or counsel"):
        mark(head_of(court), draft, "1.2")


def test_a_mark_lapses_with_the_words(asked: PolicyVersion, officer: User, counsel: User) -> None:
    mark(counsel, asked, "1.1")
    mark(counsel, asked, "1.2", "partially_met", "Say who is protected.")
    reword(officer, asked, "1.1", "Another purpose.")
    state = progress.of(asked)
    assert [each.provision.number for each in state.marks.values()] == ["1.2"]
    assert "1.1" in [each.number for each in state.unreviewed]
    assert ProvisionMark.objects.count() == 2, "what was said stays"


def test_who_writes_the_words_last_does_not_review_them(court: Agency, asked: PolicyVersion, counsel: User) -> None:
    second = make.person(court, roles=(Role.PRIVACY_OFFICER,)).person
    words = asked.provisions.get(number="1.1").text
    mark(second, asked, "1.1")
    reword(second, asked, "1.1", "Mine.")
    reword(second, asked, "1.1", words)
    assert "1.1" in [each.number for each in progress.of(asked).unreviewed], "their own words by now"
    with pytest.raises(Refused, match="You wrote"):
        mark(second, asked, "1.1")


def edit_rule(by: User, version: PolicyVersion, code: str, **values: Any) -> None:
    rule = version.rules.get(code=code)
    names = ("recipient", "participant_role", "data_category", "purposes", "treatment", "reason", "provision_id")
    now = {name: getattr(rule, name) for name in (*names, "obligations", "handling", "effective_from", "effective_to")}
    privacy.save_rule(actor=by, version_id=version.pk, rule_id=rule.pk, **{**now, **values})


def unreviewed(version: PolicyVersion) -> list[str]:
    return [each.number for each in progress.of(version).unreviewed]


def test_a_rule_that_changes_is_reviewed_anew_with_its_provision(
    asked: PolicyVersion, officer: User, court: Agency
) -> None:
    make.reviewed(asked, by=officer)
    rule = asked.rules.exclude(treatment="withheld").order_by("code")[0]
    number = rule.provision.number
    for change in (
        {"reason": "another reason"},
        {"handling": "Keep it under lock"},
        {"obligations": ["stays"]},
        {"effective_to": date(2031, 1, 1)},
    ):
        edit_rule(officer, asked, rule.code, **change)
        assert unreviewed(asked) == [number]
        with pytest.raises(Refused, match=f"let a second person review provision {number}"):
            adopt(head_of(court), asked)
        with pytest.raises(IntegrityError, match="is adopted"), transaction.atomic():
            Adoption.objects.create(version=asked, sha256=version_sha256(asked), by=head_of(court))
        make.reviewed(asked, by=officer)
        assert unreviewed(asked) == []
    rest = asked.provisions.exclude(pk=rule.provision_id)[0]
    edit_rule(officer, asked, rule.code, provision_id=rest.pk)
    assert set(unreviewed(asked)) == {number, rest.number}, "one says less, the other more"
    make.reviewed(asked, by=officer)
    privacy.remove_rule(actor=officer, rule_id=rule.pk)
    assert unreviewed(asked) == [], "both read as they did when they were marked"
    other = asked.rules.order_by("code")[0]
    privacy.remove_rule(actor=officer, rule_id=other.pk)
    assert unreviewed(asked) == [other.provision.number]


def test_who_wrote_a_rule_does_not_review_what_it_rests_on(asked: PolicyVersion, counsel: User, court: Agency) -> None:
    second = make.person(court, roles=(Role.PRIVACY_OFFICER,)).person
    rule = asked.rules.order_by("code")[0]
    number = rule.provision.number
    mark(second, asked, number)
    edit_rule(second, asked, rule.code, reason="another reason")
    with pytest.raises(Refused, match="or a rule that rests on it"):
        mark(second, asked, number)
    provision = asked.provisions.get(number=number)
    own = ProvisionMark(provision=provision, finding="fully_met", by=second, words_sha256=words_sha256(provision))
    with pytest.raises(IntegrityError, match="rules of their own"), transaction.atomic():
        own.save()
    page = read(client_of(counsel).get(at("review", asked)))
    assert f'<span class="p-id">{rule.code}</span>' in page
    assert "another reason" not in page, "a rule in words leaves its reason out"
    assert "or a rule of it, as it reads now" in read(client_of(second).get(at("review", asked)))
    mark(counsel, asked, number)
    mark(counsel, asked, asked.rules.order_by("-code")[0].provision.number)


def test_marks_of_rules_go_on_with_the_next_version(asked: PolicyVersion, officer: User) -> None:
    make.published(asked, by=officer)
    following = privacy.start_new_version(actor=officer, policy_id=asked.policy_id)
    assert unreviewed(following) == []
    assert following.rules.exclude(written_by=officer).count() == 0


@pytest.mark.parametrize("finding", ["partially_met", "not_addressed"])
def test_what_falls_short_says_what_is_missing(asked: PolicyVersion, counsel: User, finding: str) -> None:
    with pytest.raises(ValidationError, match=r"Provision 1\.1: say in the remark what is missing"):
        mark(counsel, asked, "1.1", finding, " ")
    with pytest.raises(ValidationError, match="choose how far"):
        mark(counsel, asked, "1.1", "good")
    with pytest.raises(ValidationError, match="at least one"):
        commands.mark_provisions(actor=counsel, version_id=asked.pk, verdicts={})


def test_only_words_that_were_read_are_marked(asked: PolicyVersion, officer: User, counsel: User) -> None:
    provision = asked.provisions.get(number="1.1")
    verdict = commands.Verdict("fully_met", "", words_sha256(provision))
    reword(officer, asked, "1.1", "Another purpose.")
    with pytest.raises(Refused, match="changed while you read"):
        commands.mark_provisions(actor=counsel, version_id=asked.pk, verdicts={provision.pk: verdict})


def test_asking_again_without_a_change_says_so(asked: PolicyVersion, officer: User, counsel: User) -> None:
    with pytest.raises(Refused, match="nothing of the draft changed") as no:
        commands.ask_review(actor=officer, version_id=asked.pk)
    assert no.value.repeated
    reword(officer, asked, "1.1", "Another purpose.")
    commands.ask_review(actor=officer, version_id=asked.pk)
    with pytest.raises(PermissionDenied):
        commands.ask_review(actor=counsel, version_id=asked.pk)


def test_an_incomplete_text_is_not_given_to_review(draft: PolicyVersion, officer: User) -> None:
    for number in ("15.1", "15.2"):
        privacy.remove_provision(actor=officer, provision_id=draft.provisions.get(number=number).pk)
    with pytest.raises(Refused, match="section 15, training"):
        commands.ask_review(actor=officer, version_id=draft.pk)


# --- Adoption -------------------------------------------------------------------------------------------------------


def test_nothing_is_published_unreviewed_or_not_adopted(asked: PolicyVersion, officer: User, court: Agency) -> None:
    def publish() -> None:
        privacy.publish(actor=officer, version_id=asked.pk)

    with pytest.raises(Refused, match=r"let a second person review provisions 1\.1, 1\.2"):
        publish()
    with pytest.raises(Refused, match="Before it can be adopted: let a second person"):
        adopt(head_of(court), asked)
    make.reviewed(asked, by=officer, finding="not_addressed", remark="Say so.")
    with pytest.raises(Refused, match="let the head of the agency, or a board, adopt it as it reads now"):
        publish()
    adopt(head_of(court), asked)
    publish()
    asked.refresh_from_db()
    assert asked.status == "published"


def test_the_head_adopts_and_nobody_else(asked: PolicyVersion, officer: User, counsel: User, court: Agency) -> None:
    make.reviewed(asked, by=officer)
    for other in (officer, counsel, head_of(make.policy_draft(make.agency()).policy.agency)):
        with pytest.raises(PermissionDenied, match="head of the agency"):
            adopt(other, asked)
    with pytest.raises(Refused, match="changed while you read"):
        commands.adopt(actor=head_of(court), version_id=asked.pk, sha256="0" * 64)
    made = adopt(head_of(court), asked)
    assert progress.adoption_of(asked) == made
    with pytest.raises(Refused, match="has adopted it") as no:
        adopt(head_of(court), asked)
    assert no.value.repeated


def test_who_wrote_a_part_of_it_does_not_adopt_it(court: Agency) -> None:
    both = make.person(court, roles=(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)).person
    draft = make.policy_draft(court, actor=both)
    make.reviewed(draft, by=both)
    with pytest.raises(Refused, match="You wrote a part of this version"):
        adopt(both, draft)
    adopt(make.someone(court, Role.ADMINISTRATOR), draft)


@pytest.mark.parametrize("change", ["words", "contact", "rule", "law", "principles"])
def test_any_change_ends_an_adoption(asked: PolicyVersion, officer: User, change: str) -> None:
    make.adopted(asked, by=officer)
    assert progress.adoption_of(asked) is not None
    provision = asked.provisions.get(number="15.2")
    if change == "words":
        reword(officer, asked, "1.1", "Another purpose.")
    elif change == "contact":
        privacy.edit_version(
            actor=officer, version_id=asked.pk, summary="Short.", officer_name="R.", officer_email="r@court.example"
        )
    elif change == "rule":
        privacy.remove_rule(actor=officer, rule_id=asked.rules.get(code="R7").pk)
    elif change == "law":
        from privacy.law import commands as law  # noqa: PLC0415

        made = law.enter_authority(
            actor=officer, agency_id=asked.policy.agency_id, citation="18 USC 5038", title="Use of juvenile records",
            kind="statute", jurisdiction="US",
        )  # fmt: skip
        law.cite(actor=officer, provision_id=provision.pk, authority_ids=[made.pk])
    else:
        same: dict[str, Any] = {name: getattr(provision, name) for name in ("section", "number", "heading", "text")}
        privacy.save_provision(
            actor=officer, version_id=asked.pk, provision_id=provision.pk, principles=["security"], **same
        )
    asked.refresh_from_db()
    assert progress.adoption_of(asked) is None
    with pytest.raises(Refused, match=r"second person|before its last change"):
        privacy.publish(actor=officer, version_id=asked.pk)


@pytest.mark.parametrize(
    "asks",
    [
        {"obligations": ["stays"]},
        {"handling": "Not to be called at home."},
        {"effective_from": date(2027, 1, 1)},
        {"effective_to": date(2027, 1, 1)},
    ],
    ids=["obligation", "handling", "first day", "last day"],
)
def test_a_change_of_what_a_rule_asks_or_when_ends_an_adoption(
    asked: PolicyVersion, officer: User, asks: dict[str, Any]
) -> None:
    make.adopted(asked, by=officer)
    rule = asked.rules.get(code="R7")
    same = {name: getattr(rule, name) for name in ("recipient", "participant_role", "data_category", "purposes")}
    same |= {"treatment": rule.treatment, "reason": rule.reason, "provision_id": rule.provision_id}
    privacy.save_rule(actor=officer, version_id=asked.pk, rule_id=rule.pk, **same, **asks)
    assert progress.adoption_of(asked) is None


def test_the_next_version_keeps_the_marks_of_words_that_stay(
    asked: PolicyVersion, officer: User, court: Agency
) -> None:
    make.published(asked, by=officer)
    following = privacy.start_new_version(actor=officer, policy_id=asked.policy_id)
    state = progress.of(following)
    assert (len(state.unreviewed), all(each.carried for each in state.marks.values())) == (0, True)
    reword(officer, following, "1.1", "Another purpose.")
    assert [each.number for each in progress.of(following).unreviewed] == ["1.1"]
    make.assessed(following, by=officer)
    with pytest.raises(Refused, match="ask for a review"):
        privacy.publish(actor=officer, version_id=following.pk)
    make.published(following, by=officer)


# --- Who reads, who is told, what awaits whom -----------------------------------------------------------------------


def test_who_reviews_and_who_adopts_read_a_draft_once_it_is_asked(
    court: Agency, draft: PolicyVersion, officer: User, counsel: User
) -> None:
    readers = (counsel, head_of(court))
    for reader in readers:
        for name in ("version", "review", "adopt"):
            assert client_of(reader).get(at(name, draft)).status_code == 404
    commands.ask_review(actor=officer, version_id=make.assessed(draft, by=officer).pk)
    for reader in readers:
        assert client_of(reader).get(at("version", draft)).status_code == 200
        assert client_of(reader).get(reverse("workbench:who_sees_what", args=[draft.pk])).status_code == 200
        assert client_of(reader).get(at("edit_head", draft)).status_code == 404
        assert client_of(reader).post(at("publish", draft)).status_code == 404
    for other in (make.someone(court, Role.CLERK), make.someone(make.agency(), Role.COUNSEL)):
        for name in ("version", "review", "adopt"):
            assert client_of(other).get(at(name, draft)).status_code == 404


def test_a_draft_has_one_state_on_every_page(court: Agency, asked: PolicyVersion, officer: User) -> None:
    pages = (reverse("privacy:list"), at("version", asked), at("review", asked))
    for page in pages:
        assert "<span>In review</span>" in read(client_of(officer).get(page)), page
    make.reviewed(asked, by=officer)
    adopt(head_of(court), asked)
    for page in pages:
        assert "<span>Adopted</span>" in read(client_of(officer).get(page)), page


def test_each_is_told_when_it_is_their_turn(court: Agency, asked: PolicyVersion, officer: User, counsel: User) -> None:
    head = head_of(court)
    assert told("review_asked") == {counsel}
    assert f"Review {asked}" in read(client_of(counsel).get(reverse("workbench:home")))
    make.reviewed(asked, by=officer)
    assert told("reviewed") == {head, officer}
    assert f"Adopt {asked}" in read(client_of(head).get(reverse("workbench:home")))
    assert f"Review {asked}" not in read(client_of(counsel).get(reverse("workbench:home")))
    adopt(head, asked)
    assert told("adopted_by_head") == {officer}
    assert f"Publish {asked}" in read(client_of(officer).get(reverse("workbench:home")))
    assert f"Adopt {asked}" not in read(client_of(head).get(reverse("workbench:home")))
    reviewed = Event.objects.get(kind="policy.reviewed")
    assert (reviewed.actor, reviewed.detail["left"]) == (counsel, 0)


def test_from_asking_to_publishing_in_the_browser(
    court: Agency, draft: PolicyVersion, officer: User, counsel: User
) -> None:
    mine, theirs, head = client_of(officer), client_of(counsel), client_of(head_of(court))
    make.assessed(draft, by=officer)
    assert "no review is asked for yet" in read(mine.get(at("version", draft)))
    assert "Whoever may review the draft is told" in read(mine.post(at("ask_review", draft), follow=True))
    page = theirs.get(at("review", draft))
    data: dict[str, str] = {}
    for form in page.context["forms"]:
        data |= {form.add_prefix("finding"): "fully_met", form.add_prefix("words"): form.initial["words"]}
    short = {**data, "1-1-finding": "partially_met"}
    assert "Say what provision 1.1 is missing" in read(theirs.post(at("review", draft), short))
    done = read(theirs.post(at("review", draft), {**short, "1-1-remark": "Name the rights."}, follow=True))
    assert "40 provisions marked" in done
    seen = read(mine.get(at("version", draft)))
    assert "Name the rights." in seen
    assert "40 of 40" in seen
    assert "39 fully met, 1 partially met" in seen
    page = head.get(at("adopt", draft))
    assert "Name the rights." in read(page)
    sent = {"sha256": page.context["sha256"], "password": "not mine"}
    assert "This is not your password" in read(head.post(at("adopt", draft), sent))
    assert progress.adoption_of(draft) is None
    done = read(head.post(at("adopt", draft), sent | {"password": make.PASSWORD}, follow=True))
    assert "is adopted" in done
    assert "It was adopted" in read(mine.get(at("publish", draft)))
    mine.post(at("publish", draft))
    draft.refresh_from_db()
    assert draft.status == "published"


# --- The database ---------------------------------------------------------------------------------------------------


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_keeps_what_was_said(asked: PolicyVersion, officer: User, counsel: User, court: Agency) -> None:
    provision = asked.provisions.get(number="1.1")
    own = ProvisionMark(provision=provision, finding="fully_met", by=officer, words_sha256=words_sha256(provision))
    other = ProvisionMark(provision=provision, finding="fully_met", by=counsel, words_sha256="0" * 64)
    silent = ProvisionMark(
        provision=provision, finding="not_addressed", by=counsel, words_sha256=words_sha256(provision)
    )
    for wrong, why in ((own, "of their own"), (other, "as they read"), (silent, "mark_says_what_is_missing")):
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            wrong.save()
    publish = "UPDATE privacy_policyversion SET status = 'published', published_at = now() WHERE id = %s"
    with pytest.raises(DatabaseError, match="head of the agency adopted"):
        run(publish, asked.pk)
    with pytest.raises(DatabaseError, match="is adopted"), transaction.atomic():
        Adoption(version=asked, sha256="0" * 64, by=officer).save()
    make.adopted(asked, by=officer)
    edit_rule(officer, asked, "R1", reason="another reason")
    with pytest.raises(DatabaseError, match="second person reviewed"):
        run(publish, asked.pk)
    make.published(asked, by=officer)
    for table in ("reviewrequest", "provisionmark", "adoption"):
        with pytest.raises(DatabaseError, match="permission denied"):
            run(f"UPDATE development_{table} SET at = now()")
        with pytest.raises(DatabaseError, match="stays"):
            run(f"DELETE FROM development_{table}")
    with pytest.raises(DatabaseError, match="Only a draft"), transaction.atomic():
        Adoption(version=asked, sha256="0" * 64, by=officer).save()


def test_a_reviewed_draft_can_be_discarded(asked: PolicyVersion, officer: User) -> None:
    make.adopted(asked, by=officer)
    privacy.discard_draft(actor=officer, version_id=asked.pk)
    assert not PolicyVersion.objects.exists()
