"""Canaries in every protected field of one world: records of every class, and words that people wrote for some only.

Each canary stands in one field of one thing. Its name says which (`victim: born`); the oracle goes by that name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, RecordSet, Role
from agencies.practitioners import commands as practitioners
from agencies.practitioners.models import FILES as GROUPS
from agencies.readiness import commands as readiness
from agencies.readiness.models import Assessment
from benchmarks.canary import words
from portal.kernel import files, history
from portal.kernel.viewing import as_job
from portal.records import commands as custody
from portal.records.classes import Field, Kind, described
from portal.records.importing import commands as imports
from portal.records.models import DocketEntry, Participant, Record
from portal.records.saved import commands as searches
from privacy import commands as privacy
from privacy.law import commands as law
from privacy.models import PolicyVersion, Provision
from privacy.redress import commands as redress
from sharing_agreements import commands, obligations
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Board, Meeting
from sharing_agreements.budgets import commands as budgets
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding import commands as funding
from sharing_agreements.initiatives import commands as initiatives
from sharing_agreements.models import Agreement, AgreementVersion, Clause
from sharing_agreements.models.obligations import PROOFS
from sharing_agreements.registers.models import Entry
from sharing_agreements.reviews import commands as reviews
from sharing_agreements.reviews.models import Review
from tests import make
from tests.house.world import World
from tests.registers import scene as registers

Id = UUID | int | date | str
KINDS = ("open", "victim", "informant", "juvenile", "sealed")
"""Kinds of records in the set that is shared; others lie in sets of their own."""


@dataclass
class Planted:
    """The world, which canary stands in which field, and further things for addresses to name."""

    world: World
    fields: dict[str, str] = field(default_factory=dict)
    others: list[dict[str, Id]] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)

    def word(self, name: str) -> str:
        return self._kept(words.word(len(self.fields)), name)

    def day(self, name: str) -> date:
        made = words.day(sum(key.startswith(f"{words.YEAR}-") for key in self.fields))
        self.fields[words.key(made)] = name
        return made

    def phone(self, name: str) -> str:
        return self._kept(words.phone(len(self.fields)), name)

    def canary(self, name: str) -> str:
        """The first canary of a field."""
        return next(key for key, held in self.fields.items() if held == name)

    def _kept(self, canary: str, name: str) -> str:
        self.fields[words.key(canary)] = name
        return canary

    def id(self, thing: str) -> UUID:
        return UUID(str(self.world.ids[thing]))


def plant(world: World, *, kinds: tuple[str, ...] = KINDS) -> Planted:
    """Everything planted; `kinds` of records in the shared set."""
    planted = Planted(world)
    held = RecordSet.objects.get(pk=_set_of(planted))
    owner = held.owner
    for kind in kinds:
        _case(planted, kind, held, sealed=kind == "sealed", juvenile=kind == "juvenile")
    _case(planted, "unshared", make.record_set(owner))
    _case(planted, "ended", RecordSet.objects.get(pk=planted.id("ended_set")))
    third = world.people["clerk of third"].memberships.get().agency
    _case(planted, "third", make.record_set(third))
    for step in (
        _classes,
        _custody,
        _expunged,
        _staged,
        _drafts,
        _said_of_texts,
        _done,
        _law,
        _asked,
        _boards,
        _register,
        _policy,
        _readiness,
        _money,
        _initiative,
        _practice,
        _kept,
    ):
        step(planted, owner)
    make.everybody_accepted()
    return planted


def _set_of(planted: Planted) -> UUID:
    version = Agreement.objects.get(pk=planted.id("agreement")).current_version
    assert version is not None
    return version.terms.get().record_set_id


# --- Records --------------------------------------------------------------------------------------------------------

BESIDE = {
    "open": ("judge", "defense_attorney"),
    "victim": ("victim", "witness", "guardian", "interested_party"),
    "informant": ("informant",),
    "juvenile": ("juvenile",),
}
"""Who is on a record beside its defendant."""


def _case(planted: Planted, kind: str, held: RecordSet, **classes: Any) -> Record:
    """A record with a canary in each field, all filed on one day, so that nothing but ids orders them."""

    def word(name: str) -> str:
        return planted.word(f"{kind}: {name}")

    def person(role: str, **more: Any) -> tuple[str, str, dict[str, Any]]:
        said = {
            "aliases": f"also known as {word(f'{role} alias')}",
            "birth_date": planted.day(f"{kind}: {role} born"),
            "contact": f"{word(f'{role} contact')} Road, {planted.phone(f'{kind}: {role} phone')}",
            "source_type": word(f"{role} source type"),
            "facts": {"remark": word(f"{role} hidden fact")},
        }
        return role, f"{word(f'{role} name')} {word(f'{role} name')}", {**said, **more}

    people = [person("defendant"), *(person(role) for role in BESIDE.get(kind, ()))]
    if kind in ("victim", "informant"):
        roles = [f"for {word('attorney roles')}"]
        people.append(person("attorney", represents=1, attorney_roles=roles))
    charge = {
        "description": word("charge"),
        "statute": word("statute"),
        "standing": word("standing"),
        "disposition": word("disposition"),
    }
    made = make.record(
        held,
        docket_number=f"26-CR-{word('docket')}",
        title=f"State v. {word('title')}",
        court_id=word("court"),
        category=word("category"),
        source_id=word("source id"),
        facts={"nature_of_suit": word("nature of suit"), "assigned": word("hidden fact")},
        kept={"other": {"remark": word("kept hidden fact")}},
        participants=people,
        entries=[
            f"MOTION by {word('entry')}",
            f"ORDER naming {word('cleared entry' if kind == 'victim' else 'second entry')}",
        ],
        charges=[charge],
        **classes,
    )
    with as_job("import", held.pk):
        entry = DocketEntry.objects.filter(record=made).earliest("position")
        entry.kept = {"other": {"attachments": [{"description": word("document of entry")}]}}
        history.save(entry, actor=None)
    planted.records[kind] = made
    planted.others.append({"record": made.pk, "entry": entry.pk})
    return made


ON_CLASSES = {
    "warrant": ("subject", "victim"),
    "protection_order": ("respondent", "protected_person"),
    "custody": ("detainee", "victim"),
    "arrest": ("arrestee", "victim"),
    "incident": ("suspect", "reporting_person"),
    "supervision": ("supervised_person", "victim"),
    "intelligence": ("subject", "informant"),
}
"""Who is on a record of each other class: whom it is about, and whom it protects."""


def _classes(planted: Planted, owner: Agency) -> None:
    """A record of each class with a canary in each field that takes words; of warrants the set is shared as well."""
    shared = RecordSet.objects.get(pk=planted.id("warrants"))
    for name, roles in ON_CLASSES.items():
        held = shared if name == shared.record_class else make.record_set(owner, record_class=name)
        _of_class(planted, name, held, roles)


def _of_class(planted: Planted, name: str, held: RecordSet, roles: tuple[str, ...]) -> None:
    def word(of: str) -> str:
        return planted.word(f"{name}: {of}")

    def value(of: Field) -> Any:
        fixed: dict[Kind, Any] = {
            Kind.DATE: "2026-03-02",
            Kind.MONEY: "9.00",
            Kind.FLAG: True,
            Kind.AGENCY: "CA0990100",
            Kind.CODE: next(iter(of.codes), ""),
            Kind.CODES: [*of.codes][:1],
        }
        return fixed.get(of.kind) or word(f"field {of.name}")

    def person(role: str) -> tuple[str, str, dict[str, Any]]:
        said = {
            "birth_date": planted.day(f"{name}: {role} born"),
            "contact": f"{word(f'{role} contact')} Road",
            "state_id": word(f"{role} state id"),
            "fbi_id": word(f"{role} fbi number"),
        }
        return role, word(f"{role} name"), said

    of = described(name)
    details = {each.name: value(each) for each in of.fields}
    if of.closes:
        details[of.closes] = "2031-03-02"
    charge = {each: word(each) for each in ("charge plea", "charge degree", "charge sentence")}
    people = [person(role) for role in roles]
    sources = "".join(f" by {called}" for role, called, _ in people if role == "informant")
    made = make.record(
        held,
        docket_number=word("docket"),
        participants=people,
        entries=[f"Served at {word('entry')}{sources}"],
        charges=[{"description": word("charge"), **{key.partition(" ")[2]: said for key, said in charge.items()}}],
        details=details,
    )
    if name != "intelligence":  # which is in no list with others
        planted.records[name] = made
    planted.others.append({"record": made.pk})


def _custody(planted: Planted, owner: Agency) -> None:
    """A record sealed by an order, an entry that its custodian released, and what the recipient took away."""
    keeper = planted.world.people["custodian"].memberships.get()
    here: dict[str, Any] = {"actor": keeper.person, "membership_id": keeper.pk}
    make.accepted(keeper)
    if "sealed" in planted.records:
        pk = planted.records["sealed"].pk
        unsealing, sealing = (planted.word(f"order: {effect}") for effect in ("unsealed", "sealed"))
        scope = planted.word("order: scope")
        custody.unseal_record(record_id=pk, **here, **{**make.order(unsealing), "scope": scope})
        custody.seal_record(record_id=pk, **here, **{**make.order(sealing), "scope": scope})
    if "victim" in planted.records:
        record = planted.records["victim"]
        with as_job("import", record.record_set_id):
            entry = DocketEntry.objects.filter(record=record).latest("position")
            people = dict(Participant.objects.filter(record=record).values_list("role", "pk"))
        custody.clear_entry(record_id=record.pk, entry_id=entry.pk, names_read=True, **here)
        for role, field_name in (("victim", "name"), ("defendant", "birth_date")):
            custody.dispute(
                record_id=record.pk,
                field=field_name,
                of=people[role],
                note=planted.word(f"victim: {role} dispute"),
                words_of="subject",
                **here,
            )


def _expunged(planted: Planted, owner: Agency) -> None:
    """A record that a court had destroyed: nothing of it may be left anywhere. And one that is to be, once a second
    custodian confirms it."""
    held = RecordSet.objects.get(pk=_set_of(planted))
    gone = _case(planted, "expunged", held).pk
    del planted.records["expunged"]
    said = {name: planted.word(f"erased: {name}") for name in ("authority", "order_number")}
    make.expunged(planted.world.people["custodian"].memberships.get(), gone, **said)
    if "open" in planted.records:
        asked = {name: planted.word(f"doomed: {name}") for name in ("authority", "order_number")}
        second = make.second_custodian(planted.world.people["custodian"].memberships.get())
        make.asked_expungement(second, planted.records["open"].pk, **asked)


def _kept(planted: Planted, owner: Agency) -> None:
    """What the recipient's clerk keeps: a search with its name, and a watch of it."""
    clerk = planted.world.people["clerk of recipient"].memberships.get()
    make.everybody_accepted()
    saved = searches.save_search(
        actor=clerk.person,
        membership_id=clerk.pk,
        name=planted.word("kept: search name"),
        asked={"words": planted.word("kept: search words")},
    )
    watch = make.watch(clerk, saved, case_number=planted.word("kept: watch case number"))
    planted.others.append({"saved": saved.pk, "watch": watch.pk})


