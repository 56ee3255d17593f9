"""What the pages of one initiative have in common: finding it and its rows, its head, who leads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from agencies.views.shared import form_page, membership_of, person_of, refused, sent
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements.initiatives import policy
from sharing_agreements.initiatives.models import (
    Block,
    Initiative,
    InitiativeQuerySet,
    Link,
    Milestone,
    Offer,
    Proposal,
)
from sharing_agreements.initiatives.standing import Room

POST_TOO = ["GET", "POST"]
S = Initiative.Status


def seen(request: HttpRequest) -> InitiativeQuerySet:
    """The initiatives that this person reads."""
    return Initiative.objects.visible_to(person_of(request), membership_of(request))


def find(request: HttpRequest, pk: UUID) -> Initiative:
    """The initiative, or the 404 of one that never existed."""
    return get_object_or_404(seen(request).select_related("board", "lead", "owner"), pk=pk)


def _hanging(request: HttpRequest, model: Any, pk: UUID, through: str, *related: str) -> Any:
    found = model.objects.filter(**{f"{through}__in": seen(request).values("pk")})
    return get_object_or_404(found.select_related(*related), pk=pk)


def find_milestone(request: HttpRequest, pk: UUID) -> Milestone:
    found: Milestone = _hanging(request, Milestone, pk, "initiative", "initiative__board", "agency", "person")
    return found


def find_block(request: HttpRequest, pk: UUID) -> Block:
    related = ("milestone__initiative", "milestone__agency", "by_agency", "by_milestone", "by_change")
    found: Block = _hanging(request, Block, pk, "milestone__initiative", *related)
    return found


def find_link(request: HttpRequest, pk: UUID) -> Link:
    found: Link = _hanging(request, Link, pk, "initiative", "initiative")
    return found


def find_offer(request: HttpRequest, pk: UUID) -> Offer:
    found: Offer = _hanging(request, Offer, pk, "initiative", "initiative", "action__agency")
    return found


def find_proposal(request: HttpRequest, pk: UUID) -> Proposal:
    related = ("initiative__board", "initiative__lead", "by", "approval")
    found: Proposal = _hanging(request, Proposal, pk, "initiative", *related)
    return found


def room_of(request: HttpRequest, initiative: Initiative) -> Room:
    return Room(initiative, person_of(request), membership_of(request))


def may(request: HttpRequest, check: Callable[..., None], thing: object) -> bool:
    return allows(check, person_of(request), thing)


def page_of(initiative: Initiative, name: str = "detail") -> tuple[str, str]:
    """Address and name of an initiative's page, as what one came from."""
    return reverse(f"initiatives:{name}", args=[initiative.pk]), str(initiative)


def crumbs(initiative: Initiative | None = None, *here: str) -> list[dict[str, str]]:
    found = [{"label": "Initiatives", "href": reverse("initiatives:list")}]
    if initiative is not None:
        found.append({"label": initiative.title, "href": reverse("initiatives:detail", args=[initiative.pk])})
    return [*found, *({"label": label} for label in here)]


def head(request: HttpRequest, initiative: Initiative, tab: str) -> dict[str, Any]:
    """What every page of an initiative shows above its content."""
    pages = [
        ("detail", "Where it stands"),
        ("milestones", "Milestones"),
        ("things", "Agreements, money, law"),
        ("investments", "Investments"),
    ]
    return {
        "initiative": initiative,
        "leads": may(request, policy.may_lead, initiative),
        "changes": may(request, policy.may_change, initiative),
        "links": may(request, policy.may_link, initiative),
        "crumbs": [*crumbs(), {"label": initiative.title}],
        "facts": [
            part("state", status=initiative.status, big=True),
            str(initiative.board),
            f"Led by {initiative.lead}",
        ],
        "tabs": [
            {"label": label, "href": reverse(f"initiatives:{name}", args=[initiative.pk]), "current": name == tab}
            for name, label in pages
        ],
    }


def asked_form(
    request: HttpRequest,
    form: Any,
    check: tuple[Callable[..., None], object],
    command: Callable[[], object],
    initiative: Initiative,
    *,
    done: str,
    title: str,
    submit: str,
    page: str = "detail",
    **more: Any,
) -> HttpResponse:
    """A page that is one form about an initiative: who may not gets the 403 page, not now goes back with the reason."""
    person = person_of(request)
    if refused(request, check[0], person, check[1]):
        return redirect(f"initiatives:{page}", initiative.pk)
    if answer := sent(request, form, command, done, f"initiatives:{page}", initiative.pk):
        return answer
    return form_page(request, form, title=title, submit=submit, back=page_of(initiative, page), **more)
