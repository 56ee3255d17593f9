"""Invitations: made and followed by administrators, taken up by whoever has the link."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies import commands, policy, register
from agencies.commands.inviting import of_token
from agencies.forms import InvitationForm, NewAccountForm
from agencies.models import AccountMail, Agency, Invitation, Role, User
from portal.kernel.access import members, public
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part

from .shared import action, form_page, head, keeps_people, person_of, pressed, refused, say, tabs, tried

STATES = {
    "open": part("state", status="invited"),
    "expired": part("chip", tone="warn", icon="clock", text="Too old"),
    "accepted": part("chip", tone="good", icon="good", text="Accepted"),
    "withdrawn": part("chip", tone="gone", icon="none", text="Withdrawn"),
}


@members
@require_GET
def agency_invitations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who was invited, and what became of it."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    if not keeps_people(person, agency):
        raise Http404
    found = agency.invitations.select_related("invited_by").prefetch_related("mails").order_by("-invited_at")[:200]
    may_invite = policy.administers(person, pk) or not policy.has_administrator(agency)
    context = {
        "agency": agency,
        "invitations": [
            {"it": each, "state": STATES[each.status], "mail": mail_state(each), "waits": each.status in WAITS}
            for each in found
        ],
        "tabs": tabs(person, agency, "invitations"),
        "actions": [action("Invite somebody", "invite", pk, icon="plus", main=True)]
        if may_invite and agency.status == Agency.Status.ACTIVE
        else [],
        **head(agency),
    }
    return render(request, "agencies/agency_invitations.html", context)


WAITS = {"open", "expired"}


def mail_state(invitation: Invitation) -> Part | str:
    """How far the newest mail got, while that matters."""
    mails = sorted(invitation.mails.all(), key=lambda mail: mail.made_at)
    if not mails or (invitation.status not in WAITS and mails[-1].status == AccountMail.Status.OWED):
        return ""
    return {
        AccountMail.Status.OWED: part("chip", tone="plain", icon="clock", text="On its way"),
        AccountMail.Status.SENT: part("chip", tone="good", icon="mail", text="Sent"),
        AccountMail.Status.DROPPED: part("chip", tone="gone", icon="none", text="Not sent: no longer needed"),
        AccountMail.Status.FAILED: part("chip", tone="stop", icon="cross", text="Could not be sent"),
    }[AccountMail.Status(mails[-1].status)]


@members
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody new for the agency."""
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    first = not policy.administers(person, pk)
    if refused(request, policy.may_invite, person, agency, [Role.ADMINISTRATOR]):
        return redirect("agencies:detail", pk)
    form = InvitationForm(request.POST or None, initial={"roles": [Role.ADMINISTRATOR] if first else []})
    if form.is_valid():
        try:
            made = tried(form, lambda: commands.invite(actor=person, agency_id=pk, **form.cleaned_data))
        except Refused as repeated:
            say(request, repeated)
            return redirect("agencies:invitations", pk)
        if made:
            messages.success(request, f"{made.email} is invited by mail. The link works for 7 days.")
            return redirect("agencies:invitations", pk)
    lead = "They get a link by mail, make an account with it, and then need a training before records open to them."
    return form_page(
        request,
        form,
        title="Invite somebody",
        submit="Invite",
        back=(reverse("agencies:invitations", args=[pk]), f"Invitations of {agency}"),
        lead="The agency has nobody who administers it: invite its first administrator." if first else lead,
    )


@members
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _press(request, pk, commands.withdraw_invitation, "The invitation is withdrawn; its link no longer works.")


@members
@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _press(
        request, pk, commands.send_invitation_again, "The invitation is sent again. The link works for 7 days."
    )


def _press(request: HttpRequest, pk: UUID, command: Callable[..., Invitation], done: str) -> HttpResponse:
    person = person_of(request)
    found = get_object_or_404(register.invitations_kept_by(person), pk=pk)
    to = ("agencies:invitations", found.agency_id) if found.agency_id else ("agencies:auditors",)
    return pressed(request, lambda: command(actor=person, invitation_id=pk), done, *to)


# --- Taking one up --------------------------------------------------------------------------------------------------


@public
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Where the link of an invitation leads: a new account, or a new membership of an account that there is."""
    token = request.GET.get("key", "")
    try:
        invitation = of_token(token)
    except Invitation.DoesNotExist:
        raise Http404 from None
    try:
        policy.must_be_open(invitation)
    except Refused as no:
        return render(request, "agencies/invitation_closed.html", {"why": str(no)}, status=410)
    if isinstance(request.user, User):
        return _accept_signed_in(request, invitation, token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        here = f"{request.path}?{urlencode({'key': token})}"
        context = {"invitation": invitation, "next": here, "zone": zone_for(invitation)}
        return render(request, "agencies/invitation_sign_in.html", context)
    return _accept_as_new(request, invitation, token)


def zone_for(invitation: Invitation) -> str:
    """The zone in which somebody without an account reads times: the agency's, else the portal's."""
    return invitation.agency.time_zone if invitation.agency else settings.TIME_ZONE


def _accept_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    person = person_of(request)
    context = {"invitation": invitation, "zone": person.time_zone, "refusal": ""}
    try:
        policy.may_accept(person, invitation)
        if request.method == "POST":
            commands.accept_invitation(actor=person, token=token)
            messages.success(request, f"You {'audit' if invitation.audits else 'work for'} {invitation.place} now.")
            return redirect("agencies:profile")
    except Refused as no:
        context["refusal"] = str(no)
    return render(request, "agencies/invitation_accept.html", context, status=409 if context["refusal"] else 200)


def _accept_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    zone = zone_for(invitation)
    form = NewAccountForm(request.POST or None, email=invitation.email, initial={"time_zone": zone})
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "password", "time_zone")}
        if tried(form, lambda: commands.create_account(token=token, **given)):
            messages.success(request, "Your account is open. Sign in with your address and the password you chose.")
            return redirect("account_login")
    return render(request, "agencies/invitation_join.html", {"invitation": invitation, "form": form, "zone": zone})
