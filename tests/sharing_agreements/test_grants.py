"""From agreements in force to grants to guardian's rows: wanted minus present, and what drifted."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from guardian.shortcuts import assign_perm, remove_perm

from agencies import commands as agencies
from agencies.models import Agency, RecordSet, RecordSetGroupObjectPermission, Role
from portal.audit.models import Event
from portal.kernel.clock import database_now
from portal.notices.models import Notice
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
    assert dict(grants.drift()) == {"stale": 0, "missing": 0, "barred": 0}


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
    assert dict(grants.drift()) == {"stale": 0, "missing": 0, "barred": 0}


def test_drift_is_counted_on_both_sides_and_healed(pair: Pair) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    third = make.agency("Third")
    assign_perm("agencies.view_recordset", third.group, pair.cases)
    remove_perm("agencies.view_recordset", pair.police.group, pair.cases)
    assert dict(grants.drift()) == {"stale": 1, "missing": 1, "barred": 0}
    assert grants.heal() == 2
    assert held(pair.police, pair.cases)
    assert not held(third, pair.cases)
    assert dict(grants.drift()) == {"stale": 0, "missing": 0, "barred": 0}
    assert grants.heal() == 0


def test_the_nightly_task_says_what_it_put_right(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    tasks.heal_grants()
    assert not caplog.records
    remove_perm("agencies.view_recordset", pair.police.group, pair.cases)
    tasks.heal_grants()
    assert "1 grants or guardian rows" in caplog.text


def test_a_grant_past_its_end_is_not_standing_and_its_row_goes_at_night(pair: Pair) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=localdate() + timedelta(days=30))
    force(Grant.objects.get(), not_after=database_now())
    assert not Grant.objects.standing().exists()
    assert dict(grants.drift()) == {"stale": 1, "missing": 0, "barred": 0}
    assert grants.heal() == 1
    assert not held(pair.police, pair.cases)


# --- An agency that ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["court", "police"])
def test_when_a_party_ends_what_it_gave_or_received_closes_at_once(pair: Pair, which: str) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    third = make.agency("Third", kind="court")
    other = make.agreement_in_force(third, pair.police, make.record_set(third))
    ended: Agency = getattr(pair, which)
    agencies.end_agency(actor=make.portal_administrator(), agency_id=ended.pk, reason="Merged")
    grant = Grant.objects.get(version__agreement=made)
    assert grant.revoked_at is not None
    assert not held(pair.police, pair.cases)
    assert Grant.objects.live().filter(version__agreement=other).exists() is (which == "court")
    reconcile(made)
    assert not Grant.objects.filter(version__agreement=made, revoked_at=None).exists(), "nothing opens it again"
    assert not +grants.drift()


def test_a_suspended_agreement_does_not_open_to_an_agency_that_ended_meanwhile(pair: Pair) -> None:
    on = make.the_board()
    made = make.suspended(make.agreement_in_force(pair.court, pair.police, pair.cases, on=on), on)
    agencies.end_agency(actor=make.portal_administrator(), agency_id=pair.police.pk, reason="Merged")
    resumed = make.carry(make.ballot(on, made, "resume"))
    assert resumed.status == Agreement.Status.IN_FORCE
    assert not Grant.objects.filter(revoked_at=None).exists()


def test_the_other_parties_are_told_that_one_ended_and_their_pages_say_so(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    clerk, drafter = make.person(pair.court), make.person(pair.court, roles=(Role.DRAFTER,))
    left = make.person(pair.police)
    draft = make.draft(pair.court, pair.police, pair.cases)
    agencies.end_agency(actor=make.portal_administrator(), agency_id=pair.police.pk, reason="Merged")
    told = Notice.objects.filter(event__kind="agreement.party_ended", event__subject_id=made.pk)
    people = set(told.values_list("recipient", flat=True))
    chair = make.the_board().seats.get(is_chair=True).holder_id
    assert {clerk.person_id, drafter.person_id, chair} <= people
    assert left.person_id not in people
    of_draft = Event.objects.filter(kind="agreement.party_ended", subject_id=draft.pk)
    assert not of_draft.exists(), "nobody else knew of it"
    client = Client()
    client.force_login(drafter.person)
    page = client.get(reverse("agreements:detail", args=[made.pk])).content.decode()
    assert "Cedar Police ended" in page
    assert "nothing is shared with it or by it" in page
    assert "Cedar Police ended" in client.get(reverse("agreements:history", args=[made.pk])).content.decode()
