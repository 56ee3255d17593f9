"""What waits for a records custodian: reviews, a second word before something is destroyed, what is kept no longer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from agencies.models import Agency, RecordSet, Role
from agencies.views.shared import columns, membership_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.records import keeping as waiting
from portal.records import searching
from portal.records.decision import BY_OFFICE, Decision
from portal.records.looking import address_of_look, decision_of, looking, person_of, shown
from portal.records.models import ExpungementRequest, Record
from sharing_agreements.models import last_day

PAGE = 50


@members
@require_safe
@looking(BY_OFFICE)
def keeping(request: HttpRequest) -> HttpResponse:
    """The work list; a look at the records that stand in it."""
    membership = membership_of(request)
    if membership is None or not membership.has(Role.CUSTODIAN):
        raise PermissionDenied("A records custodian reviews and destroys the records of their own agency.")
    decision, agency = decision_of(request), membership.agency
    reviews = list(waiting.to_review(decision, agency).order_by("closes_at", "pk")[:PAGE])
    asked = list(waiting.to_confirm(decision, person_of(request)).order_by("asked_at", "pk")[:PAGE])
    kind = request.GET.get("kind", "")
    past, following = _past(request, decision, agency, kind)
    records = [*reviews, *(each.record for each in asked), *past]
    if records:
        shown(
            request,
            decision,
            records=list(dict.fromkeys(each.pk for each in records)),
            sets=[each.record_set_id for each in records],
            searched_by=["keeping"],
            found=len(records),
            seen=[],
        )
    here = address_of_look(request, "keeping")
    context = {
        "review_columns": columns("Number", "Record set", "Review by", "State"),
        "reviews": [_review(request, each, decision, agency) for each in reviews],
        "asked_columns": columns("Number", "Why", "Asked for by", "When"),
        "asked": [_asked(request, each) for each in asked],
        "past_columns": columns("Number", "Class", "Record set", "Kept until", "What to do"),
        "past": [_kept(request, each, decision) for each in past],
        "kinds": _kinds(here, decision, kind),
        "narrowed": kind,
        "after": request.GET.get("after", ""),
        "following": f"{here}&{urlencode({'kind': kind, 'after': following})}" if following else "",
    }
    return TemplateResponse(request, "records/keeping.html", context)


def _past(request: HttpRequest, decision: Decision, agency: Agency, kind: str) -> tuple[list[Record], str]:
    """One page of what is past its day, the longest past first, and behind which place others follow."""
    found, after = waiting.past_retention(decision, agency), searching.place(request.GET.get("after", ""))
    if kind in RecordSet.RecordClass.values:
        found = found.filter(record_class=kind)
    if after is not None:
        found = found.filter(Q(retain_until__gt=after[0]) | Q(retain_until=after[0], pk__gt=after[1]))
    rows = list(found.order_by("retain_until", "pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], searching.written((last.retain_until, last.pk)) if last and last.retain_until else ""


def _number(request: HttpRequest, of: Record, name: str) -> Any:
    return part("link", text=of.docket_number, href=address_of_look(request, name, of.pk), mono=True)


def _review(request: HttpRequest, of: Record, decision: Decision, agency: Agency) -> list[Any]:
    day = last_day(of.closes_at, agency.time_zone)
    late = day is not None and day < agency.today
    state = part("chip", tone="stop", icon="clock", text="Overdue") if late else part("chip", tone="warn", text="Due")
    return [_number(request, of, "review"), decision.sets[of.record_set_id].name, day, state]


def _asked(request: HttpRequest, each: ExpungementRequest) -> list[Any]:
    return [_number(request, each.record, "expunge"), each.get_ground_display(), str(each.asked_by), each.asked_at]


def _kept(request: HttpRequest, of: Record, decision: Decision) -> list[Any]:
    apart = decision.sets[of.record_set_id].apart
    destroy = part("link", text="Destroy", href=address_of_look(request, "expunge", of.pk), more=f" {of.docket_number}")
    return [
        _number(request, of, "review" if apart else "detail"),
        of.get_record_class_display(),
        decision.sets[of.record_set_id].name,
        of.retain_until,
        destroy,
    ]


def _kinds(here: str, decision: Decision, kind: str) -> list[dict[str, Any]]:
    """Classes of the records that one keeps, to narrow what is past its day by; `here`: the address of the page."""
    offered = [each for each in RecordSet.RecordClass if each in decision.scopes and decision.scopes[each].keeps]
    chips = [
        {"label": str(each.label), "href": f"{here}&kind={each}#past", "current": kind == each} for each in offered
    ]
    everything = {"label": "All classes", "href": f"{here}#past", "current": kind not in RecordSet.RecordClass.values}
    return [everything, *chips] if len(offered) > 1 else []
