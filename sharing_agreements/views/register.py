"""The register of agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.models import Agency, Role
from agencies.policy import acts_for
from agencies.views.shared import membership_of, person_of
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements import saved_filters, wording
from sharing_agreements.forms import RegisterFilter
from sharing_agreements.models import HOLDS, Agreement, AgreementQuerySet, Party, SavedFilter

from .shared import current, link, state, term_of

PAGE = 40
COLUMNS = (
    "Number",
    "Title",
    "Kind",
    "State",
    "Lead agency",
    "Parties",
    "Takes effect",
    "Last day",
    "Days left",
    "Ended on the ground of",
    "Version",
)


def _seen(request: HttpRequest) -> AgreementQuerySet:
    return Agreement.objects.visible_to(person_of(request), membership_of(request))


@saved_filters.asked_by(SavedFilter.Register.AGREEMENTS, "agreements:list")
def filter_form(request: HttpRequest, asked: Mapping[str, str]) -> RegisterFilter:
    """What of the register somebody asks for, among what they see."""
    return RegisterFilter(asked, agencies=_agencies(_seen(request)))


def _asked(request: HttpRequest) -> tuple[RegisterFilter, AgreementQuerySet]:
    """The filter, and the agreements that this person sees under it."""
    seen = _seen(request)
    form = RegisterFilter(request.GET, agencies=_agencies(seen))
    if not form.is_valid():
        return form, seen
    given = form.cleaned_data
    if words := given["q"].strip():
        seen = seen.filter(Q(number__icontains=words) | Q(title__icontains=words))
    if given["state"]:
        seen = seen.standing_as(given["state"])
    if given["ends"]:
        seen &= Agreement.objects.ending_within(int(given["ends"]))
    if given["agency"]:
        bound = Party.objects.filter(agency=given["agency"]).values("version")
        seen = seen.filter(Q(lead_agency=given["agency"]) | Q(current_version__in=bound))
    return form, seen


def _agencies(seen: AgreementQuerySet) -> list[tuple[str, str]]:
    """Agencies bound by what the person sees, to filter by."""
    parties = Party.objects.filter(version__in=seen.values("current_version")).values("agency")
    found = Agency.objects.filter(pk__in=parties).order_by("name", "pk")[:500]
    return [(str(agency.pk), agency.name) for agency in found]


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The agreements that this person may read, newest number first."""
    person = person_of(request)
    if start := saved_filters.opens_with(person, SavedFilter.Register.AGREEMENTS, request.GET):
        return redirect(start)
    form, found = _asked(request)
    asked = {key: value for key, value in request.GET.items() if value and key not in {"before", "after"}}
    rows, newer, older = _page(found, request.GET)
    membership = membership_of(request)
    drafts = membership is not None and acts_for(person, membership.agency_id, Role.DRAFTER)
    context = {
        "form": form,
        "count": found.count(),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "saved": saved_filters.shown(person, SavedFilter.Register.AGREEMENTS, form, request.GET),
        "columns": [{"label": "Agreement", "head": True}, *({"label": name} for name in ("Parties", "Term", "State"))],
        "rows": [_row(agreement) for agreement in rows],
        "previous": f"?{urlencode({**asked, 'after': newer})}" if newer else None,
        "next": f"?{urlencode({**asked, 'before': older})}" if older else None,
        "csv": f"{reverse('agreements:csv')}?{urlencode(asked)}",
        "drafts": drafts,
    }
    return render(request, "sharing_agreements/agreement_list.html", context)


def _page(found: AgreementQuerySet, asked: Any) -> tuple[list[Agreement], str | None, str | None]:
    """One page by number, and the numbers at its ends from which newer and older ones follow, if any do."""
    found = found.select_related("current_version", "lead_agency").prefetch_related("current_version__parties")
    before, after = (asked.get(name, "").replace("\x00", "")[:24] for name in ("before", "after"))
    if after:
        rows = list(found.filter(number__gt=after).order_by("number")[: PAGE + 1])
        more_newer, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        more_older = bool(rows) and found.filter(number__lt=rows[-1].number).exists()
    else:
        rows = list((found.filter(number__lt=before) if before else found).order_by("-number")[: PAGE + 1])
        more_older, rows = len(rows) > PAGE, rows[:PAGE]
        more_newer = bool(rows) and bool(before) and found.filter(number__gt=rows[0].number).exists()
    return rows, rows[0].number if more_newer else None, rows[-1].number if more_older else None


def _row(agreement: Agreement) -> list[Any]:
    version = current(agreement)
    named = part("link", text=agreement.number, href=link("detail", agreement), mono=True)
    parties = [party.name for party in version.parties.all()]
    others = f" and {len(parties) - 3} more" if len(parties) > 3 else ""
    return [
        part("lines", text=named, under=agreement.title),
        ", ".join(parties[:3]) + others,
        term_of(version),
        state(agreement),
    ]


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    rows = found.select_related("current_version", "lead_agency").prefetch_related("current_version__parties")
    return csv_answer("agreements", COLUMNS, _lines(_with_ground(rows).order_by("-number")))


def _with_ground(found: AgreementQuerySet) -> AgreementQuerySet:
    """With `ended_on_ground`: the code that the board's termination named."""
    ended = Event.objects.filter(
        subject_label=Agreement._meta.label, subject_id=OuterRef("pk"), kind="agreement.terminated"
    )
    return found.annotate(ended_on_ground=Subquery(ended.order_by("-sequence").values("detail__ground")[:1]))


def _lines(found: AgreementQuerySet) -> Iterator[tuple[object, ...]]:
    for agreement in found.iterator(chunk_size=500):
        version = current(agreement)
        yield (
            agreement.number,
            agreement.title,
            agreement.get_kind_display(),
            wording.standing(agreement),
            agreement.lead_agency,
            "; ".join(party.name for party in version.parties.all()),
            version.effective_on,
            version.last_day,
            agreement.days_left if agreement.standing in HOLDS | {"suspended"} else "",
            wording.GROUNDS.get(vars(agreement)["ended_on_ground"] or "", ""),
            version.number,
        )