def state_a_case(client: Client) -> None:
    """Without which not even custodians read criminal intelligence."""
    make.everybody_accepted()
    answer = client.post(reverse("records:inquiry"), {"purpose": "C", "case_number": "26-CR-2"})
    assert answer.status_code == 302, answer.status_code


def take_away(planted: Planted, client: Client) -> None:
    """The recipient's clerk states a case, prints an open record and exports what a search finds."""
    make.everybody_accepted()
    client.post(reverse("records:inquiry"), {"purpose": "C", "case_number": planted.word("inquiry: case number")})
    release = {"recipient": planted.word("release: recipient"), "reason": planted.word("release: reason")}
    printed = reverse("records:print", args=[planted.records["open"].pk])
    assert client.post(printed, {**release, "key": str(uuid4())}).status_code == 200
    found = client.post(reverse("records:search"), {"since": "1990-01-01"})
    export = reverse("records:export") + "?" + found["Location"].partition("?")[2]
    answer: Any = client.post(export, {**release, "key": str(uuid4())})
    assert b"".join(answer.streaming_content)
    keeper = planted.world.people["custodian"].memberships.get()
    custody.tell_of_correction(
        actor=keeper.person, membership_id=keeper.pk, record_id=planted.records["open"].pk, category="charges"
    )


