"""Pages for people without an account: ask an agency, come back with number and code, appeal. Nothing of a request
stands in an address; answers that show one are not kept by any cache."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.views.shared import posted, tried
from portal.kernel.access import public
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from portal.kernel.throttle import within
from privacy.models import PolicyVersion
from privacy.redress import codes, commands, policy, statistics
from privacy.redress.forms import AppealForm, AskForm, CodeForm
from privacy.redress.models import Appeal, RedressRequest

MOST_AGENCIES = 40
TOO_MANY = "Too much came from your network. Wait an hour, or write to the privacy officer named in the policy."


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one can ask, of which agency, and how it goes on."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = policy.answering()
    if words:
        found = found.filter(policy__agency__name__icontains=words)
    versions = found.select_related("policy__agency").order_by("policy__agency__name")[: MOST_AGENCIES + 1]
    context = {
        "section": "ask",
        "words": words,
        "agencies": [version.policy.agency for version in versions[:MOST_AGENCIES]],
        "more": len(versions) > MOST_AGENCIES,
    }
    return render(request, "privacy/redress/index.html", context)


def _version(pk: UUID) -> PolicyVersion:
    """The policy in force of the agency; 404 where none is, as for no agency at all."""
    return get_object_or_404(policy.answering().select_related("policy__agency"), policy__agency=pk)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form; and once it is sent, the receipt with the code, which is shown nowhere else."""
    version = _version(pk)
    agency = version.policy.agency
    form = AskForm(agency.pk, posted(request))
    made: RedressRequest | None = None
    if form.is_valid():
        made = _asked(request, form)
    if made is not None:
        context = {"section": "ask", "asked": made, "agency": agency, "code": codes.code_of(made.pk)}
        return render(request, "privacy/redress/receipt.html", context)
    context = {
        "section": "ask",
        "form": form,
        "agency": agency,
        "version": version,
        "years": statistics.of(agency.pk),
        "columns": statistics.COLUMNS,
    }
    return render(request, "privacy/redress/ask.html", context)


def _asked(request: HttpRequest, form: AskForm) -> RedressRequest | None:
    """The request, or None with what is wrong on the form."""
    assert form.request_id is not None  # noqa: S101  (a valid form has one)
    again = RedressRequest.objects.filter(pk=form.request_id).exists()
    if not again and not within(request, "ask", most=5, seconds=3600):
        form.add_error(None, TOO_MANY)
        return None
    key, agency = form.request_id, form.agency_id
    return tried(form, lambda: commands.ask(request_id=key, agency_id=agency, **form.asked))


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Where a request stands, to whoever has its number and code. A wrong code and no such request are one answer."""
    form = CodeForm(posted(request))
    if form.is_valid() and (found := _found(request, form)):
        return _status_page(request, found, form)
    return render(request, "privacy/redress/status_form.html", {"section": "ask", "form": form})


def _found(request: HttpRequest, form: CodeForm) -> RedressRequest | None:
    if not within(request, "ask-status", most=20, seconds=600):
        form.add_error(None, TOO_MANY)
        return None
    found = codes.find(form.cleaned_data["number"], form.cleaned_data["code"])
    if found is None:
        form.add_error(None, "No request has this number and this code. Look at the receipt, and try again.")
    return found


def _status_page(
    request: HttpRequest, found: RedressRequest, form: CodeForm, against: AppealForm | None = None
) -> HttpResponse:
    keys = {name: form.cleaned_data[name] for name in ("number", "code")}
    can = allows(policy.may_appeal, found)
    context: dict[str, Any] = {
        "section": "ask",
        "asked": found,
        "appeal": getattr(found, "appeal", None),
        "form": (against or AppealForm(initial=keys)) if can else None,
        "last_day": found.last_day_to_appeal,
    }
    with timezone.override(ZoneInfo(found.agency.time_zone)):  # days are told by the agency's calendar
        return render(request, "privacy/redress/status.html", context)


@public
@never_cache
@require_POST
def appeal(request: HttpRequest) -> HttpResponse:
    """Appeal against an answer; then where the request stands."""
    keys = CodeForm(request.POST)
    found = _found(request, keys) if keys.is_valid() else None
    if found is None:
        return render(request, "privacy/redress/status_form.html", {"section": "ask", "form": keys})
    form, key = AppealForm(request.POST), found.pk
    if form.is_valid() and tried(form, lambda: _appeal(key, form)) is not None:
        found = RedressRequest.objects.select_related("agency", "appeal").get(pk=key)
    return _status_page(request, found, keys, form)


def _appeal(key: UUID, form: AppealForm) -> Appeal:
    """The appeal; the one that there is already, where the form came twice."""
    try:
        return commands.appeal(request_id=key, reason=form.cleaned_data["reason"])
    except Refused as no:
        if no.repeated:
            return RedressRequest.objects.select_related("appeal").get(pk=key).appeal
        raise
