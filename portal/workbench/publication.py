"""What the publication of a draft changes for whom: asked of the decision itself, on the records as they are.

For each agency that looks at the owner's records somebody who works there asks, by the policy in force and by the
draft, under every purpose and for every action, as if everybody had accepted both and a supervisor had approved the
inquiry. So nothing here can differ from what they see once it is in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from agencies.models import Agency, RecordSet
from portal.acknowledgement.commands import pretend_accepted
from portal.records.decision import Decision, Viewer, decide, see_as
from portal.records.decision.matrix import OF_PEOPLE, OF_RECORDS, ROLES
from portal.records.decision.rules import Rules, rules_of
from portal.records.models import Participant
from privacy.models import ANY, PolicyVersion

from .impact import MOST_COUNTED, Subject, able_people, questions_of
from .sights import Sight
from .trying import recipients

Asked = tuple[str, str]
"""(purpose, action)"""


@dataclass(frozen=True)
class Effect:
    """One kind of data of people in one role that an agency sees otherwise in one record set than it does now."""

    subject: Subject
    before: Sight
    after: Sight
    asked: frozenset[Asked]
    """Under which purposes and for which actions."""
    people_on_records: int | None
    """How many people it is about; `MOST_COUNTED + 1`: more than that; None for text, which is nobody's."""

    @property
    def shows_more(self) -> bool:
        """Whether anything is shown more fully, or with less asked for it: what nobody should overlook."""
        return self.after.shows_more_than(self.before)


@dataclass(frozen=True)
class Concerned:
    """One agency, how many of its people look, and what changes for them in one record set."""

    agency: Agency
    people: int
    record_set: RecordSet
    effects: tuple[Effect, ...]
    asked: frozenset[Asked]
    """Everything that was asked."""


def effects_of(version: PolicyVersion) -> tuple[list[Concerned], list[Agency]]:
    """By agency and record set, those without a change too; and the agencies at which nobody can look today."""
    owner = version.policy.agency
    rules, sets = rules_of(version), RecordSet.objects.filter(owner=owner).select_related("owner").order_by("name")
    found, empty = [], []
    with transaction.atomic():
        for agency in recipients(owner):
            pretend_accepted(agency)
            questions = questions_of(agency)
            able = able_people(agency, questions)
            if not able:
                empty.append(agency)
                continue
            asked = [decide(Viewer(able[0], action, purpose)) for purpose, action in questions]
            for each in asked:
                each.sets.among(record_set.pk for record_set in sets)
            for record_set in sets:
                opens = [each for each in asked if record_set.pk in each.sets]
                if opens:
                    found.append(_concerned(agency, len(able), record_set, opens, owner.pk, rules))
        transaction.set_rollback(True)  # nobody accepted anything, and whoever asked here is not this page's viewer
    return found, empty


def _concerned(
    agency: Agency,
    people: int,
    record_set: RecordSet,
    opens: list[Decision],
    owner: UUID,
    rules: Rules,
) -> Concerned:
    pairs = [(each.approved(), each.under(owner, rules).approved()) for each in opens]
    subjects: list[Subject] = [(str(role), str(category)) for role in ROLES for category in OF_PEOPLE]
    changed: dict[tuple[Subject, Sight, Sight], set[Asked]] = {}
    for subject in [*subjects, *((ANY, str(category)) for category in OF_RECORDS)]:
        for now, then in pairs:
            was, comes = (Sight.of(each.disclosure.ruling(record_set.pk, *subject)) for each in (now, then))
            if was != comes:
                asked = (now.viewer.purpose, str(now.viewer.action))
                changed.setdefault((subject, was, comes), set()).add(asked)
    counts = {role: _count(record_set, role, opens[0]) for role in {role for (role, _), *_ in changed if role != ANY}}
    effects = tuple(
        Effect(subject, was, comes, frozenset(asked), counts.get(subject[0]))
        for (subject, was, comes), asked in changed.items()
    )
    everything = frozenset((each.viewer.purpose, str(each.viewer.action)) for each in opens)
    return Concerned(agency, people, record_set, effects, everything)


def _count(record_set: RecordSet, role: str, decision: Decision) -> int:
    """People in a role on records that are open to who asks."""
    see_as(decision.viewer)
    return Participant.objects.filter(record_set=record_set, role=role)[: MOST_COUNTED + 1].count()