def _staged(planted: Planted, owner: Agency) -> None:
    """An import that waits for its custodian, with a docket in it that cannot be read."""

    def word(name: str) -> str:
        return planted.word(f"staged: {name}")

    docket = {
        "court_id": "x",
        "docket_number": f"2:26-cr-00777 {word('docket')}",
        "case_name": word("title"),
        "parties": [
            {
                "type": "Victim",
                "name": word("victim name"),
                "extra_info": word("alias"),
                "date_of_birth": planted.day("staged: born").isoformat(),
                "address": word("address"),
                "attorneys": [],
            }
        ],
        "docket_entries": [{"date_filed": "2026-02-10", "document_number": "1", "description": word("entry")}],
    }
    flawed = {**docket, "docket_number": "", "case_name": word("refused title"), "date_filed": word("refused date")}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{word('file name')}.jsonl"
        path.write_text("\n".join(json.dumps(each) for each in (docket, flawed)))
        batch = imports.start_import(
            actor=planted.world.people["custodian"], record_set_id=make.record_set(owner).pk, path=path
        )
        imports.read(batch.pk)
    planted.others.append({"import": batch.pk})


# --- Texts of agreements --------------------------------------------------------------------------------------------


def _version(planted: Planted, thing: str) -> AgreementVersion:
    version = Agreement.objects.get(pk=planted.id(thing)).current_version
    assert version is not None
    return version


