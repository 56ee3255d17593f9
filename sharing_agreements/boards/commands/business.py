"""Motions, and what is said on them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from privacy.models import PolicyVersion, PrivacyPolicy
from sharing_agreements.boards import grounds as grounds_of
from sharing_agreements.boards import policy, proposing
from sharing_agreements.boards.lifecycle import move
from sharing_agreements.boards.models import Board, Charter, Motion, MotionKind, PolicyReferral, Remark, Sanction
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.steps import drop, locked, next_number, note
from sharing_agreements.boards.tally import could_carry
from sharing_agreements.boards.wording import standard_text
from sharing_agreements.budgets.models import BudgetVersion
from sharing_agreements.lifecycle import S
from sharing_agreements.lifecycle import move as move_agreement
from sharing_agreements.models import Agreement


@transaction.atomic(durable=True)
def move_motion(
    *,
    actor: User,
    board_id: UUID,
    kind: str,
    agreement_id: UUID | None = None,
    grounds: str = "",
    conditions: str = "",
    proposed: dict[str, Any] | None = None,
    policy_version_id: UUID | None = None,
    budget_version_id: UUID | None = None,
    initiative_proposal_id: UUID | None = None,
    law_change_id: UUID | None = None,
    agency_id: UUID | None = None,
    measure: str = "",
    lifts_id: UUID | None = None,
    effective_on: date | None = None,
    ground: str = "",
    breach: str = "",
    after_sanction_id: UUID | None = None,
    noticed_on: date | None = None,
) -> Motion:
    """Put something before the board: an agreement, its charter, a policy, a budget, an initiative, a change in law,
    or an agency.

    What is decided is said in the portal's own words; `grounds` are the mover's. `proposed`: the rules of the charter
    as they would be, by the names of its fields. To terminate takes a `ground` with what belongs to it, see `grounds`.
    Where the charter asks for a second, the motion awaits one.
    """
    about = {
        "proposed": proposed,
        "policy_version_id": policy_version_id,
        "budget_version_id": budget_version_id,
        "initiative_proposal_id": initiative_proposal_id,
        "law_change_id": law_change_id,
        "agency_id": agency_id,
        "measure": measure,
        "lifts_id": lifts_id,
    }
    agreement = Agreement.objects.for_update(agreement_id) if agreement_id else None
    board = Board.objects.for_update(board_id)
    seat = policy.may_move(actor, board, kind, agreement)
    _not_twice(board, kind, **about)
    motion = Motion(
        board=board,
        number=next_number(board),
        kind=kind,
        status=Motion.Status.MOVED if policy.charter_of(board).second_required else Motion.Status.PENDING,
        agreement=agreement,
        version=agreement.current_version if agreement else None,
        grounds=grounds.strip(),
        conditions=conditions.strip(),
        effective_on=effective_on,
        ground=ground,
        breach=breach.strip(),
        after_sanction_id=after_sanction_id,
        noticed_on=noticed_on,
        mover=seat,
        **about,
    )
    policy.may_impose(actor, seat, motion)
    _check(motion)
    motion.text = standard_text(motion)
    motion.full_clean()
    history.save(motion, actor=actor, reason="Moved")
    if agreement is not None and kind in policy.TAKES_UP and agreement.status == S.IN_REVIEW:
        move_agreement(agreement, S.BEFORE_BOARD)
        history.save(agreement, actor=actor, reason=f"Taken up as motion {motion.number}")
    note("motion_made", motion, actor=actor, acting_agency_id=seat.agency_id)
    return motion


def _not_twice(board: Board, kind: str, **about: Any) -> None:
    """A form sent twice makes one motion; the same is not before the board twice."""
    if there := policy.before_the_board(board, kind, **about):
        raise Refused(f"Motion {there.number} asks for the same, and is before the board already.", code="open")


def _check(motion: Motion) -> None:
    """What a motion of each kind needs to say."""
    grounds_of.check(motion)
    if motion.kind == MotionKind.SEND_BACK and not motion.conditions:
        raise ValidationError({"conditions": "Say what is to change; the parties read it."})
    if check := CHECKS.get(MotionKind(motion.kind)):
        check(motion)
    if motion.effective_on is not None:
        if motion.kind != MotionKind.SANCTION or motion.measure == Motion.Measure.SUSPENSION:
            raise ValidationError({"effective_on": "This takes effect when it is decided; leave the date empty."})
        if motion.effective_on < database_now().astimezone(ZoneInfo(motion.board.time_zone)).date():
            raise ValidationError({"effective_on": "The day has passed."})
        if motion.effective_on > database_now().date() + timedelta(days=731):
            raise ValidationError({"effective_on": "This is more than two years ahead. Look at the year."})


def _check_policy(motion: Motion) -> None:
    version = PolicyVersion.objects.filter(pk__in=[motion.policy_version_id]).first()
    if version is None:
        raise ValidationError({"policy_version": "Choose a policy."})
    policy.may_be_adopted(motion.board, version)


def _check_budget(motion: Motion) -> None:
    version = BudgetVersion.objects.select_related("budget").filter(pk__in=[motion.budget_version_id]).first()
    if version is None:
        raise ValidationError({"budget_version": "Choose a version that was put before this board."})
    policy.may_be_budgeted(motion.board, version)


def _check_initiative(motion: Motion) -> None:
    found = proposing.initiatives().before(motion.board).filter(pk__in=[motion.initiative_proposal_id]).first()
    if found is None:
        raise ValidationError({"initiative_proposal": "Choose an initiative that was put before this board."})
    motion.initiative_proposal = found


def _check_law(motion: Motion) -> None:
    found = policy.laws_before(motion.board).filter(pk__in=[motion.law_change_id]).first()
    if found is None:
        raise ValidationError({"law_change": "Choose a change that is on the agenda list."})
    motion.law_change = found


def _check_sanction(motion: Motion) -> None:
    if motion.measure not in Motion.Measure.values:
        raise ValidationError({"measure": "Choose a measure."})
    if not Agency.objects.filter(pk__in=[motion.agency_id], status=Agency.Status.ACTIVE).exists():
        raise ValidationError({"agency": "Choose an agency that takes part in the portal."})
    if not motion.grounds:
        raise ValidationError({"grounds": "Say what the agency did; the agency reads it."})


def _check_lift(motion: Motion) -> None:
    lifted = Sanction.objects.filter(pk__in=[motion.lifts_id], motion__board=motion.board, lifted_at=None).first()
    if lifted is None:
        raise ValidationError({"lifts": "Choose a sanction of this board that stands."})
    motion.agency_id = lifted.agency_id


def _check_proposed(motion: Motion) -> None:
    """The proposal is a charter that could be adopted today, and differs from the one in force."""
    now = policy.charter_of(motion.board)
    proposed = motion.proposed or {}
    charter = Charter(board=motion.board, number=now.number + 1, adopted_on=database_now().date(), **proposed)
    charter.full_clean(exclude=["states", "special_for"])
    in_office = motion.board.seats.in_office().count()
    needed = Rule.under(charter).needed_for_quorum(in_office)
    if needed > in_office:
        raise ValidationError(
            f"A quorum of {needed} could not be reached: {in_office} members are in office, and no motion could change "
            "the charter again. Ask for fewer, or fill the seats first."
        )
    for kind in ("", *charter.special_for):
        if not could_carry(Rule.under(charter, kind), motion.board.seats.in_office().filter(is_voting=True).count()):
            raise ValidationError(
                "No motion could be carried: even if all members in office approve, their share is too small. Ask for "
                "less, take the share of those who vote, or fill the seats first."
            )
    if taken := policy.decides_already(charter):
        raise ValidationError(
            {"responsible_for": f"{taken} decides on some of these already. Have its charter changed first."}
        )
    if all(getattr(now, name) == value for name, value in proposed.items()):
        raise ValidationError("The charter in force says the same already. Change a rule.")


CHECKS: dict[MotionKind, Callable[[Motion], None]] = {
    MotionKind.CHARTER: _check_proposed,
    MotionKind.POLICY: _check_policy,
    MotionKind.BUDGET: _check_budget,
    MotionKind.INITIATIVE: _check_initiative,
    MotionKind.LAW: _check_law,
    MotionKind.SANCTION: _check_sanction,
    MotionKind.LIFT: _check_lift,
}


@transaction.atomic(durable=True)
def refer_policy(*, actor: User, board_id: UUID, version_id: UUID) -> PolicyReferral:
    """Give a board a draft to adopt. Its members read it from now on; one of them makes the motion."""
    board = Board.objects.get(pk=board_id)
    root = PrivacyPolicy.objects.for_update(PolicyVersion.objects.get(pk=version_id).policy_id)
    version = root.versions.get(pk=version_id)
    policy.may_refer(actor, board, version)
    made = PolicyReferral.objects.create(board=board, version=version, by=actor)
    _note_of_policy("policy.referred", made, actor)
    return made


@transaction.atomic(durable=True)
def take_back_policy(*, actor: User, referral_id: UUID) -> PolicyReferral:
    """Take a draft back from a board, whose members read it no more. A motion on it ends without a decision, and with
    it a ballot that is open: members and voters hear of that; where there is none, members that the draft is gone."""
    found = PolicyReferral.objects.get(pk=referral_id)
    Board.objects.for_update(found.board_id)  # so that no motion is made meanwhile
    before = Motion.objects.open().filter(board=found.board_id, policy_version=found.version_id)
    motions = [locked(each.pk) for each in before.order_by("pk")]
    PrivacyPolicy.objects.for_update(found.version.policy_id)
    found = PolicyReferral.objects.select_related("board", "version__policy").get(pk=referral_id)
    policy.may_take_back_policy(actor, found, motions)
    for motion in motions:
        drop(motion, actor=actor, reason="Its agency took the draft back")
    found.taken_back_at, found.taken_back_by = database_now(), actor
    found.save(update_fields=["taken_back_at", "taken_back_by"])
    _note_of_policy("policy.referral_taken_back", found, actor, told=not motions)
    return found


def _note_of_policy(kind: str, referral: PolicyReferral, actor: User, *, told: bool = True) -> None:
    version, root = referral.version, referral.version.policy
    said = {"version": version.number, "version_id": str(version.pk), "policy": root.title}
    event = record(kind, root, actor=actor, acting_agency_id=root.agency_id, board=str(referral.board_id), **said)
    if told:
        tell(event)


@transaction.atomic(durable=True)
def second(*, actor: User, motion_id: UUID) -> Motion:
    """Support a motion, so that it comes to a vote."""
    motion = locked(motion_id)
    motion.seconder = policy.may_second(actor, motion)
    move(motion, Motion.Status.PENDING)
    history.save(motion, actor=actor, reason="Seconded")
    note("motion_seconded", motion, actor=actor)
    return motion


@transaction.atomic(durable=True)
def withdraw_motion(*, actor: User, motion_id: UUID, reason: str) -> Motion:
    """Take one's motion back before it comes to a vote; what it was about stays where it is."""
    motion = locked(motion_id)
    policy.may_withdraw(actor, motion)
    if not reason.strip():
        raise ValidationError({"reason": "Say why you withdraw it."})
    move(motion, Motion.Status.WITHDRAWN)
    history.save(motion, actor=actor, reason=reason.strip())
    note("motion_withdrawn", motion, actor=actor, reason=reason.strip())
    return motion


@transaction.atomic(durable=True)
def remark(*, actor: User, motion_id: UUID, text: str) -> Remark:
    """Speak to a motion."""
    motion = locked(motion_id)
    seat = policy.may_remark(actor, motion)
    newest = motion.remarks.filter(person=actor).order_by("-at").first()
    if newest is not None and newest.text == text.strip():
        raise Refused("Your remark is in the file already.", code="same_remark")
    said = Remark(motion=motion, seat=seat, person=actor, text=text.strip(), at=database_now())
    said.full_clean()
    said.save()
    note("motion_discussed", motion, actor=actor, remark=str(said.pk))
    return said
