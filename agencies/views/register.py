"""The register of agencies: found, added to, corrected."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies import commands, policy, register
from agencies.forms import ActivationForm, AgencyFilter, CorrectionForm, EndForm, RegistrationForm, zone_of
from agencies.models import Agency
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import (
    STATUS_PARTS,
    action,
    agency_page,
    columns,
    csv_link,
    form_page,
    head,
    page_links,
    person_of,
    refused,
    register_tabs,
    tabs,
    tried,
)


@members
@require_GET
def agency_list(request: HttpRequest) -> HttpResponseBase:
    """Every agency that is known here, whether or not it takes part."""
    asked = AgencyFilter(request.GET)
    asked.is_valid()
    given = asked.cleaned_data
    found = register.agencies(
        words=given.get("q", ""),
        kind=given.get("kind", ""),
        state=given.get("state", ""),
        status=given.get("status", ""),
    )
    if request.GET.get("format") == "csv":
        return csv_answer("agencies", register.AGENCY_COLUMNS, register.agency_rows(found))
    page = register.page(found, "name", before=given.get("before"), after=given.get("after"))
    context = {
        "form": asked,
        "count": found.count(),
        "columns": columns("Name", "Kind", "Place", "ORI or court id", "Status"),
        "rows": [_row(agency) for agency in page.rows],
        "statuses": _statuses(request, given.get("status", "")),
        "csv": csv_link(request),
        "actions": [action("Register an agency", "register", icon="plus", main=True)]
        if allows(policy.may_keep_agencies, person_of(request))
        else [],
        "tabs": register_tabs(person_of(request), "list"),
        **page_links(request, page),
    }
    return render(request, "agencies/agency_list.html", context)


def _statuses(request: HttpRequest, current: str) -> list[dict[str, object]]:
    """Links that narrow the list to one status and keep the rest of the filter."""
    asked = {key: value for key, value in request.GET.items() if key in {"q", "kind", "state"} and value}
    return [
        {"label": label, "href": "?" + urlencode({**asked, "status": value}), "current": value == current}
        for value, label in [("", "Every status"), *Agency.Status.choices]
    ]


def _row(agency: Agency) -> list[object]:
    return [
        part("link", text=agency.name, href=reverse("agencies:detail", args=[agency.pk])),
        agency.get_kind_display(),
        ", ".join(filter(None, [agency.county, agency.state])),
        agency.ori or agency.court_id,
        STATUS_PARTS[Agency.Status(agency.status)],
    ]


@members
@require_GET
def agency_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the register says of an agency."""
    agency = get_object_or_404(Agency.objects.select_related("parent"), pk=pk)
    person = person_of(request)
    parent = agency.parent
    pairs: list[tuple[str, Any]] = [
        ("Kind", agency.get_kind_display()),
        ("Level of government", agency.get_level_display()),
        ("State", agency.state),
        ("County", agency.county),
        ("ORI", agency.ori),
        ("Court id", agency.court_id),
        ("Part of", parent and part("link", text=parent.name, href=agency_page(parent)[0])),
        ("Time zone", agency.time_zone.replace("_", " ")),
        ("On the register from", agency.source or "A portal administrator"),
    ]
    context = {
        "agency": agency,
        "pairs": pairs,
        "more": _source_facts(agency),
        "parts": [
            part("link", text=each.name, href=agency_page(each)[0]) for each in agency.parts.order_by("name")[:50]
        ],
        "tabs": tabs(person, agency, "detail"),
        "actions": _actions(request, agency),
        **head(agency),
    }
    return render(request, "agencies/agency_detail.html", context)


def _actions(request: HttpRequest, agency: Agency) -> list[dict[str, object]]:
    person = person_of(request)
    shown = []
    if allows(policy.may_activate_agency, person, agency):
        shown.append(action("Activate", "activate", agency.pk, main=True))
    if allows(policy.may_keep_agencies, person):
        shown.append(action("Correct", "correct", agency.pk, icon="pen"))
    if allows(policy.may_end_agency, person, agency):
        shown.append(action("End", "end", agency.pk))
    return shown


def _source_facts(agency: Agency) -> list[tuple[str, str]]:
    """The rest of what the imported list holds, as far as it can be read as a name and a value."""
    facts = agency.source_facts if isinstance(agency.source_facts, dict) else {}
    plain = {name: value for name, value in facts.items() if isinstance(value, str | int | float) and value != ""}
    return [(name.replace("_", " ").capitalize(), str(value)) for name, value in sorted(plain.items())]


@members
@require_http_methods(["GET", "POST"])
def agency_register(request: HttpRequest) -> HttpResponse:
    """A new agency and the invitation of its first administrator."""
    person = person_of(request)
    policy.may_keep_agencies(person)
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        agency = tried(form, lambda: commands.register_agency(actor=person, **form.cleaned_data))
        if agency:
            messages.success(request, f"{agency} is on the register. Its first administrator is invited by mail.")
            return redirect("agencies:detail", agency.pk)
    return form_page(
        request,
        form,
        title="Register an agency",
        submit="Register",
        back=(reverse("agencies:list"), "Agencies"),
        lead="Look it up first: courts and police agencies of the public lists are there and only need activating.",
    )


@members
@require_http_methods(["GET", "POST"])
def agency_activate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An agency of the imported lists starts to work here."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    if refused(request, policy.may_activate_agency, person, agency):
        return redirect("agencies:detail", agency.pk)
    form = ActivationForm(request.POST or None, initial={"time_zone": zone_of(agency.state)})
    if form.is_valid():
        done = tried(form, lambda: commands.activate_agency(actor=person, agency_id=agency.pk, **form.cleaned_data))
        if done:
            messages.success(request, f"{agency} is active. Its first administrator is invited by mail.")
            return redirect("agencies:detail", agency.pk)
    return form_page(request, form, title=f"Activate {agency}", submit="Activate", back=agency_page(agency))


@members
@require_http_methods(["GET", "POST"])
def agency_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Facts of the register, changed with a reason."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    policy.may_keep_agencies(person)
    form = CorrectionForm(request.POST or None, agency=agency)
    if form.is_valid():
        done = tried(form, lambda: commands.correct_agency(actor=person, agency_id=agency.pk, **form.cleaned_data))
        if done:
            messages.success(request, f"{done} is corrected.")
            return redirect("agencies:detail", agency.pk)
    return form_page(request, form, title=f"Correct {agency}", submit="Save", back=agency_page(agency))


@members
@require_http_methods(["GET", "POST"])
def agency_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The end of an agency's part, with a reason."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    if refused(request, policy.may_end_agency, person, agency):
        return redirect("agencies:detail", agency.pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        done = tried(form, lambda: commands.end_agency(actor=person, agency_id=agency.pk, **form.cleaned_data))
        if done:
            messages.success(request, f"{agency} has ended.")
            return redirect("agencies:detail", agency.pk)
    return form_page(
        request,
        form,
        title=f"End {agency}",
        submit="End the agency",
        back=agency_page(agency),
        stop=True,
        lead="Its people can no longer act for it, its record sets close for everybody, its invitations are withdrawn. "
        "Nothing is deleted. This can't be taken back.",
    )