def _drafts(planted: Planted, owner: Agency) -> None:
    """What the lead agency writes before anybody else reads it."""
    draft = Agreement.objects.get(pk=planted.id("draft"))
    version = _version(planted, "draft")
    commands.edit_version(
        actor=draft.author,
        agreement_id=draft.pk,
        title=f"Draft {planted.word('draft: title')}",
        purpose=planted.word("draft: purpose"),
        effective_on=version.effective_on,
        ends_on=None,
    )
    commands.save_clause(
        actor=draft.author,
        agreement_id=draft.pk,
        number="9.9",
        topic="other",
        heading=planted.word("draft: heading"),
        text=planted.word("draft: clause"),
    )
    term, same = version.terms.all()[0], dict[str, Any](make.EVERYTHING)
    commands.save_term(
        actor=draft.author,
        agreement_id=draft.pk,
        term_id=term.pk,
        clause_id=term.clause_id,
        record_set_id=term.record_set_id,
        recipient_id=term.recipient_id,
        conditions=["notify_owner"],
        handling=planted.word("draft: handling"),
        **same,
    )
    given: dict[str, Any] = {
        "content": planted.word("draft: attached words").encode(),
        "title": planted.word("draft: attached title"),
    }
    planted.others.append({"plan": make.attached(draft, **given).pk})
    planted.others += [
        {"agreement": planted.id(thing)} for thing in ("draft", "shown", "submitted", "obliging", "ended")
    ]
    planted.others += [{"draft": planted.id("shown")}, {"obliging": draft.pk}]
    make.obligation(draft, what=planted.word("draft: obligation"))
    make.comment(draft, actor=planted.world.people["clerk of owner"], text=planted.word("draft: comment"))


def _said_of_texts(planted: Planted, owner: Agency) -> None:
    """What a party says of a draft that it is shown, and what a reviewer remarks."""
    party = planted.world.people["signatory"]
    commands.comment(
        actor=party,
        clause_id=planted.id("shown_clause"),
        party_id=planted.id("recipient"),
        text=planted.word("party: comment"),
    )
    lead = Agreement.objects.get(pk=planted.id("shown")).author
    clause = Clause.objects.get(pk=planted.id("shown_clause"))
    commands.comment(actor=lead, clause_id=clause.pk, text=planted.word("lead: comment"))
    review = Review.objects.get(pk=planted.id("review"))
    read = review.version.clauses.get(number="3.1")
    remark = planted.word("review: remark")
    reviews.remark(actor=planted.world.people["privacy officer"], review_id=review.pk, clause_id=read.pk, text=remark)


def _done(planted: Planted, owner: Agency) -> None:
    """How an obligation was met, with a file that shows it."""
    version = _version(planted, "obliging")
    each = version.obligations.get(owes="each")
    mine = [one for one in obligations.of_agreement(version.agreement) if one.obligation.pk == each.pk]
    due = next(one for one in mine if one.agency.pk == owner.pk)
    report = SimpleUploadedFile("report.txt", planted.word("done: file words").encode())
    proof = files.keep(report, folder=PROOFS, kinds=obligations.TAKEN, most=obligations.LARGEST)
    made = commands.mark_done(
        actor=make.someone(owner, Role.ADMINISTRATOR),
        agreement_id=version.agreement_id,
        obligation_id=each.pk,
        agency_id=owner.pk,
        due_on=due.due_on,
        note_of_it=planted.word("done: note"),
        stored=proof,
    )
    planted.others.append({"fulfilment": made.pk})


