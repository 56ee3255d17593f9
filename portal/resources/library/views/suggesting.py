"""Suggesting a resource, and what became of one's suggestions."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, form_page, person_of, posted, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.resources.library import commands, policy
from portal.resources.library.forms import ResourceForm
from portal.resources.library.models import Resource

from .shared import state, with_file

MOST_ROWS = 200


@members
@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """A resource that somebody knows and the library lacks."""
    person = person_of(request)
    if refused(request, policy.may_suggest, person):
        return redirect("library:suggestions")
    form = ResourceForm(posted(request), request.FILES or None)

    command, done = (
        partial(commands.suggest, actor=person),
        "Thank you. A curator looks at it, and you are told what comes of it.",
    )
    if answer := sent(request, form, lambda: with_file(form.cleaned_data, command), done, "library:suggestions"):
        return answer
    return form_page(
        request,
        form,
        title="Suggest a resource",
        lead="A text that helps others to share justice information well. A curator publishes it for everybody, or "
        "declines it and says why. Your name is not shown with it.",
        submit="Suggest it",
        back=(reverse("library:list"), "Resources"),
    )


@members
@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """What this person suggested, the newest first."""
    person = person_of(request)
    mine = Resource.objects.suggested_by(person).order_by("-entered_at", "pk")
    context = {
        "columns": columns("Resource", "Suggested", "State", "Reason"),
        "rows": [_row(each) for each in mine[:MOST_ROWS]],
        "suggests": allows(policy.may_suggest, person),
    }
    return render(request, "library/suggestion_list.html", context)


def _row(resource: Resource) -> list[Any]:
    published = resource.status == Resource.Status.PUBLISHED
    named: Any = resource.title
    if published:
        named = part("link", text=resource.title, href=reverse("library:detail", args=[resource.pk]))
    return [
        part("lines", text=named, under=resource.publisher),
        resource.entered_at.date(),
        state(resource),
        resource.because or "None",
    ]
