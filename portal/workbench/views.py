"""The home page, and the auditor's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import escape, strip_tags
from django.views.decorators.http import require_GET

from agencies.models import RECORD_ROLES, Agency, Auditor, Membership, Role, Training, User
from portal.audit.record import record
from portal.kernel.access import members, public
from portal.kernel.days import plausible
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from portal.kernel.templatetags.portal import moment, show
from portal.records.models import AccessEntry, Inquiry
from privacy.models import Purpose
from sharing_agreements.attachments import unread_by
from sharing_agreements.boards.models import Board
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.lapsed import lapsed
from sharing_agreements.models import Agreement, Grant

from . import awaiting, log, pictures
from .past import Entry, Past, Value
from .scope import Scope, scope_of

PAGE = 40


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)


# --- Today ----------------------------------------------------------------------------------------------------------


@members
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What awaits this person, and what opens their work."""
    person, membership = person_of(request), request.membership  # type: ignore[attr-defined]
    context: dict[str, Any] = {"today": timezone.localdate(), "items": awaiting.of(person, membership)}
    if membership is None and Auditor.objects.current().filter(person=person).exists():
        context["instead"] = {"label": "Read the access log", "href": reverse("workbench:access_log")}
    if membership is None and not person.is_portal_administrator:
        context["left"] = _left(person)
    if membership is not None:
        week_ago = timezone.now() - timedelta(days=7)
        on_ours = AccessEntry.objects.filter(
            record_sets__overlap=list(membership.agency.record_sets.values_list("pk", flat=True)), at__gte=week_ago
        )
        context |= {
            "grants": _opening(membership.agency_id),
            "lapsed": lapsed(membership.agency_id),
            "inquiries": _recent(membership.pk),
            "looked": on_ours.exclude(agency=membership.agency).count()
            if membership.has(Role.CUSTODIAN, Role.PRIVACY_OFFICER)
            else None,
            "looks_at_records": membership.has(*RECORD_ROLES),
            "training": person.trainings.filter(kind=Training.Kind.AWARENESS, expires_on__gte=membership.agency.today)
            .order_by("-expires_on")
            .first(),
        }
    return render(request, "workbench/home.html", context)


def _recent(membership_id: UUID) -> list[Inquiry]:
    """The last five cases that inquiries were about, each once, under the newest of its inquiries."""
    newest = Inquiry.objects.filter(membership=membership_id).order_by("-opened_at")[:50]
    found: dict[tuple[str, str], Inquiry] = {}
    for each in newest:
        found.setdefault((each.case_number, each.purpose), each)
    return list(found.values())[:5]


def _left(person: User) -> dict[str, Any] | None:
    """The membership that ended last, and whom to ask about it: who administers the agency, else the portal."""
    last = person.memberships.exclude(ended_at=None).select_related("agency").order_by("-ended_at").first()
    if last is None:
        return None
    keepers = Membership.objects.current().with_role(Role.ADMINISTRATOR).filter(agency=last.agency_id)
    asked = User.objects.filter(memberships__in=keepers) if keepers.exists() else User.objects.none()
    asked = asked or User.objects.filter(is_portal_administrator=True, is_active=True)
    return {"it": last, "over": last.agency.status == Agency.Status.ENDED, "ask": asked.order_by("email")[:3]}


def _opening(agency_id: UUID) -> list[dict[str, Any]]:
    """Agreements that open records to the agency now, each once."""
    live = (
        Grant.objects.live()
        .filter(recipient=agency_id)
        .select_related("version__agreement__lead_agency", "record_set__owner")
    )
    found: dict[UUID, dict[str, Any]] = {}
    for grant in live.order_by("version__agreement__number"):
        agreement = grant.version.agreement
        row = found.setdefault(agreement.pk, {"agreement": agreement, "until": grant.last_day, "sets": []})
        row["sets"].append(f"{grant.record_set.name}, {grant.record_set.owner}")
    return list(found.values())


# --- History --------------------------------------------------------------------------------------------------------


