"""Agreements and boards, reached by the commands that lead to them."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from agencies.models import Agency, Membership, RecordSet, Role, User
from portal.kernel import files
from privacy.law.models import LegalAuthority
from privacy.models import DataCategory, Purpose
from sharing_agreements import attachments, commands
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Ballot, Board, Charter, Motion
from sharing_agreements.boards.policy import charter_rules
from sharing_agreements.models import (
    SHAREABLE_ROLES,
    Action,
    Agreement,
    Attachment,
    Clause,
    Comment,
    Obligation,
    SigningOrder,
    Term,
)
from sharing_agreements.models.attachments import FILES

from .people import agency, person, portal_administrator, someone

_n = count(1)
EVERYTHING = {
    "actions": [str(action) for action in (Action.SEARCH, Action.VIEW, Action.PRINT, Action.EXPORT)],
    "purposes": [str(Purpose.CRIMINAL_JUSTICE)],
    "data_categories": list(DataCategory.values),
    "participant_roles": [str(role) for role in SHAREABLE_ROLES],
}


def board(*, members: int = 3, states: list[str] | None = None, **charter: object) -> Board:
    """A board of `members` uninvolved agencies; seat 1 is the chair's."""
    admin = portal_administrator()
    made = boards.establish_board(actor=admin, name=f"Board {next(_n):04d}", kind=Board.Kind.EXECUTIVE)
    rule: dict[str, object] = {
        "responsible_for": list(Agreement.Kind.values),
        "states": states or [],
        "quorum": Charter.Quorum.MAJORITY,
        "threshold": Charter.Threshold.MAJORITY,
        **charter,
    }
    boards.adopt_charter(actor=admin, board_id=made.pk, adopted_on=date(2026, 1, 1), **rule)
    for number in range(1, members + 1):
        seat(made, number)
    return made


def the_board() -> Board:
    """The board that is responsible for everything: the first that the test made, or one made now."""
    return Board.objects.order_by("name").first() or board()


def seat(on: Board, number: int, *, holder: Membership | None = None) -> Membership:
    """Fill a seat, the first with the chair."""
    holder = holder or person(agency(), roles=(Role.ADMINISTRATOR,))
    boards.fill_seat(
        actor=portal_administrator(),
        board_id=on.pk,
        number=number,
        title=f"Member {number}",
        membership_id=holder.pk,
        is_chair=number == 1,
    )
    return holder


def draft(
    owner: Agency,
    recipient: Agency,
    record_set: RecordSet,
    *,
    effective_on: date | None = None,
    ends_on: date | None = None,
    **term: object,
) -> Agreement:
    """A draft from the standard text with one term."""
    made = commands.draft_agreement(
        actor=someone(owner, Role.DRAFTER),
        lead_agency_id=owner.pk,
        title="Case exchange",
        kind=Agreement.Kind.MOU,
        party_ids=[recipient.pk],
        effective_on=effective_on or localdate() - timedelta(days=1),
        ends_on=ends_on,
        purpose="To share cases.",
    )
    add_term(made, record_set, recipient, **term)
    return made


def add_term(agreement: Agreement, record_set: RecordSet, recipient: Agency, **term: object) -> Term:
    assert agreement.current_version is not None
    return commands.save_term(
        actor=agreement.author,
        agreement_id=agreement.pk,
        clause_id=agreement.current_version.clauses.get(number="3.1").pk,
        record_set_id=record_set.pk,
        recipient_id=recipient.pk,
        **{**EVERYTHING, **term},  # type: ignore[arg-type]
    )


def attached(agreement: Agreement, content: bytes = b"Locks.", title: str = "Security plan") -> Attachment:
    """A file of a draft, by its author."""
    upload = SimpleUploadedFile("plan.txt", content)
    stored = files.keep(upload, folder=FILES, kinds=attachments.TAKEN, most=attachments.MOST)
    with files.discarded_unless_taken(FILES, stored):
        return commands.attach(actor=agreement.author, agreement_id=agreement.pk, title=title, stored=stored)


def obligation(agreement: Agreement, number: str = "3.1", **values: Any) -> Obligation:
    """Something that a draft asks for, by its author: of each party every year."""
    clause = Clause.objects.get(version=Agreement.objects.get(pk=agreement.pk).current_version, number=number)
    given = {"what": "Audit who used the records.", "owes": Obligation.Owes.EACH, "every_months": 12, **values}
    return commands.save_obligation(
        actor=agreement.author,
        agreement_id=agreement.pk,
        clause_id=clause.pk,
        **given,
    )


def resting(agreement: Agreement, *on: LegalAuthority, number: str = "3.1", **more: Any) -> Clause:
    """A clause of a draft that rests on these authorities, saved by its author; `more`: what else is saved of it."""
    clause = Clause.objects.get(version=Agreement.objects.get(pk=agreement.pk).current_version, number=number)
    words = {name: getattr(clause, name) for name in ("number", "topic", "heading", "text")}
    given = {"actor": agreement.author, "authority_ids": [each.pk for each in on], **words, **more}
    return commands.save_clause(agreement_id=agreement.pk, clause_id=clause.pk, **given)


def comment(agreement: Agreement, number: str = "3.1", *, actor: User | None = None, text: str = "Which?") -> Comment:
    """Something said of a clause of its current version."""
    clause = Clause.objects.get(version=Agreement.objects.get(pk=agreement.pk).current_version, number=number)
    return commands.comment(actor=actor or agreement.author, clause_id=clause.pk, text=text)


