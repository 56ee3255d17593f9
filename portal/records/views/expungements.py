"""Records that were destroyed by order: how, what is left of them, and the word of those who had looked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import Agency, Auditor, Membership, Role
from agencies.views.shared import columns, is_the_person, membership_of, posted, put_on, say, sent
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.records import commands, expunged, policy, readers
from portal.records.carried import question
from portal.records.decision import BY_OFFICE
from portal.records.forms import ConfirmForm, DestroyedForm, ExpungeForm
from portal.records.looking import current_inquiry, looking, person_of
from portal.records.models import AccessEntry, Expungement, ExpungementRequest
from portal.records.searching import SESSION_SEARCHES

from .custody import kept_case, run

MOST = 200
TAKEN_BACK = (readers.RECALLED, "record.expunged")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def expunge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a record to be destroyed, or confirm what a colleague asked for; the password is asked again."""
    if asked_first := question(request, current_inquiry(request)):
        return asked_first
    confirms = request.POST.get("do") == "confirm"
    form = ConfirmForm(request.POST) if confirms else ExpungeForm(posted(request))
    with expunged.reading():
        if _seen(request).filter(pk=pk).exists():
            return redirect("records:detail", pk)
    if form.is_valid() and is_the_person(request, form):
        said = {name: value for name, value in form.cleaned_data.items() if name != "password"}
        try:
            run(request, pk, commands.expunge if confirms else commands.ask_expungement, **said)
        except Refused as no:
            form.add_error(None, str(no))
        except ValidationError as wrong:
            put_on(form, wrong)
        else:
            return _expunged(request, pk) if confirms else _asked(request, pk)
    if not request.user.is_authenticated:  # too many wrong passwords
        return redirect("account_login")
    return _expunge_page(request, pk=pk, form=form)


def _asked(request: HttpRequest, pk: UUID) -> HttpResponse:
    messages.success(request, "Asked for. The record is destroyed once another records custodian confirms it.")
    return redirect("records:expunge", pk)


def _expunged(request: HttpRequest, pk: UUID) -> HttpResponse:
    request.session.pop(SESSION_SEARCHES, None)  # written back at the end of this request, it would stay
    messages.success(request, "The record is expunged. Every agency that looked at it is told.")
    return redirect("records:detail", pk)


@looking(BY_OFFICE)
def _expunge_page(request: HttpRequest, *, pk: UUID, form: ExpungeForm | ConfirmForm) -> HttpResponse:
    """The form that asks; where it is asked for already, what was asked, and the form that confirms to another."""
    case, person = kept_case(request, pk), person_of(request)
    owner = Agency.objects.get(pk=case.open_set.owner_id)
    asked = ExpungementRequest.objects.filter(record=pk).select_related("asked_by").first()
    if asked is not None and isinstance(form, ExpungeForm):
        form = ConfirmForm()
    if isinstance(form, ExpungeForm):
        form.offer(policy.grounds(case.envelope.record_class, case.envelope.retain_until, owner.today))
    keepers = Membership.objects.current().with_role(Role.CUSTODIAN).filter(agency=owner)
    context = {
        "form": form,
        "case": case,
        "asked": asked,
        "pairs": _why(asked) if asked else [],
        "mine": asked is not None and asked.asked_by_id == person.pk,
        "alone": not keepers.exclude(person=person).exists(),
        "told": readers.agencies(pk, owner.pk).order_by("name"),
    }
    return TemplateResponse(request, "records/record_expunge.html", context)


def _why(of: ExpungementRequest | Expungement) -> list[tuple[str, Any]]:
    """On what ground a record is destroyed, and by which order."""
    ordered = [("Ordered by", of.authority), ("Order", part("link", text=of.order_number, mono=True))]
    order = [*ordered, ("Ordered on", of.ordered_on)] if of.order_number else []
    return [("Ground", of.get_ground_display()), *order, ("Asked for by", str(of.asked_by) if of.asked_by else None)]


@members
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what one asked for, or refuse what a colleague asked for."""
    try:
        run(request, pk, commands.withdraw_expungement)
    except Refused as no:
        say(request, no)
    else:
        messages.success(request, "The record is kept. Nobody asks for it to be destroyed any more.")
    return redirect("records:keeping")


def _seen(request: HttpRequest) -> Any:
    seen = Expungement.objects.visible_to(person_of(request), membership_of(request))
    return seen.select_related("record_set__owner", "expunged_by", "asked_by")


def tombstone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is left of a record, for its custodians and auditors; to everybody else there never was one."""
    with expunged.reading():
        found: Expungement = get_object_or_404(_seen(request), pk=pk)
        given = {each.agency_id: each for each in found.certificates.select_related("given_by")}
    owner = found.record_set.owner
    told = list(readers.agencies(pk, owner.pk).order_by("name"))
    context = {
        "found": found,
        "pairs": [
            *_why(found),
            ("Expunged", found.expunged_at),
            ("Confirmed by", str(found.expunged_by)),
            ("Record set", part("lines", text=found.record_set.name, under=owner.name)),
            ("Record id", part("link", text=str(found.pk), mono=True)),
        ],
        "columns": columns("Agency", "Certificate", "How"),
        "rows": [_certified(agency, given.get(agency.pk)) for agency in told],
        "open": sum(agency.pk not in given for agency in told),
    }
    return TemplateResponse(request, "records/record_expunged.html", context)


