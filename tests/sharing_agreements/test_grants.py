"""From agreements in force to grants to guardian's rows: wanted minus present, and what drifted."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Agency, RecordSet, RecordSetGroupObjectPermission
from sharing_agreements import grants, tasks
from sharing_agreements.models import Agreement, Grant
from tests import make
from tests.records.scene import force

from .conftest import Pair

pytestmark = pytest.mark.django_db


def held(agency: Agency, record_set: RecordSet) -> bool:
    return RecordSetGroupObjectPermission.objects.filter(group=agency.group, content_object=record_set).exists()


def reconcile(agreement: Agreement) -> None:
    fresh = Agreement.objects.select_related("current_version", "lead_agency").get(pk=agreement.pk)
    with transaction.atomic():
        grants.reconcile(fresh, actor=None, reason="Again")


def test_a_term_in_force_is_one_grant_and_one_row(pair: Pair) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases, purposes=["C", "D"], includes_juvenile=True)
    grant = Grant.objects.get()
    assert (grant.recipient, grant.record_set) == (pair.police, pair.cases)
    assert (sorted(grant.purposes), grant.includes_juvenile) == (["C", "D"], True)
    assert held(pair.police, pair.cases)
    assert not held(pair.court, pair.cases)
    assert dict(grants.drift()) == {"stale": 0, "missing": 0}


def test_reconciling_again_changes_nothing(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    before = list(Grant.history.values_list("history_id", flat=True))
    reconcile(made)
    assert list(Grant.history.values_list("history_id", flat=True)) == before


def test_the_window_is_days_in_the_lead_agencys_zone(pair: Pair) -> None:
    begins, ends = localdate() + timedelta(days=10), date(2030, 1, 1)
    make.agreement_in_force(pair.court, pair.police, pair.cases, effective_on=begins, ends_on=ends)
    grant = Grant.objects.get()
    zone = ZoneInfo(pair.court.time_zone)
    assert grant.not_before.astimezone(zone).isoformat()[:19] == f"{begins}T00:00:00"
    assert grant.not_after is not None
    assert grant.not_after.astimezone(zone).isoformat()[:19] == "2030-01-01T00:00:00"
    assert not Grant.objects.live().exists()
    assert Grant.objects.standing().exists()


def test_a_suspension_is_final_for_its_row_and_resuming_writes_a_new_one(pair: Pair) -> None:
    board = make.the_board()
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    make.suspended(made, board)
    first = Grant.objects.get()
    assert first.suspended_at is not None
    assert first.revoked_at is None
    assert not held(pair.police, pair.cases)
    make.carry(make.ballot(board, made, "resume"))
    closed, second = Grant.objects.get(pk=first.pk), Grant.objects.live().get()
    assert closed.revoked_at is not None
    assert second.not_before >= closed.revoked_at
    assert held(pair.police, pair.cases)


def test_what_two_agreements_share_stays_when_one_is_suspended(pair: Pair) -> None:
    board = make.the_board()
    one = make.agreement_in_force(pair.court, pair.police, pair.cases)
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    make.suspended(one, board)
    assert Grant.objects.live().count() == 1
    assert held(pair.police, pair.cases)
    assert dict(grants.drift()) == {"stale": 0, "missing": 0}


def test_drift_is_counted_on_both_sides_and_healed(pair: Pair) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    third = make.agency("Third")
    assign_perm("agencies.view_recordset", third.group, pair.cases)
    remove_perm("agencies.view_recordset", pair.police.group, pair.cases)
    assert dict(grants.drift()) == {"stale": 1, "missing": 1}
    assert grants.heal() == 2
    assert held(pair.police, pair.cases)
    assert not held(third, pair.cases)
    assert dict(grants.drift()) == {"stale": 0, "missing": 0}
    assert grants.heal() == 0


def test_the_nightly_task_says_what_it_put_right(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    tasks.heal_grants()
    assert not caplog.records
    remove_perm("agencies.view_recordset", pair.police.group, pair.cases)
    tasks.heal_grants()
    assert "1 guardian rows" in caplog.text


def test_a_grant_past_its_end_is_not_standing_and_its_row_goes_at_night(pair: Pair) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=30))
    force(Grant.objects.get(), not_after=grants.database_now())
    assert not Grant.objects.standing().exists()
    assert dict(grants.drift()) == {"stale": 1, "missing": 0}
    assert grants.heal() == 1
    assert not held(pair.police, pair.cases)