def submitted(owner: Agency, recipient: Agency, record_set: RecordSet, **term: object) -> Agreement:
    """Submitted; the one board of the test is responsible, and is made when there is none yet."""
    the_board()
    made = draft(owner, recipient, record_set, **term)  # type: ignore[arg-type]
    return commands.submit(actor=made.author, agreement_id=made.pk)


def needed_to_move(kind: str) -> dict[str, Any]:
    """What a motion of a kind on an agreement takes besides."""
    return {"ground": "cause", "breach": "Clause 5: no audit since March."} if kind == Motion.Kind.TERMINATE else {}


def motion(on: Board, agreement: Agreement, kind: str = Motion.Kind.APPROVE) -> Motion:
    chair = on.seats.get(is_chair=True, ended_at=None).holder
    assert chair is not None
    return boards.move_motion(actor=chair, board_id=on.pk, agreement_id=agreement.pk, kind=kind, **needed_to_move(kind))


def ballot(on: Board, agreement: Agreement, kind: str = Motion.Kind.APPROVE) -> Ballot:
    chair = on.seats.get(is_chair=True, ended_at=None).holder
    assert chair is not None
    return boards.open_ballot(actor=chair, motion_id=motion(on, agreement, kind).pk)


def amended(on: Board, **rules: object) -> Charter:
    """The board amends these rules of its charter."""
    chair = on.seats.get(is_chair=True, ended_at=None).holder
    assert chair is not None
    now = on.charters.order_by("-number").first()
    assert now is not None
    proposed = {name: rules.get(name, value) for name, value in charter_rules(now).items()}
    moved = boards.move_motion(actor=chair, board_id=on.pk, kind=Motion.Kind.CHARTER, proposed=proposed)
    vote_through(boards.open_ballot(actor=chair, motion_id=moved.pk))
    return on.charters.get(number=now.number + 1)


def carry(opened: Ballot) -> Agreement:
    """Everybody who may vote approves, until it is decided."""
    vote_through(opened)
    return agreement_of(opened)


def vote_through(opened: Ballot) -> None:
    for elector in opened.electors.filter(conflict="").exclude(present=False).select_related("person"):
        if Ballot.objects.get(pk=opened.pk).motion.status == Motion.Status.VOTING:
            boards.cast_vote(actor=elector.person, ballot_id=opened.pk, position="yes")


def agreement_of(opened: Ballot) -> Agreement:
    """The agreement on which a ballot was opened, as it is now."""
    assert opened.motion.agreement_id is not None
    return Agreement.objects.get(pk=opened.motion.agreement_id)


def in_signing(
    owner: Agency, recipient: Agency, record_set: RecordSet, *, on: Board | None = None, **term: object
) -> Agreement:
    return carry(ballot(on or the_board(), submitted(owner, recipient, record_set, **term)))


def signing_in_turn(owner: Agency, recipient: Agency, record_set: RecordSet) -> Agreement:
    """Open for signing, one party after another."""
    drafted = draft(owner, recipient, record_set)
    version = drafted.current_version
    assert version is not None
    commands.edit_version(
        actor=drafted.author,
        agreement_id=drafted.pk,
        title=drafted.title,
        purpose=version.purpose,
        effective_on=version.effective_on,
        ends_on=None,
        signing_order=SigningOrder.TURN,
    )
    return approved(drafted)


def signed_by_all(agreement: Agreement) -> Agreement:
    version = agreement.current_version
    assert version is not None
    for party in version.parties.filter(signs=True).select_related("agency"):
        signatory = someone(party.agency, Role.SIGNATORY)
        agreement = commands.sign(actor=signatory, agreement_id=agreement.pk, party_id=party.pk, sha256=version.sha256)
    return agreement


def agreement_in_force(
    owner: Agency, recipient: Agency, record_set: RecordSet, *, on: Board | None = None, **term: object
) -> Agreement:
    """Drafted, approved by a board, signed by every party. `term` narrows what it shares; dates pass through."""
    return signed_by_all(in_signing(owner, recipient, record_set, on=on, **term))


def suspended(agreement: Agreement, on: Board) -> Agreement:
    return carry(ballot(on, agreement, Motion.Kind.SUSPEND))


def change(agreement: Agreement, kind: str = Agreement.Change.AMENDMENT, **values: Any) -> Agreement:
    """A draft that is to follow an agreement in force."""
    drafter = someone(agreement.lead_agency, Role.DRAFTER)
    return commands.draft_change(actor=drafter, agreement_id=agreement.pk, change=kind, **values)


def approved(drafted: Agreement) -> Agreement:
    """A draft submitted, and carried by the one board of the test."""
    commands.submit(actor=drafted.author, agreement_id=drafted.pk)
    return carry(ballot(the_board(), Agreement.objects.get(pk=drafted.pk)))


def through(drafted: Agreement) -> Agreement:
    """A draft submitted, approved, and signed by whoever has to: in force."""
    return signed_by_all(approved(drafted))


def reworded(
    agreement: Agreement, text: str = "Each party pays its own costs, and says so.", number: str = "9.9"
) -> Agreement:
    """A draft with another word in it."""
    commands.save_clause(
        actor=agreement.author, agreement_id=agreement.pk, number=number, topic="other", heading="Costs", text=text
    )
    return agreement
