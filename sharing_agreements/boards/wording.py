"""What a charter, a ballot and a motion say, in plain words."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as spell

from portal.kernel.redline import Piece, words_changed
from portal.kernel.templatetags.portal import until
from privacy.development.fingerprint import COVERS
from privacy.models import PolicyVersion
from sharing_agreements.models import Agreement
from sharing_agreements.wording import listed, lower

from . import grounds
from .models import HEEDED, Ballot, Charter, Decision, Meeting, Motion, MotionKind
from .rule import Rule


def charter_in_words(charter: Charter, in_office: int) -> list[str]:
    """The charter as sentences, the first of which says on what it decides; `in_office`: its voting members now."""
    kinds = _kinds(charter.responsible_for)
    where = f"led by agencies of {listed(charter.states)}" if charter.states else "led by agencies of any state"
    rule = Rule.under(charter)
    return [
        f"It decides on each {kinds}, {where}.",
        _quorum(charter, rule.needed_for_quorum(in_office), in_office),
        f"{rule.share_in_words} carry a motion.",
        *_special(charter),
        *rule.effects,
        *_procedure(charter),
    ]


def _kinds(values: Collection[str]) -> str:
    return listed(lower(str(kind.label)) for kind in Agreement.Kind if kind.value in values)


def covered(motion: Motion) -> str:
    """Of what the fingerprint of a motion is: what `steps.text_sha256` reckons it from."""
    if motion.version is not None:
        of_text = f"the text of version {motion.version.number}"
        named = motion.ground not in {"", Motion.Ground.UNRECORDED}
        return f"{of_text}, and the ground of this motion" if named else of_text
    if (
        motion.policy_version is not None
        and motion.policy_version.board_referrals.filter(board=motion.board_id).exists()
    ):
        return f"version {motion.policy_version.number} whole: {COVERS}"
    if motion.budget_version is not None:
        return f"this motion, and version {motion.budget_version.number} of the budget"
    return "this motion"


def decided_elsewhere(charter: Charter, kinds: list[str], states: list[str]) -> tuple[str, str]:
    """What is said before and after the name of another board, by `charter`, that decides first on these."""
    where = f" led by agencies of {listed(states)}" if states else ""
    many = len(states) > 1
    why = f"its charter names {'those states' if many else 'that state'}" if states else "it was entered first"
    return f"On each {_kinds(kinds)}{where}, not this board but", f"decides: {why}."


def _quorum(charter: Charter, needed: int, in_office: int) -> str:
    if charter.quorum == Charter.Quorum.FIXED:
        words = f"A quorum is {charter.quorum_number} members"
    elif charter.vacancy == Charter.Vacancy.COUNTED:
        words = f"A quorum is a majority of the {charter.voting_seats} voting seats, which is {needed}"
    else:
        words = f"A quorum is a majority of the members in office, which is {needed} of the {in_office} now"
    return f"{words}, and never fewer than {charter.minimum_present}." if charter.minimum_present else f"{words}."


def _special(charter: Charter) -> list[str]:
    if not charter.special_threshold:
        return []
    kinds = listed(lower(str(MotionKind(kind).label)) for kind in charter.special_for)
    share = lower(str(Charter.Threshold(charter.special_threshold).label))
    return [f"To {kinds} takes {share}."]


def _procedure(charter: Charter) -> list[str]:
    yield_to = (
        "An alternate may sit for a member; nobody votes by proxy." if charter.alternates else "Members vote in person."
    )
    written = (
        f"Between meetings the board votes in writing: a ballot stays open for {charter.ballot_days} days unless the "
        "chair sets another time. It closes earlier once the missing votes cannot change the result."
        if charter.written_ballots
        else "The board votes at meetings only."
    )
    suspends = (
        "The chair alone may suspend an agreement in force. The board then decides within "
        f"{charter.ratify_within_days} days whether that stands; until it has decided, the agreement stays suspended. "
        f"Once the board has ended a suspension, another of the same agreement takes a vote for {HEEDED.days} days."
        if charter.chair_may_suspend
        else "The chair cannot suspend an agreement alone."
    )
    approves = (
        "The chair alone may approve an administrative amendment: one that changes words, and nothing that is shared."
        if charter.chair_may_approve
        else "Every amendment takes a vote."
    )
    notice = (
        f"A meeting is noticed {_ahead(charter.notice_hours)}, a special one {_ahead(charter.special_notice_hours)}."
    )
    second = ["A motion needs a second."] if charter.second_required else []
    return [*second, yield_to, notice, written, suspends, approves]


def _ahead(hours: int) -> str:
    return f"{hours} hours ahead" if hours else "at any time before it"


def heading(motion: Motion) -> str:
    """`Approve version 4 of MOU-2026-014`."""
    kind = Motion.Kind(motion.kind)
    if motion.agreement is not None and motion.version is not None:
        number = motion.agreement.number
        return {
            Motion.Kind.APPROVE: f"Approve version {motion.version.number} of {number}",
            Motion.Kind.SEND_BACK: f"Send {number} back with conditions",
            Motion.Kind.RATIFY: f"Ratify the chair's suspension of {number}",
        }.get(kind, f"{kind.label} {number}")
    return {
        Motion.Kind.CHARTER: "Amend the charter",
        Motion.Kind.POLICY: f"Adopt {motion.policy_version}",
        Motion.Kind.BUDGET: f"Adopt {motion.budget_version}",
        Motion.Kind.INITIATIVE: f"Approve {motion.initiative_proposal}",
        Motion.Kind.LAW: f"Support {law_in_words(motion)}",
        Motion.Kind.SANCTION: f"{motion.get_measure_display()}: {motion.agency}",
        Motion.Kind.LIFT: f"Lift the sanction on {motion.agency}",
    }[kind]


def law_in_words(motion: Motion) -> str:
    """`change 3 of Cedar Court: Warrants by name`."""
    change = motion.law_change
    return f"change {change.number} of {change.agency}: {change.title}" if change is not None else "a change in law"


def about(motion: Motion) -> str:
    """What the motion concerns, in a line under its heading."""
    return motion.agreement.title if motion.agreement is not None else motion.text


def standard_text(motion: Motion) -> str:
    """The usual words of a motion."""
    number = motion.agreement.number if motion.agreement else ""
    version = motion.version.number if motion.version else 1
    measure = lower(str(motion.get_measure_display()))
    what = {
        Motion.Kind.APPROVE: f"approve version {version} of agreement {number} as noticed",
        Motion.Kind.SEND_BACK: f"send version {version} of agreement {number} back to the parties with conditions",
        Motion.Kind.REJECT: f"reject version {version} of agreement {number}",
        Motion.Kind.SUSPEND: f"suspend agreement {number} from the moment this motion carries",
        Motion.Kind.RATIFY: f"ratify the chair's suspension of agreement {number}",
        Motion.Kind.RESUME: f"resume agreement {number} from the moment this motion carries",
        Motion.Kind.TERMINATE: f"terminate agreement {number}{grounds.in_the_motion(motion)} from the moment "
        "this motion carries",
        Motion.Kind.CHARTER: "amend its charter as proposed",
        Motion.Kind.POLICY: f"adopt {motion.policy_version}",
        Motion.Kind.BUDGET: f"adopt {motion.budget_version}, with the shares of the parties as noticed",
        Motion.Kind.INITIATIVE: f"approve {motion.initiative_proposal}, with its partners and milestones as noticed",
        Motion.Kind.LAW: f"support {law_in_words(motion)}, and recommend it to those who can enact it",
        Motion.Kind.SANCTION: f"impose on {motion.agency}: {measure}",
        Motion.Kind.LIFT: f"lift the sanction on {motion.agency}",
    }[Motion.Kind(motion.kind)]
    return f"That the Board {what}."


FOLLOWS: dict[MotionKind, tuple[str, str]] = {
    MotionKind.APPROVE: ("signing opens for the parties", "the agreement is rejected"),
    MotionKind.SEND_BACK: ("the agreement is a draft again", "it stays before the board"),
    MotionKind.REJECT: ("the agreement is rejected", "it stays before the board"),
    MotionKind.SUSPEND: ("what the agreement shares closes at once", "nothing changes"),
    MotionKind.RATIFY: ("the suspension stands", "the agreement is in force again"),
    MotionKind.RESUME: ("what the agreement shares opens again", "nothing changes"),
    MotionKind.TERMINATE: ("what the agreement shares closes for good", "nothing changes"),
    MotionKind.CHARTER: ("the proposed rules are the charter; open ballots keep theirs", "the charter stays"),
    MotionKind.POLICY: ("the decision is shown beside the policy", "nothing changes"),
    MotionKind.BUDGET: ("the version is in force, and invoices follow it", "what was adopted before stays in force"),
    MotionKind.INITIATIVE: ("the partners can set out", "it is an idea again, and can be put before the board anew"),
    MotionKind.LAW: ("the decision is shown beside the change", "nothing changes"),
    MotionKind.SANCTION: ("the sanction is imposed", "nothing changes"),
    MotionKind.LIFT: ("the sanction ends at once", "it stands"),
}
"""What a motion that carries brings about, and one that is lost."""


def effect(motion: Motion) -> str:
    """What follows when the motion carries, and when it is lost."""
    carried, lost = FOLLOWS[MotionKind(motion.kind)]
    if motion.policy_version is not None and motion.policy_version.status == PolicyVersion.Status.DRAFT:
        carried = "the draft is adopted, and its agency can publish it"
    return f"If it carries, {carried}. If it is lost, {lost}."


def ended(outcome: Decision.Outcome) -> str:
    """What a ballot that ended so leaves behind."""
    return {
        Decision.Outcome.CARRIED: "",
        Decision.Outcome.LOST: "",
        Decision.Outcome.NO_QUORUM: "Too few took part, so nothing is decided. The motion stays before the board, and "
        "the chair can open another ballot.",
        Decision.Outcome.TIED: "The votes are even, so nothing is decided. The motion stays before the board, and "
        "the chair can open another ballot.",
        Decision.Outcome.CANCELLED: "The ballot was cancelled. The motion stays before the board.",
    }[outcome]


def charter_before(motion: Motion) -> Charter | None:
    """The charter that a motion would replace, or did: the one under which the board voted on it."""
    numbers = motion.board.charters.order_by("-number")
    if motion.status == Motion.Status.CARRIED:
        ballot = motion.ballots.order_by("-opened_at").first()
        numbers = numbers.filter(number__lte=ballot.rule["charter"]) if ballot else numbers
    return numbers.first()


def charter_changed(motion: Motion) -> list[Piece]:
    """The charter in force against the one proposed, sentence by sentence; nothing of other motions."""
    if motion.proposed is None:
        return []
    now, in_office = charter_before(motion), motion.board.seats.in_office().count()
    was = charter_in_words(now, in_office) if now else []
    would = charter_in_words(Charter(board=motion.board, **motion.proposed), in_office)
    return words_changed(" ".join(was), " ".join(would))


def left(at: datetime) -> str:
    """How long until a moment: `in 25 minutes`, `in 6 hours`, `in 3 days`."""
    rest = at - timezone.now()
    if rest <= timedelta(0):
        return "now"
    minutes = int(rest.total_seconds() // 60)
    if minutes < 120:
        return f"in {minutes} minute{'' if minutes == 1 else 's'}"
    return f"in {minutes // 60} hours" if minutes < 48 * 60 else until(at)


def clock(at: datetime, zone: tzinfo) -> str:
    """A moment in a zone, which is named: `Nov 23, 2026, 9:12 a.m. PST`."""
    return spell(at.astimezone(zone), "M j, Y, g:i a T")


def both_clocks(meeting: Meeting) -> tuple[str, str]:
    """When a meeting is, on its own clock and on the reader's; the second is empty where they say the same."""
    noticed = clock(meeting.starts_at, ZoneInfo(meeting.time_zone))
    own = clock(meeting.starts_at, timezone.get_current_timezone())
    return noticed, "" if own == noticed else f"On your clock: {own}"


def when_in_words(meeting: Meeting) -> str:
    """The same in a sentence."""
    noticed, own = both_clocks(meeting)
    return f"{noticed} ({lower(own)})" if own else noticed


def blocks(minutes: str) -> list[tuple[str, str]]:
    """The text of minutes as (heading, text): a block that begins with a number, or with `Attendance`, has one."""
    found: list[tuple[str, str]] = []
    for block in re.split(r"\n\s*\n", minutes.replace("\r\n", "\n").strip()):
        first, _, rest = block.partition("\n")
        if not first:
            continue
        is_headed = bool(re.match(r"\d+\. ", first)) or first == "Attendance"
        found.append((first, rest) if is_headed else ("", block))
    return found


def is_overdue(ballot: Ballot) -> bool:
    """Whether a ballot that nobody has closed yet is past its deadline."""
    return ballot.motion.status == Motion.Status.VOTING and ballot.closes_at <= timezone.now()
