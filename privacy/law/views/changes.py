"""Pages of changes in law and practice: the register, the agenda list for boards, and entering and moving one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, membership_of, person_of, posted, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from privacy.law import commands, lifecycle, policy
from privacy.law.forms import ChangeFilter, ChangeForm, MoveChangeForm
from privacy.law.models import LawChange, LawChangeQuerySet, LawGap

MOST = 500
"""Rows of one page; whoever looks for more narrows the list."""
COLUMNS = (
    "Agency",
    "Number",
    "Title",
    "What changes",
    "Law today",
    "How it reads today",
    "Proposed",
    "What it unblocks",
    "Sponsor",
    "State",
    "Bill",
    "In effect from",
    "Who reads it",
    "On the agenda list",
    "Gaps that it closes",
)
C = LawChange.Status


def _here(request: HttpRequest) -> UUID | None:
    """The agency that the session acts for."""
    membership = membership_of(request)
    return membership.agency_id if membership else None


def _seen(request: HttpRequest) -> LawChangeQuerySet:
    seen = LawChange.objects.visible_to(person_of(request), membership_of(request))
    return seen.select_related("agency", "authority")


def _asked(request: HttpRequest) -> tuple[ChangeFilter, LawChangeQuerySet]:
    """The filter, and the changes that this person reads under it."""
    form, seen = ChangeFilter(request.GET), _seen(request)
    if not form.is_valid():
        return form, seen.none()
    given = form.cleaned_data
    if words := given["q"].strip():
        seen = seen.filter(Q(title__icontains=words) | Q(text__icontains=words) | Q(unblocks__icontains=words))
    return form, seen.filter(**{name: given[name] for name in ("status", "kind") if given[name]})


@members
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Changes that this person reads: their agency's, and what others show partners or everybody."""
    form, found = _asked(request)
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "count": found.count(),
        "filtered": bool(query),
        "columns": columns("Change", "What changes", "Law today", "State", "Agency"),
        "rows": [_row(each) for each in found[:MOST]],
        "csv": f"{reverse('privacy:law:changes_csv')}?{urlencode(query)}",
        "enters": allows(policy.may_propose, person_of(request), _here(request)),
    }
    return render(request, "privacy/law/change_list.html", context)


def _row(change: LawChange) -> list[Any]:
    named = part("link", text=change.title, href=reverse("workbench:law_change", args=[change.pk]))
    agenda = ", on the agenda list" if change.on_agenda else ""
    return [
        part("lines", text=named, under=f"Change {change.number}, read by: {_readers(change)}{agenda}"),
        change.get_kind_display(),
        change.authority.citation if change.authority else None,
        part("state", status=change.status, detail=change.stands),
        change.agency.name,
    ]


def _readers(change: LawChange) -> str:
    label = change.get_audience_display()
    return label[0].lower() + label[1:]


@members
@require_GET
def changes_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV; of the gaps that a change closes those are named that this person reads."""
    _, found = _asked(request)
    seen = LawGap.objects.visible_to(person_of(request), membership_of(request))
    return csv_answer("changes-in-law", COLUMNS, _lines(found, dict(seen.values_list("pk", "title"))))


def _lines(found: LawChangeQuerySet, gaps: dict[UUID, str]) -> Iterator[tuple[object, ...]]:
    for each in found.prefetch_related("closes").iterator(chunk_size=500):
        yield (
            each.agency,
            each.number,
            each.title,
            each.get_kind_display(),
            each.authority.citation if each.authority else "",
            each.today,
            each.text,
            each.unblocks,
            each.sponsor,
            each.get_status_display(),
            each.bill,
            each.effective_on,
            each.get_audience_display(),
            "yes" if each.on_agenda else "no",
            "; ".join(gaps[one.gap_id] for one in each.closes.all() if one.gap_id in gaps),
        )


@members
@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """What boards are asked to speak for, as one list to bring to a meeting: the furthest first."""
    found = _seen(request).for_boards()
    order = [C.INTRODUCED, C.DRAFTED, C.IDEA]
    ready = sorted(found, key=lambda each: (order.index(C(each.status)), each.agency.name, each.number))
    return render(request, "privacy/law/agenda.html", {"changes": ready})


@members
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    person, membership = person_of(request), membership_of(request)
    policy.may_propose(person, _here(request))
    assert membership is not None  # noqa: S101  (the check asks for it)
    here = membership.agency_id
    initial = {"on": membership.agency.today, "gaps": request.GET.getlist("gap")}
    form = ChangeForm(here, posted(request), initial=initial)

    def command() -> LawChange:
        return commands.enter_change(actor=person, agency_id=here, **form.values())

    if answer := sent(request, form, command, "The change is entered, as an idea.", "privacy:law:changes"):
        return answer
    lead = "What has to change in statute, rule or practice, so that records can be shared as they should be. "
    lead += "Your agency and its auditors read it until you show it to others."
    back = reverse("privacy:law:changes")
    return _form(request, form, title="Enter a change", lead=lead, submit="Enter it", back=back)


def _form(request: HttpRequest, form: Any, **words: str) -> HttpResponse:
    crumbs = [
        {"label": "Changes in law and practice", "href": reverse("privacy:law:changes")},
        {"label": words["title"]},
    ]
    return render(request, "privacy/law/form.html", {"form": form, "crumbs": crumbs, **words})


@members
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = get_object_or_404(_seen(request), pk=pk), person_of(request)
    policy.may_keep_change(person, found)
    form = ChangeForm.of(found, posted(request))

    def command() -> LawChange:
        return commands.revise_change(actor=person, change_id=found.pk, **form.values())

    if answer := sent(request, form, command, "Saved.", "workbench:law_change", found.pk):
        return answer
    back = reverse("workbench:law_change", args=[found.pk])
    return _form(request, form, title=f"Revise change {found.number}", lead=found.title, submit="Save", back=back)


TITLES = {
    C.IDEA: "Take change {} up again",
    C.DRAFTED: "Change {} is drafted",
    C.INTRODUCED: "Change {} is introduced",
    C.ENACTED: "Change {} is enacted",
    C.REJECTED: "Change {} is rejected",
}


@members
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: UUID, to: str) -> HttpResponse:
    """Say how far a change is: one form for each move of the table."""
    found, person = get_object_or_404(_seen(request), pk=pk), person_of(request)
    if to not in C.values:
        raise Http404
    policy.may_keep_change(person, found)
    if refused(request, lambda: lifecycle.move(found, C(to))):
        return redirect("workbench:law_change", found.pk)
    form = MoveChangeForm(to, found.agency.today, posted(request))

    def command() -> LawChange:
        return commands.move_change(actor=person, change_id=found.pk, to=to, **form.cleaned_data)

    if answer := sent(request, form, command, "Saved.", "workbench:law_change", found.pk):
        return answer
    back = reverse("workbench:law_change", args=[found.pk])
    title = TITLES[C(to)].format(found.number)
    return _form(request, form, title=title, lead=found.title, submit="Save", back=back)
