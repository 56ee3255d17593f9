"""Who audits an agency or the whole portal."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies import commands, policy
from agencies.forms import AppointmentForm
from agencies.models import Agency, Auditor, Invitation
from portal.kernel.access import members
from portal.kernel.errors import Refused

from .invitations import STATES, WAITS, mail_state
from .shared import action, columns, form_page, person_of, pressed, register_tabs, say, tried


@members
@require_GET
def auditor_list(request: HttpRequest) -> HttpResponse:
    """Every appointment, for portal administrators."""
    if not policy.keeps_portal(person_of(request)):
        raise Http404
    invited = Invitation.objects.unanswered().filter(audits=True).select_related("agency").prefetch_related("mails")
    over = Auditor.objects.exclude(ended_at=None).select_related("person", "agency").order_by("-ended_at")
    context = {
        "tabs": register_tabs(person_of(request), "auditors"),
        "auditors": Auditor.objects.filter(ended_at=None).select_related("person", "agency").order_by("person__email"),
        "invitations": [
            {"it": each, "state": STATES[each.status], "mail": mail_state(each), "waits": each.status in WAITS}
            for each in invited.order_by("-invited_at")
        ],
        "ended_columns": columns("Name", "Audited", "From", "Until"),
        "ended": [
            [str(each.person), str(each.agency or "The whole portal"), each.started_at, each.ended_at]
            for each in over[:50]
        ],
        "actions": [action("Appoint an auditor of the whole portal", "appoint_auditor", icon="plus", main=True)],
    }
    return render(request, "agencies/auditor_list.html", context)


@members
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Somebody who audits one agency, or without one the whole portal."""
    person = person_of(request)
    agency = get_object_or_404(Agency, pk=pk) if pk else None
    policy.may_appoint_auditors(person)
    form = AppointmentForm(request.POST or None)
    if form.is_valid():
        try:
            done = tried(form, lambda: commands.appoint_auditor(actor=person, agency_id=pk, **form.cleaned_data))
        except Refused as repeated:
            say(request, repeated)
            return redirect("agencies:auditors")
        if done:
            said = (
                f"{done.email} is invited by mail." if isinstance(done, Invitation) else f"{done.person} is appointed."
            )
            messages.success(request, said)
            return redirect("agencies:auditors")
    return form_page(
        request,
        form,
        title=f"Appoint an auditor of {agency or 'the whole portal'}",
        submit="Appoint",
        back=(reverse("agencies:auditors"), "Auditors"),
        lead="An auditor sees what changed and who looked at which record when, under which rule, and changes nothing. "
        "Nobody audits an agency where they work.",
    )


@members
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request)
    if not policy.keeps_portal(person):
        raise Http404
    found = get_object_or_404(Auditor.objects.select_related("person"), pk=pk)
    return pressed(
        request,
        lambda: commands.end_auditor(actor=person, auditor_id=pk),
        f"{found.person} no longer audits.",
        "agencies:auditors",
    )
