"""Applications: the list, one with its tasks and documents, and each step of its life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import columns, form_page, person_of, posted, pressed, refused, sent, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.files import PDF, TEXT, WORKBOOK
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from sharing_agreements.funding import commands, policy
from sharing_agreements.funding.forms import (
    ApplicationFilter,
    ApplicationForm,
    AwardForm,
    DocumentForm,
    ReasonForm,
    SubmitForm,
    TaskForm,
)
from sharing_agreements.funding.models import (
    FILES,
    Application,
    ApplicationQuerySet,
    Award,
    Document,
    Program,
    Report,
    Task,
)
from sharing_agreements.funding.terms import match_needed

from .shared import agency_id_of, crumbs, dollars, find, find_document, find_task, page_of, seen, tabs

POST_TOO = ["GET", "POST"]
MOST = 20 * files.MEBIBYTE
CSV = ("Program", "Agency", "State", "Requested", "Match in cash", "Match in kind", "Award", "From", "To", "Drawn")


def _asked(request: HttpRequest) -> tuple[ApplicationFilter, ApplicationQuerySet]:
    form, found = ApplicationFilter(request.GET), seen(request).select_related("program", "agency", "award")
    if form.is_valid() and form.cleaned_data["status"]:
        found = found.filter(status=form.cleaned_data["status"])
    return form, found.order_by("-pk")


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The applications that this person reads, newest first."""
    form, found = _asked(request)
    context = {
        "tabs": tabs("funding:applications"),
        "form": form,
        "filtered": bool(request.GET.get("status")),
        "columns": columns("Program", "Applicant", "Deadline", "State"),
        "rows": [_row(each) for each in found[:200]],
        "csv": f"{reverse('funding:applications_csv')}?{request.GET.urlencode()}",
    }
    return render(request, "funding/application_list.html", context)


def _row(application: Application) -> list[Any]:
    link = part("link", text=application.program.name, href=reverse("funding:application", args=[application.pk]))
    under = f"{dollars(application.requested)} requested"
    state = part("state", status=application.status)
    return [part("lines", text=link, under=under), application.agency, application.program.deadline_on, state]


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("funding-applications", CSV, _lines(found.annotate(drawn=Sum("award__drawdowns__amount"))))


def _lines(found: Any) -> Iterator[tuple[object, ...]]:
    for each in found:
        award = getattr(each, "award", None)
        given = (award.amount, award.first_on, award.last_on, each.drawn or 0) if award else ("", "", "", "")
        asked = (each.requested, each.match_cash, each.match_in_kind)
        yield each.program, each.agency, each.get_status_display(), *asked, *given


@members
@require_http_methods(POST_TOO)
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin an application to a program."""
    program = get_object_or_404(Program, pk=pk)
    person, agency_id = person_of(request), agency_id_of(request)
    if refused(request, policy.may_apply, person, agency_id, program):
        return redirect("funding:program", pk)
    assert agency_id is not None  # noqa: S101  (who applies, acts for one)
    form = ApplicationForm(posted(request))
    if form.is_valid():
        made = tried(form, lambda: commands.apply(actor=person, agency_id=agency_id, program_id=pk, **form.values()))
        if made is not None:
            messages.success(request, "The draft is begun. Note what is to be done before it goes out.")
            return redirect("funding:application", made.pk)
    back = (reverse("funding:program", args=[pk]), program.name)
    return form_page(request, form, title=f"Apply to {program}", submit="Begin the draft", back=back)


# --- One application ------------------------------------------------------------------------------------------------


@members
@require_GET
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One application: what it asks for, its tasks and documents, its award."""
    found, person = find(request, pk), person_of(request)
    award = getattr(found, "award", None)
    context = {
        "application": found,
        "crumbs": crumbs(
            {"label": "Applications and awards", "href": reverse("funding:applications")}, {"label": str(found)}
        ),
        "facts": [part("state", status=found.status), str(found.agency), f"{dollars(found.requested)} requested"],
        "actions": _actions(found, person),
        "works": allows(policy.may_work, person, found),
        "acts": allows(policy.may_act, person, found.agency_id),
        "pairs": _pairs(found),
        "tasks": [(task, _task_state(task)) for task in found.tasks.all()],
        "documents": [
            (each, f"{each.get_file_kind_display()}, {filesizeformat(each.size)}")
            for each in found.documents.filter(removed_at=None)
        ],
        **(_award(award) if award else {}),
    }
    return render(request, "funding/application_detail.html", context)