def _boards(planted: Planted, owner: Agency) -> None:
    """What a board says among itself: of a motion, at an item, in minutes that are not approved."""
    chair = planted.world.people["board member"]
    boards.remark(actor=chair, motion_id=planted.id("motion"), text=planted.word("board: remark"))
    boards.note_discussion(actor=chair, item_id=planted.id("item"), discussion=planted.word("board: discussion"))
    minutes = Meeting.objects.get(pk=planted.id("adjourned")).minutes
    boards.edit_minutes(
        actor=chair,
        minutes_id=minutes.pk,
        sha256=minutes.sha256,
        public_text=planted.word("board: minutes"),
        closed_text=planted.word("board: closed minutes"),
    )


# --- Privacy, law, registers ----------------------------------------------------------------------------------------


def _law(planted: Planted, owner: Agency) -> None:
    officer = planted.world.people["privacy officer"]
    values: dict[str, Any] = {name: planted.word(f"gap: {name}") for name in ("title", "gap", "safeguard", "proposal")}
    gap = law.open_gap(actor=officer, agency_id=owner.pk, harmed=["courts"], owner=officer, change="statute", **values)
    planted.others.append({"gap": gap.pk})
    values = {name: planted.word(f"change: {name}") for name in ("title", "today", "text", "unblocks", "sponsor")}
    change = law.enter_change(actor=officer, agency_id=owner.pk, kind="statute", **values)
    note = planted.word("change: note")
    law.move_change(actor=officer, change_id=change.pk, to="drafted", on=owner.today, note=note)
    planted.others.append({"law_change": change.pk})


def _asked(planted: Planted, owner: Agency) -> None:
    """Somebody asks; one request takes longer, one is refused and appealed against."""
    officer = planted.world.people["privacy officer"]

    def request(which: str) -> Any:
        values = {name: planted.word(f"asked {which}: {name}") for name in ("name", "address", "about", "case_number")}
        return make.asked(owner, email=f"{planted.word(f'asked {which}: email')}@example.org", **values)

    longer, refused, waiting = (request(which) for which in ("longer", "refused", "waiting"))
    make.in_hand(longer, officer)
    redress.extend(actor=officer, request_id=longer.pk, reason=planted.word("asked longer: why longer"))
    make.in_hand(refused, officer)
    words_of_answer = planted.word("asked refused: answer")
    redress.answer(
        actor=officer, request_id=refused.pk, outcome="refused", ground="investigation", answer=words_of_answer
    )
    redress.appeal(request_id=refused.pk, reason=planted.word("asked refused: appeal"))
    planted.others += [{"asked": each.pk} for each in (longer, refused, waiting)]


def _register(planted: Planted, owner: Agency) -> None:
    """A file attached to an entry of a register that is not everybody's."""
    entry = Entry.objects.get(pk=planted.id("existing"))
    said = planted.word("register: attached words")
    made = registers.attached(
        entry, make.someone(owner, Role.DRAFTER), said.encode(), f"{planted.word('register: file name')}.txt"
    )
    planted.others.append({"attachment": made.pk})


def _policy(planted: Planted, owner: Agency) -> None:
    """What a privacy officer drafts before the policy is published."""
    provision = Provision.objects.get(pk=planted.id("provision"))
    privacy.save_provision(
        actor=planted.world.people["privacy officer"],
        version_id=planted.id("draft_version"),
        provision_id=provision.pk,
        section=provision.section,
        number=provision.number,
        heading=planted.word("policy: heading"),
        text=planted.word("policy: provision"),
    )
    draft = PolicyVersion.objects.get(pk=planted.id("draft_version"))
    said: dict[str, Any] = {name: planted.word(f"risk: {name}") for name in ("title", "mitigation", "owner")}
    risk = make.risk(
        draft,
        by=planted.world.people["privacy officer"],
        residual_likelihood=1,
        residual_impact=1,
        **said,
    )
    planted.others.append({"risk": risk.pk})


