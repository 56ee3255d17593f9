"""What members do with a motion and its ballot. A form sent twice is answered by the state that is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from agencies.views.shared import person_of, put_on
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.models import Ballot, Motion
from sharing_agreements.boards.motion_forms import OpenForm, ReasonForm, RemarkForm, VoteForm

from .motions import newest_ballot, page
from .shared import find_motion


def _answer(
    request: HttpRequest, motion: Motion, command: Callable[[], object], done: str, form: Form | None = None
) -> HttpResponse:
    """Do it and say so, or say where the motion stands; what a form got wrong goes back to it."""
    try:
        command()
    except Refused as now:
        messages.info(request, str(now))
    except ValidationError as wrong:
        if form is None:
            messages.error(request, " ".join(wrong.messages))
        else:
            put_on(form, wrong)
    else:
        messages.success(request, done)
    return redirect("boards:motion", motion.pk)


def _sent(
    request: HttpRequest,
    motion: Motion,
    name: str,
    form: Form,
    check: Callable[[], object],
    command: Callable[[], object],
    done: str,
) -> HttpResponse:
    """The same for a form: first who and when, then what; the page comes back with what is wrong."""
    try:
        check()
    except Refused as now:
        messages.info(request, str(now))
        return redirect("boards:motion", motion.pk)
    answer = _answer(request, motion, command, done, form) if form.is_valid() else None
    return answer if answer and form.is_valid() else page(request, motion, {name: form})


@members
@require_POST
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Support a motion, so that it comes to a vote."""
    motion, person = find_motion(request, pk), person_of(request)
    done = "You seconded the motion. The chair opens the ballot."
    return _answer(request, motion, lambda: commands.second(actor=person, motion_id=pk), done)


@members
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one's own motion back."""
    motion, person = find_motion(request, pk), person_of(request)
    form = ReasonForm(request.POST, prefix="withdraw")
    return _sent(
        request,
        motion,
        "withdraw",
        form,
        lambda: policy.may_withdraw(person, motion),
        lambda: commands.withdraw_motion(actor=person, motion_id=pk, **form.cleaned_data),
        "The motion is withdrawn, and every member is told.",
    )


@members
@require_POST
def remark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Speak to the motion."""
    motion, person = find_motion(request, pk), person_of(request)
    form = RemarkForm(request.POST)
    return _sent(
        request,
        motion,
        "remark",
        form,
        lambda: policy.may_remark(person, motion),
        lambda: commands.remark(actor=person, motion_id=pk, **form.cleaned_data),
        "Your remark is in the file.",
    )


@members
@require_POST
def open_ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Freeze rule, electorate, conflicts and text, and let members vote in writing."""
    motion, person = find_motion(request, pk), person_of(request)
    form = OpenForm(request.POST, closes_at=timezone.localtime())
    return _sent(
        request,
        motion,
        "open",
        form,
        lambda: policy.may_open_ballot(person, motion),
        lambda: commands.open_ballot(actor=person, motion_id=pk, closes_at=form.cleaned_data["closes_at"]),
        "The ballot is open, and everybody who may vote is told.",
    )


# --- The ballot -----------------------------------------------------------------------------------------------------


def _find_ballot(request: HttpRequest, pk: UUID) -> Ballot:
    """The newest ballot on a motion that the person reads."""
    motion = find_motion(request, pk)
    ballot = newest_ballot(motion)
    if ballot is None:
        raise Http404
    ballot.motion = motion
    return ballot


def _is_another(request: HttpRequest, ballot: Ballot) -> bool:
    """Whether the form was filled in for an earlier ballot on the same motion; whoever sent it is told."""
    meant = request.POST.get("ballot")
    if meant in {None, "", str(ballot.pk)}:
        return False
    messages.info(request, "The ballot that you saw has ended, and another was opened. Look again before you act.")
    return True


@members
@require_POST
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a position. The newest before the close counts."""
    ballot, person = _find_ballot(request, pk), person_of(request)
    form = VoteForm(request.POST, ballot=ballot)
    if _is_another(request, ballot):
        return redirect("boards:motion", pk)
    return _sent(
        request,
        ballot.motion,
        "vote",
        form,
        lambda: policy.may_vote(person, ballot),
        lambda: commands.cast_vote(
            actor=person,
            ballot_id=ballot.pk,
            position=form.cleaned_data["position"],
            statement=form.cleaned_data["statement"],
        ),
        "Your position is recorded. The newest before the close counts.",
    )


@members
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down the result of a ballot whose deadline has passed; at a meeting the chair closes the vote."""
    ballot, person = _find_ballot(request, pk), person_of(request)
    if _is_another(request, ballot):
        return redirect("boards:motion", pk)
    done = "The result is written down, and everybody concerned is told."
    return _answer(request, ballot.motion, lambda: commands.settle(ballot_id=ballot.pk, actor=person), done)


@members
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End the ballot without a decision."""
    ballot, person = _find_ballot(request, pk), person_of(request)
    form = ReasonForm(request.POST, prefix="cancel")
    if _is_another(request, ballot):
        return redirect("boards:motion", pk)
    return _sent(
        request,
        ballot.motion,
        "cancel",
        form,
        lambda: policy.may_cancel_ballot(person, ballot),
        lambda: commands.cancel_ballot(actor=person, ballot_id=ballot.pk, **form.cleaned_data),
        "The ballot is cancelled, and every member is told. The motion awaits another.",
    )