def _actions(found: Application, person: User) -> list[dict[str, object]]:
    steps: tuple[tuple[Callable[..., object], str, str, bool], ...] = (
        (policy.may_work, "Change", "application_change", False),
        (policy.may_work, "Submit", "submit", True),
        (policy.may_record_answer, "Record the award", "award", True),
        (policy.may_record_answer, "Record a rejection", "reject", False),
    )
    return [
        {"label": label, "href": reverse(f"funding:{name}", args=[found.pk]), "main": main}
        for check, label, name, main in steps
        if allows(check, person, found)
    ]


def _pairs(found: Application) -> list[tuple[str, object]]:
    program = found.program
    asked: object = "None"
    if program.match_percent:
        how = f"{program.match_percent.normalize():f} % of the whole cost, {program.get_match_kind_display().lower()}"
        asked = part("lines", text=dollars(match_needed(program, found.requested)), under=how)
    pairs: list[tuple[str, object]] = [
        ("Program", part("link", text=program.name, href=reverse("funding:program", args=[program.pk]))),
        ("Deadline", program.deadline_on or "None"),
        ("Requested", dollars(found.requested)),
        ("Match in cash", dollars(found.match_cash)),
        ("Match in kind", dollars(found.match_in_kind)),
        ("Match asked for", asked),
    ]
    if found.submitted_at is not None:
        pairs.append(("Submitted", found.submitted_at))
    if found.declared_by is not None:
        pairs.append(("Supplants nothing", f"Declared by {found.declared_by}"))
    return pairs


def _task_state(task: Task) -> Part:
    if task.done_on is not None:
        return part("chip", tone="good", icon="check", text="Done")
    if task.due_on < timezone.localdate():
        return part("chip", tone="stop", icon="clock", text="Late")
    return part("chip", tone="plain", icon="clock", text="To do")


def _award(award: Award) -> dict[str, Any]:
    """The award with what was drawn and what is to be reported."""
    drawn = list(award.drawdowns.select_related("by"))
    total = sum((each.amount for each in drawn), award.amount * 0)
    return {
        "award": award,
        "award_pairs": [
            ("Number", award.number),
            ("Amount", dollars(award.amount)),
            ("From", award.first_on),
            ("To", award.last_on),
            ("Drawn", dollars(total)),
            ("Left to draw", dollars(award.amount - total)),
        ],
        "drawn_columns": [
            {"label": "Drawn on", "head": True},
            {"label": "Amount", "num": True},
            {"label": "Reference"},
            {"label": "Recorded by"},
        ],
        "drawn": [[each.drawn_on, dollars(each.amount), each.reference, each.by] for each in drawn],
        "reports": [(report, _report_state(report)) for report in award.reports.all()],
    }


def _report_state(report: Report) -> Part:
    if report.sent_on is not None:
        return part("chip", tone="good", icon="check", text="Sent")
    if report.due_on < timezone.localdate():
        return part("chip", tone="stop", icon="clock", text="Late")
    return part("chip", tone="plain", icon="clock", text="Due")


# --- Steps ----------------------------------------------------------------------------------------------------------


def _step(
    request: HttpRequest,
    pk: UUID,
    check: Callable[..., object],
    form: Any,
    command: Callable[[], object],
    done: str,
    **page: Any,
) -> HttpResponse:
    """A page that is one form about an application: who may not gets the 403 page, when it is not the time a word."""
    found = find(request, pk)
    if refused(request, check, person_of(request), found):
        return redirect("funding:application", pk)
    if answer := sent(request, form, command, done, "funding:application", pk):
        return answer
    return form_page(request, form, back=page_of(found), **page)


