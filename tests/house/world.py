"""One small world with everybody in it and one thing of every kind, for the role matrix."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies import commands as agencies
from agencies.models import Agency, Auditor, Membership, RecordSet, Role, User
from agencies.practitioners import commands as practitioners
from agencies.practitioners.models import FILES as GROUPS
from agencies.readiness import commands as readiness
from agencies.readiness import policy as policies
from agencies.readiness.models import FILES
from portal.audit.models import Event
from portal.kernel import files
from portal.kernel.viewing import as_job
from portal.notices.models import Notice
from portal.records import commands as records
from portal.records.decision import Viewer
from portal.records.exports import commands as exports
from portal.records.importing import commands as imports
from portal.records.listing import Query
from portal.records.models import AccessEntry, CourtOrder, DocketEntry, Record
from portal.records.models.orders import FILES as ORDERS
from portal.records.saved import commands as searches
from portal.resources.library.models import FILES as RESOURCES
from privacy import commands as privacy
from privacy.development import commands as development
from privacy.law import commands as law
from privacy.law.models import LegalAuthority
from sharing_agreements import commands, obligations
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Board, Decision
from sharing_agreements.funding import commands as funding
from sharing_agreements.initiatives import commands as initiatives
from sharing_agreements.models import Action, Agreement, Clause, LibraryClause
from sharing_agreements.models.obligations import PROOFS
from sharing_agreements.registers.models import Entry, Issue
from sharing_agreements.reviews import commands as reviews
from tests import make
from tests.registers import scene as registers

ROLES = (
    "public",
    "clerk of owner",
    "clerk of recipient",
    "clerk of third",
    "board member",
    "signatory",
    "privacy officer",
    "custodian",
    "auditor",
    "portal administrator",
    "inactive person",
)


@dataclass
class World:
    """People by role, and the id of one thing of every kind."""

    people: dict[str, User]
    ids: dict[str, UUID | int | date | str]


def build() -> World:
    """An owner shares a record set with a recipient under an agreement in force; a third agency has nothing."""
    owner, recipient, third = make.agency(kind="court"), make.agency(), make.agency()
    board, held = make.board(notice_hours=0), make.record_set(owner)
    chair = board.seats.get(is_chair=True)
    assert chair.holder is not None
    memberships = {
        "clerk of owner": make.person(owner),
        "clerk of recipient": make.person(recipient),
        "clerk of third": make.person(third),
        "signatory": make.person(recipient, roles=(Role.SIGNATORY, Role.SUPERVISOR)),
        "privacy officer": make.person(owner, roles=(Role.PRIVACY_OFFICER,)),
        "custodian": make.person(owner, roles=(Role.CUSTODIAN,)),
        "inactive person": make.person(owner),
    }
    people = {name: membership.person for name, membership in memberships.items()}
    people |= {
        "board member": chair.holder,
        "auditor": make.auditor(),
        "portal administrator": make.portal_administrator(),
    }
    ids: dict[str, UUID | int | date | str] = {
        "first": 1,
        "question": "authority",
        "dimension": "governance",
        "agency": owner.pk,
        "person": people["clerk of owner"].pk,
        "board": board.pk,
        "seat": chair.pk,
    }
    ids |= {"membership": memberships["clerk of owner"].pk, "absent": uuid4()}
    ids |= _agreements(owner, recipient, board, held, memberships["signatory"])
    ids |= _policy(owner, board) | _record(held, memberships)
    make.certified(memberships["custodian"])
    ids["intelligence"] = make.record(make.record_set(owner, record_class="intelligence")).pk
    warrants = make.record_set(owner, record_class="warrant")
    make.agreement_in_force(owner, recipient, warrants, on=board)
    ids["warrants"] = warrants.pk
    ids |= _endings(owner, recipient, board, memberships["signatory"])
    ids |= _obligations(owner, recipient, board, held)
    ids |= {"kept": "obligations", "filter": _filter(people["clerk of owner"])}
    ids |= _meetings(board) | _register(owner)
    ids |= _reviews(owner, recipient, board, held, people["privacy officer"])
    ids |= _budget(board, owner, recipient)
    ids |= _initiative(board, owner, recipient, UUID(str(ids["budget"])))
    ids |= _library(people["clerk of owner"])
    ids |= _practitioners(memberships)
    ids |= _funding(owner)
    ids["asked"] = make.in_hand(make.asked(owner), people["privacy officer"]).pk
    ids |= _law(owner, people["privacy officer"], UUID(str(ids["provision"])))
    drafted = Agreement.objects.get(pk=str(ids["draft"]))
    make.resting(drafted, LegalAuthority.objects.get(pk=str(ids["authority"])))
    ids["comment"] = make.comment(drafted, actor=people["clerk of owner"]).pk
    ids["invitation"] = _invitation(owner)
    ids["auditor"] = Auditor.objects.get(person=people["auditor"]).pk
    ids["listed"] = make.agency(active=False).pk
    ids["notice"] = Notice.objects.filter(recipient=people["clerk of recipient"]).latest("made_at").pk
    ids["rules"] = make.behavior_rules().pk
    make.everybody_accepted()
    ids["inquiry"] = make.asked_approval(memberships["clerk of recipient"]).pk
    ids |= _expunged(held, memberships)
    ids |= _readiness(owner, recipient)
    ids["accepted"] = memberships["clerk of recipient"].person.acceptances.latest("accepted_at").pk
    ids |= _kept(held, memberships["clerk of recipient"], UUID(str(ids["inquiry"])))
    return World(people, ids)


def _policy(owner: Agency, board: Board) -> dict[str, UUID]:
    published = make.policy(owner)
    officer = make.privacy_officer(owner)
    draft = privacy.start_new_version(actor=officer, policy_id=published.policy_id)
    risk = make.risk(draft, by=officer, mitigation="Checked.", residual_likelihood=1, residual_impact=2)
    development.ask_review(actor=officer, version_id=make.assessed(draft, by=officer).pk)
    referral = boards.refer_policy(actor=officer, board_id=board.pk, version_id=draft.pk)
    return {
        "policy": published.policy_id,
        "version": published.pk,
        "provision": draft.provisions.all()[0].pk,
        "rule": draft.rules.all()[0].pk,
        "draft_version": draft.pk,
        "referral": referral.pk,
        "risk": risk.pk,
    }


def _agreements(
    owner: Agency, recipient: Agency, board: Board, held: RecordSet, signatory: Membership
) -> dict[str, UUID]:
    shared = make.agreement_in_force(owner, recipient, held, on=board)
    signing = make.in_signing(owner, recipient, held, on=board)
    draft = make.draft(owner, recipient, held)
    ballot = make.ballot(board, make.submitted(owner, recipient, held))
    shown = make.draft(owner, recipient, held)
    commands.show_draft(actor=shown.author, agreement_id=shown.pk)
    asked = Clause.objects.filter(version__agreement=shown).first()
    assert asked is not None
    said = commands.comment(
        actor=signatory.person, clause_id=asked.pk, party_id=recipient.pk, text="Thirty days, please."
    )
    with_file = make.draft(owner, recipient, held)
    exhibit = make.attached(with_file, title="Exhibit")
    version = draft.current_version
    assert version is not None
    return {
        "agreement": shared.pk,
        "signing": signing.pk,
        "draft": draft.pk,
        "submitted": commands.submit(actor=with_file.author, agreement_id=with_file.pk).pk,
        "exhibit": exhibit.pk,
        "shown": shown.pk,
        "shown_clause": asked.pk,
        "shown_comment": said.pk,
        "plan": make.attached(draft).pk,
        "clause": version.clauses.all()[0].pk,
        "library": LibraryClause.objects.get(code="audit").pk,
        "term": version.terms.all()[0].pk,
        "recipient": recipient.pk,
        "motion": ballot.motion_id,
        "ballot": ballot.pk,
        "decision": Decision.objects.get(ballot__motion__agreement=shared).pk,
    }


def _endings(owner: Agency, recipient: Agency, board: Board, signatory: Membership) -> dict[str, UUID]:
    """An agreement that the recipient is about to leave, and one that has ended."""
    held = make.record_set(owner)
    leaving = make.agreement_in_force(owner, recipient, make.record_set(owner), on=board)
    commands.give_notice(
        actor=signatory.person, agreement_id=leaving.pk, agency_id=recipient.pk, reason="We use another way."
    )
    ended = make.agreement_in_force(owner, recipient, held, on=board)
    make.carry(make.ballot(board, ended, "terminate"))
    return {"leaving": leaving.pk, "ended": ended.pk, "ended_set": held.pk}


def _reviews(owner: Agency, recipient: Agency, board: Board, held: RecordSet, officer: User) -> dict[str, UUID]:
    """A review that the owner's privacy officer has taken and remarked on, and one that waits for it."""
    make.person(owner, roles=(Role.PRIVACY_OFFICER,))  # to whom it could be given
    make.plan(board, make.stage("privacy", owner), make.stage("legal", recipient, step=2))
    review = make.taken(make.review(make.submitted(owner, recipient, held)), officer)
    clause = review.version.clauses.get(number="3.1")
    note = reviews.remark(actor=officer, review_id=review.pk, clause_id=clause.pk, text="Which sets?")
    return {
        "review": review.pk,
        "remark": note.pk,
        "reviewer": officer.pk,
        "waiting": make.review(review.agreement, "legal").pk,
    }


