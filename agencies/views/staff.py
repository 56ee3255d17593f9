"""What an agency holds, and who works there."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods

from agencies import commands, lockouts, policy, register
from agencies.forms import ReasonForm, RecordSetForm, RolesForm, TrainingForm
from agencies.models import Agency, Membership, Training, User
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import (
    action,
    agency_page,
    columns,
    csv_link,
    form_page,
    head,
    keeps_people,
    person_of,
    refused,
    tabs,
    tried,
)

KNOWN = ("Name", "Work email", "Title", "Roles", "From", "Until")
KEPT = ("Training until", "Account")


@members
@require_GET
def record_sets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the agency holds and can share."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    may_open = allows(policy.may_open_record_set, person, agency)
    opening = action("Open a record set", "open_record_set", agency.pk, icon="plus", main=True)
    context = {
        "agency": agency,
        "columns": columns("Name", "Class", "Description", "State"),
        "rows": [
            [held.name, held.get_record_class_display(), held.description, closed(held.closed_at is not None)]
            for held in agency.record_sets.order_by("name")
        ],
        "tabs": tabs(person, agency, "record_sets"),
        "may_open": may_open,
        "actions": [opening] if may_open else [],
        **head(agency),
    }
    return render(request, "agencies/agency_record_sets.html", context)


def closed(is_closed: bool) -> Part:
    return part("state", status="closed") if is_closed else part("chip", tone="good", icon="good", text="Open")


@members
@require_http_methods(["GET", "POST"])
def open_record_set(request: HttpRequest, pk: UUID) -> HttpResponse:
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    if refused(request, policy.may_open_record_set, person, agency):
        return redirect("agencies:record_sets", agency.pk)
    form = RecordSetForm(request.POST or None)
    if form.is_valid():
        held = tried(form, lambda: commands.open_record_set(actor=person, agency_id=agency.pk, **form.cleaned_data))
        if held:
            messages.success(request, f"{held.name} is open. Records can be imported into it.")
            return redirect("agencies:record_sets", agency.pk)
    return form_page(
        request,
        form,
        title="Open a record set",
        submit="Open",
        back=agency_page(agency),
        lead="A record set is what agreements share: records of one kind that the agency answers for.",
    )


# --- People ---------------------------------------------------------------------------------------------------------


@members
@require_GET
def agency_people(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Who works at the agency, in which roles, trained until when; and who audits it."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    policy.may_see_people(person, agency)
    keeps = keeps_people(person, agency) or policy.audits(person, pk)
    awareness = Q(person__trainings__kind=Training.Kind.AWARENESS)
    trained = Max("person__trainings__expires_on", filter=awareness)
    here = agency.memberships.select_related("person").annotate(trained=trained)
    if request.GET.get("format") == "csv":
        return csv_answer("people", (*KNOWN, *KEPT) if keeps else KNOWN, _lines(here, keeps))
    now = here.filter(ended_at=None).order_by("person__last_name", "person__first_name", "pk")
    locked, opens = lockouts.locked_since(), keeps_people(person, agency)
    context = {
        "agency": agency,
        "columns": columns("Name", "Title", "Roles", *(["Training", "Account"] if keeps else [])),
        "left_columns": columns("Name", "Title", "Roles", "From", "Until"),
        "rows": [_row(each, each.person.email in locked, known=keeps, opens=opens) for each in now],
        "left": [
            [str(each.person), each.title, each.role_names, each.started_at, each.ended_at]
            for each in here.exclude(ended_at=None).order_by("-ended_at")[:50]
        ],
        "keeps": keeps,
        "auditors": agency.auditors.filter(ended_at=None).select_related("person"),
        "may_appoint": allows(policy.may_appoint_auditors, person),
        "csv": csv_link(request),
        "tabs": tabs(person, agency, "people"),
        "actions": [action("Invite somebody", "invite", agency.pk, icon="plus", main=True)]
        if policy.administers(person, agency.pk)
        else [],
        **head(agency),
    }
    return render(request, "agencies/agency_people.html", context)


def _row(membership: Membership, locked: bool, *, known: bool, opens: bool) -> list[object]:
    """One line of the people: training and account for who answers for them, `opens` links to the person's page."""
    person = membership.person
    name = part("link", text=str(person), href=reverse("agencies:person", args=[person.pk])) if opens else str(person)
    shown: list[object] = [part("lines", text=name, under=person.email), membership.title, membership.role_names]
    if known:
        trained: date | None = vars(membership)["trained"]
        shown += [training_chip(trained), account_state(person, locked)]
    return shown


