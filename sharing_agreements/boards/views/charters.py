"""Charters: each version in plain words, its rule to try out, and the motion to amend it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, person_of, posted, refused, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements.boards import charters, commands, pictures, policy
from sharing_agreements.boards.charter_forms import AmendForm, CharterForm, TryForm
from sharing_agreements.boards.models import Board, Charter, Decision, Motion, MotionKind
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import settled, tally
from sharing_agreements.boards.wording import charter_in_words, heading

from .shared import charter_sentences, crumbs, find_board

OUTCOMES = {
    "carried": "The motion carries",
    "lost": "The motion is lost",
    "no_quorum": "No quorum: nothing is decided",
    "tied": "A tie: the motion stays before the board",
}


@members
@require_GET
def read(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """A version of the charter: in words, rule by rule, what it changed, who adopted it, and its rule to try."""
    board, person = find_board(request, pk), person_of(request)
    charter = get_object_or_404(board.charters, number=number)
    newest = policy.charter_of(board).number
    before = board.charters.filter(number=number - 1).first()
    amends = number == newest and allows(policy.may_move, person, board, MotionKind.CHARTER)
    context = {
        "board": board,
        "charter": charter,
        "crumbs": crumbs(request, board, f"Charter {number}"),
        "title": f"Charter {number} of {board}",
        "facts": ["In force" if number == newest else "Replaced", charter.adopted_on],
        "actions": _amend_action(board) if amends else [],
        "sentences": charter_sentences(request, charter)
        if number == newest
        else charter_in_words(charter, board.seats.in_office().count()),
        "rules": charters.rules_of(charter),
        "change_columns": columns("Rule", "Before", "Now", head=0),
        "before": before,
        "changes": charters.changes(policy.charter_rules(before), policy.charter_rules(charter)) if before else [],
        "adopted": _adopted(request, charter),
        "versions": _versions(board, number),
        **_trial(request, charter),
    }
    return render(request, "boards/charter_detail.html", context)


def _amend_action(board: Board) -> list[dict[str, Any]]:
    return [{"label": "Propose an amendment", "href": reverse("boards:amend", args=[board.pk]), "main": True}]


def _adopted(request: HttpRequest, charter: Charter) -> list[tuple[str, Any]]:
    """How the charter came to be; the motion is linked for whoever reads it."""
    found = charters.adoption(charter)
    pairs: list[tuple[str, Any]] = [("Adopted on", charter.adopted_on)]
    if found.motion is None:
        return [*pairs, ("Entered by", found.entered_by)] if found.entered_by else pairs
    words = f"Motion {found.motion.number}: {heading(found.motion)}"
    seen = Motion.objects.visible_to(person_of(request)).filter(pk=found.motion.pk).exists()
    link = part("link", text=words, href=reverse("boards:motion", args=[found.motion.pk])) if seen else words
    return [*pairs, ("Adopted by", link), ("Moved by", str(found.motion.mover))]


def _versions(board: Board, shown: int) -> list[Any]:
    return [
        f"Charter {number}, shown here"
        if number == shown
        else part("link", text=f"Charter {number}", href=reverse("boards:charter_read", args=[board.pk, number]))
        for number in board.charters.order_by("-number").values_list("number", flat=True)
    ]


def _trial(request: HttpRequest, charter: Charter) -> dict[str, Any]:
    """The form to try the rule, and what the portal's own tally makes of it."""
    form = TryForm(request.GET if "held" in request.GET else None)
    if not form.is_valid():
        return {"trial": form}
    rule, positions = Rule.under(charter, form.cleaned_data["kind"]), form.positions()
    outcome = tally(rule, positions)
    return {
        "trial": form,
        "outcome": outcome,
        "verdict": OUTCOMES[outcome.outcome],
        "bar": pictures.bar(rule, outcome),
        "rule": rule.in_words(len(positions)),
        "is_final": settled(rule, positions) is not None,
        "label": Decision.Outcome(outcome.outcome).label,
    }


@members
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first charter; the board amends it by a motion."""
    person = person_of(request)
    policy.may_establish(person)
    board = find_board(request, pk)
    if newest := board.charters.order_by("-number").first():
        messages.info(request, "The board has its charter. It amends it by a motion.")
        return redirect("boards:charter_read", pk, newest.number)
    form = CharterForm(posted(request))
    if form.is_valid():
        given = {"adopted_on": form.cleaned_data["adopted_on"], **form.rules()}
        adopted = tried(form, lambda: commands.adopt_charter(actor=person, board_id=pk, **given))
        if adopted:
            messages.success(request, "The charter is entered. From now on the board amends it by a motion.")
            return redirect("boards:charter_read", pk, adopted.number)
    context = {"title": f"Charter of {board}", "submit": "Enter the charter", "here": "Enter the charter"}
    return _form(request, board, form, context)


@members
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move that the charter be amended."""
    board, person = find_board(request, pk), person_of(request)
    if refused(request, policy.may_move, person, board, MotionKind.CHARTER):
        return redirect("boards:detail", pk)
    form = AmendForm(posted(request), initial=policy.charter_rules(policy.charter_of(board)))
    if form.is_valid():
        moved = tried(
            form,
            lambda: commands.move_motion(
                actor=person,
                board_id=pk,
                kind=MotionKind.CHARTER,
                proposed=form.rules(),
                grounds=form.cleaned_data["grounds"],
            ),
        )
        if moved:
            messages.success(request, f"Motion {moved.number} is made.")
            return redirect("boards:motion", moved.pk)
    context = {"title": "Amend the charter", "submit": "Make the motion", "here": "Amend the charter"}
    return _form(request, board, form, context)


def _form(request: HttpRequest, board: Board, form: Any, context: dict[str, Any]) -> HttpResponse:
    context |= {"board": board, "form": form, "crumbs": crumbs(request, board, context["here"])}
    return render(request, "boards/charter_form.html", context)
