"""What happens to a board's business as a consequence: plain functions that commands share.

The caller holds the row lock and the transaction.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db.models.functions import Length

from agencies.models import User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.notices.tell import tell
from privacy.development.fingerprint import version_sha256
from privacy.law.models import LawChange
from sharing_agreements import fingerprint
from sharing_agreements import steps as agreement_steps
from sharing_agreements.models import Agreement

from . import sanctions
from .lifecycle import move
from .models import Ballot, Board, Decision, Motion

WITH = (
    *("board", "version", "budget_version__budget", "initiative_proposal__initiative", "law_change__agency"),
    *("lifts", "after_sanction__agency", "after_sanction__motion"),
)
"""What of a motion its decision asks for."""


def locked(motion_id: UUID) -> Motion:
    """The motion with everything locked that its decision may change, agreements before boards before motions.

    Of a motion on an agreement that is the agreement; of others the board, whose events these are, and the agreements
    that a sanction closes or opens.
    """
    motion = Motion.objects.select_related(*WITH).get(pk=motion_id)
    agreement = Agreement.objects.for_update(motion.agreement_id) if motion.agreement_id else None
    if agreement is None:
        sanctions.lock_reach(motion)
        Board.objects.for_update(motion.board_id)
    Motion.objects.for_update(motion_id)
    motion.refresh_from_db(from_queryset=Motion.objects.select_related(*WITH))
    if agreement is not None and motion.version is not None:
        motion.agreement = motion.version.agreement = agreement
    return motion


def note(kind: str, motion: Motion, *, actor: User | None, **detail: Any) -> Event:
    """Record what happened to a motion and owe the notices of it: of its agreement, else of its board."""
    detail = {
        "board": str(motion.board_id),
        "motion": motion.number,
        "motion_id": str(motion.pk),
        "motion_kind": motion.kind,
        **detail,
    }
    if motion.agreement is not None:
        return agreement_steps.note(f"agreement.{kind}", motion.agreement, actor=actor, **detail)
    return tell(record(f"board.{kind}", motion.board, actor=actor, **detail))


def next_number(board: Board) -> str:
    """The number of the board's next motion. It begins with the short name, so no two boards have the same."""
    prefix = f"{board.short_name}-{database_now():%Y}-"
    taken = board.motions.filter(number__startswith=prefix).values_list("number", flat=True)
    newest = taken.order_by(Length("number"), "number").last()  # 1000 comes after 999
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:03d}"


def text_sha256(motion: Motion) -> str:
    """SHA-256 of what the motion decides on: the version's exact text, with the ground on which it is to end if one is
    named, the draft of a policy that the board was given, or the motion's own words and proposal. `wording.covered`
    says it to people.
    """
    if motion.version is not None:
        of_text = fingerprint.sha256(motion.version)
        named = motion.ground not in {"", Motion.Ground.UNRECORDED}
        return _sha256({"version": of_text, **_ground(motion)}) if named else of_text
    version = motion.policy_version
    if version is not None and version.board_referrals.standing().filter(board=motion.board_id).exists():
        return version_sha256(version)  # a draft, whose words could change under the ballot
    content = {
        "text": motion.text,
        "grounds": motion.grounds,
        "conditions": motion.conditions,
        "proposed": motion.proposed,
        "policy_version": str(motion.policy_version_id or ""),
        "agency": str(motion.agency_id or ""),
        "measure": motion.measure,
    }
    if motion.budget_version is not None:
        content["budget_version"] = motion.budget_version.sha256
    if motion.initiative_proposal is not None:
        content["initiative_proposal"] = motion.initiative_proposal.sha256
    if motion.law_change is not None:
        content["law_change"] = _law(motion.law_change)  # whose words could change under the ballot
    return _sha256(content)


def _ground(motion: Motion) -> dict[str, Any]:
    return {
        "text": motion.text,
        "grounds": motion.grounds,
        "ground": motion.ground,
        "breach": motion.breach,
        "after_sanction": str(motion.after_sanction_id or ""),
        "noticed_on": motion.noticed_on.isoformat() if motion.noticed_on else "",
    }


def _law(change: LawChange) -> dict[str, str]:
    """What a board supports of a change: its words, not how far it is."""
    told = ("title", "kind", "today", "text", "unblocks")
    return {name: getattr(change, name) for name in told} | {"authority": str(change.authority_id or "")}


def _sha256(content: dict[str, Any]) -> str:
    exact = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()


def drop_motions(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Close the motion that is open on the agreement without a decision."""
    for motion in Motion.objects.open().filter(agreement=agreement):
        drop(motion, actor=actor, reason=reason)


def drop(motion: Motion, *, actor: User | None, reason: str) -> None:
    """Close an open motion without a decision; votes cast on it decide nothing."""
    ballots = list(Ballot.objects.undecided().filter(motion=motion))
    for ballot in ballots:
        Decision.objects.create(ballot=ballot, outcome=Decision.Outcome.CANCELLED, steps=[], reason=reason)
    move(motion, Motion.Status.MOOT)
    history.save(motion, actor=actor, reason=reason)
    note("motion_dropped", motion, actor=actor, reason=reason, ballots=[str(each.pk) for each in ballots])