def _obligations(owner: Agency, recipient: Agency, board: Board, held: RecordSet) -> dict[str, UUID | date]:
    """An agreement under which the owner did one thing with a file that shows it, and owes another; and a draft's."""
    draft = make.draft(owner, recipient, held)
    for code in ("lead", "each"):
        make.obligation(draft, owes=code, every_months=1)
    version = make.through(draft).current_version
    assert version is not None
    upload = SimpleUploadedFile("report.txt", b"Audited.")
    report = files.keep(upload, folder=PROOFS, kinds=obligations.TAKEN, most=obligations.LARGEST)
    first = obligations.of_agreement(version.agreement)[0]
    made = commands.mark_done(
        actor=make.someone(owner, Role.ADMINISTRATOR),
        agreement_id=version.agreement_id,
        obligation_id=version.obligations.get(owes="lead").pk,
        agency_id=owner.pk,
        due_on=first.due_on,
        note_of_it="Audited.",
        stored=report,
    )
    asking = make.draft(owner, recipient, held)
    return {
        "obliging": version.agreement_id,
        "obligation": version.obligations.get(owes="each").pk,
        "due": first.due_on,
        "fulfilment": made.pk,
        "asking": asking.pk,
        "asked": make.obligation(asking).pk,
    }


def _readiness(owner: Agency, recipient: Agency) -> dict[str, UUID]:
    """Of the owner a reviewed version with evidence, a draft after it and an action; of the recipient one in review."""
    planner = make.planner(owner)
    draft = make.answered(make.readiness(owner))
    stored = files.keep(SimpleUploadedFile("a.txt", b"Charter"), folder=FILES, kinds=(files.TEXT,), most=99)
    shown = readiness.add_evidence(
        actor=planner, assessment_id=draft.pk, question="authority", title="Charter", stored=stored
    )
    readiness.submit(actor=planner, assessment_id=draft.pk)
    second = policies.reviewers(draft).select_related("person").first()
    assert second is not None
    readiness.accept(actor=second.person, assessment_id=draft.pk)
    return {
        "ready": draft.pk,
        "shown_by": shown.pk,
        "readying": make.readiness(owner).pk,
        "in_review": make.given_to_review(recipient).pk,
        "action": make.plan_action(owner).pk,
    }


