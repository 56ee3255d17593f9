"""Each condition of access by itself: when it fails, every way to ask says no, and the explanation names it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from agencies.models import Agency, RecordSetGroupObjectPermission, Role, Training
from portal.kernel.errors import Refused
from portal.records.decision import decide, explain
from portal.records.models import Record
from sharing_agreements.models import Action
from tests.make import agreement_in_force, person, record, record_set, suspended, the_board
from tests.records.rows import grant_row, permit
from tests.records.scene import Sharing, an_inquiry, answers, force, seen_by, signed_in

pytestmark = pytest.mark.django_db

NOW = timezone.now
SOON = timedelta(hours=1)
LAST_ZONE, FIRST_ZONE = "Etc/GMT+12", "Pacific/Kiritimati"
"""Where a day ends last on earth, and where the next one begins first: it is never the same day in both."""


def test_the_recipients_clerk_sees_what_is_shared(sharing: Sharing) -> None:
    assert set(answers(sharing.viewer(), record(sharing.records)).values()) == {True}


def test_the_owners_clerk_sees_it_without_any_purpose(sharing: Sharing) -> None:
    viewer = sharing.viewer(sharing.owners_clerk, purpose="")
    assert set(answers(viewer, record(sharing.records)).values()) == {True}


def test_nobody_else_sees_it(sharing: Sharing) -> None:
    of = record(sharing.records)
    assert set(answers(sharing.viewer(sharing.outsider), of).values()) == {False}
    with seen_by(sharing.viewer(sharing.outsider)) as decision:
        assert decision.sets == {}
        (only,) = explain(decision.viewer, of).conditions
        assert only.name == "Your agency owns the record or is a party to an agreement that shares it"


def expire(it: Sharing) -> None:
    force(it.grant, not_before=NOW() - 2 * SOON, not_after=NOW() - SOON)


def not_begun(it: Sharing) -> None:
    force(it.grant, not_before=NOW() + SOON)


def suspend(it: Sharing) -> None:
    force(it.grant, suspended_at=NOW())


def suspend_by_a_clock_that_is_ahead(it: Sharing) -> None:
    force(it.grant, suspended_at=NOW() + SOON)


def revoke(it: Sharing) -> None:
    force(it.grant, revoked_at=NOW())


def no_guardian_row(it: Sharing) -> None:
    RecordSetGroupObjectPermission.objects.filter(content_object=it.records).delete()


def guardian_row_on_another_set(it: Sharing) -> None:
    no_guardian_row(it)
    permit(it.recipient, record_set(it.owner, "Civil cases"))


def guardian_row_of_another_agency(it: Sharing) -> None:
    no_guardian_row(it)
    permit(it.third, it.records)


def other_action(it: Sharing) -> None:
    force(it.grant, actions=["search", "print"])


def other_purpose(it: Sharing) -> None:
    force(it.grant, purposes=["F"])


def end_membership(it: Sharing) -> None:
    force(it.clerk, ended_at=NOW())


def membership_to_come(it: Sharing) -> None:
    force(it.clerk, started_at=NOW() + SOON)


def only_signs(it: Sharing) -> None:
    force(it.clerk, roles=[str(Role.SIGNATORY), str(Role.ADMINISTRATOR)])


def training_expires(it: Sharing) -> None:
    past = timezone.now().date() - timedelta(days=400)
    for training in Training.objects.filter(person=it.clerk.person):
        force(training, completed_on=past, expires_on=past + timedelta(days=365))


def training_to_come(it: Sharing) -> None:
    for training in Training.objects.filter(person=it.clerk.person):
        force(training, completed_on=timezone.now().date() + timedelta(days=2))


def training_ends_yesterday_at_the_agency(it: Sharing) -> None:
    """The last day is today where the day ends last on earth, which is yesterday or before where it began first."""
    ends_on_the_last_zones_today(it)
    force(it.recipient, time_zone=FIRST_ZONE)


def ends_on_the_last_zones_today(it: Sharing) -> None:
    today = localdate(timezone=ZoneInfo(LAST_ZONE))
    for training in Training.objects.filter(person=it.clerk.person):
        force(training, completed_on=today - timedelta(days=30), expires_on=today)


def deactivate(it: Sharing) -> None:
    force(it.clerk.person, is_active=False, deactivated_at=NOW())


def deactivate_by_a_clock_that_is_ahead(it: Sharing) -> None:
    force(it.clerk.person, is_active=False, deactivated_at=NOW() + SOON)


def becomes_portal_administrator(it: Sharing) -> None:
    force(it.clerk.person, is_portal_administrator=True)


def end_agency(it: Sharing) -> None:
    force(it.recipient, status=Agency.Status.ENDED)


def close_set(it: Sharing) -> None:
    force(it.records, closed_at=NOW())


BREAKS: list[tuple[Callable[[Sharing], None], str]] = [
    (expire, "The grant is live now"),
    (not_begun, "The grant is live now"),
    (suspend, "The grant is live now"),
    (suspend_by_a_clock_that_is_ahead, "The grant is live now"),
    (revoke, "The grant is live now"),
    (no_guardian_row, "Your agency holds the permission on the record set"),
    (guardian_row_on_another_set, "Your agency holds the permission on the record set"),
    (guardian_row_of_another_agency, "Your agency holds the permission on the record set"),
    (other_action, "The term permits to view"),
    (other_purpose, "Purpose C is permitted"),
    (end_membership, "Your membership is current"),
    (membership_to_come, "Your membership is current"),
    (only_signs, "Your role looks at records"),
    (training_expires, "Your training is current"),
    (training_to_come, "Your training is current"),
    (training_ends_yesterday_at_the_agency, "Your training is current"),
    (deactivate, "You and your agency are active"),
    (deactivate_by_a_clock_that_is_ahead, "You and your agency are active"),
    (becomes_portal_administrator, "You and your agency are active"),
    (end_agency, "You and your agency are active"),
    (close_set, "The record set is kept open by its owner"),
]


@pytest.mark.parametrize(("break_it", "condition"), BREAKS, ids=[each.__name__ for each, _ in BREAKS])
def test_one_condition_that_fails_closes_the_record(
    sharing: Sharing, break_it: Callable[[Sharing], None], condition: str
) -> None:
    of = record(sharing.records)
    break_it(sharing)
    assert set(answers(sharing.viewer(), of).values()) == {False}
    with seen_by(sharing.viewer()) as decision:
        failed = [each.name for each in explain(decision.viewer, of).conditions if not each.passes]
    assert failed == [condition]


def test_a_set_that_closes_tomorrow_is_open_today(sharing: Sharing) -> None:
    force(sharing.records, closed_at=NOW() + SOON)
    assert set(answers(sharing.viewer(), record(sharing.records)).values()) == {True}


def test_shared_records_need_a_stated_purpose(sharing: Sharing) -> None:
    of = record(sharing.records)
    viewer = sharing.viewer(purpose="")
    assert set(answers(viewer, of).values()) == {False}
    with seen_by(viewer):
        assert [each.name for each in explain(viewer, of).conditions if not each.passes] == ["A purpose is stated"]


def test_the_guardian_row_alone_opens_nothing(sharing: Sharing) -> None:
    of = record(sharing.records)
    permit(sharing.third, sharing.records)
    assert set(answers(sharing.viewer(sharing.outsider), of).values()) == {False}


@pytest.mark.parametrize("action", [Action.SEARCH, Action.VIEW, Action.PRINT, Action.EXPORT, Action.REDISCLOSE])
def test_each_action_is_permitted_by_itself(sharing: Sharing, action: Action) -> None:
    of = record(sharing.records)
    force(sharing.grant, actions=[str(action)])
    for asked in Action:
        viewer = sharing.viewer(action=asked)
        assert set(answers(viewer, of).values()) == {asked == action}, asked
        with seen_by(viewer):
            permitted = [each for each, allowed in explain(viewer, of).actions if allowed]
            assert permitted == [action], "what may be done does not depend on what is asked"


def test_a_sealed_record_exists_for_the_owners_custodian_alone(sharing: Sharing) -> None:
    of = record(sharing.records, sealed=True)
    assert set(answers(sharing.viewer(sharing.custodian), of).values()) == {True}
    for other in (sharing.owners_clerk, sharing.clerk, sharing.outsider):
        assert set(answers(sharing.viewer(other), of).values()) == {False}
    with seen_by(sharing.viewer(sharing.owners_clerk)) as decision:
        failed = [each.name for each in explain(decision.viewer, of).conditions if not each.passes]
    assert failed == ["No class condition stops you"]


def test_a_recipients_custodian_sees_no_sealed_record(sharing: Sharing) -> None:
    custodian = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    of = record(sharing.records, sealed=True)
    assert set(answers(sharing.viewer(custodian), of).values()) == {False}


def test_a_juvenile_record_needs_a_term_that_includes_it(sharing: Sharing) -> None:
    of = record(sharing.records, juvenile=True)
    assert set(answers(sharing.viewer(), of).values()) == {False}
    assert set(answers(sharing.viewer(sharing.owners_clerk), of).values()) == {True}
    force(sharing.grant, includes_juvenile=True)
    assert set(answers(sharing.viewer(), of).values()) == {True}


def test_one_of_two_agreements_is_enough_but_conditions_are_not_put_together(sharing: Sharing) -> None:
    grant_row(sharing.records, sharing.recipient, actions=("search",), includes_juvenile=True)
    force(sharing.grant, purposes=["F"])
    of, young = record(sharing.records), record(sharing.records, juvenile=True)
    assert set(answers(sharing.viewer(action=Action.SEARCH), of).values()) == {True}
    assert set(answers(sharing.viewer(action=Action.VIEW), of).values()) == {False}, "view under F, search under C"
    assert set(answers(sharing.viewer(action=Action.SEARCH), young).values()) == {True}
    assert set(answers(sharing.viewer(action=Action.SEARCH, purpose="F"), young).values()) == {False}


def test_suspending_by_the_boards_vote_closes_at_that_commit(sharing: Sharing) -> None:
    shared = record_set(sharing.owner, "Shared by vote")
    agreement = agreement_in_force(sharing.owner, sharing.recipient, shared)
    of = record(shared)
    assert set(answers(sharing.viewer(), of).values()) == {True}
    suspended(agreement, the_board())
    assert set(answers(sharing.viewer(), of).values()) == {False}


def test_a_question_about_the_past_is_answered_by_the_dates(sharing: Sharing) -> None:
    record(sharing.records)
    then = NOW() - timedelta(days=2)
    force(sharing.grant, not_before=then - SOON, suspended_at=then + SOON, revoked_at=NOW())
    force(sharing.clerk, started_at=then - SOON)
    for training in Training.objects.filter(person=sharing.clerk.person):
        force(training, completed_on=then.date() - timedelta(days=1))
    viewer = sharing.viewer()
    with seen_by(viewer):
        assert decide(viewer).sets == {}
        at = viewer.asked_at(then)
        assert list(decide(at).sets) == [sharing.records.pk]
        assert decide(viewer.asked_at(then + 2 * SOON)).sets == {}
        assert not Record.objects.exists(), "the second lock knows only now"


def test_nobody_sees_anything(sharing: Sharing) -> None:
    of = record(sharing.records)
    viewer = sharing.viewer()
    nobody = type(viewer)(None, Action.VIEW, "C")
    assert set(answers(nobody, of).values()) == {False}


def test_two_sets_of_one_owner_are_opened_one_by_one(sharing: Sharing) -> None:
    kept = record_set(sharing.owner, "Civil cases")
    shared, unshared = record(sharing.records), record(kept)
    assert set(answers(sharing.viewer(), shared).values()) == {True}
    assert set(answers(sharing.viewer(), unshared).values()) == {False}


def test_a_training_counts_through_its_last_day_by_the_agencys_clock(sharing: Sharing) -> None:
    """Whatever hour it is: at the agency whose day ends last it still counts, for every way to ask, and for policy."""
    of = record(sharing.records)
    ends_on_the_last_zones_today(sharing)
    force(sharing.recipient, time_zone=LAST_ZONE)
    sharing.clerk.refresh_from_db()
    assert set(answers(sharing.viewer(), of).values()) == {True}
    assert an_inquiry(sharing.clerk).purpose == "C"
    home = signed_in(sharing.clerk).get(reverse("workbench:home")).content.decode()
    assert "Training current until" in home
    force(sharing.recipient, time_zone=FIRST_ZONE)
    sharing.clerk.refresh_from_db()
    assert set(answers(sharing.viewer(), of).values()) == {False}
    with pytest.raises(Refused):
        an_inquiry(sharing.clerk)
    client = signed_in(sharing.clerk, inquiry=False)
    home = client.get(reverse("workbench:home")).content.decode()
    assert "Training current until" not in home
    assert "Renew your training" in home
    assert "No training of yours is current" in client.get(reverse("records:search")).content.decode()


@pytest.mark.parametrize("viewers_zone", ["Pacific/Kiritimati", "America/New_York", "Etc/GMT+12"])
def test_every_page_names_the_last_day_with_access_by_the_agreements_clock(sharing: Sharing, viewers_zone: str) -> None:
    """Midnight in Los Angeles, where the owner leads the agreement, is another day for most who read of it."""
    of = record(sharing.records)
    force(sharing.owner, time_zone="America/Los_Angeles")
    force(sharing.grant, not_after=datetime(2099, 7, 1, 7, tzinfo=UTC))
    sharing.grant.refresh_from_db()
    force(sharing.clerk.person, time_zone=viewers_zone)
    assert sharing.grant.last_day == date(2099, 6, 30)
    client = signed_in(sharing.clerk)
    for address in (reverse("workbench:home"), reverse("records:detail", kwargs={"pk": of.pk})):
        text = client.get(address).content.decode()
        assert 'until <time datetime="2099-06-30">Jun 30, 2099</time>' in text
        assert "Jul 1, 2099" not in text
    with seen_by(sharing.viewer()) as decision:
        sources = [condition.source for condition in explain(decision.viewer, of).conditions]
    assert any("to Jun 30, 2099, not suspended" in source for source in sources)
