"""Who may convene, move, open, vote and close, and when."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from agencies.models import Membership, User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from privacy import policy as drafts
from privacy.development import policy as development
from privacy.development.progress import adoption_of
from privacy.law.models import LawChange
from privacy.models import PolicyVersion
from sharing_agreements import reviewing
from sharing_agreements.budgets import policy as budgets
from sharing_agreements.budgets.models import BudgetVersion
from sharing_agreements.models import Agreement
from sharing_agreements.wording import listed

from . import proposing
from .attendance import Stay, in_the_chair, presence, stays
from .models import (
    AgendaItem,
    Ballot,
    Board,
    ChairSuspension,
    Charter,
    Decision,
    Elector,
    Meeting,
    Motion,
    MotionKind,
    PolicyReferral,
    Seat,
)
from .wording import clock

A = Agreement.Status
K = MotionKind

BALLOT_NEEDS: dict[MotionKind, frozenset[Agreement.Status]] = {
    K.APPROVE: frozenset({A.BEFORE_BOARD}),
    K.SEND_BACK: frozenset({A.BEFORE_BOARD}),
    K.REJECT: frozenset({A.BEFORE_BOARD}),
    K.SUSPEND: frozenset({A.IN_FORCE}),
    K.RATIFY: frozenset({A.SUSPENDED}),
    K.RESUME: frozenset({A.SUSPENDED}),
    K.TERMINATE: frozenset({A.IN_FORCE, A.SUSPENDED}),
}
"""In which status an agreement must be for a ballot of each kind."""

TAKES_UP = frozenset({K.APPROVE, K.SEND_BACK, K.REJECT})
"""Motions that bring an agreement in review before the board."""


def moved_in(kind: MotionKind) -> frozenset[Agreement.Status]:
    """In which status an agreement must be for a motion of this kind."""
    return BALLOT_NEEDS[kind] | (frozenset({A.IN_REVIEW}) if kind in TAKES_UP else frozenset())


def seat_of(person: User, board: Board) -> Seat:
    """The voting seat in office that the person holds on the board."""
    seat = Seat.objects.in_office().filter(board=board, holder=person).first()
    if seat is None:
        raise PermissionDenied("Only members in office of this board do that.")
    return seat


def may_establish(person: User) -> None:
    if not (person.is_active and person.is_portal_administrator):
        raise PermissionDenied("Only a portal administrator sets up boards.")


def may_enter_charter(person: User, board: Board) -> None:
    """The first charter is entered; whoever could enter the next could change the rule that the board votes by."""
    may_establish(person)
    if board.charters.exists():
        raise Refused("The board has its charter, and amends it by a motion.", code="chartered")


def may_preside(person: User, board: Board, meeting: Meeting | None = None) -> None:
    """The chair; at a meeting also whoever sits in the chair's seat there, or took the chair pro tem."""
    if meeting is not None and (stay := presiding(meeting)) and stay.person.pk == person.pk:
        return
    if not seat_of(person, board).is_chair:
        raise PermissionDenied("Only the chair does that.")


def presiding(meeting: Meeting) -> Stay | None:
    """Who presides at a meeting, of those recorded there. Pro tem only a member who is in office still."""
    in_office = Seat.objects.in_office().filter(board=meeting.board_id)
    chair = in_office.filter(is_chair=True).first()
    stay = in_the_chair(stays(meeting), chair)
    if stay is None or stay.took_chair is None:
        return stay
    return stay if in_office.filter(pk=stay.seat.pk, holder=stay.person).exists() else None


def charter_of(board: Board) -> Charter:
    """The charter in force: the newest."""
    charter = board.charters.order_by("-number").first()
    if charter is None:
        raise Refused("The board has no charter yet, so it has no rule to vote by. Adopt one first.", code="no_charter")
    return charter


def charter_rules(charter: Charter) -> dict[str, Any]:
    """The rules of a charter by name, as a motion to amend it proposes them."""
    apart = {"id", "board", "number", "adopted_on"}
    return {field.name: getattr(charter, field.name) for field in Charter._meta.fields if field.name not in apart}


