"""One's own page, and the membership acted under."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from agencies import commands
from agencies.forms import ProfileForm
from agencies.middleware import ACTING
from agencies.models import Membership, Training
from portal.kernel.access import members

from .shared import person_of, tried
from .staff import TRAININGS, training_chip

HOME = "workbench:home"


@members
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here: name, zone, memberships, trainings, appointments."""
    person = person_of(request)
    form = ProfileForm(request.POST or None, person=person)
    if form.is_valid():
        done = tried(form, lambda: commands.edit_profile(actor=person, **form.cleaned_data))
        if done:
            messages.success(request, "Your page is saved.")
            return redirect("agencies:profile")
    trainings = person.trainings.select_related("recorded_by").order_by("-expires_on")
    latest = trainings.filter(kind=Training.Kind.AWARENESS).first()
    context = {
        "form": form,
        "person": person,
        "held": Membership.objects.current().filter(person=person).select_related("agency").order_by("started_at"),
        "training": training_chip(latest.expires_on if latest else None),
        "training_columns": TRAININGS,
        "trainings": [[each.title, each.completed_on, each.expires_on, str(each.recorded_by)] for each in trainings],
        "audits": person.audits.filter(ended_at=None).select_related("agency"),
    }
    return render(request, "agencies/person_own.html", context)


@members
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another agency from the next page on; only what one belongs to now can be chosen."""
    try:
        chosen = UUID(request.POST.get("membership", ""))
    except ValueError:
        raise Http404 from None
    mine = Membership.objects.current().filter(person=person_of(request)).select_related("agency")
    membership = get_object_or_404(mine, pk=chosen)
    request.session[ACTING] = str(membership.pk)
    messages.success(request, f"You act for {membership.agency} now.")
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return redirect(to if to and safe else HOME)
