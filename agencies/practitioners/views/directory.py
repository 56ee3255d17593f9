"""The directory, a profile, one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.practitioners import commands, finding, policy
from agencies.practitioners.forms import DirectoryFilter, ProfileForm, ReportForm
from agencies.practitioners.models import Profile
from agencies.reading.states import STATES
from agencies.views.shared import columns, form_page, membership_of, person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows

from .shared import tabs

MOST = 200
"""Rows of the page; whoever looks for more narrows the list."""


@members
@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """Who lets others find them, with what each shows. There is no download of it."""
    form, person = DirectoryFilter(request.GET), person_of(request)
    listed = Profile.objects.listed()
    seen = listed.none()
    if form.is_valid():
        given = form.cleaned_data
        seen = finding.found(listed, words=given["q"], state=given["state"], experience=given["experience"])
    shown = list(seen.order_by("person__last_name", "person__first_name", "pk")[: MOST + 1])
    context = {
        "tabs": tabs(person, "directory"),
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "columns": columns("Name", "Agency", "State", "Fields"),
        "rows": [_row(each) for each in shown[:MOST]],
        "more": len(shown) > MOST,
        "joins": allows(policy.may_join, person) and not Profile.objects.filter(person=person).exists(),
        "moderates": allows(policy.may_moderate, person),
    }
    return render(request, "practitioners/directory.html", context)


def _row(profile: Profile) -> list[Any]:
    named = part("link", text=str(profile), href=reverse("practitioners:profile", args=[profile.pk]))
    return [
        part("lines", text=named, under=profile.title),
        profile.agency or None,
        STATES.get(profile.state, profile.state) or None,
        ", ".join(profile.fields) or None,
    ]


@members
@require_GET
def profile(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What one person shows."""
    found, person = get_object_or_404(Profile.objects.listed(), pk=pk), person_of(request)
    pairs = [("Agency", found.agency), ("Title", found.title), ("State", STATES.get(found.state, found.state))]
    context = {
        "profile": found,
        "pairs": [(name, value) for name, value in pairs if value],
        "own": found.person_id == person.pk,
        "writes": allows(policy.may_write, person, found),
        "moderates": allows(policy.may_hide, person, found),
    }
    return render(request, "practitioners/profile.html", context)


@members
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What one shows of oneself: nothing until one says so, and nothing any more from the moment one leaves."""
    person, membership = person_of(request), membership_of(request)
    policy.may_join(person)
    assert membership is not None  # noqa: S101  (the check asks for it)
    own = Profile.objects.filter(person=person).select_related("person", "membership__agency").first()
    data = posted(request)
    form = ProfileForm.of(own, membership, data) if own else ProfileForm(membership, data)

    def command() -> Profile:
        do = commands.change_profile if own else commands.join
        return do(actor=person, **form.cleaned_data)

    done = "Saved. Others see this of you now." if own else "You are in the directory."
    if answer := sent(request, form, command, done, "practitioners:mine"):
        return answer
    context = {
        "tabs": tabs(person, "mine"),
        "form": form,
        "profile": own,
        "listed": own is not None and Profile.objects.listed().filter(pk=own.pk).exists(),
    }
    return render(request, "practitioners/mine.html", context)


@members
@require_http_methods(["POST"])
def leave(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    return pressed(
        request, lambda: commands.leave(actor=person), "You are no longer in the directory.", "practitioners:directory"
    )


@members
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell the moderators what is wrong with a profile."""
    found, person = get_object_or_404(Profile.objects.listed(), pk=pk), person_of(request)
    if refused(request, policy.may_report, person, found.person):
        return redirect("practitioners:profile", pk)
    form = ReportForm(posted(request))

    def command() -> object:
        return commands.report(actor=person, profile_id=pk, reason=form.cleaned_data["reason"])

    if answer := sent(request, form, command, "Thank you. A moderator looks at it.", "practitioners:profile", pk):
        return answer
    return form_page(
        request,
        form,
        title=f"Report the profile of {found}",
        lead="When its words are false, harmful, or say what should not be said, a moderator can hide it.",
        submit="Report it",
        back=(reverse("practitioners:profile", args=[pk]), str(found)),
    )