def _narrowest_first() -> list[Charter]:
    """Charters in force: those for some states before those for any; of two such, the board that was there first."""
    charters = Charter.objects.in_force().select_related("board")
    return sorted(charters, key=lambda charter: (not charter.states, charter.board_id))


def decides_already(charter: Charter) -> Board | None:
    """Another board whose charter in force covers some of the same agreements as closely, if there is one."""
    for other in _narrowest_first():
        if other.board_id == charter.board_id or bool(other.states) != bool(charter.states):
            continue
        same_kind = set(other.responsible_for) & set(charter.responsible_for)
        if same_kind and (not charter.states or set(other.states) & set(charter.states)):
            return other.board
    return None


def deciding_before(charter: Charter) -> list[tuple[Charter, list[str], list[str]]]:
    """Charters in force that come before this one for some of what it names.

    Each with those kinds, and with those states of lead agencies: none where it decides whatever the state is.
    """
    found = []
    for other in _narrowest_first():
        if other.board_id == charter.board_id:
            break
        kinds = [kind for kind in charter.responsible_for if kind in other.responsible_for]
        states = [state for state in other.states if not charter.states or state in charter.states]
        if kinds and (states or not other.states):
            found.append((other, kinds, states))
    return found


def responsible_board(agreement: Agreement) -> Board | None:
    """The board whose charter in force covers this kind of agreement and the lead agency's state; the narrowest one."""
    for charter in _narrowest_first():
        here = not charter.states or agreement.lead_agency.state in charter.states
        if here and agreement.kind in charter.responsible_for:
            return charter.board
    return None


def responsibility(boards: Collection[UUID]) -> Q:
    """Agreements, as a condition on them, for which one of these boards is the responsible one."""
    found, charters = Q(pk__in=[]), _narrowest_first()
    for kind in Agreement.Kind.values:
        taken: set[str] = set()
        for charter in charters:
            if kind not in charter.responsible_for:
                continue
            states = Q(lead_agency__state__in=set(charter.states) - taken)
            rest = ~Q(lead_agency__state__in=taken)
            if charter.board_id in boards:
                found |= Q(kind=kind) & (states if charter.states else rest)
            if not charter.states:
                break
            taken |= set(charter.states)
    return found


def may_move(person: User, board: Board, kind: str, agreement: Agreement | None = None) -> Seat:
    """Make a motion, about an agreement for which the board is responsible or anything else. Returns the seat."""
    seat = seat_of(person, board)
    charter_of(board)
    # A proposal is all rules as they would be: of two, the second to carry would undo the first.
    if kind == K.CHARTER and (amends := board.motions.open().filter(kind=K.CHARTER).first()):
        raise Refused(f"Motion {amends.number} to amend the charter is before the board already.", code="open")
    if agreement is not None:
        _agreement_takes(board, K(kind), agreement)
    return seat


def _agreement_takes(board: Board, kind: MotionKind, agreement: Agreement) -> None:
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    if open_motion := agreement.motions.open().first():
        raise Refused(f"Motion {open_motion.number} on {agreement.number} is before the board already.", code="open")
    if agreement.status not in moved_in(kind):
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()}, so there is nothing to "
            f"{kind.label.lower()}. Reload the docket.",
            code="bad_status",
        )
    if kind in TAKES_UP:
        reviewed(agreement)
    if kind == K.RATIFY and not agreement.chair_suspensions.unratified().exists():
        raise Refused(
            "The chair's suspension was ratified already, or the board suspended it.", code="nothing_to_ratify"
        )


def reviewed(agreement: Agreement) -> None:
    """Refuse what is not through its reviews: the board decides on what they have approved."""
    if undone := reviewing.outstanding(agreement):
        raise Refused(f"{agreement.number} is still in review. Awaited: {'; '.join(undone)}.", code="in_review")


def before_the_board(board: Board, kind: str, **about: Any) -> Motion | None:
    """The open motion that a new one would repeat: on the same agreement, or of one kind on the same subject.

    `about`: what `move_motion` takes; its words don't matter.
    """
    if agreement_id := about.get("agreement_id"):
        return Motion.objects.open().filter(agreement=agreement_id).first()
    subject = {name: about[name] for name in SUBJECT if about.get(name)}
    return Motion.objects.open().filter(board=board, kind=kind, **subject).first() if subject else None


