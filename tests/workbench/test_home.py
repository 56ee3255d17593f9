"""The home page of people whose work has ended, and the names of what awaits."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agencies import commands
from agencies.models import User
from portal.kernel.templatetags.portal import moment
from tests import make

pytestmark = pytest.mark.django_db


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("workbench:home")).content.decode()


def test_whose_last_membership_ended_reads_since_when_and_whom_to_ask() -> None:
    keeper = make.person(roles=("agency_administrator",))
    clerk = make.person(keeper.agency)
    assert "You act for no agency now" not in home(clerk.person)
    ended = commands.end_membership(actor=keeper.person, membership_id=clerk.pk, reason="Moved")
    page = home(clerk.person)
    assert "You act for no agency now" in page
    assert f"Your membership at {keeper.agency} ended " in page
    assert f'datetime="{ended.ended_at:%Y-%m-%d}'[:14] in page
    assert keeper.person.email in page


def test_whose_agency_ended_asks_the_portal() -> None:
    clerk = make.person()
    administrator = make.portal_administrator()
    commands.end_agency(actor=administrator, agency_id=clerk.agency_id, reason="Merged")
    page = home(clerk.person)
    assert "The agency no longer takes part here." in page
    assert administrator.email in page
    assert "You act for no agency now" not in home(administrator)
    assert "You act for no agency now" not in home(make.auditor())


def test_a_button_is_named_once() -> None:
    board, court = make.board(), make.agency(kind="court")
    ballot = make.ballot(board, make.submitted(court, make.agency(), make.record_set(court)))
    page = home(ballot.electors.select_related("person")[0].person)
    assert 'aria-label="Vote: approve version 1 of' in page
    assert "Vote: Vote" not in page
    assert moment(ballot.closes_at, "time") in page or ballot.closes_at.isoformat()[:4] in page
