"""Working groups: the list for everybody signed in, a group's page for its members, and what chairs do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import Membership
from agencies.practitioners import commands, policy
from agencies.practitioners.forms import (
    MOST,
    TAKEN,
    AnnounceForm,
    ChairForm,
    DocumentForm,
    GroupForm,
    PurposeForm,
    ReasonForm,
)
from agencies.practitioners.models import FILES, Announcement, GroupDocument, GroupMember, WorkingGroup
from agencies.views.shared import form_page, person_of, posted, pressed, refused, sent
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.policy import allows

from .shared import tabs

MOST_ANNOUNCEMENTS = 50


@members
@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    """Every open group with its purpose, how this person stands to it, and what ended for them lately."""
    person = person_of(request)
    now = Q(members__in=GroupMember.objects.current())
    shown = WorkingGroup.objects.open().annotate(size=Count("members", filter=now, distinct=True)).order_by("name")
    own = GroupMember.objects.filter(membership__in=Membership.objects.acted_under(person))
    places = {each.group_id: each for each in own.filter(ended_at=None)}
    ended = own.exclude(ended_because="").select_related("group").order_by("-ended_at")[:5]
    closed = WorkingGroup.objects.exclude(closed_at=None).filter(members__in=own).distinct().order_by("-closed_at")[:5]
    context = {
        "tabs": tabs(person, "groups"),
        "groups": [(each, places.get(each.pk)) for each in shown],
        "joins": policy.works(person),
        "ended": ended,
        "closed": closed,
        "opens": allows(policy.may_open_group, person),
    }
    return render(request, "practitioners/group_list.html", context)


def _list() -> tuple[str, str]:
    return reverse("practitioners:groups"), "Working groups"


def _page(group: WorkingGroup) -> tuple[str, str]:
    return reverse("practitioners:group", args=[group.pk]), str(group)


def _find(request: HttpRequest, pk: UUID) -> WorkingGroup:
    return get_object_or_404(WorkingGroup.objects.visible_to(person_of(request)), pk=pk)


@members
@require_GET
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Members, announcements and documents."""
    found, person = _find(request, pk), person_of(request)
    leads = allows(policy.may_lead, person, found)
    current = GroupMember.objects.current().filter(group=found).order_by("-is_chair", "membership__person__last_name")
    context = {
        "group": found,
        "leads": leads,
        "member_list": current,
        "asking": GroupMember.objects.asking().filter(group=found).order_by("asked_at") if leads else [],
        "announcements": found.announcements.filter(taken_back_at=None).select_related("author")[:MOST_ANNOUNCEMENTS],
        "documents": found.documents.select_related("added_by"),
    }
    return render(request, "practitioners/group.html", context)


