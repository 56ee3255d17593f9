"""The register of programs, one program, and its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from agencies.register import page
from agencies.views.shared import columns, form_page, page_links, person_of, posted, sent, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from sharing_agreements.funding import commands, policy
from sharing_agreements.funding.forms import ProgramFilter, ProgramForm
from sharing_agreements.funding.models import Program

from .shared import acts, agency_id_of, crumbs, seen, tabs

CSV = ("Program", "Funder", "Kind", "Deadline", "From", "To", "Match percent", "Match", "No supplanting", "One a state")
TERMS = tuple(ProgramForm.base_fields)


def _asked(request: HttpRequest) -> tuple[ProgramFilter, QuerySet[Program]]:
    form, found = ProgramFilter(request.GET), Program.objects.select_related("kept_by")
    if not form.is_valid():
        return form, found.none()
    given, past = form.cleaned_data, Q(deadline_on__lt=timezone.localdate())
    for word in given["q"].split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(funder__icontains=word))
    if given["kind"]:
        found = found.filter(kind=given["kind"])
    if given["takes"]:
        found = found.filter(past if given["takes"] == "past" else ~past | Q(deadline_on=None))
    return form, found


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The programs that anybody entered."""
    form, found = _asked(request)
    given = form.cleaned_data if form.is_valid() else {}
    shown = page(found, "name", before=given.get("before"), after=given.get("after"))
    names = [field.name for field in form.visible_fields()]
    asked = {name: value for name in names if (value := request.GET.get(name))}
    context = {
        "tabs": tabs("funding:list"),
        "form": form,
        "filtered": bool(asked),
        "count": found.count(),
        "columns": columns("Program", "Kind", "Deadline", "Match"),
        "rows": [_row(program) for program in shown.rows],
        "csv": f"{reverse('funding:csv')}?{urlencode(asked)}",
        "enters": acts(request),
        **page_links(request, shown),
    }
    return render(request, "funding/program_list.html", context)


def _row(program: Program) -> list[Any]:
    link = part("link", text=program.name, href=reverse("funding:program", args=[program.pk]))
    return [
        part("lines", text=link, under=program.funder),
        program.get_kind_display(),
        deadline(program),
        match(program),
    ]


def deadline(program: Program) -> object:
    """The last day to apply, marked when it has passed."""
    if program.deadline_on is None:
        return "None"
    if program.deadline_on < timezone.localdate():
        return part("lines", text=program.deadline_on, under="has passed")
    return program.deadline_on


def match(program: Program) -> str:
    if not program.match_percent:
        return "None"
    return f"{program.match_percent.normalize():f} %, {program.get_match_kind_display().lower()}"


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("funding-programs", CSV, _lines(found.order_by("name", "pk")))


def _lines(found: QuerySet[Program]) -> Iterator[tuple[object, ...]]:
    for each in found.iterator(chunk_size=500):
        days = (each.deadline_on, each.first_on, each.last_on)
        terms = (each.match_percent, each.get_match_kind_display(), each.no_supplanting, each.one_a_state)
        yield each.name, each.funder, each.get_kind_display(), *days, *terms


@members
@require_GET
def program(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One program: its terms, and what the person's agency made of it."""
    found, person = get_object_or_404(Program.objects.select_related("kept_by"), pk=pk), person_of(request)
    actions = []
    if allows(policy.may_apply, person, agency_id_of(request), found):
        actions.append({"label": "Apply", "href": reverse("funding:apply", args=[pk]), "main": True})
    if allows(policy.may_keep_program, person, found):
        actions.append({"label": "Correct", "href": reverse("funding:change", args=[pk]), "main": False})
    applications = seen(request).filter(program=found).select_related("agency").order_by("pk")
    context = {
        "program": found,
        "crumbs": crumbs({"label": found.name}),
        "actions": actions,
        "pairs": _pairs(found),
        "columns": columns("Applicant", "State"),
        "rows": [
            [
                part("link", text=str(each.agency), href=reverse("funding:application", args=[each.pk])),
                part("state", status=each.status),
            ]
            for each in applications
        ],
    }
    return render(request, "funding/program_detail.html", context)


def _pairs(found: Program) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [
        ("Kind", found.get_kind_display()),
        ("Deadline", deadline(found)),
        ("Period from", found.first_on),
        ("Period to", found.last_on),
        ("Match", match(found)),
        ("Asks to declare that nothing is supplanted", found.no_supplanting),
        ("One application a state", found.one_a_state),
        ("Entered by", found.kept_by),
    ]
    if found.link:
        pairs.append(("Announced at", part("link", text=found.link[:80], href=found.link)))
    return pairs


@members
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a program."""
    person, agency_id = person_of(request), agency_id_of(request)
    policy.may_act(person, agency_id)
    assert agency_id is not None  # noqa: S101  (who acts, acts for one)
    form = ProgramForm(posted(request))
    if form.is_valid():
        made = tried(form, lambda: commands.save_program(actor=person, agency_id=agency_id, **form.cleaned_data))
        if made is not None:
            messages.success(request, "The program is entered. Everybody in the portal reads it.")
            return redirect("funding:program", made.pk)
    back = (reverse("funding:list"), "Funding")
    return form_page(request, form, title="Enter a program", submit="Enter", back=back)


@members
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a program."""
    found, person = get_object_or_404(Program, pk=pk), person_of(request)
    policy.may_keep_program(person, found)
    form = ProgramForm(posted(request), initial={name: getattr(found, name) for name in TERMS})

    def command() -> object:
        return commands.save_program(actor=person, agency_id=found.kept_by_id, program_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The program is corrected.", "funding:program", pk):
        return answer
    back = (reverse("funding:program", args=[pk]), found.name)
    return form_page(request, form, title=f"Correct {found}", submit="Save", back=back)
