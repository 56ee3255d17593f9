"""Making motions: first what is to be decided, then the words. And the chair's own power."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, posted, put_on
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands, policy, proposing
from sharing_agreements.boards.matters import groups
from sharing_agreements.boards.models import Board, Motion, MotionKind, Sanction
from sharing_agreements.boards.motion_forms import FORMS, MotionForm
from sharing_agreements.boards.wording import effect, heading, standard_text
from sharing_agreements.models import Agreement

from .shared import crumbs, find_board

K = MotionKind
POST_TOO = ["GET", "POST"]


@members
@require_http_methods(POST_TOO)
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose what the board is to decide; with `matter` the words of that motion."""
    board, person = find_board(request, pk), person_of(request)
    policy.seat_of(person, board)
    asked = request.POST.get("matter") or request.GET.get("matter", "")
    if not asked:
        return _choose(request, board)
    subject = _subject(board, asked)
    if subject.kind == K.CHARTER:
        return redirect("boards:amend", pk)
    form = FORMS.get(K(subject.kind), MotionForm)(posted(request), subject=subject)
    if form.is_valid():
        answer = _made(request, board, subject, form)
        if answer:
            return answer
    return _ask_for_words(request, board, subject, form, asked)


def _choose(request: HttpRequest, board: Board) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Make a motion"),
        "groups": groups(board, words),
        "q": words,
        "second": policy.charter_of(board).second_required,
    }
    return render(request, "boards/motion_choose.html", context)


def _subject(board: Board, asked: str) -> Motion:
    """The motion that was chosen, without its words: `approve:...`, `sanction`, `lift:...`; 404 where there is none."""
    kind, _, key = asked.partition(":")
    if kind not in K.values:
        raise Http404
    motion = Motion(board=board, kind=K(kind))
    if K(kind) in policy.BALLOT_NEEDS:
        mine = Agreement.objects.filter(policy.responsibility([board.pk]))
        motion.agreement = _one(mine.select_related("current_version"), key)
        motion.version = motion.agreement.current_version
    elif kind == K.BUDGET:
        motion.budget_version = _one(policy.budgets_before(board), key)
    elif kind == K.INITIATIVE:
        motion.initiative_proposal = _one(proposing.initiatives().before(board), key)
    elif kind == K.LAW:
        motion.law_change = _one(policy.laws_before(board), key)
    elif kind == K.LIFT:
        motion.lifts = _one(Sanction.objects.filter(motion__board=board).select_related("agency"), key)
        motion.agency = motion.lifts.agency
    return motion


def _one(found: Any, key: str) -> Any:
    try:
        return found.get(pk=UUID(key))
    except (ValueError, found.model.DoesNotExist):
        raise Http404 from None


def _words(subject: Motion) -> str:
    """What the motion will say, where the subject is known already."""
    return "" if subject.kind in {K.POLICY, K.SANCTION, K.TERMINATE} else standard_text(subject)


def _made(request: HttpRequest, board: Board, subject: Motion, form: MotionForm) -> HttpResponse | None:
    """The answer once the motion is made, or is there already; None with what is wrong on the form."""
    about = ("agreement_id", "lifts_id", "budget_version_id", "initiative_proposal_id", "law_change_id")
    given = {**{name: getattr(subject, name) for name in about}, **form.values()}
    try:
        motion = commands.move_motion(actor=person_of(request), board_id=board.pk, kind=subject.kind, **given)
    except Refused as why:
        there = policy.before_the_board(board, subject.kind, **given) if why.code == "open" else None
        if there is None:
            form.add_error(None, str(why))
            return None
        messages.info(request, str(why))
        return redirect("boards:motion", there.pk)
    except ValidationError as wrong:
        put_on(form, wrong)
        return None
    waits = "It awaits a second." if motion.status == Motion.Status.MOVED else "The chair opens the ballot."
    messages.success(request, f"Motion {motion.number} is made, and every member is told. {waits}")
    return redirect("boards:motion", motion.pk)


def _ask_for_words(request: HttpRequest, board: Board, subject: Motion, form: MotionForm, asked: str) -> HttpResponse:
    is_named = subject.kind not in {K.POLICY, K.SANCTION}
    title = heading(subject) if is_named else str(K(subject.kind).label)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, title),
        "title": title,
        "agreement": subject.agreement,
        "version": subject.version,
        "takes_up": subject.agreement is not None and subject.agreement.status == Agreement.Status.IN_REVIEW,
        "words": _words(subject),
        "effect": effect(subject),
        "form": form,
        "matter": asked,
        "second": policy.charter_of(board).second_required,
    }
    return render(request, "boards/motion_words.html", context)
