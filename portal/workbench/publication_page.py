"""The page on which a privacy officer, a reviewer or the head sees whom a draft concerns before it is in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, membership_of, person_of
from portal.kernel.access import members
from privacy.models import ANY, DataCategory, ParticipantRole, PolicyVersion, Purpose
from privacy.rules import people, sentence
from privacy.sections import in_order
from sharing_agreements.boards.models import Board, PolicyReferral
from sharing_agreements.wording import actions

from .impact import MOST_COUNTED
from .publication import Asked, Concerned, Effect, effects_of

COLUMNS = columns("Whose", "Data", "For", "People on records", "In force", "By this draft")


@members
@require_GET
def publication(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a draft changes for each agency, in how many people's data; members of a board that has it read it too."""
    drafts = PolicyVersion.objects.filter(status=PolicyVersion.Status.DRAFT).select_related("policy__agency")
    version, crumbs = drafts.seen_by(membership_of(request)).filter(pk=pk).first(), None
    if version is None:
        boards = Board.objects.of_member(person_of(request))
        given = PolicyReferral.objects.standing().filter(board__in=boards, version__in=drafts)
        referral = get_list_or_404(given.select_related("board", "version__policy__agency"), version=pk)[0]
        version, crumbs = referral.version, _crumbs(referral)
    found, empty = effects_of(version)
    context = {
        "version": version,
        "policy": version.policy,
        "crumbs": crumbs,
        "keeps": PolicyVersion.objects.kept_by(membership_of(request)).filter(pk=pk).exists(),
        "before": version.policy.versions.published().first(),
        "columns": COLUMNS,
        "changed": [_table(each) for each in found if each.effects],
        "same": [each for each in found if not each.effects],
        "empty": empty,
        "more": sum(each.shows_more for one in found for each in one.effects),
        "agencies": len({each.agency for each in found if each.effects}),
        "dated": [(each, sentence(each)) for each in in_order(version.rules.all()) if each.dated],
    }
    return render(request, "workbench/publication.html", context)


def _crumbs(referral: PolicyReferral) -> list[dict[str, str]]:
    """Where the page stands for a member of a board."""
    page = reverse("boards:policy_draft", args=[referral.board_id, referral.version_id])
    return [
        {"label": "Board docket", "href": reverse("boards:docket")},
        {"label": referral.board.name, "href": reverse("boards:detail", args=[referral.board_id])},
        {"label": str(referral.version), "href": page},
        {"label": "What it changes for whom"},
    ]


def _table(concerned: Concerned) -> dict[str, Any]:
    """One agency and record set; what is shown more stands first, people who are treated alike in one line."""
    lines: dict[tuple[Any, ...], list[Effect]] = {}
    for each in sorted(concerned.effects, key=lambda each: not each.shows_more):
        lines.setdefault((each.subject[1], each.before, each.after, each.asked), []).append(each)
    return {"of": concerned, "rows": [_row(alike, concerned.asked) for alike in lines.values()]}


def _row(alike: list[Effect], everything: frozenset[Asked]) -> list[Any]:
    first = alike[0]
    role, category = first.subject
    whose = "Records on which everybody is shown by name"
    if role != ANY:
        whose = ", ".join(people(str(ParticipantRole(each.subject[0]))) for each in alike).capitalize()
    after = first.after.after(first.before)
    asked = _asked(first.asked, everything)
    return [whose, DataCategory(category).label, asked, _counted(alike), first.before.as_it_is, after]


def _asked(asked: frozenset[Asked], everything: frozenset[Asked]) -> str:
    """Under which purposes, and to do what where that is not everything that the agency may do."""
    codes = {purpose for purpose, _ in asked}
    words = ", ".join(str(each.label) for each in Purpose if each in codes) or "Own work"
    doing = {action for _, action in asked}
    return words if doing == {action for _, action in everything} else f"{words}: to {actions(sorted(doing))}"


def _counted(alike: list[Effect]) -> str:
    counts = [each.people_on_records for each in alike if each.people_on_records is not None]
    if not counts:
        return ""
    return f"More than {MOST_COUNTED:,}" if max(counts) > MOST_COUNTED else f"{sum(counts):,}"
