"""Docket text that waits for its custodian to release it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from agencies.models import Role
from agencies.views.shared import membership_of
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import clearing, commands, searching
from portal.records.looking import decision_of, looking, shown
from sharing_agreements.models import Action

from .custody import run

MOST = clearing.RECORDS * clearing.ENTRIES


@members
@require_http_methods(["GET", "HEAD", "POST"])
def work_list(request: HttpRequest) -> HttpResponse:
    """What waits, with the likely names marked; entries in which none were found are released together."""
    membership = membership_of(request)
    if membership is None or not membership.has(Role.CUSTODIAN):
        raise PermissionDenied("A records custodian releases the docket text of their own agency.")
    return _release(request) if request.method == "POST" else _page(request)


@looking(Action.VIEW)
def _page(request: HttpRequest) -> HttpResponse:
    decision = decision_of(request)
    found, following = clearing.waiting(decision, searching.place(request.GET.get("after", "")))
    if found:
        shown(
            request,
            decision,
            records=[each.case.envelope.id for each in found],
            sets=[each.case.envelope.record_set_id for each in found],
            found=len(found),
            withheld=sum(each.case.withheld for each in found),
            seen=[seen for each in found for seen in each.case.seen],
        )
    context = {"found": found, "following": searching.written(following), "after": request.GET.get("after", "")}
    return TemplateResponse(request, "records/clearing.html", context)


def _release(request: HttpRequest) -> HttpResponse:
    released, left = 0, 0
    for each in request.POST.getlist("entry")[:MOST]:
        record, _, entry = each.partition("_")
        try:
            run(request, _uuid(record), commands.clear_entry, entry_id=_uuid(entry))
            released += 1
        except Refused:
            left += 1
    if left:
        messages.error(request, f"{left} of the entries could not be released: read them one by one.")
    if released:
        messages.success(request, f"{released} entr{'y is' if released == 1 else 'ies are'} released.")
    elif not left:
        messages.info(request, "Tick the entries that you have read and release.")
    return redirect("records:clearing")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
