"""A clerk whose records went away learns why, on the page on which they miss them; and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import redis
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from portal.kernel import doorbell
from sharing_agreements.boards.models import Motion
from sharing_agreements.lapsed import lapsed
from sharing_agreements.models import Agreement
from tests.make import agreement_in_force, auditor, ballot, carry, record, suspended, the_board
from tests.records.rows import grant_row
from tests.records.scene import Sharing, force, signed_in

pytestmark = pytest.mark.django_db

PAGES = ("workbench:home", "records:search")


def told(who: Membership | Client) -> list[str]:
    """What home and search say of agreements that lapsed."""
    client = who if isinstance(who, Client) else signed_in(who)
    texts = [client.get(reverse(name)).content.decode() for name in PAGES]
    return [text for text in texts if "o longer open" in text]


@pytest.fixture
def nobody_else_works(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither worker nor beat runs in a test; here the broker is gone, too."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", refuse)
    yield
    doorbell.listen_again()


@pytest.mark.usefixtures("nobody_else_works")
def test_records_close_on_the_request_after_the_end_by_the_clock_alone(sharing: Sharing) -> None:
    of, client = record(sharing.records, title="State v. Halvorsen"), signed_in(sharing.clerk)
    address, ends = reverse("records:detail", kwargs={"pk": of.pk}), timezone.now() + timedelta(seconds=3)
    force(sharing.grant, not_before=ends - timedelta(days=9), not_after=ends)
    assert client.get(address).status_code == 200
    assert "Halvorsen" in client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True).content.decode()
    assert timezone.now() < ends, "it was still open when it was asked for"
    time.sleep((ends - timezone.now()).total_seconds() + 0.01)
    gone, unknown = client.get(address), client.get(reverse("records:detail", kwargs={"pk": uuid4()}))
    assert gone.status_code == 404
    assert gone.content == unknown.content, "like a record that never existed"
    found = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True).content.decode()
    assert "State v. Halvorsen" not in found
    assert len(told(client)) == len(PAGES), "why it is gone is said on the page on which it is missed"


def number(it: Sharing) -> str:
    return it.grant.version.agreement.number


def test_as_long_as_records_are_open_nothing_is_said(sharing: Sharing) -> None:
    assert told(sharing.clerk) == []


def test_a_suspended_agreement_is_named_with_the_moment_since_which_nothing_is_open(sharing: Sharing) -> None:
    of = record(sharing.records, title="State v. Halvorsen")
    force(sharing.grant, suspended_at=datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    force(sharing.grant.version.agreement, status=Agreement.Status.SUSPENDED)
    client = signed_in(sharing.clerk)
    assert client.get(reverse("records:detail", kwargs={"pk": of.pk})).status_code == 404
    pages = told(client)
    assert len(pages) == len(PAGES)
    for text in pages:
        assert number(sharing) in text
        assert "is suspended. Nothing is open to your agency under it since" in text
        assert "Mar 2, 2026, 10:30 a.m. PST" in text
        assert of.docket_number not in text
        assert "Halvorsen" not in text


@pytest.mark.parametrize("way", ["revoked_at", "not_after"])
def test_an_ended_agreement_is_named_for_a_while(sharing: Sharing, way: str) -> None:
    now = timezone.now()
    force(sharing.grant, not_before=now - timedelta(days=200), **{way: now - timedelta(hours=1)})
    if way == "revoked_at":
        force(sharing.grant.version.agreement, status=Agreement.Status.TERMINATED)
    assert [number(sharing) in text and "ended. Nothing is open" in text for text in told(sharing.clerk)] == [
        True,
        True,
    ]
    force(sharing.grant, **{way: now - timedelta(days=91)})
    assert told(sharing.clerk) == []


def test_only_the_agency_that_lost_them_is_told(sharing: Sharing) -> None:
    force(sharing.grant, suspended_at=timezone.now())
    assert told(sharing.outsider) == []
    assert told(sharing.owners_clerk) == []


def test_what_another_agreement_opens_is_not_missed(sharing: Sharing) -> None:
    force(sharing.grant, revoked_at=timezone.now())
    grant_row(sharing.records, sharing.recipient)
    assert told(sharing.clerk) == []


def test_it_is_said_from_the_boards_vote_to_its_resumption(sharing: Sharing) -> None:
    force(sharing.grant, revoked_at=timezone.now() - timedelta(days=100))
    agreement = agreement_in_force(sharing.owner, sharing.recipient, sharing.records)
    assert lapsed(sharing.recipient.pk) == []
    suspended(agreement, the_board())
    (found,) = lapsed(sharing.recipient.pk)
    assert (found.agreement, found.suspended) == (agreement, True)
    carry(ballot(the_board(), agreement, Motion.Kind.RESUME))
    assert lapsed(sharing.recipient.pk) == []


def test_the_access_log_says_when_nothing_was_shown(sharing: Sharing) -> None:
    """An empty search is in no agency's record set, and a refusal opened no way; neither is called the agency's own."""
    client = signed_in(sharing.owners_clerk, inquiry=False)
    client.post(reverse("records:search"), {"q": "nobody by that name"}, follow=True)
    record(sharing.records)
    client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    signed_in(sharing.outsider).get(reverse("records:detail", kwargs={"pk": sharing.records.pk}))
    reader = Client()
    reader.force_login(auditor())
    rows = reader.get(reverse("workbench:access_log")).context["rows"]
    assert [row[-1] for row in rows] == ["No way was open", "Own agency's record", "Nothing was shown"]
