"""A change in law or practice with all that hangs on it: the gaps that it closes, the agreements that wait for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, membership_of, person_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from privacy.law import lifecycle, policy
from privacy.law.models import LawChange, LawGap
from sharing_agreements.boards.models import Motion
from sharing_agreements.models import Agreement
from sharing_agreements.policy import may_draft
from sharing_agreements.views.shared import state

from .authority import OVER

C = LawChange.Status
VERBS = {
    C.IDEA: "Take it up again",
    C.DRAFTED: "It is drafted",
    C.INTRODUCED: "It is introduced",
    C.ENACTED: "It is enacted",
    C.REJECTED: "It is rejected",
}


class AwaitForm(forms.Form):
    """Which agreement waits for the change."""

    agreement = forms.ChoiceField()


@members
@require_GET
def law_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is to change, how far it is, and what it unblocks, as far as the person reads it."""
    person, membership = person_of(request), membership_of(request)
    seen = LawChange.objects.visible_to(person, membership).select_related("agency", "authority")
    found = get_object_or_404(seen, pk=pk)
    keeps = allows(policy.may_keep_change, person, found)
    gaps = LawGap.objects.visible_to(person, membership).filter(closed_by__change=found)
    drafts = membership is not None and allows(may_draft, person, membership.agency_id)
    waiting = _waiting(request, found)
    context = {
        "change": found,
        "facts": [part("state", status=found.status, detail=found.stands, big=True), found.agency.name],
        "gaps": gaps.select_related("agency"),
        "steps": found.moves.select_related("by"),
        "supported": Motion.objects.filter(law_change=found, status=Motion.Status.CARRIED)
        .select_related("board")
        .order_by("number"),
        "inside": membership is not None and membership.agency_id == found.agency_id,
        "keeps": keeps,
        "moves": [(each.value, VERBS[each]) for each in lifecycle.MOVES[C(found.status)]] if keeps else [],
        "columns": [*columns("Agreement", "State", "Led by")],
        "rows": [_row(each) for each in waiting],
        "own": [each for each in waiting if drafts and membership and each.lead_agency_id == membership.agency_id],
        "form": _form(membership.agency_id, found) if drafts and membership else None,
    }
    return render(request, "workbench/law_change.html", context)


def _waiting(request: HttpRequest, change: LawChange) -> list[Agreement]:
    """Agreements that wait for it, of those that the person reads and those that everybody does."""
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    readable = Q(pk__in=seen.values("pk")) | Q(pk__in=Agreement.objects.sharing().values("pk"))
    found = Agreement.objects.filter(readable, awaits__change=change).annotate(
        reads=Exists(seen.filter(pk=OuterRef("pk")))
    )
    return list(found.select_related("current_version", "lead_agency").order_by("number"))


def _row(agreement: Agreement) -> list[Any]:
    page = "agreements:detail" if vars(agreement)["reads"] else "public:agreement"
    named = part("link", text=agreement.number, href=reverse(page, args=[agreement.pk]), mono=True)
    return [part("lines", text=named, under=agreement.title), state(agreement), agreement.lead_agency.name]


def _form(agency_id: UUID, change: LawChange) -> AwaitForm | None:
    """To choose among agreements that the agency leads; None where there is none left."""
    led = Agreement.objects.filter(lead_agency=agency_id).exclude(status__in=OVER).exclude(awaits__change=change)
    choices = [(str(each.pk), f"{each.number} {each.title}") for each in led.order_by("number")]
    form = AwaitForm()
    form.fields["agreement"].choices = choices  # type: ignore[attr-defined]
    return form if choices else None
