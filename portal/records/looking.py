"""A look at records over HTTP: one transaction that names the viewer, decides, renders and writes the access log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from agencies.models import User
from agencies.views.shared import membership_of
from portal.kernel.sign_in import client_address
from portal.kernel.viewing import tell_database

from .carried import UNDER, mark, question
from .decision import Decision, Viewer, look_as
from .decision.viewer import Deed
from .models import AccessEntry, Inquiry, Release
from .obliged import tell_owners
from .shown import CaseFile
from .shown.values import Seen

SESSION_INQUIRY = "inquiry"
_KNOWN = "_current_inquiry"


def current_inquiry(request: HttpRequest) -> Inquiry | None:
    """The open inquiry of this session and acting membership, or None; asked of the database once a request.

    An inquiry does not outlive a switch of membership: the session forgets it, and switching back does not revive it.
    """
    membership, chosen = membership_of(request), request.session.get(SESSION_INQUIRY)
    if not chosen or membership is None:
        return None
    if not hasattr(request, _KNOWN):
        found = Inquiry.objects.open().filter(pk=chosen, membership=membership).first()
        if found is None:
            forget_inquiry(request)
        setattr(request, _KNOWN, found)
    known: Inquiry | None = getattr(request, _KNOWN)
    return known


def keep_inquiry(request: HttpRequest, inquiry: Inquiry) -> None:
    """From now on this session looks under this inquiry."""
    request.session[SESSION_INQUIRY] = str(inquiry.pk)
    request.__dict__.pop(_KNOWN, None)


def forget_inquiry(request: HttpRequest) -> None:
    request.session.pop(SESSION_INQUIRY, None)
    request.__dict__.pop(_KNOWN, None)


def person_of(request: HttpRequest) -> User:
    """The signed-in person; LoginRequiredMiddleware lets nobody else reach a view of records."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def viewer_of(request: HttpRequest, action: Deed) -> Viewer:
    """Who is looking: the acting membership, under the session's inquiry."""
    membership, inquiry = membership_of(request), current_inquiry(request)
    return Viewer(
        membership_id=membership.pk if membership else None,
        action=action,
        purpose=inquiry.purpose if inquiry else "",
        inquiry_id=inquiry.pk if inquiry else None,
    )


def mark_of(request: HttpRequest) -> str:
    """What this page carries of its inquiry."""
    return mark(current_inquiry(request), membership_of(request))


def address_of_look(request: HttpRequest, name: str, *key: UUID) -> str:
    """The address of a page of records, which carries the inquiry of this one."""
    return f"{reverse(f'records:{name}', args=key)}?{urlencode({UNDER: mark_of(request)})}"


def decision_of(request: HttpRequest) -> Decision:
    """The decision that `looking` put in place."""
    found: Decision = request.decision  # type: ignore[attr-defined]
    return found


def looking(action: Deed) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Run a view, rendering included, in one transaction with `decision_of(request)` in place. Where it is asked from a
    page of another inquiry than the one that is open, the person is asked first under which.

    Where what was looked at is expunged before the look ends, the look is undone and asked again. A refusal (404, 403)
    rolls it back, and is then recorded in a second transaction, with the id asked for only. What was shown is kept in
    no cache.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "HEAD":  # which would stand in the log as a look, and show nothing
                return HttpResponseNotAllowed(["GET"])
            if asked := question(request, current_inquiry(request)):
                return asked
            viewer = viewer_of(request, action)

            def once() -> HttpResponse:
                with transaction.atomic():
                    request.decision = look_as(viewer)  # type: ignore[attr-defined]
                    answer = view(request, *args, **kwargs)
                    if isinstance(answer, SimpleTemplateResponse):
                        answer.render()
                    tell_database()
                return answer

            try:
                answer = unless_expunged(once)
            except (Http404, PermissionDenied):
                refused(request, viewer, kwargs.get("pk"))
                raise
            add_never_cache_headers(answer)
            return answer

        return look

    return decorate


T = TypeVar("T")


def unless_expunged(look: Callable[[], T]) -> T:
    """Do a look, a transaction of its own; once more where what it showed is expunged by its end (migration 0017)."""
    while True:
        try:
            return look()
        except IntegrityError as error:
            cause = error.__cause__
            if not isinstance(cause, psycopg.errors.CheckViolation) or cause.diag.constraint_name != "look_stands":
                raise


def shown(
    request: HttpRequest,
    decision: Decision,
    *,
    records: list[UUID],
    sets: list[UUID],
    seen: Iterable[Seen],
    searched_by: list[str] | None = None,
    found: int | None = None,
    withheld: int | None = None,
    release: Release | None = None,
) -> AccessEntry:
    """Write what was shown over HTTP to the access log; `logged` says what it takes."""
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied
    return logged(
        person_of(request),
        membership.agency_id,
        decision,
        records=records,
        sets=sets,
        seen=seen,
        searched_by=searched_by,
        found=found,
        withheld=withheld,
        release=release,
        source_address=client_address(request) or None,
    )


def looked_at(request: HttpRequest, case: CaseFile, release: Release | None = None) -> AccessEntry:
    """Write a look at one record to the access log, as it was shown."""
    return shown(
        request,
        decision_of(request),
        records=[case.envelope.id],
        sets=[case.envelope.record_set_id],
        found=1,
        withheld=case.withheld,
        seen=case.seen,
        release=release,
    )


def logged(
    person: User,
    agency_id: UUID,
    decision: Decision,
    *,
    records: list[UUID],
    sets: list[UUID],
    seen: Iterable[Seen],
    searched_by: list[str] | None = None,
    **more: Any,
) -> AccessEntry:
    """Write what was shown to the access log, in the transaction of the look, and tell the owners whose rules ask for
    it. `sets` are those of the records, `seen` is what was shown of them; `more` are further fields of the entry.
    """
    seen_in = decision.sets.among(sets)
    ways = [way for open_set in seen_in.values() for way in open_set.ways if way["grant_id"]]
    seen = list(seen)
    protected = {each.record for each in seen if each.is_protected}
    tell_owners(decision, person, agency_id, seen)
    return AccessEntry.objects.create(
        person_id=person.pk,
        agency_id=agency_id,
        action=str(decision.viewer.action),
        outcome=AccessEntry.Outcome.SHOWN,
        inquiry_id=decision.viewer.inquiry_id,
        purpose=decision.viewer.purpose,
        record_ids=records,
        protected_ids=[key for key in records if key in protected],
        record_sets=list(seen_in),
        grants=[way["grant_id"] for way in ways],
        agreements=sorted({way["agreement_number"] for way in ways}),
        searched_by=searched_by or [],
        **more,
    )


def refused(request: HttpRequest, viewer: Viewer, record_id: UUID | None) -> None:
    """Write a refusal: who asked for which id, never what it is or whether it exists."""
    membership = membership_of(request)
    AccessEntry.objects.create(
        person_id=person_of(request).pk,
        agency_id=membership.agency_id if membership else None,
        action=str(viewer.action),
        outcome=AccessEntry.Outcome.REFUSED,
        inquiry_id=viewer.inquiry_id,
        purpose=viewer.purpose,
        record_ids=[record_id] if record_id else [],
        source_address=client_address(request) or None,
    )
