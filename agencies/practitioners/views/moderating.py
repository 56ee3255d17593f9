"""What is reported, and what a moderator does about it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.practitioners import commands, policy
from agencies.practitioners.forms import ReasonForm
from agencies.practitioners.models import Profile, Report
from agencies.views.shared import form_page, person_of, posted, pressed, refused, sent
from portal.kernel.access import members

MOST = 100


@members
@require_GET
def moderation(request: HttpRequest) -> HttpResponse:
    """Open reports with the words that they are about, and profiles that are hidden."""
    policy.may_moderate(person_of(request))
    waiting = list(Report.objects.filter(settled_at=None).select_related("about", "by", "message")[:MOST])
    profiles = {each.person_id: each for each in Profile.objects.filter(person__in=[each.about_id for each in waiting])}
    hidden = Profile.objects.exclude(hidden_at=None).select_related("person", "membership__agency")
    context = {
        "reports": [(each, profiles.get(each.about_id)) for each in waiting],
        "hidden": hidden.order_by("-hidden_at")[:MOST],
    }
    return render(request, "practitioners/moderation.html", context)


@members
@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a profile out of what others see."""
    person = person_of(request)
    policy.may_moderate(person)
    found = get_object_or_404(Profile.objects.select_related("person"), pk=pk)
    if refused(request, policy.may_hide, person, found):
        return redirect("practitioners:moderation")
    form = ReasonForm(posted(request))

    def command() -> Profile:
        return commands.hide(actor=person, profile_id=pk, reason=form.cleaned_data["reason"])

    if answer := sent(request, form, command, "The profile is hidden.", "practitioners:moderation"):
        return answer
    return form_page(
        request,
        form,
        title=f"Hide the profile of {found}?",
        lead="Nobody else finds it until a moderator shows it again. Its person is told and can change the words.",
        submit="Hide it",
        back=(reverse("practitioners:moderation"), "Moderation"),
        stop=True,
        quoted=found.about,
    )


@members
@require_POST
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request)
    policy.may_moderate(person)
    get_object_or_404(Profile, pk=pk)
    command = lambda: commands.show(actor=person, profile_id=pk)  # noqa: E731
    return pressed(request, command, "The profile is shown again.", "practitioners:moderation")


@members
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let what was reported stand, or find a message harmful."""
    person = person_of(request)
    policy.may_moderate(person)
    get_object_or_404(Report, pk=pk)
    upheld = request.POST.get("upheld") == "yes"
    done = "Its sender can write to nobody for 30 days." if upheld else "It stands as it is."
    command = lambda: commands.settle(actor=person, report_id=pk, upheld=upheld)  # noqa: E731
    return pressed(request, command, done, "practitioners:moderation")
