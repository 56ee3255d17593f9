"""One assessment: its questions, what shows the answers, its review, the whole to read and to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.readiness import commands, pictures, policy, state
from agencies.readiness.forms import EvidenceForm, QuestionsForm, RemarkForm
from agencies.readiness.models import FILES, Assessment, Evidence
from agencies.readiness.state import State
from agencies.views.shared import membership_of, person_of, posted, pressed, refused, say, sent, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import crumbs, find, is_own

TAKEN = (files.PDF, files.TEXT)
MOST = 20 * files.MEBIBYTE
COLUMNS = ("Dimension", "Number", "Question", "Critical", "Level", "Means", "Confidence", "Note", "Evidence")


def _page(name: str, found: Assessment) -> tuple[str, str]:
    return f"Version {found.number}", reverse(f"readiness:{name}", args=[found.pk])


@members
@require_POST
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the next version for one's own agency."""
    if not is_own(request, pk):
        raise Http404
    try:
        made = commands.begin(actor=person_of(request), agency_id=pk)
    except Refused as no:
        say(request, no)
        return redirect("readiness:agency", pk)
    messages.success(request, f"Version {made.number} is begun. Answer dimension by dimension; each is saved.")
    return redirect("readiness:detail", made.pk)


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole of a version: what it comes to, questions and answers, what is missing."""
    found, person = find(request, pk), person_of(request)
    now = state.of(found)
    scores = now.scores.dimensions if now.scores else {}
    context = {
        "assessment": found,
        "agency": found.agency,
        "title": f"Readiness, version {found.number}",
        "state": now,
        "planning": allows(policy.may_write, person, found.agency_id),
        "own": is_own(request, found.agency_id),
        "editing": allows(policy.may_edit, person, found),
        "reviewing": allows(policy.may_review, person, found),
        "showing": allows(policy.may_show, person, found),
        "picture": pictures.bars(now.dimensions, scores) if scores else "",
        "table": pictures.bars_table(now.dimensions, scores),
        "facts": [part("state", status=found.status), *_facts(found)],
        "crumbs": crumbs(found.agency, _page("detail", found)),
    }
    return render(request, "agencies/readiness/detail.html", context)


def _facts(found: Assessment) -> list[Any]:
    if found.status == Assessment.Status.REVIEWED:
        return [f"Reviewed by {found.reviewed_by}", found.reviewed_at]
    if found.status == Assessment.Status.IN_REVIEW:
        return [f"Given to review by {found.submitted_by}", found.submitted_at]
    return ["The agency and its auditors read it"]


@members
@require_GET
def answers_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    found = find(request, pk)
    return csv_answer(f"readiness-version-{found.number}", COLUMNS, _rows(state.of(found)))


def _rows(now: State) -> Iterator[tuple[object, ...]]:
    for dimension, lines in now.parts:
        for line in lines:
            question, answer = line.question, line.answer
            yield (
                dimension.name,
                question.number,
                question.text,
                "yes" if question.is_critical else "no",
                answer.level if answer else "",
                line.says,
                answer.get_confidence_display() if answer else "",
                answer.note if answer else "",
                "; ".join(f"{each.title} {each.link or each.file_name}" for each in line.evidence),
            )


@members
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, pk: UUID, dimension: str) -> HttpResponse:
    """The questions of one dimension; a part of them can be answered, and the rest later."""
    found, person = find(request, pk), person_of(request)
    if refused(request, policy.may_edit, person, found):
        return redirect("readiness:detail", found.pk)
    now = state.of(found)
    here = next((each for each in now.dimensions if each.key == dimension), None)
    if here is None:
        raise Http404
    form = QuestionsForm(now, here, found.answers.all(), posted(request))
    if request.method == "POST" and form.is_valid() and (done := _answered(request, found, here.key, form)):
        return done
    context = {
        "assessment": found,
        "agency": found.agency,
        "state": now,
        "dimension": here,
        "forms": form.forms,
        "steps": [
            {
                "label": f"{each.number}. {each.name}",
                "count": f"{now.answered_of(each)} of {len(each.questions)}",
                "href": reverse("readiness:questions", args=[found.pk, each.key]),
                "current": each == here,
            }
            for each in now.dimensions
        ],
        "crumbs": crumbs(found.agency, _page("detail", found), (here.name, "")),
    }
    return render(request, "agencies/readiness/questions.html", context)


def _answered(request: HttpRequest, found: Assessment, here: str, form: QuestionsForm) -> HttpResponse | None:
    """Save what was answered and go on; None where the page is shown again, with what is wrong."""
    given = form.answers()
    try:
        if given:
            commands.answer(actor=person_of(request), assessment_id=found.pk, answers=given)
    except Refused as no:
        say(request, no)
        return redirect("readiness:questions", found.pk, here)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
        return None
    if given:
        messages.success(request, f"{len(given)} answer{'' if len(given) == 1 else 's'} saved.")
    now = state.of(found)
    keys = [each.key for each in now.dimensions]
    at = keys.index(here)
    for each in [*now.dimensions[at:], *now.dimensions[:at]]:
        if now.answered_of(each) < len(each.questions):
            return redirect("readiness:questions", found.pk, each.key)
    return redirect("readiness:detail", found.pk)


@members
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, pk: UUID, question: str) -> HttpResponse:
    """What shows that the answer to a question holds: listed, added, taken away."""
    found, person = find(request, pk), person_of(request)
    if refused(request, policy.may_edit, person, found):
        return redirect("readiness:detail", found.pk)
    now = state.of(found)
    asked = now.questions.get(question)
    if asked is None:
        raise Http404
    dimension = next(each for each in now.dimensions if asked in each.questions)
    form = EvidenceForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = tried(form, lambda: _added(person, found, asked.key, **form.cleaned_data))
        except Refused as no:
            say(request, no)
            return redirect("readiness:evidence", found.pk, question)
        if made is not None:
            messages.success(request, "The evidence is added.")
            return redirect("readiness:evidence", found.pk, question)
    back = ("readiness:questions", [found.pk, dimension.key])
    context = {
        "assessment": found,
        "agency": found.agency,
        "question": asked,
        "eyebrow": f"Evidence of question {asked.number}",
        "evidence": now.evidence.get(asked.key, []),
        "form": form,
        "back": reverse(back[0], args=back[1]),
        "crumbs": crumbs(
            found.agency,
            _page("detail", found),
            (dimension.name, reverse(back[0], args=back[1])),
            (f"Evidence of {asked.number}", ""),
        ),
    }
    return render(request, "agencies/readiness/evidence.html", context)


def _added(person: User, found: Assessment, question: str, *, title: str, link: str, file: Any) -> Evidence:
    given: dict[str, Any] = {"actor": person, "assessment_id": found.pk, "question": question, "title": title}
    if not file:
        return commands.add_evidence(**given, link=link)
    policy.may_edit(person, found)
    stored = files.keep(file, folder=FILES, kinds=TAKEN, most=MOST)
    with files.discarded_unless_taken(FILES, stored):
        return commands.add_evidence(**given, stored=stored)


def _evidence(request: HttpRequest, pk: UUID) -> Evidence:
    seen = Evidence.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen.select_related("assessment"), pk=pk)


@members
@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file to keep, which no browser opens as a page. That it was downloaded is written down first."""
    found, membership = _evidence(request, pk), membership_of(request)
    if found.file is None:
        raise Http404
    agency = membership.agency_id if membership else None
    commands.note_download(actor=person_of(request), evidence_id=found.pk, acting_agency_id=agency)
    return files.answer(FILES, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)