SUBJECT = (
    *("proposed", "policy_version_id", "budget_version_id", "initiative_proposal_id", "law_change_id"),
    *("agency_id", "measure", "lifts_id"),
)


def may_refer(person: User, board: Board, version: PolicyVersion) -> None:
    """Give a board a draft of a policy that is reviewed whole, once: who keeps the policy."""
    drafts.may_edit(person, version)
    development.ready_for_adoption(version)
    if PolicyReferral.objects.standing().filter(board=board, version=version).exists():
        raise Refused(f"{board} has this draft already, and reads it as it is now.", code="referred", repeated=True)


def may_take_back_policy(person: User, referral: PolicyReferral, motions: Iterable[Motion]) -> None:
    """Take a draft back from a board that has not adopted it: who keeps the policy. `motions`: those open on it."""
    drafts.may_edit(person, referral.version)
    if referral.taken_back_at:
        raise Refused(f"{referral.board} does not have this draft any more.", code="taken_back", repeated=True)
    if (held := adoption_of(referral.version)) and held.motion and held.title == referral.board.name:
        raise Refused(f"{referral.board} has adopted this draft: publish it, or change it.", code="adopted")
    over = Ballot.objects.undecided().filter(motion__in=motions, closes_at__lte=Now()).select_related("motion").first()
    if over is not None:
        raise Refused(
            f"The vote on motion {over.motion.number} is over, and its result stands. Try again in a minute.",
            code="voted",
        )


def may_be_adopted(board: Board, version: PolicyVersion) -> None:
    """A board adopts what everybody can read, or the draft that its agency gave it, reviewed whole."""
    if version.status == PolicyVersion.Status.DRAFT and version.board_referrals.standing().filter(board=board).exists():
        return development.ready_for_adoption(version)
    if version.status != PolicyVersion.Status.PUBLISHED:
        raise ValidationError({"policy_version": "Choose a policy that is published, or was given to this board."})
    return None


def _still_adoptable(motion: Motion, version: PolicyVersion) -> None:
    try:
        may_be_adopted(motion.board, version)
    except ValidationError:
        gone = "was taken back" if version.status == PolicyVersion.Status.DRAFT else "is not in force any more"
        raise Refused(f"{version} {gone}; this motion has no object.", code="moot") from None


def budgets_before(board: Board) -> QuerySet[BudgetVersion]:
    """Versions of budgets that were put before the board, the newest of each, as long as it is not adopted."""
    newest = BudgetVersion.objects.filter(budget=OuterRef("budget")).order_by("-number").values("pk")[:1]
    found = BudgetVersion.objects.filter(budget__board=board, adoption=None, pk=Subquery(newest))
    return found.select_related("budget").order_by("budget__title")


def may_be_budgeted(board: Board, version: BudgetVersion) -> None:
    """A board adopts what was put before it."""
    if version.budget.board_id != board.pk:
        raise ValidationError({"budget_version": "Choose a version that was put before this board."})
    budgets.may_be_adopted(version)


def laws_before(board: Board) -> QuerySet[LawChange]:
    """Changes in law on the agenda list that an agency with a seat on the board put there, and that are still open;
    those that the board supports already are left out."""
    seated = Seat.objects.held().filter(board=board).values("agency")
    done = Motion.objects.filter(board=board, kind=K.LAW, status=Motion.Status.CARRIED).values("law_change")
    found = LawChange.objects.for_boards().filter(agency__in=seated).exclude(pk__in=done)
    return found.select_related("agency").order_by("agency__name", "number")


def may_be_supported(board: Board, change: LawChange) -> None:
    if not laws_before(board).filter(pk=change.pk).exists():
        raise Refused(f"{change} is not on the agenda list any more.", code="moot")


