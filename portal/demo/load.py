"""Loads the demonstration by the commands that people use, as the runtime role; what is there already is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate

from agencies import commands as agencies
from agencies import links
from agencies.commands.importing import import_agencies
from agencies.models import Agency, Auditor, Invitation, Membership, RecordSet, Role, Training, User
from agencies.reading import read_agencies, read_courts
from portal.records.importing import commands as imports
from portal.records.models import Import
from privacy import commands as privacy
from privacy.models import DataCategory, PrivacyPolicy, Purpose
from sharing_agreements import commands as agreements
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Ballot, Board, Charter, Motion
from sharing_agreements.models import SHAREABLE_ROLES, Action, Agreement

from . import (
    PASSWORD,
    PEOPLE,
    acknowledgements,
    budgets,
    classes,
    disputes,
    due,
    initiatives,
    law,
    meetings,
    policies,
    practitioners,
    readiness,
    redress,
    registers,
    reviews,
    watches,
)

SAMPLE = Path(__file__).parent / "sample"
Say = Callable[[str], None]
NAMES = {email: (first, last) for email, first, last, _ in PEOPLE}
TODAY = localdate
LOOK = [Action.SEARCH, Action.VIEW, Action.PRINT]


def load(say: Say) -> None:
    """Everything, in the order in which an exchange comes to be."""
    admin = _administrator()
    say("agencies")
    _agencies(admin)
    say("people")
    _people(admin)
    classes.certify(_person)
    say("privacy policies")
    _policies()
    say("records")
    _records()
    classes.load(_person)
    say("board and agreements")
    board = _board(admin)
    _agreements()
    _reviews(board)
    say("meetings")
    meetings.load(board, _person)
    say("budget")
    budgets.load(board, _person, [find() for find in (court, police, sheriff, prosecutor, probation, corrections)])
    say("rules of behavior, and who accepted them")
    acknowledgements.load(admin)
    say("requests of people")
    redress.load(court(), _person)
    say("what is disputed")
    disputes.load(court(), _person("a.okafor@court.example"))
    say("readiness, and changes in law")
    readiness.load(court(), federal(), police(), sheriff(), _person)
    readiness.changes(_person("p.odhiambo@court.example"), court())
    say("an initiative")
    initiatives.load(board, _person, [court(), police(), sheriff(), probation()])
    say("practitioners, and what they suggest to the library")
    practitioners.load(admin, _person)
    say("what a clerk watches")
    watches.load(police(), _person("m.ferreira@police.example"))
    say("registers of existing agreements")
    registers.load(court(), _person("k.adeyemi@court.example"))


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _agency(**identity: str) -> Agency:
    return Agency.objects.get(**identity)


def court() -> Agency:
    return _agency(court_id="cedarsuperct")


def federal() -> Agency:
    return _agency(court_id="casd")


def police() -> Agency:
    return _agency(ori="CA0990100")


def sheriff() -> Agency:
    return _agency(ori="CA0990000")


def prosecutor() -> Agency:
    return _agency(ori="CA099015A")


def probation() -> Agency:
    return _agency(ori="CA099015G")


def corrections() -> Agency:
    return _agency(ori="CA099015C")


ALL = (court, federal, police, sheriff, prosecutor, probation, corrections)


# --- Agencies and people ----------------------------------------------------------------------------------------------


def _administrator() -> User:
    email = PEOPLE[0][0]
    known = User.objects.filter(email=email).first()
    first, last = NAMES[email]
    return known or agencies.appoint_portal_administrator(
        email=email, password=PASSWORD, first_name=first, last_name=last
    )


def _agencies(admin: User) -> None:
    lists = SAMPLE / "agencies"
    for path in sorted(lists.glob("*courts.json")):
        import_agencies(actor=admin, rows=read_courts(path), source="courts-db")
    for path in sorted(lists.glob("*police.csv")):
        import_agencies(actor=admin, rows=read_agencies(path), source="fbi-ori")
    for find in ALL:
        if find().status == Agency.Status.LISTED:
            agencies.activate_agency(actor=admin, agency_id=find().pk)


WORK: tuple[tuple[Callable[[], Agency], str, str, tuple[Role, ...]], ...] = (
    (court, "k.adeyemi@court.example", "Court executive officer", (Role.ADMINISTRATOR, Role.DRAFTER)),
    (court, "a.okafor@court.example", "Records manager", (Role.CLERK, Role.CUSTODIAN)),
    (court, "h.lindqvist@court.example", "Presiding judge", (Role.SIGNATORY,)),
    (court, "p.odhiambo@court.example", "Privacy officer", (Role.PRIVACY_OFFICER,)),
    (court, "n.bergstrom@court.example", "Research attorney", (Role.COUNSEL,)),
    (
        police,
        "j.moreau@police.example",
        "Chief of police",
        (Role.ADMINISTRATOR, Role.SIGNATORY, Role.SUPERVISOR),
    ),
    (police, "m.ferreira@police.example", "Records technician", (Role.CLERK,)),
    (
        police,
        "e.sato@police.example",
        "Lieutenant, records and intelligence",
        (Role.CLERK, Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.DRAFTER),
    ),
    (prosecutor, "t.bauer@da.example", "District attorney", (Role.ADMINISTRATOR, Role.SIGNATORY, Role.COUNSEL)),
    (prosecutor, "o.tran@da.example", "Legal secretary", (Role.CLERK,)),
    (sheriff, "s.whitlock@sheriff.example", "Sheriff", (Role.ADMINISTRATOR, Role.SIGNATORY)),
    (sheriff, "d.vance@sheriff.example", "Records clerk", (Role.CLERK, Role.CUSTODIAN)),
    (
        corrections,
        "r.abernathy@corrections.example",
        "Director",
        (Role.ADMINISTRATOR, Role.SIGNATORY, Role.SECURITY_OFFICER),
    ),
    (
        probation,
        "v.nakamura@probation.example",
        "Chief probation officer",
        (Role.ADMINISTRATOR, Role.SIGNATORY, Role.CUSTODIAN),
    ),
    (probation, "o.tran@da.example", "Liaison", (Role.CLERK,)),
    (
        federal,
        "l.reyes@casd.example",
        "Clerk of court",
        (Role.ADMINISTRATOR, Role.CUSTODIAN, Role.DRAFTER, Role.SIGNATORY, Role.PRIVACY_OFFICER),
    ),
    (federal, "c.whitfield@casd.example", "Chief deputy of administration", (Role.ADMINISTRATOR,)),
)


def _people(admin: User) -> None:
    for find, email, title, roles in WORK:
        place = find()
        if not Membership.objects.filter(agency=place, person__email=email).exists():
            keeper = Membership.objects.current().filter(agency=place).with_role(Role.ADMINISTRATOR).first()
            by = keeper.person if keeper else admin
            _joins(agencies.invite(actor=by, agency_id=place.pk, email=email, roles=roles, title=title))
        person = _person(email)
        if not Training.objects.filter(person=person).exists():
            keepers = Membership.objects.current().filter(agency=place).with_role(Role.ADMINISTRATOR)
            keeper = keepers.exclude(person=person).first()
            by = keeper.person if keeper else admin
            agencies.record_training(actor=by, person_id=person.pk, completed_on=TODAY() - timedelta(days=90))
    auditor = "l.marchetti@audit.example"
    if not Auditor.objects.filter(person__email=auditor).exists():
        invited = agencies.appoint_auditor(actor=admin, email=auditor)
        if isinstance(invited, Invitation):
            _joins(invited)


def _joins(invited: Invitation) -> None:
    token, known = links.token_of(invited), User.objects.filter(email=invited.email).first()
    if known:
        agencies.accept_invitation(actor=known, token=token)
        return
    first, last = NAMES[invited.email]
    agencies.create_account(token=token, first_name=first, last_name=last, password=PASSWORD)


# --- What the agencies hold and say -----------------------------------------------------------------------------------


def _policies() -> None:
    law.authorities(_person("p.odhiambo@court.example"), court())
    law.gaps(_person("p.odhiambo@court.example"), court())
    for find, email, reviewer, head in (
        (court, "p.odhiambo@court.example", "n.bergstrom@court.example", "k.adeyemi@court.example"),
        (federal, "l.reyes@casd.example", "c.whitfield@casd.example", "c.whitfield@casd.example"),
        (police, "e.sato@police.example", "j.moreau@police.example", "j.moreau@police.example"),
    ):
        place, officer = find(), _person(email)
        if PrivacyPolicy.objects.filter(agency=place).exists():
            continue
        draft = privacy.draft_policy(
            actor=officer,
            agency_id=place.pk,
            title=f"Privacy policy of the {place.name}",
            summary=(
                "We share case records with agencies that need them for criminal justice, under public agreements. "
                "Victims and witnesses are shown by a pseudonym, and what could lead to them is withheld."
            ),
            officer_name=str(officer),
            officer_email=officer.email,
            officer_phone="555-0142",
        )
        law.cited(draft, officer)
        policies.protected(draft, officer)
        policies.assessed(draft, officer, {court: "court", federal: "federal"}.get(find, "police"))
        if find is court:
            policies.shown(draft, officer)
        policies.reviewed(draft, officer, _person(reviewer))
        policies.adopted(draft, _person(head))
        privacy.publish(actor=officer, version_id=draft.pk)
        if find is court:
            policies.next_version(draft, officer, _person(reviewer))


def record_set(owner: Agency, keeper: User, name: str, description: str) -> RecordSet:
    known = RecordSet.objects.filter(owner=owner, name=name).first()
    return known or agencies.open_record_set(actor=keeper, agency_id=owner.pk, name=name, description=description)


def _records() -> None:
    for find, email, name, description, folder in (
        (court, "a.okafor@court.example", "Criminal cases", "Felony, misdemeanor and juvenile cases", "invented"),
        (federal, "l.reyes@casd.example", "Federal criminal dockets", "Dockets of the district court", "federal"),
        (
            federal,
            "l.reyes@casd.example",
            "Civil dockets and appeals",
            "Civil dockets, and what became of them",
            "appeals",
        ),
    ):
        keeper = _person(email)
        held = record_set(find(), keeper, name, description)
        if Import.objects.filter(record_set=held, status=Import.Status.COMMITTED).exists():
            continue
        batch = imports.start_import(actor=keeper, record_set_id=held.pk, path=SAMPLE / folder)
        imports.read(batch.pk)
        imports.ask_commit(actor=keeper, batch_id=batch.pk)
        imports.commit(batch.pk)


# --- Governance -------------------------------------------------------------------------------------------------------

SEATS = (
    ("r.abernathy@corrections.example", corrections, "Corrections"),
    ("v.nakamura@probation.example", probation, "Probation"),
    ("s.whitlock@sheriff.example", sheriff, "Law enforcement"),
    ("t.bauer@da.example", prosecutor, "Prosecution"),
    ("h.lindqvist@court.example", court, "Courts"),
)
BOARD = "Cedar Basin Information Sharing Board"


def _board(admin: User) -> Board:
    board = Board.objects.filter(name=BOARD).first() or boards.establish_board(
        actor=admin, name=BOARD, kind=Board.Kind.EXECUTIVE, created_by_act="Joint powers agreement of 2019"
    )
    if not board.charters.exists():
        boards.adopt_charter(
            actor=admin,
            board_id=board.pk,
            adopted_on=date(2026, 1, 12),
            responsible_for=list(Agreement.Kind.values),
            states=["CA"],
            quorum=Charter.Quorum.MAJORITY,
            threshold=Charter.Threshold.TWO_THIRDS,
            chair_may_suspend=True,
            special_notice_hours=0,  # the board amends this at its second meeting
        )
    for number, (email, find, title) in enumerate(SEATS, 1):
        if not board.seats.filter(number=number, ended_at=None).exists():
            membership = Membership.objects.get(person__email=email, agency=find())
            boards.fill_seat(
                actor=admin,
                board_id=board.pk,
                number=number,
                title=title,
                membership_id=membership.pk,
                is_chair=number == 1,
            )
    return board


def _agreements() -> None:
    cases = RecordSet.objects.get(owner=court(), name="Criminal cases")
    dockets = RecordSet.objects.get(owner=federal(), name="Federal criminal dockets")
    drafter, reyes = _person("k.adeyemi@court.example"), _person("l.reyes@casd.example")
    if made := _drafted(drafter, court(), "Cedar County criminal case exchange", [police(), prosecutor()], years=2):
        _term(made, cases, police(), LOOK, ["C", "D"])
        for name in (classes.WARRANTS, classes.ORDERS):
            held = RecordSet.objects.get(owner=court(), name=name)
            _term(made, held, police(), [*LOOK, Action.EXPORT], ["C", "D"])
        _term(made, cases, prosecutor(), [*LOOK, Action.EXPORT], ["C"], includes_juvenile=True)
        law.rested(made)
        _signed(_approved(made))
    sato = _person("e.sato@police.example")
    if made := _drafted(sato, police(), "Criminal intelligence for the District Attorney", [prosecutor()], years=1):
        held = RecordSet.objects.get(owner=police(), name=classes.INTELLIGENCE)
        _term(made, held, prosecutor(), [Action.SEARCH, Action.VIEW], ["C"], includes_intelligence=True)
        _signed(_approved(made))
    if made := _drafted(reyes, federal(), "Federal dockets for Cedar City Police", [police()], years=3):
        _term(made, dockets, police(), LOOK, ["C"])
        _signed(_approved(made), by=("l.reyes@casd.example",))
    if made := _drafted(reyes, federal(), "Federal dockets for the Sheriff", [sheriff()], years=3):
        _term(made, dockets, sheriff(), LOOK, ["C"])
        _voted(_ballot(made), "v.nakamura@probation.example")
    if made := _drafted(drafter, court(), "Case notices for Corrections", [corrections()], begins=-300, years=1):
        _term(made, cases, corrections(), LOOK, ["C"])
        due.ask(made)
        _signed(_approved(made))
        due.mark(made, corrections(), _person("r.abernathy@corrections.example"))
    if made := _drafted(drafter, court(), "Case notices for Probation", [probation()], years=2):
        _term(made, cases, probation(), LOOK, ["C"])
        law.rested(made)


def _reviews(board: Board) -> None:
    drafter = _person("k.adeyemi@court.example")
    reviews.plan(board, _person, privacy=court(), law=prosecutor(), technics=corrections())
    title, kind = "Outcomes of pretrial supervision, a study by Probation", Agreement.Kind.DATA_USE
    if made := _drafted(drafter, court(), title, [probation()], years=1, kind=kind):
        cases = RecordSet.objects.get(owner=court(), name="Criminal cases")
        _term(made, cases, probation(), [Action.SEARCH, Action.VIEW], ["C"])
        agreements.submit(actor=drafter, agreement_id=made.pk)
        reviews.in_review(made, _person)


def _drafted(
    drafter: User,
    lead: Agency,
    title: str,
    others: list[Agency],
    *,
    years: int,
    begins: int = -30,
    kind: str = Agreement.Kind.MOU,
) -> Agreement | None:
    """A new draft, or None where the agreement is there already."""
    if Agreement.objects.filter(title=title).exists():
        return None
    starts = TODAY() + timedelta(days=begins)
    return agreements.draft_agreement(
        actor=drafter,
        lead_agency_id=lead.pk,
        title=title,
        kind=kind,
        party_ids=[other.pk for other in others],
        effective_on=starts,
        ends_on=starts + timedelta(days=365 * years),
        purpose="So that nobody is held, released or approached on the strength of a record that is out of date.",
    )


def _term(
    agreement: Agreement, held: RecordSet, recipient: Agency, actions: list[Any], purposes: list[str], **more: Any
) -> None:
    assert agreement.current_version is not None  # noqa: S101 - drafting makes one
    agreements.save_term(
        actor=agreement.author,
        agreement_id=agreement.pk,
        clause_id=agreement.current_version.clauses.get(number="3.1").pk,
        record_set_id=held.pk,
        recipient_id=recipient.pk,
        actions=[str(action) for action in actions],
        purposes=[str(Purpose(code)) for code in purposes],
        data_categories=list(DataCategory.values),
        participant_roles=[str(role) for role in SHAREABLE_ROLES],
        **more,
    )


def _ballot(agreement: Agreement) -> Ballot:
    agreement = agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    board, chair = Board.objects.get(name=BOARD), _person("r.abernathy@corrections.example")
    motion = boards.move_motion(actor=chair, board_id=board.pk, agreement_id=agreement.pk, kind=Motion.Kind.APPROVE)
    return boards.open_ballot(actor=chair, motion_id=motion.pk)


def _voted(ballot: Ballot, *emails: str) -> Agreement:
    for email in emails:
        if Motion.objects.get(pk=ballot.motion_id).status == Motion.Status.VOTING:
            boards.cast_vote(actor=_person(email), ballot_id=ballot.pk, position="yes")
    assert ballot.motion.agreement_id is not None  # noqa: S101  (it approves one)
    return Agreement.objects.get(pk=ballot.motion.agreement_id)


def _approved(agreement: Agreement) -> Agreement:
    ballot = _ballot(agreement)
    able = ballot.electors.filter(conflict="").order_by("seat__number").values_list("person__email", flat=True)
    return _voted(ballot, *able)


def _signed(agreement: Agreement, *, by: tuple[str, ...] = ()) -> None:
    version = agreement.current_version
    assert version is not None  # noqa: S101 - an approved agreement has one
    for party in version.parties.select_related("agency"):
        signatory = Membership.objects.current().with_role(Role.SIGNATORY).filter(agency=party.agency).first()
        if signatory and (not by or signatory.person.email in by):
            agreements.sign(actor=signatory.person, agreement_id=agreement.pk, party_id=party.pk, sha256=version.sha256)
