"""Suggesting, curating and reviewing: who may, what it leads to, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from portal.kernel import files
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from portal.resources.library import commands, finding, policy, seed
from portal.resources.library.models import FILES, LinkCheck, Resource
from tests import make

from .scene import People, people

__all__ = ["people"]

pytestmark = pytest.mark.django_db
AHEAD = localdate() + timedelta(days=90)
S = Resource.Status


def told(kind: str) -> set[str]:
    owed = Notice.objects.filter(event__kind=kind, channel=Notice.Channel.PORTAL)
    return set(owed.values_list("recipient__email", flat=True))


def test_a_suggestion_is_published_and_who_suggested_it_is_told(people: People) -> None:
    made = make.suggested(people.clerk)
    assert (made.status, told("resource.suggested")) == (S.SUGGESTED, {people.curator.email})
    assert not Resource.objects.public().filter(pk=made.pk).exists()

    commands.publish(actor=people.curator, resource_id=made.pk, review_on=AHEAD)

    found = Resource.objects.public().get(pk=made.pk)
    assert (found.review_on, told("resource.published")) == (AHEAD, {people.clerk.email})
    assert found.history.count() == 2


def test_a_suggestion_is_declined_with_a_reason_and_may_still_be_published(people: People) -> None:
    made = make.suggested(people.clerk)
    with pytest.raises(ValidationError, match="Say why"):
        commands.decline(actor=people.curator, resource_id=made.pk, reason=" ")
    commands.decline(actor=people.curator, resource_id=made.pk, reason="An older edition.")
    assert told("resource.declined") == {people.clerk.email}
    assert Resource.objects.get(pk=made.pk).because == "An older edition."
    with pytest.raises(Refused, match="decided"):
        commands.decline(actor=people.curator, resource_id=made.pk, reason="Again.")
    again = commands.publish(actor=people.curator, resource_id=made.pk, review_on=AHEAD)
    assert again.because == ""


def test_a_withdrawn_resource_is_no_longer_public(people: People) -> None:
    made = make.resource()
    commands.withdraw(actor=people.curator, resource_id=made.pk, reason="Superseded.")
    assert not Resource.objects.public().filter(pk=made.pk).exists()
    with pytest.raises(Refused):
        commands.review(actor=people.curator, resource_id=made.pk, review_on=AHEAD)


@pytest.mark.parametrize("verb", ["publish", "decline", "withdraw", "review", "change", "enter"])
def test_only_who_keeps_the_portal_curates(people: People, verb: str) -> None:
    made = make.suggested(people.clerk)
    values: dict[str, Any] = {
        "publish": {"review_on": AHEAD},
        "decline": {"reason": "No."},
        "withdraw": {"reason": "No."},
        "review": {"review_on": AHEAD},
        "change": {"title": "Other"},
        "enter": {"review_on": AHEAD, **make.library.SAYS},
    }
    if verb != "enter":
        values[verb]["resource_id"] = made.pk
    with pytest.raises(PermissionDenied):
        getattr(commands, verb)(actor=people.clerk, **values[verb])


def test_who_left_suggests_nothing_and_hears_nothing(people: People) -> None:
    made = make.suggested(people.clerk)
    membership = people.clerk.memberships.get()
    keeper = make.administrator_of(membership.agency)
    assert keeper is not None
    from agencies.commands import end_membership  # noqa: PLC0415

    end_membership(actor=keeper, membership_id=membership.pk)
    with pytest.raises(PermissionDenied):
        make.suggested(people.clerk, title="Other", link="")
    commands.publish(actor=people.curator, resource_id=made.pk, review_on=AHEAD)
    assert told("resource.published") == set()


def test_one_person_has_a_few_suggestions_open_and_none_twice(people: People) -> None:
    make.suggested(people.clerk)
    with pytest.raises(Refused, match="already; it waits"):
        make.suggested(people.clerk)
    make.resource(link="https://courts.example/known")
    with pytest.raises(Refused, match="has this already"):
        make.suggested(people.clerk, link="https://courts.example/known")
    for number in range(policy.MOST_OPEN - 1):
        make.suggested(people.clerk, link=f"https://courts.example/{number}")
    with pytest.raises(Refused, match="wait for a curator"):
        make.suggested(people.clerk, link="https://courts.example/more")


def test_a_suggestion_can_be_read_by_a_link_or_as_a_file(people: People) -> None:
    with pytest.raises(ValidationError, match="Give a link, or attach the text"):
        make.suggested(people.clerk, link="")
    kept = files.keep(SimpleUploadedFile("rule.txt", b"Rule 2.550"), folder=FILES, kinds=(files.TEXT,), most=99)
    assert make.suggested(people.clerk, link="", stored=kept).file == kept.id


@pytest.mark.parametrize(
    "link", ["ftp://courts.example/a", "javascript:alert(1)", "https://user:secret@courts.example/", "courts"]
)
def test_a_link_is_one_that_everybody_can_follow(people: People, link: str) -> None:
    with pytest.raises(ValidationError):
        make.suggested(people.clerk, link=link)


def test_a_review_is_due_on_its_day_and_said_once(people: People) -> None:
    made = make.resource()
    assert commands.remind_of_review(resource_id=made.pk) is None
    with pytest.raises(ValidationError, match="still to come"):
        commands.review(actor=people.curator, resource_id=made.pk, review_on=localdate())
    its_day(made)
    assert list(finding.review_due(Resource.objects.all())) == [made]
    assert commands.remind_of_review(resource_id=made.pk) is not None
    assert commands.remind_of_review(resource_id=made.pk) is None
    assert told("resource.review_due") == {people.curator.email}
    commands.review(actor=people.curator, resource_id=made.pk, review_on=AHEAD)
    assert not finding.review_due(Resource.objects.all()).exists()


def its_day(resource: Resource) -> None:
    """Time passes until the review is due."""
    from django.db.models import QuerySet  # noqa: PLC0415

    QuerySet(Resource).filter(pk=resource.pk).update(review_on=localdate())


def test_a_link_that_fails_twice_in_a_row_is_told_once(people: People) -> None:
    made = make.resource()

    def fares(outcome: str, link: str = made.link) -> int:
        commands.note_link(resource_id=made.pk, link=link, outcome=outcome, code=None)
        return Notice.objects.filter(event__kind="resource.link_broken", channel=Notice.Channel.PORTAL).count()

    assert [fares(outcome) for outcome in ("broken", "answered", "broken", "unreachable", "broken")] == [0, 0, 0, 1, 1]
    assert [fares(outcome) for outcome in ("answered", "broken", "broken")] == [1, 1, 2]
    assert list(finding.broken(Resource.objects.all())) == [made]
    commands.change(actor=people.curator, resource_id=made.pk, link="https://courts.example/moved")
    assert not finding.broken(Resource.objects.all()).exists()
    assert made in finding.links_to_check()


def test_a_new_file_takes_the_place_of_the_old_one(people: People, django_capture_on_commit_callbacks: Any) -> None:
    old, new = (files.keep(SimpleUploadedFile("a.txt", b"A"), folder=FILES, kinds=(files.TEXT,), most=9) for _ in "12")
    made = make.resource(stored=old)
    with django_capture_on_commit_callbacks(execute=True):
        changed = commands.change(actor=people.curator, resource_id=made.pk, stored=new)
    assert changed.file == new.id
    assert (files.path_of(FILES, old.id).exists(), files.path_of(FILES, new.id).exists()) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        commands.change(actor=people.curator, resource_id=made.pk, without_file=True)
    assert not files.path_of(FILES, new.id).exists()


def test_the_database_keeps_what_came_of_links_and_removes_no_resource(people: People) -> None:
    made = make.resource()
    commands.note_link(resource_id=made.pk, link=made.link, outcome="answered", code=200)
    from django.db.models import QuerySet  # noqa: PLC0415

    for act in (
        lambda: LinkCheck.objects.update(outcome="broken"),
        lambda: LinkCheck.objects.all().delete(),
        lambda: QuerySet(Resource).filter(pk=made.pk)._raw_delete(made._state.db),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()


def test_the_seed_is_there_is_whole_and_is_left_alone(people: People) -> None:
    codes = {each["code"] for each in seed.entries()}
    assert set(Resource.objects.public().exclude(code="").values_list("code", flat=True)) == codes
    for each in Resource.objects.exclude(code=""):
        each.full_clean()
        assert each.history.count() == 1
    first = Resource.objects.get(code="28-cfr-20")
    commands.withdraw(actor=people.curator, resource_id=first.pk, reason="We keep our own.")
    seed.load()
    assert Resource.objects.get(code="28-cfr-20").status == S.WITHDRAWN
    assert Resource.objects.exclude(code="").count() == len(codes)