def may_impose(person: User, seat: Seat, motion: Motion) -> None:
    """Whose agency a sanction is about neither moves it nor seconds it: it could hold the matter up, or withdraw it."""
    if motion.kind in {K.SANCTION, K.LIFT} and (why := conflict_of(person, seat, motion)):
        raise PermissionDenied(f"Another member makes or seconds this motion: your seat {why}.")


def may_second(person: User, motion: Motion) -> Seat:
    """Second a motion that awaits it: a voting member other than the mover."""
    seat = seat_of(person, motion.board)
    if motion.status != Motion.Status.MOVED:
        done = f" It was seconded by seat {motion.seconder.number}." if motion.seconder else ""
        raise Refused(f"Motion {motion.number} awaits no second.{done} {_closed(motion)}", code="seconded")
    if seat.pk == motion.mover_id:
        raise Refused("Another member seconds; you made this motion.", code="mover")
    may_impose(person, seat, motion)
    return seat


def may_withdraw(person: User, motion: Motion) -> None:
    """Take one's own motion back before the ballot opens."""
    seat = seat_of(person, motion.board)
    vacant = not Seat.objects.in_office().filter(pk=motion.mover_id).exists()
    if seat.pk != motion.mover_id and not (vacant and seat.is_chair):
        raise PermissionDenied("Only the member who made the motion withdraws it; the chair, once the seat is vacant.")
    if motion.status not in {Motion.Status.MOVED, Motion.Status.PENDING}:
        done = motion.status == Motion.Status.WITHDRAWN
        raise Refused(_closed(motion) + ("" if done else " It cannot be withdrawn."), code="not_pending")


def may_remark(person: User, motion: Motion) -> Seat:
    """Speak to a motion until it is decided: every member, with a vote or without."""
    seat = Seat.objects.held().filter(board=motion.board, holder=person).first()
    if seat is None:
        raise PermissionDenied("Only members of this board speak to its motions.")
    if motion.status not in {Motion.Status.MOVED, Motion.Status.PENDING, Motion.Status.VOTING}:
        raise Refused(f"{_closed(motion)} The discussion is over.", code="closed")
    return seat


def may_lead_vote(person: User, motion: Motion, meeting: Meeting | None = None) -> None:
    """Open a ballot and end it: who presides at a meeting; in writing the chair.

    Where the chair has a conflict, or let the day pass by which the board was to ratify, any voting member without a
    conflict: nobody could bring the matter to a vote else.
    """
    if meeting is not None:
        return may_preside(person, motion.board, meeting)
    seat = seat_of(person, motion.board)
    if seat.is_chair:
        return None
    chair = Seat.objects.in_office().filter(board=motion.board, is_chair=True).select_related("holder").first()
    concerned = chair is not None and chair.holder is not None and conflict_of(chair.holder, chair, motion) != ""
    waits = ChairSuspension.objects.unratified().filter(agreement=motion.agreement_id, ratify_by__lte=Now())
    if not concerned and not (motion.kind == K.RATIFY and waits.exists()):
        raise PermissionDenied("Only the chair does that.")
    if why := conflict_of(person, seat, motion):
        raise PermissionDenied(f"Another member does that: your seat {why}.")
    return None


def may_open_ballot(person: User, motion: Motion, meeting: Meeting | None = None) -> None:
    """Open the vote: among those present at a meeting in session that was noticed for it, or in writing."""
    may_lead_vote(person, motion, meeting)
    if motion.status == Motion.Status.MOVED:
        raise Refused("The motion awaits a second; without one it does not come to a vote.", code="not_seconded")
    if motion.status != Motion.Status.PENDING:
        raise Refused(_closed(motion), code="not_pending")
    _still_before_board(motion)
    agreement = motion.agreement
    if agreement is not None and agreement.status not in BALLOT_NEEDS[K(motion.kind)]:
        raise Refused(f"{agreement.number} has moved on; this motion has no object.", code="moot")
    if agreement is not None and responsible_board(agreement) != motion.board:
        raise Refused(f"The charter in force does not cover {agreement.number} any more.", code="not_responsible")
    if meeting is not None:
        _noticed(motion, meeting)
    elif not charter_of(motion.board).written_ballots:
        raise Refused(
            "The charter allows no vote in writing. Put the motion on the agenda of a meeting.", code="not_in_writing"
        )