TRAININGS = columns("Training", "Completed", "Counts until", "Recorded by")


def training_chip(until: date | None) -> Part:
    """Whether a training counts today, in a word."""
    if until is None:
        return part("chip", tone="warn", icon="none", text="Not trained")
    if until < timezone.localdate():
        return part("chip", tone="stop", icon="cross", text=f"Ended {in_words(until)}")
    return part("chip", tone="good", icon="good", text=f"Until {in_words(until)}")


def in_words(on: date) -> str:
    return date_format(on, "M j, Y")


def account_state(person: User, locked: bool) -> Part:
    if not person.is_active:
        return part("state", status="inactive")
    return part("state", status="locked" if locked else "active")


def _lines(here: QuerySet[Membership], keeps: bool) -> Iterator[tuple[object, ...]]:
    for each in here.order_by("person__last_name", "person__first_name", "pk").iterator(chunk_size=1000):
        dates = (each.started_at.isoformat(), each.ended_at.isoformat() if each.ended_at else "")
        kept = (vars(each)["trained"], "Active" if each.person.is_active else "Not active") if keeps else ()
        yield str(each.person), each.person.email, each.title, each.role_names, *dates, *kept


# --- One membership -------------------------------------------------------------------------------------------------


@members
@require_http_methods(["GET", "POST"])
def membership_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Title and roles of one membership."""
    person = person_of(request)
    membership = get_object_or_404(register.memberships_kept_by(person), pk=pk)
    if refused(request, policy.may_change_membership, person, membership):
        return redirect("agencies:people", membership.agency_id)
    form = RolesForm(request.POST or None, membership=membership)
    if form.is_valid():
        done = tried(form, lambda: commands.change_roles(actor=person, membership_id=pk, **form.cleaned_data))
        if done:
            messages.success(request, f"{membership.person} is now: {done.role_names}.")
            return redirect("agencies:person", membership.person_id)
    return form_page(
        request,
        form,
        title=f"Roles of {membership.person}",
        submit="Save",
        back=(reverse("agencies:person", args=[membership.person_id]), str(membership.person)),
        lead=f"At {membership.agency}. Roles count from the next page that {membership.person} opens.",
    )


@members
@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The end of a membership; the account stays."""
    person = person_of(request)
    membership = get_object_or_404(register.memberships_kept_by(person), pk=pk)
    if refused(request, policy.may_change_membership, person, membership):
        return redirect("agencies:people", membership.agency_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        done = tried(form, lambda: commands.end_membership(actor=person, membership_id=pk, **form.cleaned_data))
        if done:
            messages.success(request, f"{membership.person} no longer works at {membership.agency}.")
            return redirect("agencies:people", membership.agency_id)
    return form_page(
        request,
        form,
        title=f"End the membership of {membership.person}",
        submit="End the membership",
        back=(reverse("agencies:person", args=[membership.person_id]), str(membership.person)),
        stop=True,
        lead=f"From then on {membership.person} does nothing for {membership.agency} here. The account stays, for "
        "other agencies or a new invitation; to close it at once, deactivate it.",
    )


@members
@require_http_methods(["GET", "POST"])
def training_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A training that somebody of the agency has done."""
    person = person_of(request)
    other = get_object_or_404(register.people_kept_by(person), pk=pk)
    if refused(request, policy.may_record_training, person, other):
        return redirect("agencies:person", other.pk)
    form = TrainingForm(request.POST or None)
    if form.is_valid():
        done = tried(form, lambda: commands.record_training(actor=person, person_id=pk, **form.cleaned_data))
        if done:
            messages.success(request, f"The training of {other} counts until {in_words(done.expires_on)}.")
            return redirect("agencies:person", other.pk)
    return form_page(
        request,
        form,
        title=f"Record a training of {other}",
        submit="Record",
        back=(reverse("agencies:person", args=[other.pk]), str(other)),
        lead="Records open only to people with a training of the last year.",
    )
