"""A page carries the inquiry under which it was made: its links in their address, its forms in a hidden field. What it
asks for once another inquiry is open, in another tab perhaps, is asked about before anything is shown or logged: else
the access log would state a purpose and a case that the page did not show (docs/adr/0033)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from portal.kernel.ids import uuid7

from .models import Inquiry

UNDER = "under"
NONE = "none"
"""Of a page that was made while no inquiry was open."""


def mark(inquiry: Inquiry | None) -> str:
    """What a page carries: the id of its inquiry, which tells nobody else anything."""
    return str(inquiry.pk) if inquiry else NONE


def carried(request: HttpRequest) -> str:
    """The mark of the page that asks; empty where none came along, as with an address that was typed."""
    said = (request.POST if request.method == "POST" else request.GET).get(UNDER, "")
    try:
        return said if said == NONE else str(UUID(said))
    except ValueError:
        return ""


def moved(address: str, to: Inquiry | None) -> str:
    """An address of a page, carried on under another inquiry; one that carries none stays as it is."""
    path, _, query = address.partition("?")
    values = [(name, mark(to) if name == UNDER else value) for name, value in parse_qsl(query)]
    return f"{path}?{urlencode(values)}" if values else path


def question(request: HttpRequest, now: Inquiry | None) -> HttpResponse | None:
    """The page that asks under which inquiry to go on; None where the page's is the one open `now`, or says the same.

    The mark of somebody else's inquiry is no mark: an address that was passed on opens as any other.
    """
    said = carried(request)
    if said in ("", mark(now)):
        return None
    made = None if said == NONE else _of(request, said)
    if said != NONE and (made is None or (now is not None and _stated(made) == _stated(now))):
        return None
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "made": made,
        "now": now,
        "goes_back": made is not None and made.membership == getattr(request, "membership", None),
        "address": moved(request.get_full_path(), now),
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