@members
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The agreements whose history this auditor reads."""
    scope = scope_of(person_of(request))
    words = request.GET.get("q", "").replace("\x00", "").strip()
    found = scope.agreements().select_related("lead_agency", "current_version").order_by("-number")
    if words:
        found = found.filter(number__icontains=words) | found.filter(title__icontains=words)
    boards = Board.objects.visible_to(person_of(request)).order_by("name")
    policies = scope.policies().select_related("agency").order_by("agency__name")
    context = {"agreements": found[:200], "words": words}
    if not words:
        applications = Application.objects.visible_to(person_of(request), None).select_related("program", "agency")
        budgets = Budget.objects.audited_by(person_of(request)).order_by("title")
        context |= {
            "boards": boards,
            "policies": policies[:200],
            "budgets": budgets[:200],
            "initiatives": Initiative.objects.audited_by(person_of(request)).order_by("title")[:200],
            "applications": applications[:200],
            "speaking": scope.speaking().order_by("name")[:200],
        }
    return render(request, "workbench/history.html", context)


class PastFilter(forms.Form):
    """What of a history to show."""

    KINDS = [("", "Everything"), ("event", "Events, votes and signatures"), ("change", "Changes of fields and rows")]
    q = forms.CharField(label="Field or words", required=False)
    actor = forms.CharField(label="Actor", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=KINDS)
    since = forms.DateField(label="From", required=False, validators=[plausible])
    until = forms.DateField(label="To", required=False, validators=[plausible])

    def keeps(self, entry: Entry) -> bool:
        asked = self.cleaned_data
        values = [str(show(value)) for d in entry.differences for value in (d.field, d.before, d.after)]
        text = unescape(strip_tags(" ".join([escape(entry.title), escape(entry.reason), *values])))
        day = timezone.localdate(entry.at)
        return (
            asked.get("q", "").casefold() in text.casefold()
            and asked.get("actor", "").casefold() in entry.actor.casefold()
            and (not asked.get("kind") or (asked["kind"] == "event") == (entry.kind == "event"))
            and (not asked.get("since") or day >= asked["since"])
            and (not asked.get("until") or day <= asked["until"])
        )


def _past(request: HttpRequest, pk: UUID) -> tuple[Agreement, PastFilter, list[Entry]]:
    agreement = get_object_or_404(scope_of(person_of(request)).agreements(), pk=pk)
    unread = unread_by(person_of(request), agreement)
    return agreement, *filtered(request, Past(agreement, unread=unread).entries())


def filtered(request: HttpRequest, entries: list[Entry]) -> tuple[PastFilter, list[Entry]]:
    """The filter, and what it keeps of a history."""
    asked = PastFilter(request.GET)
    return asked, [e for e in entries if asked.keeps(e)] if asked.is_valid() else entries


def paged(request: HttpRequest, entries: list[Entry]) -> dict[str, Any]:
    """One page of a history, and the addresses of its neighbours."""
    start = int(number) if (number := request.GET.get("from_entry", "0")).isdecimal() else 0
    return {
        "count": len(entries),
        "entries": entries[start : start + PAGE],
        "older": _again(request, from_entry=start + PAGE) if len(entries) > start + PAGE else None,
        "newer": _again(request, from_entry=max(start - PAGE, 0)) if start else None,
    }


@members
@require_GET
def agreement_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one agreement, newest first."""
    agreement, asked, entries = _past(request, pk)
    context = {
        "title": agreement.number,
        "about": agreement.title,
        "back": {"label": "Agreement", "href": reverse("agreements:detail", args=[pk])},
        "filter": asked,
        "csv": reverse("workbench:agreement_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def agreement_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    agreement, _, entries = _past(request, pk)
    return past_csv(f"history-{agreement.number}", entries)


def past_csv(name: str, entries: list[Entry]) -> StreamingHttpResponse:
    """A history as a table that leaves: a row a field."""
    columns = ("When (UTC)", "What", "Field", "Before", "After", "Actor", "Agency", "Reason")
    return csv_answer(name, columns, (row for entry in entries for row in _past_rows(entry)))


def _past_rows(entry: Entry) -> list[tuple[str, ...]]:
    head, tail = (_utc(entry.at), entry.title), (entry.actor, entry.agency, entry.reason)
    if not entry.differences:
        return [(*head, "", "", "", *tail)]
    return [(*head, d.field, _plain(d.before), _plain(d.after), *tail) for d in entry.differences]


def _plain(value: Value) -> str:
    """A value as a table that leaves says it."""
    return f"{_utc(value)} UTC" if isinstance(value, datetime) else str(value)


def _utc(at: datetime) -> str:
    """UTC to the hundredth of a second (CJIS Security Policy AU-8)."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 10_000:02d}"


def _again(request: HttpRequest, **changes: object) -> str:
    """This page's address with some of its parameters changed."""
    asked = request.GET.dict() | {key: str(value) for key, value in changes.items()}
    return "?" + urlencode(asked)


# --- Access log -----------------------------------------------------------------------------------------------------


class LogFilter(forms.Form):
    """What of the access log to show."""

    ACTIONS = [("", "All actions"), *AccessEntry.Action.choices, ("released", "Released"), ("refused", "Refused only")]
    q = forms.CharField(
        label="Person, agency, agreement, inquiry, release, case number or record id", required=False, max_length=80
    )
    action = forms.ChoiceField(label="Action", required=False, choices=ACTIONS)
    purpose = forms.ChoiceField(label="Purpose", required=False, choices=[("", "Any purpose"), *Purpose.choices])
    since = forms.DateField(label="From", required=False, validators=[plausible])
    until = forms.DateField(label="To", required=False, validators=[plausible])

    def asked(self) -> log.Filter:
        data = self.cleaned_data if self.is_valid() else {}
        return log.Filter(
            data.get("q", ""), data.get("action", ""), data.get("purpose", ""), data.get("since"), data.get("until")
        )


@members
@require_GET
def access_log(request: HttpRequest) -> HttpResponse:
    """Who searched, viewed, printed and exported what, under which agreement and purpose; refusals included."""
    scope, form = scope_of(person_of(request)), LogFilter(request.GET)
    entries = form.asked().apply(scope.accesses())
    days = log.by_day(entries, timezone.get_current_timezone())
    rows, more = log.page(entries, before=_place(request.GET.get("before", "")))
    _note_reading(person_of(request), scope)
    context = {
        "form": form,
        "days": days,
        "total": sum(day.total for day in days),
        "picture": pictures.by_day(days),
        "table": pictures.by_day_table(days),
        "rows": [_log_row(entry) for entry in rows],
        "columns": [{"label": name} for name in ("When", "Who", "Action", "Record", "Inquiry", "Decision")],
        "older": _again(request, before=f"{rows[-1].at.isoformat()}_{rows[-1].pk}") if more else None,
        "csv": reverse("workbench:access_log_csv") + "?" + request.GET.urlencode(),
        "scope": scope,
    }
    return render(request, "workbench/access_log.html", context)


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _, key = text.rpartition("_")
    try:
        moment = parse_datetime(at)
        return (moment.astimezone(UTC), UUID(key)) if moment else None
    except (ValueError, OverflowError):
        raise Http404 from None


def _log_row(entry: AccessEntry) -> list[Any]:
    refused = entry.outcome == AccessEntry.Outcome.REFUSED
    what = f"Refused {entry.get_action_display().lower()}" if refused else _done(entry)
    return [
        moment(entry.at, "log"),
        part("lines", text=str(entry.person), under=entry.agency.name if entry.agency else "no agency"),
        part("chip", tone="stop", icon="cross", text=what) if refused else what,
        _asked_for(entry) if refused else _records(entry),
        _inquiry(entry),
        "No way was open"
        if refused
        else ", ".join(entry.agreements) or ("Own agency's record" if entry.record_sets else "Nothing was shown"),
    ]


def _inquiry(entry: AccessEntry) -> Any:
    """Under what it was looked: number and purpose of the inquiry or the watch, and the case that the person stated."""
    if entry.watch is not None:
        under = f"{entry.watch.purpose_label}; stated case {entry.watch.case_number}"
        return part("lines", text=entry.watch.number, under=under)
    if entry.inquiry is None:
        return None
    under = f"{entry.inquiry.purpose_label}; stated case {entry.inquiry.case_number}"
    return part("lines", text=entry.inquiry.number, under=under)


RELEASED = {
    AccessEntry.Action.PRINT: "Printed",
    AccessEntry.Action.EXPORT: "Exported",
    AccessEntry.Action.REDISCLOSE: "Told by word of mouth",
}


def _done(entry: AccessEntry) -> str:
    if entry.action == AccessEntry.Action.SEARCH:
        by = f" by {', '.join(entry.searched_by).replace('_', ' ')}" if entry.searched_by else ""
        found = len(entry.record_ids) if entry.found is None else entry.found
        similar = f", {len(entry.record_ids) - found} of similar names" if len(entry.record_ids) > found else ""
        return f"Searched{by}, {found} found{similar}"
    if entry.action in log.RELEASES:
        made = entry.release
        of = [made.number, made.told_words, f"for {made.recipient}: {made.reason}"] if made else []
        return ", ".join(filter(None, [RELEASED[AccessEntry.Action(entry.action)], *of]))
    withheld = f", {entry.withheld} fields withheld" if entry.withheld else ""
    return f"Opened in custody{withheld}" if entry.action == AccessEntry.Action.CUSTODY else f"Viewed{withheld}"


def _records(entry: AccessEntry) -> Any:
    if len(entry.record_ids) == 1:
        return part("link", text=str(entry.record_ids[0]), mono=True)
    return f"{len(entry.record_ids)} records" if entry.record_ids else None


ASKED = {
    AccessEntry.Action.SEARCH: "The search",
    AccessEntry.Action.VIEW: "The page of a record",
    AccessEntry.Action.PRINT: "A print of a record",
    AccessEntry.Action.EXPORT: "An export",
    AccessEntry.Action.REDISCLOSE: "A release by word of mouth",
    AccessEntry.Action.CUSTODY: "A record, in custody",
}


def _asked_for(entry: AccessEntry) -> Any:
    """What kind of address was refused, and the id that stood in it; whether there is such a record is not said."""
    kind = ASKED[AccessEntry.Action(entry.action)]
    if not entry.record_ids:
        return kind
    asked = part("link", text=str(entry.record_ids[0]), mono=True)
    return part("lines", text=kind, under=asked)


def _note_reading(person: User, scope: Scope) -> None:
    """Reading the log is in the log (CJIS Security Policy AU-2)."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        record("access_log.read", person, actor=person, portal=scope.portal)


@members
@require_GET
def access_log_csv(request: HttpRequest) -> StreamingHttpResponse:
    scope = scope_of(person_of(request))
    entries = LogFilter(request.GET).asked().apply(scope.accesses())
    columns = (
        "When (UTC)", "Person", "Email", "Agency", "Action", "Outcome", "Records", "Found", "Withheld fields",
        "Inquiry", "Case number", "Purpose", "Purpose code", "Agreements", "Searched by", "Release",
        "Released to", "Told", "Reason", "Address",
    )  # fmt: skip
    _note_reading(person_of(request), scope)
    rows = entries.select_related("person", "agency", "inquiry", "release", "watch").order_by("-at", "-pk")
    return csv_answer(
        f"access-log-{timezone.localdate():%Y-%m-%d}", columns, map(_csv_row, rows.iterator(chunk_size=1000))
    )


def _csv_row(entry: AccessEntry) -> tuple[object, ...]:
    inquiry, release = entry.inquiry or entry.watch, entry.release
    return (
        _utc(entry.at),
        entry.person,
        entry.person.email,
        entry.agency,
        entry.get_action_display(),
        entry.get_outcome_display(),
        " ".join(str(key) for key in entry.record_ids),
        entry.found,
        entry.withheld,
        inquiry.number if inquiry else "",
        inquiry.case_number if inquiry else "",
        Purpose(entry.purpose).label if entry.purpose in Purpose.values else "",
        entry.purpose,
        ", ".join(entry.agreements),
        ", ".join(entry.searched_by).replace("_", " "),
        release.number if release else "",
        release.recipient if release else "",
        release.told_words if release else "",
        release.reason if release else "",
        entry.source_address,
    )


# --- Health -----------------------------------------------------------------------------------------------------------


@public
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 while this process reaches its database; says nothing else to anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
