"""How far an initiative is: changing it, who takes part, before the board, under way, over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import person_of, posted
from portal.kernel.access import members
from portal.kernel.parts import part
from sharing_agreements.budgets.forms import SureForm
from sharing_agreements.initiatives import commands, frozen, policy
from sharing_agreements.initiatives.forms import LeaveForm, OutcomeForm, OwnerForm, PartnerForm, ReasonForm, WordsForm
from sharing_agreements.initiatives.models import Initiative, Proposal

from .shared import POST_TOO, S, asked_form, crumbs, find, find_proposal


def _asked(
    request: HttpRequest,
    pk: UUID,
    form_of: Callable[[Initiative], Any],
    check: Callable[..., None],
    command: Callable[..., object],
    given: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    **words: Any,
) -> HttpResponse:
    """A form about one initiative whose fields are what the command takes."""
    initiative = find(request, pk)
    form = form_of(initiative)

    def act() -> object:
        return command(actor=person_of(request), initiative_id=pk, **given(form.cleaned_data))

    return asked_form(request, form, (check, initiative), act, initiative, **words)


def _by_id(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What a form gave, with ids in the place of the things that were chosen."""

    def given(cleaned: dict[str, Any]) -> dict[str, Any]:
        return {
            f"{key}_id" if key in names else key: value.pk if key in names else value for key, value in cleaned.items()
        }

    return given


@members
@require_http_methods(POST_TOO)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change title and purpose."""
    return _asked(
        request,
        pk,
        lambda found: WordsForm(posted(request), initial={"title": found.title, "purpose": found.purpose}),
        policy.may_reword,
        commands.change_initiative,
        done="Saved.",
        title="Title and purpose",
        submit="Save",
    )


@members
@require_http_methods(POST_TOO)
def owner(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name another owner."""
    return _asked(
        request,
        pk,
        lambda found: OwnerForm(posted(request), initiative=found),
        policy.may_change,
        commands.name_owner,
        _by_id("owner"),
        done="Saved; the owner is told.",
        title="Name another owner",
        submit="Save",
    )


@members
@require_http_methods(POST_TOO)
def partner_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an agency take part."""
    return _asked(
        request,
        pk,
        lambda found: PartnerForm(posted(request), initiative=found),
        policy.may_change,
        commands.add_partner,
        _by_id("agency"),
        done="The agency takes part, and is told.",
        title="Add a partner",
        submit="Add",
    )


@members
@require_http_methods(POST_TOO)
def partner_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an agency go."""
    return _asked(
        request,
        pk,
        lambda found: LeaveForm(posted(request), initiative=found),
        policy.may_change,
        commands.remove_partner,
        _by_id("agency"),
        done="The agency takes part no more.",
        title="Let a partner go",
        submit="Let it go",
        stop=True,
    )


@members
@require_http_methods(POST_TOO)
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put it before the board."""
    return _asked(
        request,
        pk,
        lambda found: ReasonForm(posted(request)),
        policy.may_lead,
        commands.propose,
        done="It is before the board. A member moves to approve it.",
        title="Put the initiative before the board",
        submit="Put it before the board",
        lead="It is kept as it stands now, with partners and milestones, and cannot be changed until the board decides "
        "or you take it back.",
    )


@members
@require_http_methods(POST_TOO)
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it back from the board."""
    return _asked(
        request,
        pk,
        lambda found: SureForm(posted(request)),
        policy.may_take_back,
        commands.take_back,
        done="It is an idea again.",
        title="Take the initiative back from the board",
        submit="Take it back",
        lead="It can be changed then, and put before the board again.",
    )


@members
@require_http_methods(POST_TOO)
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set out."""
    return _asked(
        request,
        pk,
        lambda found: SureForm(posted(request)),
        policy.may_lead,
        commands.begin,
        done="It is under way. The partners are told.",
        title="Set out",
        submit="Set out",
        lead="From now on milestones are met, and partners are reminded of what is due.",
    )


@members
@require_http_methods(POST_TOO)
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It has reached what it set out for."""
    return _asked(
        request,
        pk,
        lambda found: OutcomeForm(posted(request)),
        policy.may_lead,
        commands.complete,
        done="It is completed.",
        title="Complete the initiative",
        submit="Complete it",
    )


@members
@require_http_methods(POST_TOO)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End it before that."""
    return _asked(
        request,
        pk,
        lambda found: OutcomeForm(posted(request)),
        policy.may_lead,
        commands.end_initiative,
        done="It has ended.",
        title="End the initiative",
        submit="End it",
        stop=True,
    )


@members
@require_GET
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An initiative as it was put before its board."""
    found = find_proposal(request, pk)
    content = found.content
    names = ("Milestone", "Who", "Due on", "Waits for")
    context = {
        "proposal": found,
        "crumbs": crumbs(found.initiative, f"Proposal {found.number}"),
        "state": _state(found),
        "whole": frozen.sha256(content) == found.sha256,
        "pairs": [
            ("Led by", content["lead"]),
            ("Owner", content["owner"]),
            ("Partners", ", ".join(content["partners"])),
        ],
        "columns": [{"label": label, "head": number == 0} for number, label in enumerate(names)],
        "rows": [
            [
                f"{each['number']}. {each['title']}",
                each["agency"],
                date.fromisoformat(each["due_on"]),
                "; ".join(each["waits_for"]),
            ]
            for each in content["milestones"]
        ],
    }
    return render(request, "initiatives/proposal_detail.html", context)


def _state(found: Proposal) -> Any:
    if hasattr(found, "approval"):
        return part("state", status="approved", detail=f"by motion {found.approval.motion}")
    newest = not found.initiative.proposals.filter(number__gt=found.number).exists()
    if newest and found.initiative.status == S.BEFORE_BOARD:
        return part("state", status="before_board")
    return part("chip", tone="gone", icon="none", text="Not approved")
