"""Reminding members of what awaits them, once each time. Asked for by beat; what is done is not reminded of."""

from uuid import UUID

from django.db import transaction

from portal.kernel.clock import database_now
from sharing_agreements.boards import reminding
from sharing_agreements.boards.counting import awaited
from sharing_agreements.boards.models import Ballot, ChairSuspension, Decision, Motion, Reminder
from sharing_agreements.boards.steps import locked, note
from sharing_agreements.models import Agreement
from sharing_agreements.steps import note as note_on

KIND = {
    Reminder.Step.HALF: "ballot_reminded",
    Reminder.Step.LAST: "ballot_reminded",
    Reminder.Step.ESCALATED: "ballot_escalated",
}


@transaction.atomic(durable=True)
def remind_of_ballot(*, ballot_id: UUID) -> list[Reminder]:
    """Remind whoever has not voted; shortly before the close, tell their alternates and the chair too."""
    ballot = Ballot.objects.get(pk=ballot_id)
    motion = ballot.motion = locked(ballot.motion_id)
    ended = motion.status != Motion.Status.VOTING or Decision.objects.filter(ballot=ballot).exists()
    seats = [] if ended or ballot.meeting_id else [elector.seat.number for elector in awaited(ballot)]
    said = set(ballot.reminders.values_list("step", flat=True))
    steps = sorted(reminding.due(ballot, database_now()) - said) if seats else []
    for step in steps:
        note(
            KIND[step],
            motion,
            actor=None,
            ballot=str(ballot.pk),
            closes_at=ballot.closes_at.isoformat(),
            seats=seats,
        )
    return [Reminder.objects.create(ballot=ballot, step=step) for step in steps]


@transaction.atomic(durable=True)
def remind_of_suspension(*, suspension_id: UUID) -> list[Reminder]:
    """Tell every member that the board has not decided in time on what the chair suspended; it stays suspended."""
    suspension = ChairSuspension.objects.get(pk=suspension_id)
    agreement = Agreement.objects.for_update(suspension.agreement_id)
    suspension.refresh_from_db()
    decided = suspension.ratified_at or suspension.lifted_at
    said = suspension.reminders.filter(step=Reminder.Step.OVERDUE).exists()
    if decided or said or suspension.ratify_by > database_now():
        return []
    note_on(
        "agreement.suspension_overdue",
        agreement,
        actor=None,
        board=str(suspension.board_id),
        suspension=str(suspension.pk),
        ratify_by=suspension.ratify_by.isoformat(),
    )
    return [Reminder.objects.create(suspension=suspension, step=Reminder.Step.OVERDUE)]
