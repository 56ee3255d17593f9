"""What the data of an agreement says, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.dateformat import format as spell

from portal.audit.models import Event
from privacy.models import DataCategory, Purpose
from privacy.models import Obligation as DataCondition

from .models import SHAREABLE_ROLES, Action, Agreement, AgreementVersion, Clause, Obligation, Term


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(words)
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def lower(label: str) -> str:
    """A label inside a sentence; one that begins with an abbreviation stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _chosen(choices: Iterable[TextChoices], codes: Sequence[str], every: str, few: str) -> str:
    """The chosen ones of a list: every one, every one but some, or those."""
    chosen = [choice for choice in choices if choice.value in codes]
    left = [choice for choice in choices if choice.value not in codes]
    if not left:
        return every
    if len(left) < len(chosen) and len(left) <= 4:
        return f"{every} but {listed(lower(str(choice.label)) for choice in left)}"
    return few + listed(lower(str(choice.label)) for choice in chosen)


def actions(codes: Sequence[str]) -> str:
    """`search, view and print`."""
    return listed(str(action.label).lower() for action in Action if action.value in codes)


def purposes(codes: Sequence[str]) -> str:
    """`C, criminal justice; D, domestic violence and stalking`."""
    return "; ".join(str(purpose.label) for purpose in Purpose if purpose.value in codes)


def roles(codes: Sequence[str]) -> str:
    return _chosen(SHAREABLE_ROLES, codes, "people in every role", "people as ")


def categories(codes: Sequence[str]) -> str:
    return _chosen(DataCategory, codes, "every kind of data", "")


def party_names(version: AgreementVersion) -> dict[UUID, str]:
    """The parties' names as they stand in the text."""
    return {party.agency_id: party.name for party in version.parties.all()}


def law_in_words(clause: Clause) -> str:
    """What a clause rests on: `28 CFR 20.20 (Applicability); 18 USC 5038 (Use of juvenile records)`."""
    return "; ".join(f"{each.citation} ({each.title})" for each in clause.citations.all())


def term_in_words(term: Term, names: Mapping[UUID, str]) -> list[str]:
    """What a term permits, as sentences that a signatory can check; `names` are those of the parties."""
    owner = names.get(term.record_set.owner_id) or str(term.record_set.owner)
    recipient = names.get(term.recipient_id) or str(term.recipient)
    one_of = "one of the purposes" if len(term.purposes) > 1 else "the purpose"
    said = [
        f"{recipient} may {actions(term.actions)} the records of “{term.record_set_name}”, which {owner} keeps.",
        f"Each time it states a case number and {one_of} {purposes(term.purposes)}.",
        f"It receives {categories(term.data_categories)} of {roles(term.participant_roles)}, as far as the privacy "
        f"policy of {owner} shows them.",
        "Records of juveniles are included." if term.includes_juvenile else "Records of juveniles stay closed.",
    ]
    if term.includes_intelligence:
        said.append(
            "These records are criminal intelligence: they open to people certified in 28 CFR part 23 who need to know."
        )
    said += asked_in_words(term)
    if Action.REDISCLOSE in term.actions:
        said.append(f"{recipient} may pass records on, and logs each release.")
    return said


def asked_in_words(term: Term) -> list[str]:
    """What goes with the data beside what the owner's policy asks, as sentences; nothing for most terms."""
    found = [f"{each.label}." for each in DataCondition if each in term.conditions]
    return [*found, f"Beside it stands: “{term.handling}”"] if term.handling else found


def obligation_in_words(each: Obligation, names: Mapping[UUID, str]) -> list[str]:
    """What is owed by whom and when, as sentences that a signatory can check; `names` are those of the parties."""
    lead = names.get(each.version.agreement.lead_agency_id, "The lead agency")
    named = names.get(each.agency_id, "One party") if each.agency_id else ""
    who = {Obligation.Owes.EACH: "Each party", Obligation.Owes.LEAD: lead}.get(Obligation.Owes(each.owes), named)
    before = f"{_days(each.remind_days)} before it is due" if each.remind_days else "on the day on which it is due"
    return [
        each.what,
        f"{who} does this {rhythm(each)}.",
        f"Its administrators are reminded {before}.",
    ]


def rhythm(each: Obligation) -> str:
    """`every 12 months, first by Jan 31, 2027`."""
    first = spell(each.first_on, "M j, Y") if each.first_on else ""
    if each.every_months is None:
        return f"once, by {first}"
    interval = "month" if each.every_months == 1 else f"{each.every_months} months"
    if first:
        return f"every {interval}, first by {first}"
    after = "one month" if each.every_months == 1 else interval
    return f"every {interval}, first {after} after the day on which the agreement comes into force"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


