"""What a rule asks of who sees by it: data that stays in the portal, a supervisor's approval, the owner's knowledge,
words on how to handle it."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership, Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from portal.records import commands
from portal.records.decision import Viewer
from portal.records.models import Inquiry, InquiryApproval, Record
from portal.workbench import awaiting
from privacy.models import DisclosureRule, PolicyVersion
from sharing_agreements.models import Action
from tests.make import person, privacy_officer, record
from tests.records.rows import grant_row
from tests.records.scene import Sharing, an_inquiry, finality_lifted, force, signed_in
from tests.records.test_disclosure import found_by, seen

pytestmark = pytest.mark.django_db

VICTIM = ("victim", "Ann Zeigler")
HANDLE = "Not to be called at home."


def rule(of: Sharing, role: str = "victim", **asks: Any) -> None:
    """The published rule on names of people in a role shows them, and asks something."""
    version = PolicyVersion.objects.get(policy__agency=of.owner, status="published")
    with finality_lifted():
        for each in DisclosureRule.objects.filter(version=version, participant_role=role, data_category="name"):
            force(each, treatment="shown", **asks)


def a_case(of: Sharing) -> Record:
    return record(of.records, participants=[("defendant", "Dane Halvorsen"), VICTIM], entries=["Plea"])


def name_of_victim(viewer: Viewer, of: Record) -> str | None:
    return seen(viewer, of).people[1].name.value  # type: ignore[no-any-return]


def under(of: Sharing, inquiry: Inquiry, action: Action = Action.VIEW) -> Viewer:
    return Viewer(of.clerk.pk, action, "C", inquiry.pk)


def a_supervisor(of: Sharing) -> Membership:
    return person(of.recipient, roles=(Role.SUPERVISOR,))


def asked(of: Sharing) -> Inquiry:
    inquiry = an_inquiry(of.clerk)
    commands.ask_approval(actor=of.clerk.person, inquiry_id=inquiry.pk, reason="A threat was made today")
    return inquiry


# --- It stays in the portal -------------------------------------------------------------------------------------------


def test_what_stays_in_the_portal_is_seen_there_and_leaves_it_in_no_way(sharing: Sharing) -> None:
    rule(sharing, obligations=["stays"])
    of = a_case(sharing)
    force(sharing.grant, actions=[str(each) for each in Action])
    for action in (Action.VIEW, Action.SEARCH):
        assert name_of_victim(sharing.viewer(action=action), of) == "Ann Zeigler"
    for action in (Action.PRINT, Action.EXPORT, Action.REDISCLOSE):
        case = seen(sharing.viewer(action=action), of)
        assert (case.people[1].name.value, case.people[1].name.ruling.reason) == (None, "it is read in the portal only")
        assert case.title.value is None
        assert case.entries[0].text.value is None, "text may name whoever does not leave"
    printed = signed_in(sharing.clerk).post(
        reverse("records:print", args=[of.pk]), {"recipient": "x", "reason": "y", "key": str(uuid.uuid4())}
    )
    assert "Zeigler" not in printed.content.decode()


def test_the_owner_prints_its_own_records_whole(sharing: Sharing) -> None:
    rule(sharing, obligations=["stays", "supervisor"])
    of = a_case(sharing)
    for action in Action:
        assert name_of_victim(sharing.viewer(sharing.owners_clerk, action), of) == "Ann Zeigler"


# --- What a term asks beside the rules ------------------------------------------------------------------------------


def name_of_defendant(viewer: Viewer, of: Record) -> str | None:
    return seen(viewer, of).people[0].name.value  # type: ignore[no-any-return]


def test_a_term_asks_more_than_the_rules_and_shows_no_more(sharing: Sharing) -> None:
    of, supervisor = a_case(sharing), a_supervisor(sharing)
    force(sharing.grant.term, conditions=["stays", "supervisor"], handling=HANDLE)
    assert name_of_defendant(sharing.viewer(), of) is None
    inquiry = asked(sharing)
    commands.decide_approval(actor=supervisor.person, inquiry_id=inquiry.pk, approved=True)
    ruling = seen(under(sharing, inquiry), of).people[0].name.ruling
    assert (ruling.treatment, ruling.obligations, ruling.handling) == ("shown", ("stays", "supervisor"), HANDLE)
    assert ruling.term == f"term T1 of {sharing.grant.version.agreement.number}"
    assert name_of_defendant(under(sharing, inquiry, Action.PRINT), of) is None
    assert name_of_victim(under(sharing, inquiry), of) is None, "what the rules withhold stays withheld"
    assert name_of_defendant(sharing.viewer(sharing.owners_clerk), of) == "Dane Halvorsen"
    page = signed_in(sharing.clerk, inquiry=False)
    session = page.session
    session["inquiry"] = str(inquiry.pk)
    session.save()
    text = page.get(reverse("records:detail", args=[of.pk])).content.decode()
    assert f"{ruling.term}: read in the portal only, approved by a supervisor of yours" in text
    assert text.count(HANDLE) > 1, "above the record, and in the cells that it concerns"


def test_rule_and_term_ask_together(sharing: Sharing) -> None:
    rule(sharing, "defendant", obligations=["stays"], handling="Of the rule.")
    force(sharing.grant.term, conditions=["notify_owner"], handling=HANDLE)
    ruling = seen(sharing.viewer(), a_case(sharing)).people[0].name.ruling
    assert (ruling.obligations, ruling.handling) == (("stays", "notify_owner"), f"Of the rule. {HANDLE}")


def test_of_several_terms_the_one_counts_that_burdens_least(sharing: Sharing) -> None:
    of = a_case(sharing)
    force(sharing.grant.term, conditions=["supervisor"])
    assert seen(sharing.viewer(), of).awaits_supervisor
    other = grant_row(sharing.records, sharing.recipient)
    force(other.term, conditions=["stays", "notify_owner"])
    assert seen(sharing.viewer(), of).people[0].name.ruling.obligations == ("stays", "notify_owner")
    assert name_of_defendant(sharing.viewer(action=Action.PRINT), of) is None, "neither lets it leave unasked"
    free = grant_row(sharing.records, sharing.recipient, participant_roles=("defendant",))
    assert seen(sharing.viewer(), of).people[0].name.ruling.obligations == ()
    assert name_of_defendant(sharing.viewer(action=Action.PRINT), of) == "Dane Halvorsen"
    force(free, revoked_at=timezone.now())
    assert name_of_defendant(sharing.viewer(action=Action.PRINT), of) is None


def test_the_owner_is_told_where_a_term_asks_for_it(sharing: Sharing) -> None:
    of, officer = a_case(sharing), privacy_officer(sharing.owner)
    force(sharing.grant.term, conditions=["notify_owner"])
    signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk]))
    event = Event.objects.get(kind="inquiry.shown_protected")
    number = sharing.grant.version.agreement.number
    assert event.detail["rules"], event.detail
    assert all(each.endswith(f" and term T1 of {number}") for each in event.detail["rules"])
    assert Notice.objects.filter(event=event, recipient=officer).exists()


# --- A supervisor approves --------------------------------------------------------------------------------------------


def test_data_that_waits_for_a_supervisor_opens_to_the_approved_inquiry_alone(sharing: Sharing) -> None:
    rule(sharing, obligations=["supervisor"])
    of, supervisor = a_case(sharing), a_supervisor(sharing)
    inquiry = asked(sharing)
    case = seen(under(sharing, inquiry), of)
    assert case.people[1].name.value is None
    assert case.awaits_supervisor
    assert found_by(under(sharing, inquiry, Action.SEARCH), "zeigler") == 0
    commands.decide_approval(actor=supervisor.person, inquiry_id=inquiry.pk, approved=True)
    case = seen(under(sharing, inquiry), of)
    assert case.people[1].name.value == "Ann Zeigler"
    assert not case.awaits_supervisor
    assert found_by(under(sharing, inquiry, Action.SEARCH), "zeigler") == 1
    other = an_inquiry(sharing.clerk)
    assert name_of_victim(under(sharing, other), of) is None
    assert name_of_victim(sharing.viewer(), of) is None, "without an inquiry nothing is approved"


def test_a_refusal_opens_nothing_and_says_why_to_who_asked(sharing: Sharing) -> None:
    rule(sharing, obligations=["supervisor"])
    of, supervisor, inquiry = a_case(sharing), a_supervisor(sharing), asked(sharing)
    with pytest.raises(ValidationError):
        commands.decide_approval(actor=supervisor.person, inquiry_id=inquiry.pk, approved=False)
    commands.decide_approval(
        actor=supervisor.person, inquiry_id=inquiry.pk, approved=False, note="The case number is not ours."
    )
    assert name_of_victim(under(sharing, inquiry), of) is None
    client = signed_in(sharing.clerk, inquiry=False)
    session = client.session
    session["inquiry"] = str(inquiry.pk)
    session.save()
    assert "The case number is not ours." in client.get(reverse("records:ask_approval")).content.decode()


def test_nobody_approves_their_own_inquiry_nor_that_of_another_agency(sharing: Sharing) -> None:
    clerk = sharing.clerk
    force(clerk, roles=["clerk", "supervisor"])
    inquiry = an_inquiry(clerk)
    with pytest.raises(Refused, match="role of a supervisor"):
        commands.ask_approval(actor=clerk.person, inquiry_id=inquiry.pk, reason="x")
    colleague = a_supervisor(sharing)
    commands.ask_approval(actor=clerk.person, inquiry_id=inquiry.pk, reason="x")
    elsewhere = person(sharing.owner, roles=(Role.SUPERVISOR,))
    for somebody in (clerk.person, elsewhere.person, sharing.custodian.person):
        with pytest.raises(PermissionDenied):
            commands.decide_approval(actor=somebody, inquiry_id=inquiry.pk, approved=True)
    commands.decide_approval(actor=colleague.person, inquiry_id=inquiry.pk, approved=True)
    with pytest.raises(Refused, match="decided already"):
        commands.decide_approval(actor=colleague.person, inquiry_id=inquiry.pk, approved=False, note="x")


def test_an_approval_is_asked_once_by_whose_inquiry_it_is_and_while_it_is_open(sharing: Sharing) -> None:
    supervisor = a_supervisor(sharing)
    inquiry = asked(sharing)
    with pytest.raises(Refused, match="asked already"):
        commands.ask_approval(actor=sharing.clerk.person, inquiry_id=inquiry.pk, reason="again")
    with pytest.raises(PermissionDenied):
        commands.ask_approval(actor=supervisor.person, inquiry_id=an_inquiry(sharing.clerk).pk, reason="x")
    commands.end_inquiry(actor=sharing.clerk.person, inquiry_id=inquiry.pk)
    with pytest.raises(Refused, match="over"):
        commands.decide_approval(actor=supervisor.person, inquiry_id=inquiry.pk, approved=True)
    assert not InquiryApproval.objects.awaiting(supervisor)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301, "a\x00b", "a\u202eb"])
def test_a_reason_is_a_line_of_words(sharing: Sharing, reason: str) -> None:
    a_supervisor(sharing)
    with pytest.raises(ValidationError):
        commands.ask_approval(actor=sharing.clerk.person, inquiry_id=an_inquiry(sharing.clerk).pk, reason=reason)


def test_the_database_refuses_what_no_command_does(sharing: Sharing) -> None:
    supervisor, inquiry = a_supervisor(sharing), asked(sharing)
    mine, now = InquiryApproval.objects.filter(inquiry=inquiry), timezone.now()

    def refused(**values: Any) -> None:
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            mine.update(**values)

    for somebody in (sharing.clerk.person, sharing.custodian.person):
        refused(approved=True, decided_by=somebody, decided_at=now)
    refused(approved=True)
    refused(approved=False, decided_by=supervisor.person, decided_at=now)
    refused(approved=True, decided_by=supervisor.person, decided_at=now, reason="another")
    force(inquiry, ended_at=timezone.now())
    refused(approved=True, decided_by=supervisor.person, decided_at=timezone.now())
    inquiry = asked(sharing)
    mine = InquiryApproval.objects.filter(inquiry=inquiry)
    commands.decide_approval(actor=supervisor.person, inquiry_id=inquiry.pk, approved=True)
    refused(approved=False, note="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.delete()
    other = an_inquiry(sharing.clerk)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        InquiryApproval.objects.create(
            inquiry=other,
            reason="x",
            approved=True,
            decided_by=sharing.clerk.person,
            decided_at=now,
        )


def test_a_supervisor_finds_what_waits_on_today_and_answers_it(sharing: Sharing) -> None:
    supervisor, inquiry = a_supervisor(sharing), asked(sharing)
    (item,) = [each for each in awaiting.of(supervisor.person, supervisor) if inquiry.number in each.title]
    client = Client()
    client.force_login(supervisor.person)
    assert "A threat was made today" in client.get(item.href).content.decode()
    wrong = client.post(item.href, {"answer": "refuse"})
    assert "Say why you refuse" in wrong.content.decode()
    done = client.post(item.href, {"answer": "approve"}, follow=True)
    assert "Your colleague is told" in done.content.decode()
    assert not [each for each in awaiting.of(supervisor.person, supervisor) if inquiry.number in each.title]
    told = Notice.objects.filter(event__kind="inquiry.approved")
    assert {notice.recipient_id for notice in told} <= {sharing.clerk.person_id}


def test_who_supervises_elsewhere_or_nobody_finds_no_page_of_it(sharing: Sharing) -> None:
    a_supervisor(sharing)
    inquiry = asked(sharing)
    for who in (sharing.clerk, sharing.custodian, person(sharing.owner, roles=(Role.SUPERVISOR,))):
        client = Client()
        client.force_login(who.person)
        assert client.get(reverse("records:approval", args=[inquiry.pk])).status_code == 404
    client = Client()
    client.force_login(sharing.clerk.person)
    assert client.get(reverse("records:approvals")).status_code == 404


def test_the_record_page_says_that_it_waits_and_where_to_ask(sharing: Sharing) -> None:
    rule(sharing, obligations=["supervisor"])
    of = a_case(sharing)
    text = signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).content.decode()
    assert "Waits for a supervisor" in text
    assert reverse("records:ask_approval") in text
    assert "Zeigler" not in text
    own = signed_in(sharing.owners_clerk, inquiry=False).get(reverse("records:detail", args=[of.pk])).content.decode()
    assert "Waits for a supervisor" not in own


def test_the_page_names_the_rule_by_which_data_is_shown_and_what_it_asks(sharing: Sharing) -> None:
    rule(sharing, obligations=["stays", "notify_owner"], handling=HANDLE)
    of = a_case(sharing)
    text = signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk])).content.decode()
    assert "read in the portal only, its owner is told" in text
    assert text.count(HANDLE) > 1


# --- The owner is told ------------------------------------------------------------------------------------------------


def test_the_owner_is_told_once_for_each_inquiry_and_record(sharing: Sharing) -> None:
    rule(sharing, obligations=["notify_owner"])
    first, second = a_case(sharing), a_case(sharing)
    client = signed_in(sharing.clerk)
    for of in (first, first, second):
        client.get(reverse("records:detail", args=[of.pk]))
    told = Event.objects.filter(kind="inquiry.shown_protected")
    assert sorted(each.detail["record"] for each in told) == sorted([str(first.pk), str(second.pk)])
    assert {each.detail["owner"] for each in told} == {str(sharing.owner.pk)}
    assert "Zeigler" not in str([each.detail for each in told])
    signed_in(sharing.owners_clerk, inquiry=False).get(reverse("records:detail", args=[first.pk]))
    assert told.all().count() == 2, "its own people are nobody to be told of"
    signed_in(sharing.clerk).get(reverse("records:detail", args=[first.pk]))
    assert told.all().count() == 3, "another inquiry is another matter"


def test_the_owner_is_told_of_each_rule_by_which_something_was_shown(sharing: Sharing) -> None:
    rule(sharing, "defendant", obligations=["notify_owner"])
    of, client = a_case(sharing), signed_in(sharing.clerk)
    client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    rule(sharing, obligations=["notify_owner"])
    client.get(reverse("records:detail", args=[of.pk]))
    told = [each.detail["rules"] for each in Event.objects.filter(kind="inquiry.shown_protected").order_by("sequence")]
    assert [len(each) for each in told] == [1, 1]
    assert told[0] != told[1]


def test_privacy_officers_of_the_owner_hear_of_it_without_a_name(sharing: Sharing) -> None:
    officer = privacy_officer(sharing.owner)
    rule(sharing, obligations=["notify_owner"])
    of = a_case(sharing)
    signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk]))
    from portal.notices import kinds  # noqa: PLC0415

    event = Event.objects.get(kind="inquiry.shown_protected")
    words = kinds.words(event, officer)
    assert words is not None
    assert "Marlow Police Department" in words.subject
    assert words.link == reverse("records:disclosures", args=[of.pk])
    assert of.docket_number not in words.subject + words.body
    assert kinds.words(event, sharing.custodian.person) is None


def test_nobody_is_told_of_what_was_not_shown(sharing: Sharing) -> None:
    rule(sharing, obligations=["notify_owner", "supervisor"])
    of = a_case(sharing)
    signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk]))
    assert not Event.objects.filter(kind="inquiry.shown_protected").exists()


# --- How to handle it -------------------------------------------------------------------------------------------------


def test_words_on_handling_stand_beside_what_is_shown_and_nowhere_else(sharing: Sharing) -> None:
    rule(sharing, handling=HANDLE)
    of, other = a_case(sharing), record(sharing.records)
    client = signed_in(sharing.clerk)
    assert HANDLE in client.get(reverse("records:detail", args=[of.pk])).content.decode()
    assert HANDLE not in client.get(reverse("records:detail", args=[other.pk])).content.decode()
    printed = client.post(
        reverse("records:print", args=[of.pk]), {"recipient": "x", "reason": "y", "key": str(uuid.uuid4())}
    )
    assert HANDLE in printed.content.decode()


def test_words_on_handling_go_with_a_name_into_lists_and_exports(sharing: Sharing) -> None:
    rule(sharing, "defendant", handling=HANDLE)
    a_case(sharing)
    client = signed_in(sharing.clerk)
    found = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    assert HANDLE in found.content.decode()
    address = found.redirect_chain[-1][0].replace(reverse("records:search"), reverse("records:export"))
    made = client.post(address, {"recipient": "x", "reason": "y", "key": str(uuid.uuid4())})
    text = b"".join(made.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    head, row, *_ = csv.reader(io.StringIO(text))
    assert dict(zip(head, row, strict=True))["How to handle it"] == HANDLE


def test_obligations_of_equal_rules_add_up(sharing: Sharing) -> None:
    version = PolicyVersion.objects.get(policy__agency=sharing.owner, status="published")
    same = {"recipient": "law_enforcement", "participant_role": "victim", "data_category": "name", "reason": "x"}
    provision = version.provisions.all()[0]
    with finality_lifted():
        for number, (purposes, asks) in enumerate(((["C"], ["stays"]), (["C", "D"], ["notify_owner"]))):
            DisclosureRule.objects.create(
                version=version, code=f"X{number}", provision=provision, treatment="shown",
                purposes=purposes, obligations=asks, **same,
            )  # fmt: skip
    ruling = seen(sharing.viewer(), a_case(sharing)).people[1].name.ruling
    assert ruling.obligations == ("stays", "notify_owner")


def test_a_set_shared_by_two_agreements_asks_the_same(sharing: Sharing) -> None:
    grant_row(sharing.records, sharing.recipient)
    rule(sharing, obligations=["stays"])
    assert seen(sharing.viewer(action=Action.PRINT), a_case(sharing)).people[1].name.value is None


def test_what_is_passed_on_by_word_of_mouth_is_told_to_the_owner_too(sharing: Sharing) -> None:
    force(sharing.grant, actions=[str(each) for each in Action])
    rule(sharing, obligations=["notify_owner"])
    of = a_case(sharing)
    said = {"recipient": "x", "reason": "y", "key": str(uuid.uuid4()), "told": ["name"]}
    signed_in(sharing.clerk).post(reverse("records:told", args=[of.pk]), said)
    assert [each.detail["record"] for each in Event.objects.filter(kind="inquiry.shown_protected")] == [str(of.pk)]
