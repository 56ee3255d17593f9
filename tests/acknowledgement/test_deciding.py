"""A shared record opens to whoever accepted the policies and rules in force in the last year, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from agencies.models import Agency, Membership
from portal.acknowledgement.models import COUNTS_FOR, Acceptance, AcceptanceReminder, BehaviorRules
from portal.kernel.clock import database_now
from portal.records.decision import explain
from portal.records.models import Record
from privacy import commands as privacy
from tests import make
from tests.records.scene import Sharing, answers, as_owner, force, signed_in

pytestmark = pytest.mark.django_db

CONDITION = "You accepted the policies and rules of behavior in force"


@pytest.fixture
def record(sharing: Sharing) -> Record:
    return make.record(sharing.records, title="State v. Halvorsen", participants=[("defendant", "Dane Halvorsen")])


def is_open(sharing: Sharing, record: Record, who: Membership | None = None) -> bool:
    """What every way to ask says of the record, of which none may differ."""
    found = set(answers(sharing.viewer(who), record).values())
    assert len(found) == 1, answers(sharing.viewer(who), record)
    return found.pop()


def new_version(agency: Agency) -> None:
    officer = make.privacy_officer(agency)
    draft = privacy.start_new_version(actor=officer, policy_id=agency.privacy_policy.pk)
    make.published(draft, by=officer)


def new_policy_of_the_owner(it: Sharing) -> None:
    new_version(it.owner)


def first_policy_of_the_recipient(it: Sharing) -> None:
    make.policy(it.recipient)


def first_rules(it: Sharing) -> None:
    make.behavior_rules()


def other_rules(it: Sharing) -> None:
    make.behavior_rules()
    make.accepted(it.clerk)
    make.behavior_rules("I look twice.")


def a_year_passed(it: Sharing) -> None:
    for each in it.clerk.person.acceptances.all():
        age(each, COUNTS_FOR)


def age(acceptance: Acceptance, by: timedelta) -> None:
    """As if it had been given so long ago; which only the owner of the tables can bring about."""
    with as_owner():
        force(acceptance, accepted_at=acceptance.accepted_at - by)


@pytest.mark.parametrize(
    "closes", [new_policy_of_the_owner, first_policy_of_the_recipient, first_rules, other_rules, a_year_passed]
)
def test_it_closes_until_what_is_new_is_accepted(
    sharing: Sharing, record: Record, closes: Callable[[Sharing], None]
) -> None:
    assert is_open(sharing, record)
    closes(sharing)
    assert not is_open(sharing, record)
    failed = [each.name for each in explain(sharing.viewer(), record).conditions if not each.passes]
    assert failed == [CONDITION]
    make.accepted(sharing.clerk)
    assert is_open(sharing, record)


def test_it_counts_up_to_the_last_moment_of_the_year(sharing: Sharing, record: Record) -> None:
    (one,) = sharing.clerk.person.acceptances.all()
    age(one, COUNTS_FOR - timedelta(minutes=10))
    assert is_open(sharing, record)
    age(Acceptance.objects.get(pk=one.pk), timedelta(minutes=11))
    assert not is_open(sharing, record)


def test_the_agencys_own_records_ask_for_none_of_it(sharing: Sharing, record: Record) -> None:
    new_policy_of_the_owner(sharing)
    first_rules(sharing)
    assert is_open(sharing, record, sharing.owners_clerk)


def test_policies_of_agencies_that_have_no_part_in_it_do_not_matter(sharing: Sharing, record: Record) -> None:
    make.policy(sharing.third)
    assert is_open(sharing, record)


def test_what_a_colleague_accepted_opens_nothing_to_others(sharing: Sharing, record: Record) -> None:
    new_policy_of_the_owner(sharing)
    colleague = make.person(sharing.recipient)
    make.accepted(colleague)
    assert is_open(sharing, record, colleague)
    assert not is_open(sharing, record)


def test_what_was_accepted_for_one_agency_counts_at_another(sharing: Sharing, record: Record) -> None:
    (one,) = sharing.clerk.person.acceptances.all()
    assert one.agency == sharing.recipient
    with as_owner():
        force(one, agency=sharing.third)
    assert is_open(sharing, record)


def test_of_the_past_it_says_what_was_accepted_then(sharing: Sharing, record: Record) -> None:
    before = database_now()
    new_policy_of_the_owner(sharing)
    then, now = sharing.viewer().asked_at(before), sharing.viewer().asked_at(database_now())
    (accepted_then,) = [each for each in explain(then, record).conditions if each.name == CONDITION]
    (accepted_now,) = [each for each in explain(now, record).conditions if each.name == CONDITION]
    assert (accepted_then.passes, accepted_now.passes) == (True, False)


def test_a_closed_record_is_answered_like_none(sharing: Sharing, record: Record) -> None:
    client = signed_in(sharing.clerk)
    page = f"/records/{record.pk}/"
    assert client.get(page).status_code == 200
    first_rules(sharing)
    assert client.get(page).status_code == 404


# --- What the database refuses --------------------------------------------------------------------------------------


def refuses(work: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            work()
    except DatabaseError:
        return True
    return False


def test_only_a_text_in_force_is_accepted_and_not_ahead_of_time(sharing: Sharing) -> None:
    old = sharing.owner.privacy_policy.versions.get()
    new_version(sharing.owner)
    new, rules = sharing.owner.privacy_policy.versions.published().get(), make.behavior_rules()
    mine = {"person": sharing.clerk.person, "agency": sharing.recipient}
    assert refuses(lambda: Acceptance.objects.create(policy_version=old, **mine))
    ahead = database_now() + timedelta(hours=1)
    assert refuses(lambda: Acceptance.objects.create(policy_version=new, accepted_at=ahead, **mine))
    assert refuses(lambda: Acceptance.objects.create(policy_version=new, rules=rules, **mine))
    assert refuses(lambda: Acceptance.objects.create(**mine))
    make.behavior_rules("I look twice.")
    assert refuses(lambda: Acceptance.objects.create(rules=rules, **mine))
    assert not refuses(lambda: Acceptance.objects.create(policy_version=new, **mine))


def test_rules_follow_each_other_and_are_in_force_at_once(sharing: Sharing) -> None:
    by = make.portal_administrator()
    assert refuses(lambda: BehaviorRules.objects.create(number=2, text="x", published_by=by))
    later = database_now() + timedelta(hours=1)
    assert refuses(lambda: BehaviorRules.objects.create(number=1, text="x", published_by=by, published_at=later))
    assert not refuses(lambda: BehaviorRules.objects.create(number=1, text="x", published_by=by))


@pytest.mark.parametrize("model", [Acceptance, AcceptanceReminder, BehaviorRules])
def test_what_is_written_stays(sharing: Sharing, model: type[Acceptance]) -> None:
    table = model._meta.db_table
    key = model._meta.pk.column
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {key} = {key}"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
