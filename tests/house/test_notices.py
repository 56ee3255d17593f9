"""Every kind of notice: it stands in a group, and reaches nobody who left, lost the role or never had to do with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from agencies.models import Agency, Auditor, Membership, User
from agencies.practitioners.models import Message, Profile, WorkingGroup
from agencies.readiness.models import Assessment, PlanAction
from portal.acknowledgement.models import Acceptance, BehaviorRules
from portal.audit.models import Event
from portal.audit.record import record
from portal.notices import kinds
from portal.notices.models import Notice
from portal.notices.settling import still_owed
from portal.records.models import Export, Import, Inquiry, Record, Watch
from portal.resources.library.models import Resource
from privacy.law.models import LawChange
from privacy.models import PrivacyPolicy
from privacy.redress.models import RedressRequest
from sharing_agreements.boards.models import Ballot, Board, Motion, Seat
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.models import Agreement, Party
from tests import make
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

from .world import World

__all__ = ["owner_sql"]

OF_ONESELF = {"work", "security"}
"""Groups about the reader's own account and work: those still reach who left, and must."""

OPEN_BALLOTS = {"ballot_opened", "ballot_reminded", "ballot_escalated"}
"""Whoever may vote on an open ballot still may after leaving the board, and is still asked to."""

NOBODY_HERE = {
    "agreement.signing_opened",
    "agreement.turn_to_sign",
    "agreement.opened_for_comment",
    "agreement.obligation_done",
    "agreement.obligation_reopened",
    "record.corrected",
    "record.disputed",
    "record.dispute_ended",
    "record.expunged",
    "record.expungement_asked",
    "record.recalled",
    "record.recall_lifted",
}
"""Kinds with nobody to tell: of an agreement that all have signed, of what its lead agency itself owes, of a record
that nobody else has looked at. Each has a test of its own."""


EVERYBODY = {"rules.published"}
"""Kinds for whoever looks at records anywhere, so that nobody who does is a stranger to them."""


def test_groups_are_few_and_each_is_one_thing() -> None:
    groups = kinds.groups()
    assert len({group.name for group in groups}) == len(groups)
    assert {kind.group for kind in kinds.every()} == set(groups), "two groups share a key"
    assert len(groups) <= 14
    for kind in kinds.every():
        assert kind.asks[:1] == kind.asks[:1].lower(), f"{kind.name}: it stands in a list"


@pytest.mark.django_db
def test_no_kind_reaches_who_left_or_never_had_to_do_with_it(world: World, owner_sql: OwnerSql) -> None:
    stranger = make.person(make.agency()).person
    told = {event: kinds.told(event) for event in one_of_each(world)}
    assert {event.kind for event, people in told.items() if not people} == NOBODY_HERE
    for event in told:
        reaches = kinds.concerned(event, stranger) != []
        assert reaches == (event.kind in EVERYBODY), f"{event.kind} reaches a stranger, or not who it is for"
    everybody_leaves(owner_sql)
    for event, people in told.items():
        for person in people if event.kind.partition(".")[2] not in OPEN_BALLOTS else ():
            left = User.objects.get(pk=person.pk)
            through = {kind.group.key for kind in kinds.concerned(event, left)} - OF_ONESELF
            assert not through, f"{event.kind} still reaches who left, through {through}"
            left.is_active = False
            assert still_owed(Notice(event=event, recipient=left)) == (None, "recipient_inactive")