def _filter(person: User) -> UUID:
    return commands.save_filter(actor=person, register="agreements", name="In force", query={"state": "in_force"}).pk


def _kept(held: RecordSet, clerk: Membership, inquiry_id: UUID) -> dict[str, UUID]:
    """What the recipient's clerk keeps: a saved search, and a watch of it that has told something, a large export."""
    saved = searches.save_search(
        actor=clerk.person, membership_id=clerk.pk, name="Halvorsen", asked={"words": "halvorsen"}
    )
    watch = make.watch(clerk, saved)
    make.record(held)
    make.looked_again(watch)
    large = exports.start_export(
        actor=clerk.person,
        viewer=Viewer(clerk.pk, Action.EXPORT, "C", inquiry_id),
        query=Query(name_words=("halvorsen",)),
        form={"recipient": "Deputy Lamb", "reason": "Booking", "key": uuid4()},
        source_address=None,
    )
    return {"saved": saved.pk, "watch": watch.pk, "large": large.pk}


def _law(owner: Agency, officer: User, provision: UUID) -> dict[str, UUID | str]:
    """An authority on which a provision of the owner's draft rests, a gap that the owner alone reads, and a change."""
    authority = law.enter_authority(
        actor=officer,
        agency_id=owner.pk,
        citation="28 CFR 20.21",
        title="Dissemination",
        kind="regulation",
        jurisdiction="US",
    )
    law.cite(actor=officer, provision_id=provision, authority_ids=[authority.pk])
    gap = law.open_gap(
        actor=officer,
        agency_id=owner.pk,
        title="Addresses of jurors",
        gap="No law keeps them out.",
        harmed=["courts"],
        safeguard="Clerks leave them out.",
        owner=officer,
    )
    change = make.law_change(officer, gap_ids=[gap.pk], authority=authority, audience="partners", on_agenda=True)
    return {"authority": authority.pk, "gap": gap.pk, "law_change": change.pk, "law_move": "drafted"}


