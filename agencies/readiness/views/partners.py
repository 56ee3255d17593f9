"""What partners see of each other: a heat map of all, the profile of one over time, and who reads whose answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import Agency
from agencies.readiness import commands, due, pictures, policy, questionnaire
from agencies.readiness.forms import PartnerFilter, ShowForm
from agencies.readiness.models import Assessment, AssessmentGroupObjectPermission, PlanAction, takes_part
from agencies.readiness.pictures import Row
from agencies.register import agencies
from agencies.views.shared import columns, membership_of, person_of, posted, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import crumbs, find, is_own, scores_of

MOST = 60
"""Partners that one picture shows; whoever looks for more narrows the list."""
S = Assessment.Status


def _asked(request: HttpRequest) -> tuple[PartnerFilter, list[Row]]:
    """The filter, and the newest scores of each partner under it."""
    form = PartnerFilter(request.GET)
    seen = Assessment.objects.scored_for(person_of(request), membership_of(request))
    if not form.is_valid():
        return form, []
    given = form.cleaned_data
    asked = agencies(words=given["q"], kind=given["kind"], state=given["state"])
    newest = Assessment.objects.filter(pk__in=seen.newest().values("pk"), agency__in=asked)
    found = list(newest.select_related("agency").order_by("agency__name"))
    scores = scores_of(found)
    return form, [Row(each, {key: of.value for key, of in scores.get(each.pk, {}).items()}) for each in found]


def _only_partners(request: HttpRequest) -> None:
    if not takes_part(person_of(request), membership_of(request)):
        raise Http404


@members
@require_GET
def partners(request: HttpRequest) -> HttpResponse:
    """The heat map of all partners that published a reviewed assessment."""
    _only_partners(request)
    form, rows = _asked(request)
    dimensions = questionnaire.dimensions(questionnaire.NEWEST)
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    membership = membership_of(request)
    context = {
        "form": form,
        "filtered": bool(query),
        "picture": pictures.heat(dimensions, rows[:MOST]) if rows else "",
        "left_out": len(rows) - MOST,
        "columns": [*columns("Agency", "Kind"), {"label": "Score", "num": True}, {"label": "Reviewed"}],
        "rows": [_partner(each) for each in rows],
        "table": _table(dimensions, rows[:MOST]),
        "csv": f"{reverse('readiness:partners_csv')}?{urlencode(query)}",
        "own": membership.agency if membership else None,
    }
    return render(request, "agencies/readiness/partners.html", context)


def _partner(row: Row) -> list[Any]:
    agency = row.assessment.agency
    named = part("link", text=agency.name, href=reverse("readiness:agency", args=[agency.pk]))
    day = row.assessment.reviewed_at
    return [named, agency.get_kind_display(), row.assessment.score, day.date() if day else None]


def _table(dimensions: Sequence[questionnaire.Dimension], rows: Sequence[Row]) -> dict[str, Any]:
    heads = ["Whole", *(f"{each.number}. {each.name}" for each in dimensions)]
    return {
        "caption": "Readiness of partners by dimension",
        "columns": [{"label": "Agency", "head": True}, *({"label": each, "num": True} for each in heads)],
        "rows": [
            [each.assessment.agency.name, each.assessment.score, *(each.scores.get(one.key) for one in dimensions)]
            for each in rows
        ],
    }


@members
@require_GET
def partners_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same figures as CSV."""
    _only_partners(request)
    dimensions = questionnaire.dimensions(questionnaire.NEWEST)
    heads = ("Agency", "Kind", "State", "Version", "Reviewed", "Whole", *(each.name for each in dimensions))
    return csv_answer("readiness-of-partners", heads, _lines(dimensions, _asked(request)[1]))


def _lines(dimensions: Sequence[questionnaire.Dimension], rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    for each in rows:
        of = each.assessment
        facts = (of.agency, of.agency.get_kind_display(), of.agency.state, of.number, of.reviewed_at, of.score)
        yield (*facts, *(each.scores.get(one.key, "") for one in dimensions))


@members
@require_GET
def agency(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An agency's profile and how it went on; for its own people also what is to be done next."""
    person, membership = person_of(request), membership_of(request)
    found = get_object_or_404(Agency, pk=pk)
    own = is_own(request, pk)
    reads = Assessment.objects.visible_to(person, membership).filter(agency=pk)
    reviewed = list(Assessment.objects.scored_for(person, membership).filter(agency=pk).order_by("number"))
    read = list(reads.order_by("-number"))
    if not own and not reviewed and not read:
        raise Http404
    last = reviewed[-1] if reviewed else None
    scores = scores_of(reviewed)
    dimensions = questionnaire.dimensions(last.questionnaire if last else questionnaire.NEWEST)
    open_one = next((each for each in read if each.status != S.REVIEWED), None)
    shown = reviewed[-6:]
    versions = [(each, {key: of.value for key, of in scores[each.pk].items()}) for each in shown]
    context = {
        "agency": found,
        "own": own,
        "last": last,
        "open": open_one,
        "begins": allows(policy.may_begin, person, pk),
        "again": due.again_on(last) if last and own else None,
        "picture": pictures.bars(dimensions, scores[last.pk]) if last else "",
        "table": pictures.bars_table(dimensions, scores[last.pk]) if last else None,
        "progress": pictures.progress(shown) if len(shown) > 1 else "",
        "progress_table": pictures.progress_table(dimensions, versions),
        "columns": [*columns("Version", "Reviewed"), {"label": "Score", "num": True}, {"label": "Answers"}],
        "rows": [_version(each, each in read) for each in reversed(reviewed)],
        "plans": own or PlanAction.objects.visible_to(person, membership).filter(agency=pk).exists(),
        "crumbs": [{"label": "Readiness", "href": reverse("readiness:partners")}, {"label": found.name}],
    }
    return render(request, "agencies/readiness/agency.html", context)


def _version(each: Assessment, reads: bool) -> list[Any]:
    way: Any = "Kept to the agency"
    if reads:
        href = reverse("readiness:detail", args=[each.pk])
        way = part("link", text="Read the answers", href=href, more=f"of version {each.number}")
    day = each.reviewed_at
    return [f"Version {each.number}", day.date() if day else None, each.score, way]


@members
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which agencies read the answers of a reviewed version."""
    found, person = find(request, pk), person_of(request)
    if refused(request, policy.may_show, person, found):
        return redirect("readiness:detail", found.pk)
    held = AssessmentGroupObjectPermission.objects.filter(content_object=found)
    form = ShowForm(found, held.values_list("group__agency", flat=True), posted(request))

    def command() -> Assessment:
        chosen = [each.pk for each in form.cleaned_data["agencies"]]
        return commands.show_answers(actor=person, assessment_id=found.pk, agency_ids=chosen)

    done = "Saved. These agencies read the answers, and no others."
    if answer := sent(request, form, command, done, "readiness:detail", found.pk):
        return answer
    context = {
        "assessment": found,
        "agency": found.agency,
        "form": form,
        "crumbs": crumbs(
            found.agency,
            (f"Version {found.number}", reverse("readiness:detail", args=[found.pk])),
            ("Who reads the answers", ""),
        ),
    }
    return render(request, "agencies/readiness/show.html", context)