# --- Standing -------------------------------------------------------------------------------------------------------


class Sharing(NamedTuple):
    """What the pages say of the sharing as the agreement stands; `note` is empty while it shares."""

    title: str
    note: str
    gives: str = "Gives"
    receives: str = "Receives"


_TO_COME = Sharing("What it would share", "Nothing is shared before the board approves it and every party signs.")
_NEVER = Sharing(
    "What it would have shared", "It never came into force: nothing was shared.", "Would give", "Would receive"
)
_ENDED = "nothing is shared under it any more. These were its terms."

SHARING = {
    "begins": Sharing("What it will share", "Every party has signed. Nothing is shared before its first day."),
    "in_force": Sharing("What it shares", ""),
    "expiring": Sharing("What it shares", ""),
    "suspended": Sharing(
        "What it shared", "Suspended: nothing of this is open until the board resumes it.", "Gave", "Received"
    ),
    "expired": Sharing("What it shared", f"Expired: {_ENDED}", "Gave", "Received"),
    "terminated": Sharing("What it shared", f"Terminated: {_ENDED}", "Gave", "Received"),
    "superseded": Sharing("What it shared", f"Superseded: {_ENDED}", "Gave", "Received"),
    "rejected": _NEVER,
    "withdrawn": _NEVER,
}


def standing(agreement: Agreement) -> str:
    """How it stands, inside a sentence or a cell: `in force`, `begins on Jul 1, 2027`."""
    words = agreement.standing.replace("_", " ")
    return f"{words} {on_first_day(agreement)}" if words == "begins" else words


def on_first_day(agreement: Agreement) -> str:
    """`on Jul 1, 2027`."""
    return f"on {spell(agreement.current_version.effective_on, 'M j, Y')}" if agreement.current_version else ""


def sharing(agreement: Agreement) -> Sharing:
    """Whether it shares, shared, or is still to share."""
    return SHARING.get(agreement.standing, _TO_COME)


def unanswered(agreement: Agreement) -> str:
    """Why no party has answered."""
    if agreement.status == Agreement.Status.SIGNING:
        return "Nobody has answered yet. Signing is open: a signatory of each party signs or declines."
    if sharing(agreement) is _NEVER:
        return "Nobody answered before it ended."
    return "Nobody has answered yet. Signing opens when the board approves."


# --- Events ---------------------------------------------------------------------------------------------------------

DRAFTING = frozenset(
    {
        "agreement.edited",
        "agreement.attached",
        "agreement.detached",
        "agreement.commented",
        "agreement.comment_answered",
        "agreement.comment_resolved",
        "agreement.comment_reopened",
    }
)
"""Work on a draft: each keystroke saved, and what the lead agency said of it, which others do not read."""
QUIET = DRAFTING | {"agreement.vote_cast", "agreement.review_reminded", "agreement.attachment_downloaded"}
"""Not in the agreement's own history: work on drafts, votes, which stand on the motion's page, and downloads, which not
everybody reads (`attachments.downloads_of`)."""

