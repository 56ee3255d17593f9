"""A person's saved filters: saving what is asked, renaming, opening the register with one, deleting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import person_of, posted, say, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements import commands, saved_filters
from sharing_agreements.models import SavedFilter


class SavedFilterForm(forms.Form):
    """What a filter is called, and whether its register opens with it."""

    name = forms.CharField(max_length=60)
    is_start = forms.BooleanField(
        label="Open the register with it",
        required=False,
        help_text="At most one does; it takes another's place.",
    )


@members
@require_POST
def save(request: HttpRequest, register: str) -> HttpResponse:
    """Keep what a register is asked for, under a new name or under the one that is in use."""
    kept = saved_filters.REGISTERS.get(register)
    if kept is None:
        raise Http404
    try:
        saved = _saved(request, register, saved_filters.accepted(kept.form(request, request.POST.dict())))
    except (Refused, ValidationError) as no:
        _say(request, no)
        return redirect(f"{reverse(kept.address)}?{urlencode(_given(request))}")
    messages.success(request, f"“{saved.name}” is saved.")
    return redirect(saved_filters.address_of(saved))


def _say(request: HttpRequest, no: Refused | ValidationError) -> None:
    if isinstance(no, Refused):
        say(request, no)
    else:
        messages.error(request, " ".join(no.messages))


def _given(request: HttpRequest) -> dict[str, str]:
    """What was asked, so that nothing is lost when it can't be saved."""
    own = {"csrfmiddlewaretoken", "name", "change"}
    return {key: value for key, value in request.POST.items() if key not in own and isinstance(value, str)}


def _saved(request: HttpRequest, register: str, query: dict[str, str]) -> SavedFilter:
    person = person_of(request)
    if "change" in request.POST:
        mine = SavedFilter.objects.of(person, register)
        used = get_object_or_404(mine, pk=_uuid(request.POST.get(saved_filters.MARK, "")))
        return commands.change_filter(actor=person, filter_id=used.pk, query=query)
    name = request.POST.get("name", "").replace("\x00", "").strip()
    if not name:
        raise ValidationError("Give the filter a name, then save it.")
    return commands.save_filter(actor=person, register=register, name=name, query=query)


def _uuid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise Http404 from None


@members
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rename a filter, or let its register open with it."""
    found = get_object_or_404(SavedFilter.objects.of(person_of(request)), pk=pk)
    form = SavedFilterForm(posted(request), initial={"name": found.name, "is_start": found.is_start})
    if form.is_valid():
        named = tried(form, lambda: _named(request, found, **form.cleaned_data))
        if named is not None:
            messages.success(request, "Saved.")
            return redirect(saved_filters.address_of(named))
    back = saved_filters.address_of(found)
    return render(request, "sharing_agreements/saved_filter_edit.html", {"form": form, "saved": found, "back": back})


def _named(request: HttpRequest, found: SavedFilter, **given: Any) -> SavedFilter:
    return commands.name_filter(actor=person_of(request), filter_id=found.pk, **given)


@members
@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove a filter."""
    found = get_object_or_404(SavedFilter.objects.of(person_of(request)), pk=pk)
    address = reverse(saved_filters.REGISTERS[found.register].address)
    commands.delete_filter(actor=person_of(request), filter_id=found.pk)
    messages.success(request, f"“{found.name}” is deleted.")
    return redirect(f"{address}?{saved_filters.MARK}=")
