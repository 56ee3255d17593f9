"""Working groups: who gets in, what they read there, and that it closes the moment they no longer belong."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import User
from agencies.practitioners import commands
from agencies.practitioners.models import FILES, GroupDocument, GroupMember, WorkingGroup
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from tests import make

from .scene import People, leaves_agency, people

__all__ = ["people"]

pytestmark = pytest.mark.django_db


def opens(person: User, group: WorkingGroup) -> bool:
    client = Client()
    client.force_login(person)
    status = client.get(reverse("practitioners:group", args=[group.pk])).status_code
    assert status in {200, 404}
    return status == 200


def told(kind: str) -> set[User]:
    owed = Notice.objects.filter(event__kind=f"working_group.{kind}", channel=Notice.Channel.PORTAL)
    return {each.recipient for each in owed.select_related("recipient")}


def paper(group: WorkingGroup, actor: User, title: str = "Form") -> GroupDocument:
    stored = files.keep(SimpleUploadedFile("form.txt", b"A form."), folder=FILES, kinds=(files.TEXT,), most=99)
    return commands.add_document(actor=actor, group_id=group.pk, title=title, stored=stored)


def test_a_group_opens_to_who_is_admitted_and_to_nobody_else(people: People) -> None:
    group = make.working_group(people.ann)
    assert told("chair_named") == {people.ann.person}
    asked = commands.ask_to_join(actor=people.bea.person, group_id=group.pk)
    assert told("asked") == {people.ann.person}
    assert not opens(people.bea.person, group)
    with pytest.raises(PermissionDenied):
        commands.admit(actor=people.bea.person, member_id=asked.pk)
    commands.admit(actor=people.ann.person, member_id=asked.pk)
    assert told("admitted") == {people.bea.person}
    assert [opens(person, group) for person in (people.bea.person, people.cal.person, people.admin)] == [
        True,
        False,
        False,
    ]
    with pytest.raises(Refused):
        commands.ask_to_join(actor=people.bea.person, group_id=group.pk)


def test_permission_and_place_are_both_needed(people: People) -> None:
    group = make.working_group(people.ann)
    assign_perm("practitioners.view_workinggroup", people.cal.person, group)
    assert not opens(people.cal.person, group)
    make.admitted(group, people.bea.person)
    remove_perm("practitioners.view_workinggroup", people.bea.person, group)
    assert not opens(people.bea.person, group)


def test_who_left_their_agency_or_the_group_reads_nothing_and_is_not_named(people: People) -> None:
    group = make.working_group(people.ann)
    for person in (people.bea.person, people.cal.person):
        make.admitted(group, person)
    commands.leave_group(actor=people.bea.person, group_id=group.pk)
    assert not opens(people.bea.person, group)
    assert not people.bea.person.has_perm("practitioners.view_workinggroup", group)
    leaves_agency(people.cal)
    assert not opens(people.cal.person, group)
    assert [each.membership for each in GroupMember.objects.current().filter(group=group)] == [people.ann]


def test_a_request_is_refused_and_a_member_removed_with_a_reason(people: People) -> None:
    group = make.working_group(people.ann)
    asked = commands.ask_to_join(actor=people.bea.person, group_id=group.pk)
    with pytest.raises(ValidationError):
        commands.refuse(actor=people.ann.person, member_id=asked.pk, reason="")
    commands.refuse(actor=people.ann.person, member_id=asked.pk, reason="The group is full.")
    member = make.admitted(group, people.cal.person)
    commands.remove(actor=people.ann.person, member_id=member.pk, reason="Missed every meeting.")
    assert (told("refused"), told("removed")) == ({people.bea.person}, {people.cal.person})
    client = Client()
    client.force_login(people.cal.person)
    page = client.get(reverse("practitioners:groups")).content.decode()
    assert "Missed every meeting." in page
    assert "The group is full." not in page
    chair = group.members.get(is_chair=True)
    with pytest.raises(Refused, match="A chair leaves"):
        commands.remove(actor=people.ann.person, member_id=chair.pk, reason="Out.")


def test_members_hear_of_news_without_a_word_of_it(people: People) -> None:
    group = make.working_group(people.ann)
    make.admitted(group, people.bea.person)
    made = commands.announce(actor=people.ann.person, group_id=group.pk, title="Zebra", text="At noon.")
    assert told("announced") == {people.bea.person}
    with pytest.raises(PermissionDenied):
        commands.announce(actor=people.bea.person, group_id=group.pk, title="Mine", text="Too.")
    client = Client()
    client.force_login(people.bea.person)
    address = reverse("practitioners:group", args=[group.pk])
    assert "At noon." in client.get(address).content.decode()
    assert "Zebra" not in client.get(reverse("notices:list")).content.decode()
    commands.take_back(actor=people.ann.person, announcement_id=made.pk, reason="Wrong day.")
    assert "At noon." not in client.get(address).content.decode()


def test_documents_are_for_members_and_each_download_is_written_down(
    people: People, django_capture_on_commit_callbacks: Any
) -> None:
    group = make.working_group(people.ann)
    made = paper(group, people.ann.person)
    address = reverse("practitioners:document", args=[made.pk])
    outsider, member = Client(), Client()
    outsider.force_login(people.bea.person)
    member.force_login(people.ann.person)
    assert outsider.get(address).status_code == 404
    answer: Any = member.get(address)
    assert b"".join(answer.streaming_content) == b"A form."
    from portal.audit.models import Event  # noqa: PLC0415

    downloads = Event.objects.filter(kind="working_group.document_downloaded")
    assert [each.actor for each in downloads] == [people.ann.person]
    with pytest.raises(ValidationError, match="this title"):
        paper(group, people.ann.person)
    with django_capture_on_commit_callbacks(execute=True):
        commands.remove_document(actor=people.ann.person, group_id=group.pk, document_id=made.pk)
    assert not files.path_of(FILES, made.file).exists()


def test_a_portal_administrator_opens_closes_and_names_another_chair(people: People) -> None:
    with pytest.raises(PermissionDenied):
        commands.open_group(actor=people.ann.person, name="Ours", purpose="Us.", chair_id=people.profile.pk)
    group = make.working_group(people.ann)
    make.admitted(group, people.bea.person)
    other = make.profile(people.bea)
    commands.name_chair(actor=people.admin, group_id=group.pk, chair_id=other.pk)
    assert list(group.members.filter(is_chair=True).values_list("membership", flat=True)) == [people.bea.pk]
    with pytest.raises(PermissionDenied):
        commands.announce(actor=people.ann.person, group_id=group.pk, title="Still", text="Me.")
    commands.close_group(actor=people.admin, group_id=group.pk, reason="The work is done.")
    assert not opens(people.bea.person, group)
    assert told("closed") == {people.ann.person, people.bea.person}
    with pytest.raises(Refused):
        commands.ask_to_join(actor=people.cal.person, group_id=group.pk)


def test_a_hidden_practitioner_is_named_no_chair(people: People) -> None:
    commands.hide(actor=people.admin, profile_id=people.profile.pk, reason="Harmful.")
    with pytest.raises(ValidationError, match="no longer in the directory"):
        commands.open_group(actor=people.admin, name="Ours", purpose="Us.", chair_id=people.profile.pk)
    assert not WorkingGroup.objects.exists()