def _meetings(board: Board) -> dict[str, UUID]:
    """One is adjourned, one in session with the minutes of the first on its agenda, one is coming."""
    made = {}
    chair = board.seats.get(is_chair=True).holder
    assert chair is not None
    for name, minutes in (("adjourned", 5), ("meeting", 6), ("coming", 7)):
        made[name] = boards.convene(
            actor=chair,
            board_id=board.pk,
            starts_at=timezone.now() + timedelta(minutes=minutes),
            place="Room 1",
            business="",
        )
        if name == "coming":
            continue
        boards.call_to_order(actor=chair, meeting_id=made[name].pk)
        make.its_time(made[name])
        if name == "adjourned":
            boards.adjourn(actor=chair, meeting_id=made[name].pk)
            boards.draft_minutes(actor=chair, meeting_id=made[name].pk)
    item, later = made["meeting"].agenda.get(), made["coming"].agenda.get()
    return {name: meeting.pk for name, meeting in made.items()} | {"item": item.pk, "coming_item": later.pk}


def _register(owner: Agency) -> dict[str, UUID]:
    """A register with a committed snapshot, an entry that has a text, an open issue, and a preview that waits."""
    made, keeper = registers.register(owner)
    rows = [("AL", "Elmore County Sheriff", "Jail model", "", "2025-05-08")]
    snapshot = registers.committed(made, keeper, registers.csv(*rows))
    preview = registers.received(made, keeper, registers.csv(*rows, ("AL", "Dale County Sheriff", "Jail model")))
    entry = Entry.objects.get(register=made)
    return {
        "register": made.pk,
        "snapshot": snapshot.pk,
        "preview": preview.pk,
        "existing": entry.pk,
        "issue": Issue.objects.get(register=made).pk,
        "attachment": registers.attached(entry, keeper, b"Words of the agreement", "agreement.txt").pk,
    }


def _budget(board: Board, owner: Agency, recipient: Agency) -> dict[str, UUID | str]:
    """A budget of the board with an adopted version and its invoices; owner and recipient are parties."""
    made = make.budget(board, owner, recipient)
    version = make.budget_adopted(make.budget_version(made))
    ids = {name: getattr(made, name).first().pk for name in ("lines", "sources", "formulas")}
    return {
        "budget": made.pk,
        "basis": "users",
        "budget_party": made.parties.get(agency=recipient).pk,
        **{f"budget_{name}": key for name, key in ids.items()},
        "budget_version": version.pk,
        "invoice": make.invoice(version, recipient).pk,
    }


def _initiative(board: Board, owner: Agency, recipient: Agency, budget: UUID) -> dict[str, UUID | str]:
    """An initiative that the chair's agency leads, under way, with owner and recipient as partners; an idea of it that
    is before the board; an investment that the recipient offers."""
    lead = board.seats.get(is_chair=True).agency
    made = make.initiative(board, lead, owner, recipient)
    first, second = make.milestone(made, "Agreed"), make.milestone(made, "Built", recipient)
    leader = make.lead_of(made)
    block = initiatives.block(actor=leader, milestone_id=second.pk, by_agency_id=owner.pk, what="Test accounts")
    initiatives.block(actor=leader, milestone_id=second.pk, by_milestone_id=first.pk)
    make.initiative_under_way(made)
    link = initiatives.link(actor=leader, initiative_id=made.pk, kind="budget", thing_id=budget)
    planner = make.someone(recipient, Role.ADMINISTRATOR)
    action = make.plan_action(recipient, by=planner, amount=Decimal(100), recurs="once", first_fiscal_year=2027)
    offers = initiatives.offer_investments(actor=planner, initiative_id=made.pk, action_ids=[action.pk])
    return {
        "initiative": made.pk,
        "milestone": first.pk,
        "held": second.pk,
        "block": block.pk,
        "link": link.pk,
        "link_kind": "change",
        "offer": offers[0].pk,
        "initiative_proposal": make.initiative_proposed(make.initiative(board, lead, title="Shared index")).pk,
    }


def _funding(owner: Agency) -> dict[str, UUID]:
    """A program with a draft that has a task and a document; another with an award that has a report due."""
    draft, award = make.application(owner), make.award(owner)
    keeper = make.funder(owner)
    task = funding.add_task(actor=keeper, application_id=draft.pk, text="Letter", due_on=timezone.localdate())
    report = funding.expect_report(
        actor=keeper, award_id=award.pk, what="Quarter", due_on=timezone.localdate() + timedelta(days=30)
    )
    return {
        "program": draft.program_id,
        "application": draft.pk,
        "awarded": award.application_id,
        "task": task.pk,
        "funding_document": make.document(draft).pk,
        "award": award.pk,
        "funding_report": report.pk,
    }