TITLES = {
    "agreement.drafted": "Drafted",
    "agreement.opened_for_comment": "Opened to its parties for comment",
    "agreement.closed_for_comment": "Closed for comment",
    "agreement.submitted": "Version {version} was submitted",
    "agreement.taken_back": "Taken back to draft",
    "agreement.withdrawn": "Withdrawn",
    "agreement.motion_made": "Motion {motion}: {kind}",
    "agreement.motion_dropped": "Motion {motion} has no object any more",
    "agreement.motion_withdrawn": "Motion {motion} was withdrawn",
    "agreement.ballot_opened": "The ballot on motion {motion} opened",
    "agreement.decided": "Motion {motion} {outcome}",
    "agreement.approved": "Approved by the board",
    "agreement.rejected": "Rejected",
    "agreement.sent_back": "Sent back by the board: a draft again",
    "agreement.review_opened": "{stage}: awaited",
    "agreement.review_taken": "{stage}: taken",
    "agreement.review_given_back": "{stage}: given back to whoever takes it",
    "agreement.review_delegated": "{stage}: given to another reviewer",
    "agreement.review_reminded": "{stage}: the reviewer was reminded",
    "agreement.review_late": "{stage}: late",
    "agreement.review_approved": "{stage}: approved",
    "agreement.review_carried": "{stage}: approved in version {of_version}, and the text is the same",
    "agreement.review_sent_back": "{stage}: sent back, a draft again",
    "agreement.reviewed": "Every review is done: the board can take it up",
    "agreement.terminated": "Terminated",
    "agreement.signing_opened": "Opened for signing",
    "agreement.signed": "{party} signed",
    "agreement.declined": "{party} declined to sign",
    "agreement.in_force": "In force",
    "agreement.party_ended": "{party} ended",
    "agreement.suspended": "Suspended",
    "agreement.resumed": "In force again",
    "agreement.superseded": "{successor} is signed and follows it",
    "agreement.turn_to_sign": "{party} was asked to sign",
    "agreement.notice_given": "{party} gave notice that it leaves",
    "agreement.notice_taken_back": "{party} took its notice back",
    "agreement.end_announced": "At most {days} days to its end: who must act was told",
    "agreement.obligation_due": "{party} was reminded of obligation {code}, due {due}",
    "agreement.obligation_overdue": "{party} was told that obligation {code}, due {due}, is overdue",
    "agreement.obligation_done": "{party} marked obligation {code}, due {due}, as done",
    "agreement.obligation_reopened": "{party} took back that obligation {code}, due {due}, was done",
    "agreement.attachment_downloaded": "“{attached}” of version {of_version} was downloaded",
    "agreement.certified": "{party} certified: {manner}, {record_set}",
}

MOTIONS = {
    "approve": "to approve",
    "suspend": "to suspend",
    "ratify": "to ratify the chair's suspension",
    "resume": "to resume",
    "terminate": "to terminate",
    "send_back": "to send back",
    "reject": "to reject",
}


GROUNDS = {
    "convenience": "Convenience",
    "cause": "Cause",
    "sanction": "Sanction",
    "unrecorded": "Not recorded",
}
"""On which grounds a board ends an agreement, by the codes of its motions."""

OUTCOMES = {"carried": "carried", "lost": "was lost", "no_quorum": "found no quorum", "tied": "ended in a tie"}


def decides(event: Event) -> bool:
    """Whether the board decided; without a quorum, or on a tie left undecided, the motion awaits another ballot."""
    return event.kind == "agreement.decided" and event.detail.get("outcome") not in {"no_quorum", "tied"}


def event_title(event: Event) -> str:
    """An event as its heading."""
    detail = event.detail
    known = {
        "version": detail.get("version", ""),
        "motion": detail.get("motion", ""),
        **{name: detail.get(name, "") for name in ("party", "successor", "manner", "record_set", "stage")},
        **{name: detail.get(name, "") for name in ("of_version", "days", "code", "due", "attached")},
        "kind": MOTIONS.get(str(detail.get("motion_kind")), ""),
        "outcome": OUTCOMES[detail.get("outcome") or ("carried" if detail.get("carried") else "lost")],
    }
    if event.kind == "agreement.in_force" and detail.get("begins"):
        return f"Signed by every party: begins on {detail['begins']}"
    if event.kind == "agreement.approved" and detail.get("by") == "chair":
        return "Approved by the chair, as the charter allows for an administrative amendment"
    pattern = TITLES.get(event.kind, event.kind.partition(".")[2].replace("_", " ").capitalize())
    return pattern.format(**known)


def reason(event: Event) -> str:
    """Why it happened, where that was said: of a termination its ground too."""
    said = event.detail.get("reason") or event.detail.get("conditions", "")
    ground = event.detail.get("because", "")
    return f"{said}. {ground}" if said and ground else said


def by_the_board(event: Event) -> bool:
    """Whether it was the board's act; whose vote happened to decide is no fact about the agreement."""
    always = {"agreement.decided", "agreement.approved", "agreement.signing_opened"}
    on_a_motion = {
        "agreement.rejected",
        "agreement.sent_back",
        "agreement.suspended",
        "agreement.resumed",
        "agreement.terminated",
    }
    if event.detail.get("by") == "chair":
        return False
    return event.kind in always or (event.kind in on_a_motion and "motion" in event.detail)


def outcome(event: Event) -> str:
    """How a ballot ended, from the event that says so: `3 of 4 votes cast approve`."""
    detail = event.detail
    if "cast" not in detail:
        return ""
    votes = f"{detail['yes']} of {detail['cast']} votes cast approve" if detail["cast"] else "No vote was cast"
    return votes if detail.get("quorum_met") else f"{votes}, and the quorum was not met"
