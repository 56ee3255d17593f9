"""Why a board is asked to terminate an agreement: what each ground takes, and how it reads."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateformat import format as spell

from portal.kernel.clock import database_now
from sharing_agreements import succession
from sharing_agreements.models import Agreement, Party
from sharing_agreements.wording import lower

from .models import Board, Motion, MotionKind, Sanction

G = Motion.Ground
CHOICES = [(ground.value, ground.label) for ground in G if ground != G.UNRECORDED]
"""What a motion can name; that none was recorded is said of older motions only."""

TAKES = {"breach": G.CAUSE, "after_sanction": G.SANCTION, "noticed_on": G.CONVENIENCE}
"""What is filled in besides, and for which ground."""


def sanctions_on(board: Board, agreement: Agreement | None) -> QuerySet[Sanction]:
    """Sanctions of the board that stand on a party: those that a termination can follow."""
    version = agreement.current_version if agreement else None
    parties = Party.objects.filter(version=version) if version else Party.objects.none()
    found = Sanction.objects.standing().filter(motion__board=board, agency__in=parties.values("agency"))
    return found.select_related("agency", "motion").order_by("agency__name", "starts_at")


def notice_days(motion: Motion) -> int:
    """How many days of notice the agreement's text asks for."""
    return motion.version.withdrawal_days if motion.version else 0


def check(motion: Motion) -> None:
    """A motion to terminate names its ground, with what that takes and nothing besides; another motion has none."""
    if motion.kind != MotionKind.TERMINATE:
        if motion.ground or motion.breach or motion.after_sanction_id or motion.noticed_on:
            raise ValidationError("Only a motion to terminate names a ground. Choose “Terminate” to give one.")
        return
    if motion.ground not in dict(CHOICES):
        raise ValidationError({"ground": "Choose why the agreement is to end."})
    given = {"breach": motion.breach, "after_sanction": motion.after_sanction_id, "noticed_on": motion.noticed_on}
    for name, ground in TAKES.items():
        if given[name] and motion.ground != ground:
            label = lower(str(ground.label))
            raise ValidationError({name: f"This belongs to another ground. Leave it empty, or choose {label}."})
    {G.CAUSE: _check_cause, G.SANCTION: _check_sanction, G.CONVENIENCE: _check_notice}[G(motion.ground)](motion)


def _check_cause(motion: Motion) -> None:
    if not motion.breach:
        raise ValidationError({"breach": "Say which obligation was breached, and how; the parties read it."})


def _check_sanction(motion: Motion) -> None:
    if not sanctions_on(motion.board, motion.agreement).filter(pk__in=[motion.after_sanction_id]).exists():
        raise ValidationError({"after_sanction": "Choose a sanction of this board that stands on one of the parties."})


def _check_notice(motion: Motion) -> None:
    """Without a fault of anybody the agreement's own notice has run out before the board is asked."""
    days, given = notice_days(motion), motion.noticed_on
    if not days:
        return
    if given is None:
        raise ValidationError(
            {"noticed_on": f"Enter the day on which notice was given: the agreement asks for {days} days of it."}
        )
    assert motion.agreement is not None  # noqa: S101  (a constraint of the table)
    today = database_now().astimezone(ZoneInfo(motion.agreement.lead_agency.time_zone)).date()
    if given > today:
        raise ValidationError({"noticed_on": "This day is still to come. Give notice first, then make the motion."})
    began = min(each.in_force_at for each in succession.line(motion.agreement) if each.in_force_at)
    if given < began.astimezone(ZoneInfo(motion.agreement.lead_agency.time_zone)).date():
        raise ValidationError(
            {"noticed_on": "The agreement was not in force on that day. Enter the day on which notice was given."}
        )
    if (last := given + timedelta(days=days)) >= today:
        raise ValidationError(
            {"noticed_on": f"The notice of {days} days runs until {_day(last)}. Make the motion on a later day."}
        )


# --- Words ----------------------------------------------------------------------------------------------------------


def because(motion: Motion, *, public: bool = False) -> str:
    """The ground as a sentence. What was breached is said to members and parties, not to everybody."""
    if motion.ground == G.CONVENIENCE:
        days = notice_days(motion)
        notice = (
            f"{days} days of notice, given {_day(motion.noticed_on)}" if motion.noticed_on else "no notice is asked"
        )
        return f"For convenience: {notice}."
    if motion.ground == G.CAUSE:
        return "For cause." if public else f"For cause: {motion.breach}"
    if motion.ground == G.SANCTION:
        sanction = motion.after_sanction
        return f"On a sanction: {lower(str(sanction))}, motion {sanction.motion.number}." if sanction else ""
    return "Not recorded: the motion was made before grounds were asked for." if motion.ground else ""


def in_the_motion(motion: Motion) -> str:
    """How the ground stands in the motion's own words, which everybody may read."""
    sanction = motion.after_sanction
    return {
        G.CONVENIENCE: " for convenience",
        G.CAUSE: " for cause",
        G.SANCTION: f" on the sanction of motion {sanction.motion.number}" if sanction else "",
    }.get(G(motion.ground), "") if motion.ground else ""  # fmt: skip


def _day(on: object) -> str:
    return spell(on, "M j, Y")  # type: ignore[arg-type]
