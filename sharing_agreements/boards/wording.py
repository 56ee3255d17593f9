"""What a charter, a ballot and a motion say, in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portal.kernel.templatetags.portal import until
from sharing_agreements.models import Agreement
from sharing_agreements.wording import listed, lower

from .lifecycle import Rule
from .models import Ballot, Charter, Motion

CARRIES = {
    Charter.Threshold.MAJORITY: "More than half of the votes cast carry a motion.",
    Charter.Threshold.TWO_THIRDS: "Two thirds of the votes cast carry a motion.",
    Charter.Threshold.UNANIMOUS: "Only all of the votes cast carry a motion.",
}


def charter_in_words(charter: Charter, in_office: int) -> list[str]:
    """The charter as sentences; `in_office` is how many voting members it has now."""
    kinds = listed(lower(str(kind.label)) for kind in Agreement.Kind if kind.value in charter.responsible_for)
    where = f"led by agencies of {listed(charter.states)}" if charter.states else "led by agencies of any state"
    needed = Rule(charter.quorum, charter.quorum_number, charter.threshold).needed_for_quorum(in_office)
    fixed = charter.quorum == Charter.Quorum.FIXED
    of_now = "" if fixed else f", which is {needed} of the {in_office} now"
    suspends = (
        "The chair alone may suspend an agreement in force; the board ratifies that within "
        f"{charter.ratify_within_days} days or ends it."
        if charter.chair_may_suspend
        else "The chair cannot suspend an agreement alone."
    )
    return [
        f"It decides on each {kinds}, {where}.",
        f"A quorum is {f'{needed} members' if fixed else 'a majority of the members in office'}{of_now}.",
        CARRIES[Charter.Threshold(charter.threshold)],
        "Recused members count toward neither; an abstention counts toward the quorum only.",
        f"A ballot stays open for {charter.ballot_days} days unless the chair sets another time. "
        "It closes earlier once the missing votes cannot change the result.",
        suspends,
    ]


def heading(motion: Motion) -> str:
    """`Approve version 4 of MOU-2026-014`."""
    number = motion.agreement.number
    return {
        Motion.Kind.APPROVE: f"Approve version {motion.version.number} of {number}",
        Motion.Kind.SUSPEND: f"Suspend {number}",
        Motion.Kind.RATIFY: f"Ratify the chair's suspension of {number}",
        Motion.Kind.RESUME: f"Resume {number}",
    }[Motion.Kind(motion.kind)]


def effect(motion: Motion) -> str:
    """What follows when the motion carries, and when it is lost."""
    return {
        Motion.Kind.APPROVE: "If it carries, signing opens for the parties. If it is lost, the agreement is rejected.",
        Motion.Kind.SUSPEND: "If it carries, what the agreement shares closes at once. If it is lost, nothing changes.",
        Motion.Kind.RATIFY: "If it carries, the suspension stands. If it is lost, the agreement is in force again.",
        Motion.Kind.RESUME: "If it carries, what the agreement shares opens again. If it is lost, nothing changes.",
    }[Motion.Kind(motion.kind)]


def left(at: datetime) -> str:
    """How long until a moment: `in 25 minutes`, `in 6 hours`, `in 3 days`."""
    rest = at - timezone.now()
    if rest <= timedelta(0):
        return "now"
    minutes = int(rest.total_seconds() // 60)
    if minutes < 120:
        return f"in {minutes} minute{'' if minutes == 1 else 's'}"
    return f"in {minutes // 60} hours" if minutes < 48 * 60 else until(at)


def is_overdue(ballot: Ballot) -> bool:
    """Whether a ballot that nobody has closed yet is past its deadline."""
    return ballot.motion.status == Motion.Status.VOTING and ballot.closes_at <= timezone.now()
