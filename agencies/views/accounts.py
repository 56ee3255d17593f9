"""Accounts, as those see them who answer for them: administrators of the agency and of the portal."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies import commands, lockouts, policy, register
from agencies.forms import PeopleFilter, ReasonForm
from agencies.models import Training, User
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import action, columns, csv_link, form_page, page_links, person_of, pressed, refused, register_tabs, tried
from .staff import TRAININGS, account_state, training_chip

COLUMNS = ("Last name", "First name", "Work email", "Account", "Roles", "Last sign-in")


def person_kept(request: HttpRequest, pk: UUID) -> User:
    """An account that whoever asks answers for; for anybody else there is none."""
    return get_object_or_404(register.people_kept_by(person_of(request)), pk=pk)


@members
@require_GET
def people_list(request: HttpRequest) -> HttpResponseBase:
    """Every account of the portal, for portal administrators."""
    person = person_of(request)
    if not policy.keeps_portal(person):
        raise Http404
    asked = PeopleFilter(request.GET)
    asked.is_valid()
    given = asked.cleaned_data
    found = register.people(words=given.get("q", ""), status=given.get("status", ""), role=given.get("role", ""))
    if request.GET.get("format") == "csv":
        return csv_answer("people", COLUMNS, _lines(found))
    page = register.page(found, "email", before=given.get("before"), after=given.get("after"))
    locked = lockouts.locked_since()
    context = {
        "form": asked,
        "count": found.count(),
        "columns": columns("Name", "Work email", "Roles", "Last sign-in", "Account"),
        "tabs": register_tabs(person, "people_list"),
        "rows": [
            [
                part("link", text=str(each), href=reverse("agencies:person", args=[each.pk])),
                each.email,
                _roles(each),
                each.last_login,
                account_state(each, each.email in locked),
            ]
            for each in page.rows
        ],
        "csv": csv_link(request),
        **page_links(request, page),
    }
    return render(request, "agencies/person_list.html", context)


def _roles(person: User) -> object:
    """One line a place, or nothing."""
    found = register.roles_of(person)
    lines = format_html_join(mark_safe("<br>"), "{}", ((each,) for each in found))
    return format_html("<span>{}</span>", lines) if found else ""


def _lines(found: QuerySet[User]) -> Iterator[tuple[object, ...]]:
    for each in found.order_by("email").iterator(chunk_size=1000):
        yield (
            each.last_name,
            each.first_name,
            each.email,
            "Active" if each.is_active else "Not active",
            "; ".join(register.roles_of(each)),
            each.last_login.isoformat() if each.last_login else "",
        )


@members
@require_GET
def person_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: where the person works, what they were trained in, whether they can sign in."""
    me, person = person_of(request), person_kept(request, pk)
    kept = register.memberships_kept_by(me).filter(person=person)
    trainings = person.trainings.select_related("recorded_by").order_by("-expires_on")
    latest = trainings.filter(kind=Training.Kind.AWARENESS).first()
    locked = lockouts.is_locked(person.email)
    may_record = allows(policy.may_record_training, me, person)
    context = {
        "person": person,
        "facts": [account_state(person, locked), *(["Portal administrator"] if person.is_portal_administrator else [])],
        "account": [
            ("Training", training_chip(latest.expires_on if latest else None)),
            ("Last sign-in", person.last_login and timezone.localdate(person.last_login)),
            ("Account since", timezone.localdate(person.date_joined)),
        ],
        "training_columns": TRAININGS,
        "actions": [action("Record a training", "record_training", pk, icon="plus", main=True)] if may_record else [],
        "memberships": [
            {"it": each, "may": allows(policy.may_change_membership, me, each)} for each in kept.order_by("-started_at")
        ],
        "trainings": [[each.title, each.completed_on, each.expires_on, str(each.recorded_by)] for each in trainings],
        "may_deactivate": allows(policy.may_deactivate, me, person),
        "may_reactivate": allows(policy.may_reactivate, me, person),
        "may_release": locked and allows(policy.may_release_lockout, me, person),
    }
    return render(request, "agencies/person_detail.html", context)


@members
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The account closes at once, with a reason."""
    me, person = person_of(request), person_kept(request, pk)
    if refused(request, policy.may_deactivate, me, person):
        return redirect("agencies:person", pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        done = tried(form, lambda: commands.deactivate_person(actor=me, person_id=pk, **form.cleaned_data))
        if done:
            messages.success(request, f"The account of {person} is closed. Every session has ended.")
            return redirect("agencies:person", pk)
    return form_page(
        request,
        form,
        title=f"Deactivate {person}",
        submit="Deactivate now",
        back=(reverse("agencies:person", args=[pk]), str(person)),
        stop=True,
        lead=f"{person} is signed out everywhere at once and can't sign in until somebody reactivates the account. "
        "Memberships stay and open nothing meanwhile; invitations that they made are withdrawn.",
    )


@members
@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _press(request, pk, commands.reactivate_person, "{} can sign in again.", "agencies:person")


@members
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _press(request, pk, commands.release_lockout, "The account of {} is open again.", "agencies:locked")


def _press(request: HttpRequest, pk: UUID, command: Callable[..., User], done: str, to: str) -> HttpResponse:
    me, person = person_of(request), person_kept(request, pk)
    place = (to, pk) if to == "agencies:person" else (to,)
    return pressed(request, lambda: command(actor=me, person_id=pk), done.format(person), *place)


@members
@require_GET
def locked_list(request: HttpRequest) -> HttpResponse:
    """Accounts that too many failures have locked, of people whom one answers for."""
    me = person_of(request)
    if not policy.keeps_portal(me) and not register.administered_by(me).exists():
        raise Http404
    since = lockouts.locked_since()
    found = register.people_kept_by(me).filter(email__in=since).order_by("email")
    context = {
        "tabs": register_tabs(me, "locked"),
        "people": [
            {"it": each, "since": since[each.email], "may": allows(policy.may_release_lockout, me, each)}
            for each in found
        ],
    }
    return render(request, "agencies/person_locked.html", context)
