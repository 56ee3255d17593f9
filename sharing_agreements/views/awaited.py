"""Buttons of a change in law: an agreement waits for it, or no more."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from agencies.views.shared import membership_of, person_of, pressed
from portal.kernel.access import members
from privacy.law.models import LawChange
from sharing_agreements import commands

from .shared import find


def _pressed(request: HttpRequest, pk: UUID, command: Callable[..., object], done: str) -> HttpResponse:
    """`agreement` in the form: its id; both the change and the agreement are found among what the person reads."""
    person = person_of(request)
    change = get_object_or_404(LawChange.objects.visible_to(person, membership_of(request)), pk=pk)
    try:
        agreement = find(request, UUID(request.POST.get("agreement", "")))
    except ValueError:
        raise Http404 from None
    return pressed(
        request,
        lambda: command(actor=person, agreement_id=agreement.pk, change_id=change.pk),
        done.format(agreement.number),
        "workbench:law_change",
        change.pk,
    )


@members
@require_POST
def await_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _pressed(request, pk, commands.await_change, "{} waits for this change.")


@members
@require_POST
def await_no_more(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _pressed(request, pk, commands.await_no_more, "{} waits for it no more.")