def _certified(agency: Agency, given: Any) -> list[Any]:
    if given is None:
        return [agency.name, part("chip", tone="warn", icon="clock", text="Awaited"), None]
    mark = part("chip", tone="good", icon="check", text=given.get_manner_display())
    by = part("lines", text=given.method, under=f"{given.given_by}, {given.title}")
    return [agency.name, part("lines", text=mark, under=given.at), by]


@members
@require_safe
def expungements(request: HttpRequest) -> HttpResponse:
    """Every expungement of one's agency, or of those that one audits, the newest first."""
    membership, person = membership_of(request), person_of(request)
    keeps = membership is not None and membership.has(Role.CUSTODIAN)
    if not keeps and not Auditor.objects.current().filter(person=person).exists():
        raise Http404
    rows = []
    with expunged.reading():
        found = list(_seen(request).order_by("-expunged_at")[: MOST + 1])
        for each in found[:MOST]:
            certified = each.certificates.values("agency")
            awaited = readers.agencies(each.pk, each.record_set.owner_id).exclude(pk__in=certified).count()
            state = part("chip", tone="warn", icon="clock", text=f"{awaited} awaited") if awaited else "All certified"
            at = reverse("records:detail", args=[each.pk])
            order = part("link", text=each.order_number or each.get_ground_display(), href=at)
            rows.append([order, each.authority, each.record_set.name, each.expunged_at, state])
    context = {
        "columns": columns("Order or ground", "Court", "Record set", "Expunged", "Certificates"),
        "rows": rows,
        "more": len(found) > MOST,
    }
    return render(request, "records/expungements.html", context)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def recalled(request: HttpRequest, event: UUID) -> HttpResponse:
    """For an agency that had looked: that a record was taken back or expunged, with its own numbers to find its copies
    by, and its word that they are destroyed."""
    membership = membership_of(request)
    if membership is None:
        raise Http404
    found = Event.objects.filter(pk=event, kind__in=TAKEN_BACK).first()
    # Asked of what is not there too, so that both answers take the same statements.
    of, owner_id = (found.subject_id, found.acting_agency_id or event) if found else (event, event)
    told = readers.members(of, owner_id)
    if not told.filter(pk=membership.pk).exists() or found is None:
        raise Http404
    owner = Agency.objects.get(pk=owner_id)
    order = certificate = None
    if found.kind == "record.expunged":
        with expunged.reading():
            order = Expungement.objects.get(pk=found.subject_id)
            certificate = order.certificates.filter(agency=membership.agency_id).select_related("given_by").first()
    may = order is not None and allows(policy.may_certify_destruction, person_of(request), membership, told)
    form = DestroyedForm(posted(request))
    if request.method == "POST" and order is not None:
        answer = sent(
            request,
            form,
            lambda: commands.certify_destruction(
                actor=person_of(request),
                membership_id=membership.pk,
                expungement_id=found.subject_id,
                **form.cleaned_data,
            ),
            "Certified. The owner reads it.",
            "records:recalled",
            event,
        )
        if answer is not None:
            return answer
    mine = readers.looks(found.subject_id, owner.pk).filter(agency=membership.agency_id)
    if not membership.has(*readers.OFFICES):
        mine = mine.filter(person=person_of(request))
    context = {
        "event": found,
        "owner": owner,
        "expunged": order,
        "lifted": readers.lifted(found),
        "certificate": certificate,
        "form": form if may else None,
        "columns": columns("When", "Who", "How", "Your case number", "Inquiry", "Passed on to"),
        "rows": [_look(each) for each in mine.select_related("person", "inquiry", "release").order_by("-at")[:MOST]],
    }
    return render(request, "records/record_recalled.html", context)


def _look(entry: AccessEntry) -> list[Any]:
    inquiry = entry.inquiry
    return [
        entry.at,
        str(entry.person),
        entry.get_action_display(),
        inquiry.case_number if inquiry else "",
        part("link", text=inquiry.number, mono=True) if inquiry else "",
        entry.release.recipient if entry.release else "",
    ]