def _still_before_board(motion: Motion) -> None:
    """That what the motion is about awaits the board still, where that is no agreement."""
    if motion.policy_version is not None:
        _still_adoptable(motion, motion.policy_version)
    if motion.budget_version is not None:
        budgets.may_be_adopted(motion.budget_version)
    if motion.initiative_proposal is not None:
        proposing.initiatives().may_be_approved(motion.initiative_proposal)
    if motion.law_change is not None:
        may_be_supported(motion.board, motion.law_change)


def _noticed(motion: Motion, meeting: Meeting) -> None:
    """Final action is taken only on business that was noticed in time, at a meeting that is in session."""
    if meeting.board_id != motion.board_id or meeting.status != Meeting.Status.OPEN:
        raise Refused("A vote at a meeting opens while the board is in session.", code="not_in_session")
    item = AgendaItem.objects.filter(meeting=meeting, motion=motion).first()
    if item is None or not noticed_in_time(item):
        raise Refused(
            f"Motion {motion.number} was not on the agenda when the notice of this meeting was due. "
            "The board may discuss it; it votes at a meeting noticed for it, or in writing.",
            code="not_noticed",
        )
    its_time_has_come(meeting)
    _quorum_before_pro_tem(meeting)


def its_time_has_come(meeting: Meeting) -> None:
    """Whoever relies on the notice finds nothing decided, and no meeting over, before the time that it names."""
    if database_now() < meeting.starts_at:
        raise Refused(
            f"The meeting is noticed for {clock(meeting.starts_at, ZoneInfo(meeting.time_zone))}. Until then the board "
            "records who is here and discusses; from then on it votes, approves minutes and adjourns.",
            code="before_its_time",
        )


def _quorum_before_pro_tem(meeting: Meeting) -> None:
    """Under a chair pro tem a vote opens once the attendance record shows the quorum of the charter in force."""
    stay = presiding(meeting)
    if stay is None or stay.took_chair is None:
        return
    there = presence(meeting, charter_of(meeting.board))
    if not there.is_quorum:
        raise Refused(
            f"{there.in_words}. Under a chair pro tem a vote opens once a quorum is recorded; record who is here.",
            code="no_quorum",
        )


def noticed_in_time(item: AgendaItem) -> bool:
    """Whether an item of business stood on the agenda as long before the meeting as the charter asked."""
    return item.added_at <= item.meeting.starts_at - timedelta(hours=item.meeting.notice_hours)


def _closed(motion: Motion) -> str:
    """What became of a motion on which nobody votes now."""
    return {
        Motion.Status.MOVED: "The motion awaits a second.",
        Motion.Status.PENDING: "The ballot is not open.",
        Motion.Status.VOTING: "The ballot is open already.",
        Motion.Status.CARRIED: "The ballot is closed: the motion carried.",
        Motion.Status.LOST: "The ballot is closed: the motion was lost.",
        Motion.Status.MOOT: "The motion has no object any more: its subject has moved on.",
        Motion.Status.WITHDRAWN: "The motion was withdrawn.",
    }[Motion.Status(motion.status)]


def may_vote(person: User, ballot: Ballot) -> Elector:
    """Take a position. Returns the person's elector, as frozen when the ballot opened."""
    elector = _elector(person, ballot)
    if elector.conflict:
        raise PermissionDenied(f"You may not vote on this motion: {elector.conflict}.")
    _must_run(ballot)
    if ballot.closes_at <= database_now():
        raise Refused(AFTER_DEADLINE, code="closed")
    if elector.present is False:
        raise Refused("The vote is taken among those who were present when it opened.", code="absent")
    if person.pk != elector.person_id and elector.votes.filter(by=elector.person_id).exists():
        raise Refused("The holder of the seat has voted; an alternate votes only in their place.", code="holder_voted")
    return elector


