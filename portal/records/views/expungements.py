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
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency, Auditor, Role
from agencies.views.shared import columns, is_the_person, membership_of, posted, put_on, sent
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.records import commands, expunged, policy, readers
from portal.records.forms import DestroyedForm, ExpungeForm
from portal.records.looking import decision_of, looking, person_of
from portal.records.models import AccessEntry, Expungement
from portal.records.searching import SESSION_SEARCHES
from portal.records.shown import case_file
from sharing_agreements.models import Action

from .custody import run

MOST = 200
TAKEN_BACK = (readers.RECALLED, "record.expunged")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def expunge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Destroy a record by a court's order; the password is asked again."""
    form = ExpungeForm(posted(request))
    with expunged.reading():
        if _seen(request).filter(pk=pk).exists():
            return redirect("records:detail", pk)
    if form.is_valid() and is_the_person(request, form):
        order = {name: form.cleaned_data[name] for name in ("authority", "order_number", "ordered_on")}
        try:
            run(request, pk, commands.expunge, **order)
        except Refused as no:
            form.add_error(None, str(no))
        except ValidationError as wrong:
            put_on(form, wrong)
        else:
            request.session.pop(SESSION_SEARCHES, None)  # written back at the end of this request, it would stay
            messages.success(request, "The record is expunged. Every agency that looked at it is told.")
            return redirect("records:detail", pk)
    if not request.user.is_authenticated:  # too many wrong passwords
        return redirect("account_login")
    return _expunge_page(request, pk=pk, form=form)


@looking(Action.VIEW)
def _expunge_page(request: HttpRequest, *, pk: UUID, form: ExpungeForm) -> HttpResponse:
    decision, membership = decision_of(request), membership_of(request)
    case = case_file(decision, pk)
    if case is None or membership is None:
        raise Http404
    policy.may_keep(person_of(request), membership, decision, case.envelope.record_set_id)
    told = readers.agencies(pk, case.open_set.owner_id).order_by("name")
    return TemplateResponse(request, "records/record_expunge.html", {"form": form, "case": case, "told": told})


def _seen(request: HttpRequest) -> Any:
    seen = Expungement.objects.visible_to(person_of(request), membership_of(request))
    return seen.select_related("record_set__owner", "expunged_by")


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
            ("Ordered by", found.authority),
            ("Order", part("link", text=found.order_number, mono=True)),
            ("Ordered on", found.ordered_on),
            ("Expunged", found.expunged_at),
            ("By", str(found.expunged_by)),
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
            order = part("link", text=each.order_number, href=reverse("records:detail", args=[each.pk]), mono=True)
            rows.append([order, each.authority, each.record_set.name, each.expunged_at, state])
    context = {
        "columns": columns("Order", "Court", "Record set", "Expunged", "Certificates"),
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