def _readiness(planted: Planted, owner: Agency) -> None:
    """What an agency says of its readiness before a second person has reviewed it, and its plan."""
    planner, draft = make.planner(owner), planted.id("readying")
    given = readiness.Given(2, "low", planted.word("readiness: note"))
    stands = Assessment.objects.get(pk=draft).answers.get(question="authority")
    readiness.answer(actor=planner, assessment_id=draft, answers={"authority": given._replace(read=stands.pk)})
    title, link = planted.word("readiness: evidence"), "https://board.example"
    readiness.add_evidence(actor=planner, assessment_id=draft, question="authority", title=title, link=link)
    said: dict[str, Any] = {name: planted.word(f"plan: {name}") for name in ("gap", "action")}
    action = make.plan_action(owner, **said)
    readiness.move_action(actor=planner, action_id=action.pk, to="done", outcome=planted.word("plan: outcome"))
    planted.others.append({"ready": draft, "action": action.pk})


def _money(planted: Planted, owner: Agency) -> None:
    """A budget's words, for its board and its parties; and an application's, for its agency."""
    made = Budget.objects.get(pk=planted.id("budget"))
    chair = make.chair_of(made.board)
    years: dict[str, Any] = {
        "first_year": made.first_year,
        "last_year": made.last_year,
        "begins_month": made.begins_month,
    }
    budgets.change_budget(
        actor=chair, budget_id=made.pk, title=made.title, about=planted.word("budget: about"), **years
    )
    budgets.save_line(
        actor=chair, budget_id=made.pk, name=planted.word("budget: line"), recurrence="one_time",
        year=made.first_year, planned=Decimal(1),
    )  # fmt: skip
    values = {party.agency_id: Decimal(1) for party in made.parties.all()}
    budgets.save_figures(
        actor=chair, budget_id=made.pk, basis="officers", source=planted.word("budget: source"), as_of=date(2026, 1, 1),
        values=values,
    )  # fmt: skip
    draft = make.application(owner, purpose=planted.word("funding: purpose"))
    keeper, due_on = make.funder(owner), date(2030, 1, 1)
    task = funding.add_task(actor=keeper, application_id=draft.pk, text=planted.word("funding: task"), due_on=due_on)
    document = make.document(draft, name=f"{planted.word('funding: document')}.txt")
    planted.others.append({"application": draft.pk, "task": task.pk, "funding_document": document.pk})


def _initiative(planted: Planted, owner: Agency) -> None:
    """An idea of an agency of the board, for its partners: what it is for, a milestone, what is needed of one."""
    board = Board.objects.get(pk=planted.id("board"))
    lead = board.seats.get(is_chair=True, ended_at=None).agency
    recipient = planted.world.people["clerk of recipient"].memberships.get().agency
    made = make.initiative(
        board, lead, owner, recipient, title="Another idea", purpose=planted.word("initiative: purpose")
    )
    milestone = make.milestone(made, planted.word("initiative: milestone"), owner)
    leader, need = make.lead_of(made), planted.word("initiative: need")
    block = initiatives.block(actor=leader, milestone_id=milestone.pk, by_agency_id=recipient.pk, what=need)
    planted.others.append({"initiative": made.pk, "milestone": milestone.pk, "held": milestone.pk, "block": block.pk})


def _practice(planted: Planted, owner: Agency) -> None:
    """What practitioners write to each other, keep in a working group, say in a hidden profile and suggest."""
    chair, officer = (planted.world.people[role] for role in ("clerk of recipient", "privacy officer"))
    message = practitioners.write(actor=chair, profile_id=planted.id("profile"), text=planted.word("practice: message"))
    practitioners.change_profile(actor=chair, about=planted.word("practice: hidden words"))
    group = planted.id("working_group")
    title, said = planted.word("practice: news title"), planted.word("practice: news")
    news = practitioners.announce(actor=chair, group_id=group, title=title, text=said)
    upload = SimpleUploadedFile(f"{planted.word('practice: file name')}.txt", planted.word("practice: file").encode())
    stored = files.keep(upload, folder=GROUPS, kinds=(files.TEXT,), most=files.MEBIBYTE)
    paper = practitioners.add_document(
        actor=chair, group_id=group, title=planted.word("practice: file title"), stored=stored
    )
    link = f"https://{planted.word('suggestion: link')}.example/"
    suggested = make.suggested(officer, summary=planted.word("suggestion: summary"), link=link)
    planted.others += [
        {"message": message.pk},
        {"announcement": news.pk},
        {"group_document": paper.pk},
        {"suggested": suggested.pk},
    ]
