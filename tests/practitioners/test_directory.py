"""Who is in the directory, what of themselves others find, and what is left when they leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from agencies.practitioners import commands, finding
from agencies.practitioners.models import Profile, Report
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from tests import make

from .scene import People, leaves_agency, people

__all__ = ["people"]

pytestmark = pytest.mark.django_db


def read(person: Any, name: str, *args: Any, **query: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(f"practitioners:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(**asked: str) -> list[str]:
    return [str(each) for each in finding.found(Profile.objects.listed(), **asked)]


def test_only_what_is_ticked_is_shown_and_found(people: People) -> None:
    quiet = make.profile(
        people.bea,
        shows_agency=False,
        shows_title=False,
        shows_state=False,
        experience=[],
        about="",
        takes_messages=False,
    )
    for page in (read(people.cal.person, "directory"), read(people.cal.person, "profile", quiet.pk)):
        shown = page.replace('<option value="OR">Oregon</option>', "")  # of the filter
        assert "Bea Birch" in shown
        assert not [word for word in ("Marlow", "Oregon", "Records manager", people.bea.person.email) if word in shown]
    assert names(words="marlow") == names(words="manager") == names(state="OR") == []
    assert names(words="bir") == ["Bea Birch"]
    assert names(words="cedar county") == names(state="CA") == names(experience="privacy") == ["Ann Alder"]
    commands.change_profile(actor=people.bea.person, shows_agency=True)
    assert names(words="marlow") == ["Bea Birch"]


def test_nobody_is_in_it_who_did_not_join_and_nobody_joins_who_works_nowhere(people: People) -> None:
    assert names() == ["Ann Alder"]
    for person in (people.admin, make.auditor()):
        with pytest.raises(PermissionDenied):
            commands.join(actor=person, **make.practitioners.SHOWN)
    with pytest.raises(Refused):
        commands.join(actor=people.ann.person, **make.practitioners.SHOWN)


def test_the_directory_is_for_who_signed_in(people: People) -> None:
    for name, args in (("directory", []), ("profile", [people.profile.pk])):
        answer = Client().get(reverse(f"practitioners:{name}", args=args))
        assert (answer.status_code, b"Alder" in answer.content) == (302, False)


def test_who_no_longer_works_there_is_gone_without_any_job(people: People) -> None:
    leaves_agency(people.ann)
    assert names() == []
    client = Client()
    client.force_login(people.bea.person)
    assert client.get(reverse("practitioners:profile", args=[people.profile.pk])).status_code == 404


def test_leaving_takes_everything_and_the_history_keeps_who_and_when(people: People) -> None:
    commands.report(actor=people.bea.person, profile_id=people.profile.pk, reason="Boasts.")
    commands.leave(actor=people.ann.person)
    assert not Profile.objects.filter(person=people.ann.person).exists()
    assert not Report.objects.exists()
    kept = {field.name for field in Profile.history.model._meta.fields}
    assert not kept & set(make.practitioners.SHOWN)
    assert [row.history_type for row in Profile.history.order_by("history_id")] == ["+", "-"]
    assert "Wrote our policy" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_a_reported_profile_is_hidden_with_a_reason_and_does_not_come_back_by_leaving(people: People) -> None:
    with pytest.raises(Refused, match="own words"):
        commands.report(actor=people.ann.person, profile_id=people.profile.pk, reason="Mine.")
    commands.report(actor=people.bea.person, profile_id=people.profile.pk, reason="Names a case.")
    with pytest.raises(Refused, match="already"):
        commands.report(actor=people.bea.person, profile_id=people.profile.pk, reason="Again.")
    assert "Names a case." in read(people.admin, "moderation")
    with pytest.raises(PermissionDenied):
        commands.hide(actor=people.bea.person, profile_id=people.profile.pk, reason="No.")
    with pytest.raises(ValidationError):
        commands.hide(actor=people.admin, profile_id=people.profile.pk, reason=" ")
    commands.hide(actor=people.admin, profile_id=people.profile.pk, reason="It names a case.")
    assert names() == []
    assert "It names a case." in read(people.ann.person, "mine")
    assert Report.objects.get().upheld is True
    assert Notice.objects.filter(event__kind="profile.hidden", recipient=people.ann.person).exists()
    commands.leave(actor=people.ann.person)
    make.profile(people.ann)
    assert names() == []
    commands.show(actor=people.admin, profile_id=Profile.objects.get().pk)
    assert names() == ["Ann Alder"]


def test_a_report_that_is_let_stand_leaves_the_profile(people: People) -> None:
    made = commands.report(actor=people.bea.person, profile_id=people.profile.pk, reason="Boasts.")
    with pytest.raises(ValidationError, match="Hide the profile"):
        commands.settle(actor=people.admin, report_id=made.pk, upheld=True)
    commands.settle(actor=people.admin, report_id=made.pk, upheld=False)
    with pytest.raises(Refused, match="settled"):
        commands.settle(actor=people.admin, report_id=made.pk, upheld=False)
    assert names() == ["Ann Alder"]