@members
@require_POST
def remove_evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    gone = _evidence(request, pk)
    policy.may_write(person_of(request), gone.assessment.agency_id)
    return pressed(
        request,
        lambda: commands.remove_evidence(actor=person_of(request), evidence_id=gone.pk),
        f"“{gone.title}” is removed.",
        "readiness:evidence",
        gone.assessment_id,
        gone.question,
    )


@members
@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = find(request, pk)
    return pressed(
        request,
        lambda: commands.submit(actor=person_of(request), assessment_id=found.pk),
        "It is given to review. A second person of your agency is told.",
        "readiness:detail",
        found.pk,
    )


@members
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person reads the answers, and accepts them or sends them back; `accept` is the button."""
    found, person = find(request, pk), person_of(request)
    if refused(request, policy.may_review, person, found):
        return redirect("readiness:detail", found.pk)
    form, accepts = RemarkForm(posted(request)), "accept" in request.POST

    def command() -> Assessment:
        act = commands.accept if accepts else commands.send_back
        return act(actor=person, assessment_id=found.pk, remark=form.cleaned_data["remark"])

    done = "It is reviewed and final. Partners see its scores." if accepts else "It is sent back."
    if answer := sent(request, form, command, done, "readiness:detail", found.pk):
        return answer
    now = state.of(found)
    context = {
        "assessment": found,
        "agency": found.agency,
        "title": f"Review version {found.number}",
        "state": now,
        "form": form,
        "crumbs": crumbs(found.agency, _page("detail", found), ("Review", "")),
    }
    return render(request, "agencies/readiness/review.html", context)