@members
@require_http_methods(POST_TOO)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft."""
    found = find(request, pk)
    names = ("purpose", "requested", "match_cash", "match_in_kind")
    form = ApplicationForm(posted(request), initial={name: getattr(found, name) for name in names})

    def command() -> object:
        return commands.change_application(actor=person_of(request), application_id=pk, **form.values())

    title = f"Change the application: {found}"
    return _step(request, pk, policy.may_work, form, command, "The draft is changed.", title=title, submit="Save")


@members
@require_http_methods(POST_TOO)
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that the application went out."""
    form = SubmitForm(posted(request), program=find(request, pk).program)

    def command() -> object:
        return commands.submit(actor=person_of(request), application_id=pk, **form.cleaned_data)

    return _step(
        request,
        pk,
        policy.may_submit,
        form,
        command,
        "The application is submitted.",
        title="Submit the application",
        submit="It was sent to the funder",
        lead="From here on it stays as it is. Attach what was sent.",
    )


@members
@require_http_methods(POST_TOO)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the application back."""
    form = ReasonForm(posted(request))

    def command() -> object:
        return commands.withdraw(actor=person_of(request), application_id=pk, **form.cleaned_data)

    page = {"title": "Withdraw the application", "submit": "Withdraw", "stop": True}
    return _step(request, pk, policy.may_withdraw, form, command, "The application is withdrawn.", **page)


@members
@require_http_methods(POST_TOO)
def award(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what the funder gave."""
    program = find(request, pk).program
    initial = {"first_on": program.first_on, "last_on": program.last_on}
    form = AwardForm(posted(request), initial=initial)

    def command() -> object:
        return commands.record_award(actor=person_of(request), application_id=pk, **form.cleaned_data)

    page = {"title": "Record the award", "submit": "Record"}
    return _step(request, pk, policy.may_record_answer, form, command, "The award is recorded.", **page)


@members
@require_http_methods(POST_TOO)
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that the funder said no."""
    form = ReasonForm(posted(request))

    def command() -> object:
        return commands.record_rejection(actor=person_of(request), application_id=pk, **form.cleaned_data)

    page = {"title": "Record a rejection", "submit": "Record"}
    return _step(request, pk, policy.may_record_answer, form, command, "The answer is recorded.", **page)


@members
@require_http_methods(POST_TOO)
def task_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note something to do."""
    form = TaskForm(posted(request))

    def command() -> object:
        return commands.add_task(actor=person_of(request), application_id=pk, **form.cleaned_data)

    page = {"title": "Add a task", "submit": "Add"}
    return _step(request, pk, policy.may_work, form, command, "The task is noted.", **page)


@members
@require_POST
def task_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a task as done."""
    task, person = find_task(request, pk), person_of(request)

    def command() -> object:
        return commands.finish_task(actor=person, task_id=pk)

    return pressed(request, command, "Done.", "funding:application", task.application_id)


@members
@require_POST
def task_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Drop a task."""
    task, person = find_task(request, pk), person_of(request)

    def command() -> None:
        commands.remove_task(actor=person, task_id=pk)

    return pressed(request, command, "The task is removed.", "funding:application", task.application_id)


# --- Documents ------------------------------------------------------------------------------------------------------


@members
@require_http_methods(POST_TOO)
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a file with the application."""
    found, person = find(request, pk), person_of(request)
    policy.may_act(person, found.agency_id)
    form = DocumentForm(posted(request), request.FILES or None)

    def command() -> Document:
        stored = files.keep(form.cleaned_data["file"], folder=FILES, kinds=(PDF, WORKBOOK, TEXT), most=MOST)
        with files.discarded_unless_taken(FILES, stored):
            return commands.attach(actor=person, application_id=pk, stored=stored)

    if answer := sent(request, form, command, "The file is attached.", "funding:application", pk):
        return answer
    return form_page(request, form, title="Attach a file", submit="Attach", back=page_of(found))


@members
@require_GET
def document(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file of the application, which no browser opens as a page."""
    found = find_document(request, pk)
    return files.answer(FILES, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)


@members
@require_http_methods(POST_TOO)
def document_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file out of a draft."""
    found = find_document(request, pk)
    form = ReasonForm(posted(request))

    def command() -> object:
        return commands.remove_document(actor=person_of(request), document_id=pk, **form.cleaned_data)

    page = {"title": f"Remove {found}", "submit": "Remove the file", "stop": True, "lead": "The file goes for good."}
    return _step(request, found.application_id, policy.may_work, form, command, "The file is removed.", **page)
