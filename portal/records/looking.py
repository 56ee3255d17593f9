"""A look at records over HTTP: one transaction that names the viewer, decides, renders and writes the access log."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from portal.kernel.sign_in import client_address
from portal.kernel.viewing import tell_database
from sharing_agreements.models import Action

from .decision import Decision, Viewer, decide
from .models import AccessEntry, Inquiry

SESSION_INQUIRY = "inquiry"


def current_inquiry(request: HttpRequest) -> Inquiry | None:
    """The open inquiry of this session and acting membership, or None."""
    membership, chosen = getattr(request, "membership", None), request.session.get(SESSION_INQUIRY)
    if membership is None or not chosen:
        return None
    return Inquiry.objects.open().filter(pk=chosen, membership=membership).first()


def viewer_of(request: HttpRequest, action: Action) -> Viewer:
    """Who is looking: the acting membership, under the session's inquiry."""
    membership, inquiry = getattr(request, "membership", None), current_inquiry(request)
    return Viewer(
        membership_id=membership.pk if membership else None,
        action=action,
        purpose=inquiry.purpose if inquiry else "",
        inquiry_id=inquiry.pk if inquiry else None,
    )


def looking(action: Action) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Run a view, rendering included, in one transaction with `request.decision` in place.

    A 404 rolls that back, and is then recorded as a refusal in a second transaction, with the id asked for only.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = viewer_of(request, action)
            try:
                with transaction.atomic():
                    see_as(viewer)
                    request.decision = decide(viewer)  # type: ignore[attr-defined]
                    answer = view(request, *args, **kwargs)
                    if isinstance(answer, SimpleTemplateResponse):
                        answer.render()
                    tell_database()
                return answer
            except Http404:
                refused(request, viewer, kwargs.get("pk"))
                raise

        return look

    return decorate


def see_as(viewer: Viewer) -> None:
    """Name the viewer to the second lock for the rest of this transaction."""
    tell_database(membership=str(viewer.membership_id or ""), action=str(viewer.action), purpose=viewer.purpose)


def shown(
    request: HttpRequest, decision: Decision, *, records: list[UUID], sets: list[UUID], **more: Any
) -> AccessEntry:
    """Write what was shown to the access log, in the transaction of the look."""
    ways = [way for key in dict.fromkeys(sets) for way in decision.sets[key].ways if way["grant_id"]]
    return AccessEntry.objects.create(
        person_id=request.user.pk,
        agency_id=request.membership.agency_id,  # type: ignore[attr-defined]
        action=str(decision.viewer.action),
        outcome=AccessEntry.Outcome.SHOWN,
        inquiry_id=decision.viewer.inquiry_id,
        purpose=decision.viewer.purpose,
        record_ids=records,
        record_sets=list(dict.fromkeys(sets)),
        grants=[way["grant_id"] for way in ways],
        agreements=sorted({way["agreement_number"] for way in ways}),
        source_address=client_address(request),
        **more,
    )


def refused(request: HttpRequest, viewer: Viewer, record_id: UUID | None) -> None:
    """Write a refusal: who asked for which id, never what it is or whether it exists."""
    if not request.user.is_authenticated:
        return
    membership = getattr(request, "membership", None)
    AccessEntry.objects.create(
        person_id=request.user.pk,
        agency_id=membership.agency_id if membership else None,
        action=str(viewer.action),
        outcome=AccessEntry.Outcome.REFUSED,
        inquiry_id=viewer.inquiry_id,
        purpose=viewer.purpose,
        record_ids=[record_id] if record_id else [],
        source_address=client_address(request),
    )
