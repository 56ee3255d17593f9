"""Beginning what is to follow an agreement, and giving notice to leave it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import is_the_person, person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.policy import allows
from sharing_agreements import commands, policy
from sharing_agreements.forms import ChangeForm, NoticeForm
from sharing_agreements.models import Agreement

from .shared import current, find, head, my_party, or_back


@members
@require_http_methods(["GET", "POST"])
@or_back
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Amend, renew, or let a party join: each begins a draft that follows the agreement."""
    agreement = find(request, pk)
    person, version = person_of(request), current(agreement)
    policy.may_change(person, agreement)
    form = ChangeForm(
        posted(request),
        ends=date_format(version.last_day, "M j, Y") if version.last_day else "",
        can_renew=allows(policy.may_change, person, agreement, Agreement.Change.RENEWAL),
    )
    if form.is_valid():
        begun = tried(form, lambda: commands.draft_change(actor=person, agreement_id=pk, **form.values()))
        if begun:
            messages.success(
                request,
                f"{begun.number} is begun as a copy of {agreement.number}, which stands until the last signature.",
            )
            first = {"joinder": "agreements:parties", "renewal": "agreements:edit"}
            return redirect(first.get(begun.change, "agreements:clauses"), begun.pk)
    context = {**head(request, agreement, tab=""), "form": form}
    return render(request, "sharing_agreements/agreement_change.html", context)


@members
@require_http_methods(["GET", "POST"])
@or_back
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What leaving does and when, and the notice itself."""
    agreement = find(request, pk)
    party = my_party(request, agreement)
    if party is None:
        raise PermissionDenied("Only a signatory of a party gives notice of its withdrawal.")
    policy.may_give_notice(person_of(request), party)
    form = NoticeForm(posted(request), hint="The other parties read it.")
    if form.is_valid() and is_the_person(request, form):
        given = tried(
            form,
            lambda: commands.give_notice(
                actor=person_of(request),
                agreement_id=pk,
                agency_id=party.agency_id,
                reason=form.cleaned_data["reason"],
            ),
        )
        if given:
            messages.success(request, f"The notice is given. The other parties are told that {party.name} leaves.")
            return redirect("agreements:detail", pk)
    if not request.user.is_authenticated:
        return redirect("account_login")
    context = {
        **head(request, agreement, tab=""),
        "form": form,
        "party": party,
        "leads": party.agency_id == agreement.lead_agency_id,
        "others": current(agreement).parties.count() - 1,
    }
    return render(request, "sharing_agreements/agreement_leave.html", context)


@members
@require_POST
@or_back
def stay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the notice back."""
    agreement = find(request, pk)
    party = my_party(request, agreement)
    notice = get_object_or_404(agreement.withdrawals.standing(), agency=party.agency_id if party else None)
    commands.take_back_notice(actor=person_of(request), withdrawal_id=notice.pk)
    messages.success(request, f"The notice is taken back: {notice.agency} stays.")
    return redirect("agreements:detail", pk)
