"""Pages on which people accept policies and rules of behavior, and on which the rules are published."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import RECORD_ROLES, Agency, Membership, User
from agencies.views.shared import columns, is_the_person, membership_of, person_of, posted, say, sent
from portal.kernel.access import members
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from privacy.models import PolicyVersion

from . import commands, due, policy
from .forms import AcceptForm, RulesForm
from .models import Acceptance, BehaviorRules

MOST_LISTED = 100


@members
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What awaits being accepted by this person, and what they accepted before."""
    person, membership = person_of(request), membership_of(request)
    now = database_now()
    texts = due.texts(membership) if membership else []
    soon = due.ending(texts, now)
    asked = [each for each in texts if each in soon or not each.counts(now)]
    form = AcceptForm(asked, posted(request))
    if request.method == "POST":
        if membership is None:
            raise PermissionDenied
        form.is_valid()
        try:
            made = commands.accept(actor=person, membership_id=membership.pk, texts=form.cleaned_data.get("texts", []))
        except Refused as no:
            say(request, no)
            return redirect(request.get_full_path())
        return _accepted(request, len(made))
    context = {
        "asked": asked,
        "closed": [each for each in asked if each not in soon],
        "standing": [each for each in texts if each not in asked],
        "before": _before(request),
        "next": request.GET.get("next", ""),
        "may_publish": allows(policy.may_publish_rules, person),
        "answers_for": membership.agency if membership and _answers(person, membership) else None,
        "rules": due.rules_in_force(),
        "looks": bool(texts) or membership is not None,
    }
    return render(request, "acknowledgement/mine.html", context)


def _answers(person: User, membership: Membership) -> bool:
    return allows(policy.may_see_who_accepted, person, membership.agency_id)


def _accepted(request: HttpRequest, count: int) -> HttpResponse:
    """Say so; then to what is left, or back to where the person came from."""
    membership = membership_of(request)
    if count:
        messages.success(request, f"You accepted {count} text{'' if count == 1 else 's'}. It counts for a year.")
    if membership and due.missing(membership):
        return redirect(request.get_full_path())
    address = request.GET.get("next", "")
    fits = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if address and fits else reverse("workbench:home"))


def _before(request: HttpRequest) -> QuerySet[Acceptance]:
    """What this person accepted last, newest first."""
    rows = Acceptance.objects.filter(person=person_of(request))
    return rows.select_related("policy_version__policy", "rules", "agency")[:MOST_LISTED]


@members
@require_GET
def rules(request: HttpRequest, number: int) -> HttpResponse:
    """One text of the rules of behavior, in force or earlier."""
    found = get_object_or_404(BehaviorRules.objects.select_related("published_by"), number=number)
    context = {
        "found": found,
        "lines": [line for line in found.text.splitlines() if line.strip()],
        "others": BehaviorRules.objects.exclude(pk=found.pk),
        "in_force": found == due.rules_in_force(),
        "may_publish": allows(policy.may_publish_rules, person_of(request)),
    }
    return render(request, "acknowledgement/rules.html", context)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def publish_rules(request: HttpRequest) -> HttpResponse:
    """The next text of the rules of behavior."""
    person = person_of(request)
    policy.may_publish_rules(person)
    last = due.rules_in_force()
    form = RulesForm.after(last, posted(request))
    if form.is_valid():
        is_the_person(request, form)

    def command() -> BehaviorRules:
        given = {name: form.cleaned_data[name] for name in ("number", "text", "changed")}
        return commands.publish_rules(actor=person, **given)

    done = "The rules are in force. Whoever looks at records is told, and accepts them before shared records open."
    if answer := sent(request, form, command, done, "acknowledgement:mine"):
        return answer
    context = {"form": form, "last": last}
    return render(request, "acknowledgement/publish_rules.html", context)


COLUMNS = ("Name", "Roles", "Accepted", "Counts until", "Awaits")


@members
@require_GET
def people(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Who at an agency accepted what is asked of those who look at shared records, and whom it still awaits."""
    agency = get_object_or_404(Agency, pk=pk)
    if not allows(policy.may_see_who_accepted, person_of(request), pk):
        raise Http404
    texts = due.in_force(agency.pk)
    here = Membership.objects.current().with_role(*RECORD_ROLES).filter(agency=agency).select_related("person")
    rows = _standing(agency, list(here.order_by("person__last_name", "person__first_name", "pk")), texts)
    if request.GET.get("format") == "csv":
        return csv_answer("accepted", COLUMNS, rows)
    context = {
        "agency": agency,
        "texts": [due.Text(each) for each in texts],
        "columns": columns(*COLUMNS),
        "rows": rows,
        "waiting": len([row for row in rows if row[-1]]),
    }
    return render(request, "acknowledgement/people.html", context)


def _standing(agency: Agency, here: list[Membership], texts: list[PolicyVersion | BehaviorRules]) -> list[list[object]]:
    """A line for each person: how many texts they accepted, the first day on which one stops, and those that await."""
    now, accepted = database_now(), due.latest([each.person_id for each in here], texts)
    lines: list[list[object]] = []
    for each in here:
        mine = [due.Text(text, accepted.get((each.person_id, text.pk))) for text in texts]
        counting = [text.counts_until for text in mine if text.counts_until and text.counts(now)]
        until = localdate(min(counting), ZoneInfo(agency.time_zone)) if counting else ""
        awaits = "; ".join(text.title for text in mine if not text.counts(now))
        lines.append([str(each.person), each.role_names, f"{len(counting)} of {len(mine)}", until, awaits])
    return lines