def _record(held: RecordSet, memberships: dict[str, Membership]) -> dict[str, UUID]:
    record = make.record(held, entries=["MOTION heard"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "docket.json"
        path.write_text(json.dumps({"court_id": "x", "docket_number": "1", "parties": [], "docket_entries": []}))
        batch = imports.start_import(actor=memberships["custodian"].person, record_set_id=held.pk, path=path)
    imports.read(batch.pk)
    with as_job("import", held.pk):
        entry = DocketEntry.objects.get(record=record.pk)
    keeper = memberships["custodian"]
    by: dict[str, Any] = {"actor": keeper.person, "membership_id": keeper.pk, "record_id": record.pk}
    made = records.dispute(**by, field="record", of=None, note="It is not his.", words_of="subject")
    order = _order(make.record(held), by)
    return {"record": record.pk, "entry": entry.pk, "import": batch.pk, "dispute": made.pk, **order}


def _order(record: Record, by: dict[str, Any]) -> dict[str, UUID]:
    """A record that was sealed and opened again, with the order at hand."""
    upload = SimpleUploadedFile("order.pdf", b"%PDF-1.7")
    stored = files.keep(upload, folder=ORDERS, kinds=(files.PDF,), most=99)
    records.seal_record(**{**by, "record_id": record.pk}, **make.order(), stored=stored)
    records.unseal_record(**{**by, "record_id": record.pk}, **make.order("26-SO-115"))
    with as_job("custody", record.record_set_id):
        return {"ordered": record.pk, "order": CourtOrder.objects.get(record=record, effect="seal").pk}


def _expunged(held: RecordSet, memberships: dict[str, Membership]) -> dict[str, UUID]:
    """A record that the recipient's clerk had looked at, and what they were told when it was destroyed."""
    gone, looked = make.record(held), memberships["clerk of recipient"]
    AccessEntry.objects.create(
        person=looked.person,
        agency_id=looked.agency_id,
        action=AccessEntry.Action.VIEW,
        outcome=AccessEntry.Outcome.SHOWN,
        record_ids=[gone.pk],
        record_sets=[held.pk],
    )
    make.expunged(memberships["custodian"], gone.pk)
    return {"expunged": gone.pk, "told": Event.objects.get(kind="record.expunged").pk}


def _practitioners(memberships: dict[str, Membership]) -> dict[str, UUID]:
    """The owner's clerk is in the directory and got a message that is reported; the recipient's clerk is hidden, and
    chairs a group in which the owner's privacy officer is, and which the owner's custodian would join."""
    owner, recipient = memberships["clerk of owner"], memberships["clerk of recipient"]
    profile = make.profile(owner)
    message = make.wrote(recipient, profile)
    report = practitioners.report_message(actor=owner.person, message_id=message.pk, reason="Asks for a case.")
    group = make.working_group(recipient)
    member = make.admitted(group, memberships["privacy officer"].person)
    asking = practitioners.ask_to_join(actor=memberships["custodian"].person, group_id=group.pk)
    chair = recipient.person
    news = practitioners.announce(actor=chair, group_id=group.pk, title="We meet", text="On Monday.")
    stored = files.keep(SimpleUploadedFile("form.txt", b"A form."), folder=GROUPS, kinds=(files.TEXT,), most=99)
    paper = practitioners.add_document(actor=chair, group_id=group.pk, title="Form", stored=stored)
    hidden = practitioners.hide(
        actor=make.portal_administrator(), profile_id=chair.practitioner_profile.pk, reason="Names a case."
    )
    return {
        "profile": profile.pk,
        "hidden_profile": hidden.pk,
        "message": message.pk,
        "report": report.pk,
        "working_group": group.pk,
        "member": member.pk,
        "asking_member": asking.pk,
        "announcement": news.pk,
        "group_document": paper.pk,
    }


def _library(practitioner: User) -> dict[str, UUID]:
    """A published resource with a file, and one that the owner's clerk suggested."""
    stored = files.keep(SimpleUploadedFile("guide.txt", b"A guide."), folder=RESOURCES, kinds=(files.TEXT,), most=99)
    published = make.resource(stored=stored)
    return {"resource": published.pk, "suggested": make.suggested(practitioner, title="Another guide").pk}


def _invitation(owner: Agency) -> UUID:
    keeper = make.administrator_of(owner)
    assert keeper is not None
    return agencies.invite(actor=keeper, agency_id=owner.pk, email="new@agency.example", roles=[Role.CLERK]).pk