def _elector(person: User, ballot: Ballot) -> Elector:
    """The person's own elector, else the one for which the person stands by."""
    mine = Q(person=person, person__is_active=True) | Q(alternate=person, alternate__is_active=True)
    found = sorted(
        ballot.electors.filter(mine).select_related("seat"), key=lambda elector: elector.person_id != person.pk
    )
    if not found:
        raise PermissionDenied("You were not a member in office when the ballot opened.")
    return found[0]


def _must_run(ballot: Ballot) -> None:
    """Refuse in the words of how this ballot ended, or of what became of its motion."""
    decision = Decision.objects.filter(ballot=ballot).first()
    if decision and ballot.motion.status in {Motion.Status.PENDING, Motion.Status.VOTING}:
        how = decision.get_outcome_display().lower()
        raise Refused(f"The ballot is closed without a decision: {how}.", code="closed")
    if decision or ballot.motion.status != Motion.Status.VOTING:
        raise Refused(_closed(ballot.motion), code="closed")


AFTER_DEADLINE = "The ballot closed at its deadline. The newest position of each member until then counts."


def may_settle(person: User | None, ballot: Ballot) -> None:
    """Write down the result: after the deadline the portal or a member; at a meeting who presides closes the vote."""
    board, meeting = ballot.motion.board, ballot.meeting
    if person is not None and not (meeting and allows(may_preside, person, board, meeting)):
        seat_of(person, board)
    _must_run(ballot)
    if ballot.closes_at <= database_now():
        return
    if meeting is None or person is None:
        raise Refused("The ballot is still open. It can be closed once its deadline has passed.", code="open")
    may_preside(person, board, meeting)
    _everybody_was_asked(person, ballot)


TIME_TO_ANSWER = timedelta(minutes=2)
"""How long a vote at a meeting stays open for those present who have taken no position."""


def _everybody_was_asked(person: User, ballot: Ballot) -> None:
    """Silence at a meeting is an abstention, so whoever presides does not make it one by closing at once."""
    asked_until = ballot.opened_at + TIME_TO_ANSWER
    silent = ballot.electors.filter(conflict="", present=True, votes=None).exclude(person=person)
    numbers = [str(number) for number in silent.order_by("seat__number").values_list("seat__number", flat=True)]
    if numbers and database_now() < asked_until:
        when = clock(asked_until, ZoneInfo(ballot.motion.board.time_zone))
        raise Refused(
            f"Seat {listed(numbers)} took no position yet. Ask again: from {when} on the vote can be closed, and "
            "silence then counts as abstaining.",
            code="not_asked",
        )


def may_cancel_ballot(person: User, ballot: Ballot) -> None:
    """End an open ballot without a decision. After its deadline its result stands, and cannot be cancelled away."""
    may_lead_vote(person, ballot.motion, ballot.meeting)
    seat = Seat.objects.held().filter(board=ballot.motion.board, holder=person).first()
    if seat is not None and (why := conflict_of(person, seat, ballot.motion)):
        raise PermissionDenied(f"Another member ends this ballot: your seat {why}.")
    _must_run(ballot)
    if ballot.closes_at <= database_now():
        raise Refused("The ballot has closed; its result stands.", code="closed")


def interested(motion: Motion) -> dict[UUID, str]:
    """Agencies whose people do not vote on the motion, with the words for why."""
    if motion.agreement is not None and motion.version is not None:
        parties = {motion.agreement.lead_agency_id, *motion.version.parties.values_list("agency", flat=True)}
        return dict.fromkeys(parties, "a party")
    if motion.policy_version is not None:
        return {motion.policy_version.policy.agency_id: "the agency whose policy it is"}
    if motion.agency_id is not None:
        return {motion.agency_id: "the agency concerned"}
    return {}


def conflict_of(person: User, seat: Seat, motion: Motion) -> str:
    """Why this person may not vote in this seat on the motion; empty when they may. The database checks it again."""
    agencies = interested(motion)
    if motion.agreement is not None and person.pk == motion.agreement.author_id:
        return "author of the agreement"
    if seat.agency_id in agencies:
        return f"holds the seat of {agencies[seat.agency_id]}"
    employed = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), person=person)
    if work := employed.filter(agency__in=agencies).first():
        return f"works for {agencies[work.agency_id]}"
    return ""
