"""A page carries the inquiry under which it was made: its links in their address, its forms in a hidden field. What it
asks for once another inquiry is open, in another tab perhaps, is asked about before anything is shown or logged: else
the access log would state a purpose and a case that the page did not show (docs/adr/0033)."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from agencies.models import Membership
from agencies.views.shared import membership_of
from portal.kernel.ids import uuid7

from .models import Export, Inquiry

UNDER = "under"
NOT_SENT_ON = (UNDER, "csrfmiddlewaretoken", "password")
"""Of a form that is sent on: no page repeats a password, so that it is typed again."""
NONE = "none"
"""Begins the mark of a page that was made while no inquiry was open; the membership for which one acted follows."""
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MARK = re.compile(rf"{NONE}|(?:{NONE}\.)?{_ID}")


class Page(NamedTuple):
    """What the page that asks showed: its inquiry, and for whom one acted."""

    inquiry: Inquiry | None
    membership: Membership | None

    @property
    def stated(self) -> tuple[object, ...]:
        """What the access log says of a look from it."""
        return self.membership, *((self.inquiry.purpose, self.inquiry.case_number) if self.inquiry else ())


def mark(inquiry: Inquiry | None, membership: Membership | None) -> str:
    """What a page carries: the id of its inquiry, else for whom one acted; neither tells anybody else anything."""
    if inquiry:
        return str(inquiry.pk)
    return f"{NONE}.{membership.pk}" if membership else NONE


def carried(request: HttpRequest) -> str:
    """The mark of the page that asks; empty where none came along, as with an address that was typed. A form without a
    field for it is sent to the address of its page."""
    said = request.POST.get(UNDER) or request.GET.get(UNDER, "")
    return said if _MARK.fullmatch(said) else ""


def page_of(request: HttpRequest) -> Page | None:
    """The page that asks, by its mark. That of somebody else is no mark: an address that was passed on opens as any
    other."""
    said = carried(request)
    if said == NONE:
        return Page(None, membership_of(request))
    key = said.removeprefix(f"{NONE}.")
    mine = Membership.objects.filter(person=request.user.pk).select_related("agency")
    if key != said:
        acted = mine.filter(pk=key).first()
        return Page(None, acted) if acted else None
    made = Inquiry.objects.filter(membership__in=mine, pk=said or None).select_related("membership__agency").first()
    return Page(made, made.membership) if made else None


def moved(address: str, to: str) -> str:
    """An address of a page, carried on with another mark; one that carries none stays as it is."""
    path, _, query = address.partition("?")
    values = [(name, to if name == UNDER else value) for name, value in parse_qsl(query)]
    return f"{path}?{urlencode(values)}" if values else path


def exports_lost(inquiry: Inquiry | None) -> str:
    """That exports go with an inquiry when it ends; empty where there are none."""
    lost = Export.objects.open_under(inquiry).count() if inquiry else 0
    if not lost:
        return ""
    return f"{lost} export{'' if lost == 1 else 's'} of yours under it will be lost. Fetch the files first."


def question(request: HttpRequest, now: Inquiry | None) -> HttpResponse | None:
    """The page that asks under which inquiry to go on; None where that of the page is the one open `now`, or says the
    same."""
    here = Page(now, membership_of(request))
    said, current = carried(request), mark(*here)
    # Whoever acts for nobody is refused as from any page.
    page = page_of(request) if here.membership and said not in ("", current) else None
    if page is None or page.stated == here.stated:
        return None
    back = page.inquiry is not None and page.membership == here.membership
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "made": page.inquiry,
        "acted": page.membership,
        "acts": here.membership,
        "switched": page.membership != here.membership,
        "now": now,
        "address": moved(request.get_full_path(), current),
        "posted": [each for each in posted if each[0] not in NOT_SENT_ON],
        "ended": page.membership is not None
        and not Membership.objects.current().filter(pk=page.membership.pk).exists(),
        "back": back,
        "exports_lost": exports_lost(now) if back else "",
        "key": uuid7(),
    }
    answer = TemplateResponse(request, "records/inquiry_asked.html", context, status=409).render()
    add_never_cache_headers(answer)
    return answer
