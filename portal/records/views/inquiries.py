"""Stating why one looks. The session holds one inquiry; opening another ends the one before."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import membership_of
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import commands, policy, purposes
from portal.records.carried import carried, exports_lost, mark, moved, page_of
from portal.records.forms import InquiryForm
from portal.records.looking import current_inquiry, forget_inquiry, keep_inquiry, person_of
from portal.records.models import Export, Inquiry


@members
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry_open(request: HttpRequest) -> HttpResponse:
    """The form for purpose and case number; with an inquiry open already, the form that changes it."""
    if current_inquiry(request):
        return inquiry_change(request)
    person, membership = person_of(request), membership_of(request)
    policy.may_look(person, membership)
    if membership is None:
        raise PermissionDenied
    form = InquiryForm(
        request.POST or None,
        initial={"next": request.GET.get("next", "")},
        opened=purposes.opened(membership.agency_id),
    )

    def opened(purpose: str, case_number: str, key: UUID | None) -> Inquiry:
        page = page_of(request)
        if page is not None and page.membership != membership:
            raise Refused(
                f"You act for {membership.agency} now, and acted for another agency when this page was made. Press "
                f"again to open the inquiry for {membership.agency}.",
                code="another_membership",
            )
        return commands.open_inquiry(
            actor=person, membership_id=membership.pk, purpose=purpose, case_number=case_number, key=key
        )

    return _kept(request, form, opened) or TemplateResponse(request, "records/inquiry_open.html", {"form": form})


@members
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry_change(request: HttpRequest) -> HttpResponse:
    """The same form over an open inquiry, which ends when the new one opens."""
    inquiry = current_inquiry(request)
    if inquiry is None:
        return redirect("records:inquiry")
    old = inquiry.pk
    form = InquiryForm(
        request.POST or None,
        initial={
            "purpose": inquiry.purpose,
            "case_number": inquiry.case_number,
            "next": _came_from(request),
        },
        opened=purposes.opened(inquiry.membership.agency_id),
    )

    def changed(purpose: str, case_number: str, key: UUID | None) -> Inquiry:
        another = carried(request) not in ("", mark(inquiry, inquiry.membership))
        if another and (purpose, case_number) != (inquiry.purpose, inquiry.case_number):
            raise Refused(
                f"Inquiry {inquiry.number} was opened since this page was made, in another tab perhaps. Press again if "
                "it is the one to change.",
                code="another_inquiry",
            )
        return commands.change_inquiry(
            actor=person_of(request), inquiry_id=old, purpose=purpose, case_number=case_number, key=key
        )

    context = {"form": form, "changing": inquiry, "exports_lost": exports_lost(inquiry)}
    return _kept(request, form, changed) or TemplateResponse(request, "records/inquiry_open.html", context)


@members
@require_POST
def inquiry_end(request: HttpRequest) -> HttpResponse:
    inquiry = current_inquiry(request)
    if inquiry is not None and carried(request) not in ("", mark(inquiry, inquiry.membership)):
        messages.warning(
            request,
            f"Inquiry {inquiry.number} stays open: it is not the one of the page on which you pressed End. "
            "End it here, if it is the one you mean.",
        )
        return redirect("records:search")
    if inquiry is not None:
        lost = Export.objects.open_under(inquiry).count()
        commands.end_inquiry(actor=person_of(request), inquiry_id=inquiry.pk)
        messages.success(
            request,
            f"Inquiry {inquiry.number} has ended. Shared records are closed to you until the next."
            + (f" Your {lost} export{'' if lost == 1 else 's'} under it went with it." if lost else ""),
        )
    forget_inquiry(request)
    return redirect("records:search")


def _kept(
    request: HttpRequest, form: InquiryForm, command: Callable[[str, str, UUID | None], Inquiry]
) -> HttpResponse | None:
    """Run the command over a valid form and go where the person was; None where the form needs another look."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        inquiry = command(form.cleaned_data["purpose"], form.cleaned_data["case_number"], form.cleaned_data["key"])
    except Refused as error:
        form.add_error(None, str(error))
        return None
    except ValidationError as error:
        form.add_error(None, error)
        return None
    keep_inquiry(request, inquiry)
    messages.success(request, f"Inquiry {inquiry.number} is open.")
    address, search = moved(_safe(request, form.cleaned_data["next"]), mark(inquiry, None)), reverse("records:search")
    nothing = purposes.nothing_for(inquiry.purpose, inquiry.membership.agency_id)
    if nothing and address.partition("?")[0] != search:  # the search says so itself
        messages.warning(request, nothing)
    return redirect(address)


def _came_from(request: HttpRequest) -> str:
    """The page of records on which the form was asked for, as the browser says. In the address of the form it would
    stand on every page, and nothing of the page that says that nothing is there may depend on its address."""
    page = urlsplit(request.headers.get("Referer", ""))
    address = f"{page.path}?{page.query}" if page.query else page.path
    inside = page.netloc == request.get_host() and address.startswith(reverse("records:search"))
    return address if inside and not address.startswith(reverse("records:inquiry")) else ""


def _safe(request: HttpRequest, address: str) -> str:
    """Where the person came from, if it is a page of this portal."""
    fits = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if fits and address.startswith("/") else reverse("records:search")
