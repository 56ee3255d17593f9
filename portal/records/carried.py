"""A page carries the inquiry under which it was made: its links in their address, its forms in a hidden field. What it
asks for once another inquiry is open, in another tab perhaps, is asked about before anything is shown or logged: else
the access log would state a purpose and a case that the page did not show (docs/adr/0033)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from agencies.models import Membership
from agencies.views.shared import membership_of
from portal.kernel.ids import uuid7

from .models import Inquiry

UNDER = "under"
NONE = "none"
"""Begins the mark of a page that was made while no inquiry was open; the membership for which one acted follows."""


def mark(inquiry: Inquiry | None, membership: Membership | None) -> str:
    """What a page carries: the id of its inquiry, else for whom one acted; neither tells anybody else anything."""
    if inquiry:
        return str(inquiry.pk)
    return f"{NONE}.{membership.pk}" if membership else NONE


def carried(request: HttpRequest) -> str:
    """The mark of the page that asks; empty where none came along, as with an address that was typed. A form without a
    field for it is sent to the address of its page."""
    said = request.POST.get(UNDER) or request.GET.get(UNDER, "")
    key = said.removeprefix(f"{NONE}.")
    try:
        return said if said == NONE or said in (str(UUID(key)), f"{NONE}.{UUID(key)}") else ""
    except ValueError:
        return ""


def acted_for_another(request: HttpRequest) -> Membership | None:
    """For whom this person acted when the page that asks was made, if without an inquiry and for another agency."""
    said, membership = carried(request), membership_of(request)
    key = said.removeprefix(f"{NONE}.")
    if key == said or membership is None or key == str(membership.pk):
        return None
    return Membership.objects.filter(person=request.user.pk, pk=key).select_related("agency").first()


def moved(address: str, to: str) -> str:
    """An address of a page, carried on with another mark; one that carries none stays as it is."""
    path, _, query = address.partition("?")
    values = [(name, to if name == UNDER else value) for name, value in parse_qsl(query)]
    return f"{path}?{urlencode(values)}" if values else path


def question(request: HttpRequest, now: Inquiry | None) -> HttpResponse | None:
    """The page that asks under which inquiry to go on; None where the page's is the one open `now`, or says the same.

    The mark of somebody else's inquiry is no mark: an address that was passed on opens as any other.
    """
    membership = membership_of(request)
    said, here = carried(request), mark(now, membership)
    if said in ("", here):
        return None
    without, acted = said.startswith(NONE), acted_for_another(request)
    made = None if without else _of(request, said)
    if without:
        same = now is None and acted is None
    else:
        same = made is None or (now is not None and _stated(made) == _stated(now))
    if same:
        return None
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "made": made,
        "acted": acted,
        "acts": membership,
        "now": now,
        "goes_back": made is not None and made.membership == membership,
        "address": moved(request.get_full_path(), here),
        "posted": [each for each in posted if each[0] not in (UNDER, "csrfmiddlewaretoken")],
        "key": uuid7(),
    }
    answer = TemplateResponse(request, "records/inquiry_asked.html", context, status=409).render()
    add_never_cache_headers(answer)
    return answer


def _of(request: HttpRequest, key: str) -> Inquiry | None:
    """An inquiry of this person's, under whichever membership."""
    mine = Inquiry.objects.filter(membership__person=request.user.pk)
    return mine.select_related("membership__agency").filter(pk=key).first()


def _stated(inquiry: Inquiry) -> tuple[UUID, str, str]:
    return inquiry.membership_id, inquiry.purpose, inquiry.case_number
