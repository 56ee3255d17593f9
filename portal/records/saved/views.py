"""Saving a search, opening it again, renaming and deleting it. What is searched lies in the session and in the row."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import Membership
from agencies.views.shared import membership_of, person_of, posted, pressed, say, sent, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.records import policy, purposes, searching
from portal.records.carried import UNDER, carried
from portal.records.forms import PlainField, WatchForm
from portal.records.looking import current_inquiry
from portal.records.models import SavedSearch, Watch
from portal.records.pages.search import Asked, asked
from portal.records.watches import commands as watching

from . import commands, shown


class SavedSearchForm(forms.Form):
    """What a search is called. It is for its owner alone, and shown nowhere else."""

    name = PlainField(max_length=60, error_messages={"required": "Give the search a name, by which you find it again."})


@members
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the address asks, under a new name or in the place of the saved search that it began with."""
    membership, found = _searcher(request), asked(request)
    if found.search is None:
        messages.info(request, "Search first; what you searched can then be saved.")
        return redirect("records:search")
    if "replace" in request.POST or "reaim" in request.POST:
        used = _own(request, UUID(found.saved) if found.saved else None)
        watch = used.watches.kept().first()
        if watch is not None:
            return _watched(request, found, used, watch)
        if "reaim" in request.POST:
            messages.info(
                request, "The watch is over meanwhile, so nothing was changed. Save the change, and watch it."
            )
            return redirect(found.address())
    try:
        saved = _saved(request, membership, found)
    except Refused as no:
        say(request, no)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, f"“{saved.name}” is saved.")
        return redirect(found.address(saved=str(saved.pk)))
    return redirect(found.address())


def _saved(request: HttpRequest, membership: Membership, found: Asked) -> SavedSearch:
    person, what = person_of(request), shown.fields(found)
    if "replace" in request.POST:
        return commands.replace_search(actor=person, saved_id=UUID(found.saved), asked=what)
    form = SavedSearchForm(request.POST)
    if not form.is_valid():
        raise ValidationError(list(form.errors["name"]))
    return commands.save_search(actor=person, membership_id=membership.pk, name=form.cleaned_data["name"], asked=what)


def _watched(request: HttpRequest, found: Asked, used: SavedSearch, watch: Watch) -> HttpResponse:
    """Of a search that is watched: say so, and ask whether to save under another name or to re-aim the watch."""
    inquiry = current_inquiry(request)
    initial = {"purpose": inquiry.purpose, "case_number": inquiry.case_number} if inquiry else None
    sent = request.POST if "reaim" in request.POST else None
    form = WatchForm(sent, initial=initial, opened=purposes.opened(used.membership.agency_id))
    if form.is_valid():
        made = tried(
            form,
            lambda: watching.re_aim(
                actor=person_of(request),
                saved_id=used.pk,
                asked=shown.fields(found),
                **form.cleaned_data,
            ),
        )
        if made is not None:
            messages.success(request, f"“{used.name}” is saved. Watch {made.number} is set for it.")
            return redirect(found.address())
    context = {
        "form": form,
        "saved": used,
        "pairs": [
            ("Watch", part("link", text=watch.number, href=reverse("records:watch", args=[watch.pk]), mono=True)),
            ("Looks for", shown.said(shown.asked_by(used))),
            ("Purpose", watch.purpose_label),
            ("Case number", watch.case_number),
            ("Confirm by", watch.confirmed_until),
            ("Ends", watch.expires_at),
        ],
        "now": shown.said(found),
        "back": found.address(),
    }
    return render(request, "records/saved_watched.html", context)


@members
@require_safe
def open_saved(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Search again: by the session's inquiry, as any search."""
    saved = _own(request, pk)
    name = searching.keep(request.session, searching.Search(saved.words, saved.since, saved.until))
    return redirect(shown.asked_by(saved, name).address(**{UNDER: carried(request)}))


@members
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it another name, or delete it."""
    saved = _own(request, pk)
    form = SavedSearchForm(posted(request), initial={"name": saved.name})
    answer = sent(
        request,
        form,
        lambda: commands.rename_search(actor=person_of(request), saved_id=pk, name=form.cleaned_data["name"]),
        "It has its new name.",
        "records:saved_open",
        pk,
    )
    return answer or render(request, "records/saved_edit.html", {"form": form, "saved": saved})


@members
@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    saved = _own(request, pk)
    return pressed(
        request,
        lambda: commands.delete_search(actor=person_of(request), saved_id=saved.pk),
        "The saved search is deleted.",
        "records:search",
    )


def _searcher(request: HttpRequest) -> Membership:
    """The membership under which the person searches."""
    membership = membership_of(request)
    policy.may_look(person_of(request), membership)
    if membership is None:
        raise PermissionDenied
    return membership


def _own(request: HttpRequest, pk: UUID | None) -> SavedSearch:
    """One's own, under the acting membership; anybody else's does not exist."""
    if pk is None:
        raise Http404
    return get_object_or_404(SavedSearch.objects.of(membership_of(request)), pk=pk)
