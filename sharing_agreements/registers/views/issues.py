"""What a list leaves open: the issues of a register, and the page on which one is answered."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import Agency
from agencies.register import agencies as agencies_with
from agencies.views.shared import columns, person_of, tried
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from sharing_agreements.registers import commands, policy
from sharing_agreements.registers.forms import AgencyAnswer, AgencySearch, DayAnswer, DismissForm, IssueFilter
from sharing_agreements.registers.models import Entry, Issue
from sharing_agreements.registers.reading.days import DOUBTS
from sharing_agreements.registers.settling import ARROW

from .shared import crumbs, find, find_issue, head, keeps, standing

A, S = Issue.About, Issue.Status
PAGE = 50
CANDIDATES = 8
LIKE = 0.3
"""Similarity of names above which an agency is offered; it decides nothing."""


@members
@require_GET
def issue_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The issues of a register, open ones unless the filter says otherwise."""
    register = find(request, pk)
    form = IssueFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = Issue.objects.filter(register=register).select_related("agency")
    if given.get("about"):
        found = found.filter(about=given["about"])
    if given.get("status", "") != "all":
        found = found.filter(status=given.get("status") or S.OPEN)
    number = int(text) if (text := request.GET.get("from", "")).isdecimal() and len(text) < 7 else 0
    asked = request.GET.copy()

    def page_at(at: int) -> str:
        asked["from"] = str(at)
        return f"?{asked.urlencode()}"

    shown = list(found.order_by("about", "state", "source", "pk")[number : number + PAGE + 1])
    context = {
        **head(request, register, "issues"),
        "form": form,
        "filtered": bool(given.get("about") or given.get("status")),
        "count": found.count(),
        "columns": columns("Written", "What is open", "State", head=0),
        "rows": [_row(each) for each in shown[:PAGE]],
        "previous": page_at(max(0, number - PAGE)) if number else None,
        "next": page_at(number + PAGE) if len(shown) > PAGE else None,
    }
    return render(request, "registers/issue_list.html", context)


def _row(issue: Issue) -> list[Any]:
    link = part("link", text=issue.source or "(nothing)", href=reverse("registers:issue", args=[issue.pk]))
    where = ", ".join(filter(None, [issue.state, issue.place]))
    return [
        part("lines", text=link, under=where),
        part("lines", text=issue.get_about_display(), under=DOUBTS.get(issue.doubt, "")),
        part("lines", text=_state(issue), under=_answer(issue)),
    ]


def _state(issue: Issue) -> Part:
    return part("state", status=issue.status)


def _answer(issue: Issue) -> object:
    if issue.status == S.DISMISSED:
        return issue.reason
    return issue.agency or issue.day or ""


def concerned(issue: Issue) -> QuerySet[Entry]:
    """The entries for which an answer holds: all of the register that have the source value."""
    found = Entry.objects.filter(register=issue.register_id)
    if issue.about == A.AGENCY:
        return found.filter(agency_key=issue.source_key)
    if issue.about == A.TWICE:
        return found.filter(base=issue.source_key)
    if issue.about == A.REVERSED:
        signed, _, ends = issue.source.partition(ARROW)
        return found.filter(signed_text=signed, ends_text=ends)
    return found.filter(**{f"{issue.about}_text": issue.source})


@members
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One issue: what is written, for which entries, what it may mean; and the answer."""
    found = find_issue(request, pk)
    person = person_of(request)
    if request.method == "POST":
        policy.may_answer(person, found)
    form = _form(request, found)
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        agency = UUID(given["agency"]) if given.get("agency") else None
        day: date | None = given.get("day")
        made = tried(
            form,
            lambda: commands.resolve(
                actor=person, issue_id=pk, agency_id=agency, day=day, reason=given.get("note", "")
            ),
        )
        if made is not None:
            messages.success(request, "Answered. It holds for every entry with this value, and for later snapshots.")
            return redirect("registers:issues", found.register_id)
    return _page(request, found, form, DismissForm())


@members
@require_http_methods(["POST"])
def dismiss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave an issue without an answer, for a reason."""
    found, person = find_issue(request, pk), person_of(request)
    policy.may_answer(person, found)
    form = DismissForm(request.POST)
    if form.is_valid():
        made = tried(form, lambda: commands.dismiss(actor=person, issue_id=pk, reason=form.cleaned_data["reason"]))
        if made is not None:
            messages.success(request, "Dismissed. The entries keep what the list says.")
            return redirect("registers:issues", found.register_id)
    return _page(request, found, _form(request, found, bound=False), form)


def _form(request: HttpRequest, found: Issue, *, bound: bool = True) -> AgencyAnswer | DayAnswer | None:
    data = request.POST if request.method == "POST" and bound else None
    chosen = data.get("agency", "") if data else ""
    if found.about == A.TWICE:
        return None
    if found.about == A.AGENCY:
        return AgencyAnswer(data, agencies=_candidates(request, found, chosen))
    return DayAnswer(data)


def _candidates(request: HttpRequest, found: Issue, chosen: str) -> list[Agency]:
    """Agencies that may be meant: those that were looked for, else like names of the state, the likest first."""
    if words := request.GET.get("q", "").strip()[:80]:
        offered = list(agencies_with(words=words).order_by("name", "pk")[:25])
    else:
        name = found.source.partition(", ORI ")[0]
        here = Agency.objects.filter(Q(state=found.state) if found.state else Q())
        near = here.annotate(like=TrigramSimilarity("name", name)).filter(like__gt=LIKE)
        offered = list(near.order_by("-like", "name", "pk")[:CANDIDATES])
    if chosen and chosen not in {str(agency.pk) for agency in offered}:
        offered += list(Agency.objects.filter(pk=chosen)) if _is_id(chosen) else []
    return offered


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(
    request: HttpRequest, found: Issue, form: AgencyAnswer | DayAnswer | None, dismissal: DismissForm
) -> HttpResponse:
    entries = concerned(found)
    register = found.register
    listed = reverse("registers:issues", args=[register.pk])
    context = {
        "issue": found,
        "register": register,
        "crumbs": crumbs(register, {"label": "Issues", "href": listed}, {"label": found.get_about_display()}),
        "state": _state(found),
        "answer": _answer(found),
        "doubt": DOUBTS.get(found.doubt, ""),
        "keeps": keeps(request, register),
        "form": form,
        "search": AgencySearch(request.GET or None) if found.about == A.AGENCY else None,
        "candidates": [date.fromisoformat(text) for text in found.candidates],
        "dismissal": dismissal,
        "count": entries.count(),
        "columns": columns("Agency", "Kind of agreement", "Signed, as written", "Ends, as written", "Standing"),
        "rows": [_entry(entry) for entry in entries.order_by("agency_name", "pk")[:25]],
        "history": _history(found),
    }
    return render(request, "registers/issue_detail.html", context)


def _entry(entry: Entry) -> list[Any]:
    link = part("link", text=entry.agency_name, href=reverse("registers:entry", args=[entry.pk]), more=entry.kind)
    return [
        part("lines", text=link, under=entry.state),
        entry.kind,
        entry.signed_text,
        entry.ends_text,
        standing(entry),
    ]


def _history(found: Issue) -> list[dict[str, Any]]:
    """Every answer that was given, newest first."""
    past = found.history.select_related("history_user", "agency").order_by("-history_date")
    return [
        {
            "title": S(row.status).label if row.history_type != "+" else "Opened",
            "at": row.history_date,
            "actor": row.history_user,
            "reason": row.reason,
            "says": row.agency or row.day,
        }
        for row in past[:50]
    ]
