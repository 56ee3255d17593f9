"""One record, as its viewer may see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.models import Membership, Role
from agencies.views.shared import membership_of
from portal.kernel.access import members
from portal.records import searching
from portal.records.carried import UNDER
from portal.records.decision import Explanation, decide, explain
from portal.records.looking import decision_of, looked_at, looking, mark_of, shown
from portal.records.models import CourtOrder
from portal.records.pages.asking import denied
from portal.records.pages.record import RELATED, content, custodians, entry_pages, related_rows
from portal.records.shown import CaseFile, case_file
from portal.records.shown.case import ENTRIES_A_PAGE, FIRST
from portal.records.shown.related import related
from sharing_agreements.models import Action

from .expungements import tombstone


@members
@require_safe
@looking(Action.VIEW)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record page; one 404 for what is absent, what is not open, and to nearly all what was expunged."""
    decision = decision_of(request)
    after = _position(request.GET.get("entries", ""))
    case = case_file(decision, pk, entries_after=after)
    if case is None:
        return tombstone(request, pk)
    explanation = explain(decision.viewer, case.envelope)
    searchable = decide(decision.viewer.to(Action.SEARCH))
    others = related(decision, searchable, case.envelope)
    entry = looked_at(request, case)
    if others:
        shown(
            request,
            searchable,
            records=[each.hit.id for each in others],
            sets=[each.hit.open_set.record_set_id for each in others],
            searched_by=["related"],
            found=len(others),
            seen=[one for each in others for one in each.hit.seen],
        )
    name = request.GET.get("s", "")
    came_from = searching.kept(request.session, name) if name else None
    under = {UNDER: mark_of(request)}
    extra = {**({"s": name} if came_from else {}), **under}
    context = {
        **content(case, explanation, extra),
        **entry_pages(case, after=after, size=ENTRIES_A_PAGE, extra=extra),
        "actions": _actions(case, explanation, membership_of(request), f"?{urlencode(under)}"),
        "access": entry,
        "custodians": custodians(case) if case.withheld else [],
        "denied": denied(decision, case),
        "related_columns": RELATED,
        "related": related_rows(others, f"?{urlencode(under)}"),
        "overdue": case.envelope.closes_at is not None and case.envelope.closes_at <= timezone.now(),
        "came_from": came_from,
        "search_name": name,
        "keeps": case.open_set.sealed,
        "orders": CourtOrder.objects.filter(record=pk).select_related("entered_by") if case.open_set.sealed else [],
        "clears": case.open_set.sealed and case.free_text.shown,
        "entries_after": "" if after == FIRST else after,
    }
    return TemplateResponse(request, "records/record_detail.html", context)


def _position(text: str) -> int:
    """The position behind which docket entries begin; the first page for anything that is no position."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else FIRST


def _actions(
    case: CaseFile, explanation: Explanation, membership: Membership | None, under: str
) -> list[dict[str, Any]]:
    """What the page offers: only what the terms permit, and custody to custodians. `under`: what the page carries."""
    key = {"pk": case.envelope.id}
    found: list[dict[str, Any]] = []

    def offer(label: str, name: str, **more: Any) -> None:
        found.append({"label": label, "href": reverse(f"records:{name}", kwargs=key) + under, **more})

    if case.open_set.sealed:
        verb = "Unseal" if case.envelope.sealed else "Seal"
        if case.envelope.closes_at is not None:
            offer("Review", "review", icon="pen", main=case.envelope.closes_at <= timezone.now())
        offer(f"{verb} by order", verb.lower())
    if case.open_set.own and membership is not None and membership.has(Role.CUSTODIAN, Role.PRIVACY_OFFICER):
        offer("To whom it went", "disclosures")
        offer("Disputes", "disputes")
    if not case.open_set.apart:  # a watch looks without an inquiry, and criminal intelligence asks for one
        watch = reverse("records:watch_new") + f"?record={case.envelope.id}"
        found.append({"label": "Watch", "href": watch, "key": "w"})
    if explanation.permits(Action.PRINT):
        offer("Print as a release", "print", icon="print")
    if explanation.permits(Action.REDISCLOSE):
        offer("Record what was told", "told")
    return found