@members
@require_http_methods(["GET", "POST"])
def open_group(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    policy.may_open_group(person)
    form = GroupForm(posted(request))

    def command() -> WorkingGroup:
        given = form.cleaned_data
        return commands.open_group(
            actor=person, name=given["name"], purpose=given["purpose"], chair_id=given["chair"].pk
        )

    if answer := sent(request, form, command, "The group is open.", "practitioners:groups"):
        return answer
    lead = "Practitioners ask to join, and the chair admits them. You see its name and purpose, and nothing inside."
    return form_page(request, form, title="Open a working group", lead=lead, submit="Open it", back=_list())


def _kept(
    request: HttpRequest, pk: UUID, form: Form, command: Callable[..., object], done: str, **words: Any
) -> HttpResponse:
    """What only whoever keeps the portal does to a group, whose page they do not read."""
    person = person_of(request)
    policy.may_open_group(person)
    found = get_object_or_404(WorkingGroup, pk=pk)
    if refused(request, policy.may_close_group, person, found):
        return redirect("practitioners:groups")
    if answer := sent(request, form, lambda: command(actor=person, group_id=pk), done, "practitioners:groups"):
        return answer
    return form_page(request, form, lead=found.name, back=_list(), **words)


@members
@require_http_methods(["GET", "POST"])
def name_chair(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ChairForm(posted(request))
    command = lambda **by: commands.name_chair(**by, chair_id=form.cleaned_data["chair"].pk)  # noqa: E731
    words = {"title": "Name the chair of this group", "submit": "Name them"}
    return _kept(request, pk, form, command, "The chair is named.", **words)


@members
@require_http_methods(["GET", "POST"])
def close_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(posted(request))
    command = lambda **by: commands.close_group(**by, **form.cleaned_data)  # noqa: E731
    words: dict[str, Any] = {"title": "Close this group?", "submit": "Close it", "stop": True}
    return _kept(request, pk, form, command, "The group is closed.", **words)


# --- Members --------------------------------------------------------------------------------------------------------


@members
@require_POST
def join_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request)
    get_object_or_404(WorkingGroup.objects.open(), pk=pk)
    command = lambda: commands.ask_to_join(actor=person, group_id=pk)  # noqa: E731
    return pressed(request, command, "You asked to join. The chair answers, and you are told.", "practitioners:groups")


@members
@require_POST
def leave_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    command = lambda: commands.leave_group(actor=person, group_id=pk)  # noqa: E731
    return pressed(request, command, f"You left {found}.", "practitioners:groups")


def _member(request: HttpRequest, pk: UUID) -> GroupMember:
    seen = WorkingGroup.objects.visible_to(person_of(request))
    found = GroupMember.objects.select_related("group", "membership__person", "membership__agency")
    return get_object_or_404(found, pk=pk, group__in=seen)


@members
@require_POST
def admit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _member(request, pk), person_of(request)
    command = lambda: commands.admit(actor=person, member_id=pk)  # noqa: E731
    return pressed(request, command, f"{found.membership.person} is in.", "practitioners:group", found.group_id)


def _step(
    request: HttpRequest,
    pk: UUID,
    check: Callable[..., None],
    command: Callable[..., object],
    done: str,
    **words: str,
) -> HttpResponse:
    """A step against somebody in the group, or who would be, with its reason."""
    found, person = _member(request, pk), person_of(request)
    if refused(request, check, person, found):
        return redirect("practitioners:group", found.group_id)
    form = ReasonForm(posted(request))
    act = lambda: command(actor=person, member_id=pk, **form.cleaned_data)  # noqa: E731
    if answer := sent(request, form, act, done, "practitioners:group", found.group_id):
        return answer
    name, place = found.membership.person, found.membership.agency
    return form_page(request, form, lead=f"{name}, {place}", back=_page(found.group), stop=True, **words)


@members
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    words = {"title": "Refuse this request?", "submit": "Refuse it"}
    return _step(request, pk, policy.may_decide_on, commands.refuse, "The request is refused.", **words)


@members
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    words = {"title": "Remove this member?", "submit": "Remove them"}
    return _step(request, pk, policy.may_remove, commands.remove, "They are no longer in the group.", **words)


# --- What a group says and keeps ------------------------------------------------------------------------------------


def _led(
    request: HttpRequest, found: WorkingGroup, form: Form, command: Callable[[], object], done: str, **words: Any
) -> HttpResponse:
    """A form of the chair's."""
    if refused(request, policy.may_lead, person_of(request), found):
        return redirect("practitioners:groups")
    if answer := sent(request, form, command, done, "practitioners:group", found.pk):
        return answer
    return form_page(request, form, back=_page(found), **words)


@members
@require_http_methods(["GET", "POST"])
def change_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    form = PurposeForm(posted(request), initial={"purpose": found.purpose})
    command = lambda: commands.change_group(actor=person, group_id=pk, **form.cleaned_data)  # noqa: E731
    words = {"title": f"Purpose of {found}", "lead": "What the group is for.", "submit": "Save"}
    return _led(request, found, form, command, "Saved.", **words)


@members
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    form = AnnounceForm(posted(request))
    command = lambda: commands.announce(actor=person, group_id=pk, **form.cleaned_data)  # noqa: E731
    lead = "Every member is told that there is news, and reads it on the page of the group."
    words = {"title": f"Announce something in {found}", "lead": lead, "submit": "Announce it"}
    return _led(request, found, form, command, "It is announced.", **words)


@members
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    seen, person = WorkingGroup.objects.visible_to(person_of(request)), person_of(request)
    found = get_object_or_404(Announcement.objects.select_related("group"), pk=pk, group__in=seen)
    form = ReasonForm(posted(request))
    command = lambda: commands.take_back(actor=person, announcement_id=pk, **form.cleaned_data)  # noqa: E731
    words = {"title": "Take this announcement back?", "lead": found.title, "submit": "Take it back", "stop": True}
    return _led(request, found.group, form, command, "Nobody reads it any more.", **words)


@members
@require_http_methods(["GET", "POST"])
def add_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    form = DocumentForm(posted(request), request.FILES or None)

    def command() -> GroupDocument:
        given = form.cleaned_data
        stored = files.keep(given["file"], folder=FILES, kinds=TAKEN, most=MOST)
        with files.discarded_unless_taken(FILES, stored):
            return commands.add_document(actor=person, group_id=pk, title=given["title"], stored=stored)

    words = {"title": f"Add a document to {found}", "lead": "Members alone can open it.", "submit": "Add it"}
    return _led(request, found, form, command, "The document is there for the members.", **words)


def _document(request: HttpRequest, pk: UUID) -> GroupDocument:
    seen = WorkingGroup.objects.visible_to(person_of(request))
    return get_object_or_404(GroupDocument.objects.select_related("group"), pk=pk, group__in=seen)


@members
@require_GET
def document(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file to keep; that it was downloaded is written down first."""
    found = _document(request, pk)
    commands.note_download(actor=person_of(request), group_id=found.group_id, document_id=pk)
    return files.answer(FILES, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)


@members
@require_POST
def remove_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _document(request, pk), person_of(request)
    command = lambda: commands.remove_document(actor=person, group_id=found.group_id, document_id=pk)  # noqa: E731
    return pressed(request, command, "The document is removed.", "practitioners:group", found.group_id)
