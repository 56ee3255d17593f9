"""The pages of the clause library: everybody who works here reads it, a portal administrator writes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import columns, person_of, posted, pressed, say, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.redline import words_changed
from sharing_agreements import commands, policy
from sharing_agreements.library_forms import LibraryClauseForm, LibraryFilter, RewordForm
from sharing_agreements.models import Agreement, LibraryClause, LibraryVersion
from sharing_agreements.wording import listed, lower


@members
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Every clause in its newest words, by kind of agreement and topic."""
    form = LibraryFilter(request.GET)
    found = LibraryVersion.objects.newest().order_by("clause__retired_at", "clause__number", "clause__code")
    if form.is_valid():
        if form.cleaned_data["kind"]:
            found = found.filter(clause__kinds__contains=[form.cleaned_data["kind"]])
        if form.cleaned_data["topic"]:
            found = found.filter(clause__topic=form.cleaned_data["topic"])
    rows = [
        [
            part("link", text=words.heading, href=_at("library_clause", words.clause)),
            words.clause.code,
            words.clause.get_topic_display(),
            kinds_in_words(words.clause.kinds),
            words.number,
            _state(words.clause),
        ]
        for words in found
    ]
    context = {
        "form": form,
        "rows": rows,
        "columns": columns("Heading", "Code", "Topic", "For", "Version", "State"),
        "keeps": allows(policy.may_keep_library, person_of(request)),
    }
    return render(request, "sharing_agreements/library.html", context)


def kinds_in_words(values: list[str]) -> str:
    """`Information exchange agreement (MOU) and data use agreement`."""
    said = listed(lower(str(kind.label)) for kind in Agreement.Kind if kind.value in values)
    return said[:1].upper() + said[1:]


def _at(name: str, clause: LibraryClause) -> str:
    return reverse(f"agreements:{name}", args=[clause.pk])


def _state(clause: LibraryClause) -> Any:
    if clause.retired_at is not None:
        return part("chip", tone="gone", icon="none", text="Retired")
    return part("chip", tone="plain", icon="none", text="Fixed" if clause.is_fixed else "Open to change")


@members
@require_GET
def clause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One clause with its versions, and what changed between any two."""
    found = get_object_or_404(LibraryClause, pk=pk)
    versions = list(found.versions.select_related("made_by").order_by("-number"))
    new = _asked(request, "to", versions) or versions[0]
    old = _asked(request, "from", versions) or next((each for each in versions if each.number < new.number), None)
    rows = [
        [
            part("link", text=f"Version {each.number}", href=f"?to={each.number}"),
            each.note,
            str(each.made_by or "The portal"),
            date_format(each.made_at, "M j, Y"),
        ]
        for each in versions
    ]
    context = {
        "clause": found,
        "newest": versions[0],
        "new": new,
        "old": old,
        "versions": versions,
        "pieces": words_changed(old.text, new.text) if old else [("same", new.text)],
        "rows": rows,
        "columns": columns("Version", "Why", "By", "On"),
        "facts": [
            _state(found),
            found.get_topic_display(),
            kinds_in_words(found.kinds),
            f"Clause {found.number} of the standard text" if found.number else "Inserted by choice",
        ],
        "crumbs": _crumbs(versions[0].heading),
        "keeps": allows(policy.may_write_library, person_of(request), found),
    }
    return render(request, "sharing_agreements/library_clause.html", context)


def _asked(request: HttpRequest, name: str, versions: list[LibraryVersion]) -> LibraryVersion | None:
    return next((each for each in versions if str(each.number) == request.GET.get(name)), None)


def _crumbs(here: str) -> list[dict[str, str]]:
    return [
        {"label": "Agreements", "href": reverse("agreements:list")},
        {"label": "Clause library", "href": reverse("agreements:library")},
        {"label": here},
    ]


@members
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    policy.may_keep_library(person_of(request))
    form = LibraryClauseForm(posted(request))
    if form.is_valid():
        made = tried(form, lambda: commands.add_library_clause(actor=person_of(request), **form.cleaned_data))
        if made:
            messages.success(request, "The clause is in the library.")
            return redirect("agreements:library_clause", made.clause_id)
    context = {"form": form, "title": "New clause", "crumbs": _crumbs("New clause"), "save": "Add to the library"}
    return render(request, "sharing_agreements/library_form.html", context)


@members
@require_http_methods(["GET", "POST"])
def reword(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new version. The old ones stay as they are."""
    found = get_object_or_404(LibraryClause, pk=pk)
    try:
        policy.may_write_library(person_of(request), found)
    except Refused as no:
        say(request, no)
        return redirect("agreements:library_clause", pk)
    form = RewordForm(posted(request), newest=found.versions.order_by("-number")[0])
    if form.is_valid():
        given = {**form.cleaned_data, "clause_id": pk}
        if made := tried(form, lambda: commands.add_library_version(actor=person_of(request), **given)):
            messages.success(request, f"Version {made.number} is in the library. Drafts are offered it.")
            return redirect("agreements:library_clause", pk)
    title = f"New version of {found.code}"
    context = {"form": form, "title": title, "crumbs": _crumbs(title), "save": "Save as a new version"}
    return render(request, "sharing_agreements/library_form.html", context)


@members
@require_POST
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(LibraryClause, pk=pk)
    policy.may_keep_library(person_of(request))
    return pressed(
        request,
        lambda: commands.retire_library_clause(actor=person_of(request), clause_id=found.pk),
        "The clause is retired. Drafts and agreements that have it keep it.",
        "agreements:library_clause",
        pk,
    )