def one_of_each(world: World) -> list[Event]:
    """An event of each registered kind, about things of the world, with all in its detail that a kind may ask for."""
    ids: dict[str, Any] = {**world.ids}
    board, motion = Board.objects.get(pk=ids["board"]), Motion.objects.get(pk=ids["motion"])
    auditor = Auditor.objects.select_related("person").get(pk=ids["auditor"])
    subjects: dict[str, Model] = {
        "agreement": Agreement.objects.get(pk=ids["agreement"]),
        "board": board,
        "agency": Agency.objects.get(pk=ids["agency"]),
        "record_set": Agency.objects.get(pk=ids["agency"]),
        "membership": Membership.objects.get(pk=ids["membership"]),
        "person": User.objects.get(pk=ids["person"]),
        "training": User.objects.get(pk=ids["person"]),
        "auditor": auditor,
        "import": Import.objects.get(pk=ids["import"]),
        "policy": PrivacyPolicy.objects.get(pk=ids["policy"]),
        "record": Record(pk=ids["record"]),  # what it says stands behind the second lock; its id is enough here
        "rules": BehaviorRules.objects.get(pk=ids["rules"]),
        "acceptances": Acceptance.objects.get(pk=ids["accepted"]).person,
        "inquiry": Inquiry.objects.get(pk=ids["inquiry"]),
        "budget": Budget.objects.get(pk=ids["budget"]),
        "initiative": Initiative.objects.get(pk=ids["initiative"]),
        "law": LawChange.objects.get(pk=ids["law_change"]),
        "profile": Profile.objects.get(pk=ids["profile"]),
        "message": Message.objects.get(pk=ids["message"]),
        "working_group": WorkingGroup.objects.get(pk=ids["working_group"]),
        "resource": Resource.objects.get(pk=ids["suggested"]),
        "application": Application.objects.get(pk=ids["application"]),
        "export": Export.objects.get(pk=ids["large"]),
        "watch": Watch.objects.get(pk=ids["watch"]),
        "redress": RedressRequest.objects.get(pk=ids["asked"]),
        "readiness": Assessment.objects.get(pk=ids["ready"]),
        "plan_action": PlanAction.objects.get(pk=ids["action"]),
    }
    detail: dict[str, Any] = {
        "agencies": [],
        "in_part": [],
        "ballots": [],
        "recalled": str(ids["record"]),
        "status": "ready",
        "records": 1,
        "until": Watch.objects.get(pk=ids["watch"]).confirmed_until.isoformat(),
        "field": "name",
        "outcome": "stands",
        "board": str(board.pk),
        "motion_id": str(motion.pk),
        "ballot": str(Ballot.objects.get(pk=ids["ballot"]).pk),
        "meeting": str(ids["meeting"]),
        "agency": str(ids["agency"]),
        "acceptances": [str(ids["accepted"])],
        "people": [str(ids["person"])],
        "seat": 1,
        "record": str(ids["record"]),
        "owner": str(ids["agency"]),
        "rules": ["R1"],
        "policy": "Privacy policy",
        "version": 2,
        "comment": str(ids["comment"]),
        "version_id": str(ids["draft_version"]),
        "review": str(ids["review"]),
        "reviewer": str(ids["reviewer"]),
        "stage": "Privacy review",
        "invoice": str(ids["invoice"]),
        "funding_report": str(ids["funding_report"]),
        "number": "INV-2027-001",
        "effective_on": ids["due"].isoformat(),
        "milestone": str(ids["held"]),
        "proposal_id": str(ids["initiative_proposal"]),
        "obligation": str(ids["obligation"]),
        "due_on": ids["due"].isoformat(),
        "day": ids["due"].isoformat(),
        "seat_id": str(ids["seat"]),
        **dict.fromkeys(("alternate", "former", "holder", "stood_by"), str(ids["person"])),
        "person": str(auditor.person_id),
        "report": str(ids["report"]),
        "member": str(ids["member"]),
        "party_id": str(Party.objects.filter(version__agreement=ids["agreement"]).order_by("position")[0].pk),
    }
    return [
        record(name, subjects[name.partition(".")[0]], actor=None, **detail)
        for name in sorted({kind.name for kind in kinds.every()})
    ]


def everybody_leaves(owner_sql: OwnerSql) -> None:
    """No membership, seat, appointment or administration is left to anybody."""
    for model in (Membership, Seat, Auditor):
        owner_sql(f"UPDATE {model._meta.db_table} SET ended_at = clock_timestamp()")
    owner_sql(f"UPDATE {User._meta.db_table} SET is_portal_administrator = false")
