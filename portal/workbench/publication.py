"""What the publication of a draft changes for whom: asked of the decision itself, on the records as they are.

For each agency that looks at the owner's records somebody who works there asks, by the policy in force and by the
draft, as if everybody had accepted both. So nothing here can differ from what they see once it is in force.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from agencies.models import Agency, RecordSet
from portal.acknowledgement.commands import pretend_accepted
from portal.records.decision import Decision, Viewer, decide, see_as
from portal.records.decision.disclosure import rules_of
from portal.records.models import Participant
from privacy.models import ANY, PolicyVersion

from .impact import MOST_COUNTED, STRICT, Subject, able_people, questions_of, treatments
from .trying import recipients


@dataclass(frozen=True)
class Effect:
    """One kind of data of people in one role that an agency sees otherwise in one record set than it does now."""

    subject: Subject
    before: frozenset[str]
    after: frozenset[str]
    """The treatments under one purpose or another."""
    people_on_records: int | None
    """How many people it is about; `MOST_COUNTED + 1`: more than that; None for text, which is nobody's."""

    @property
    def shows_more(self) -> bool:
        """Whether anything is shown more fully than now: what nobody should overlook."""
        return min(map(STRICT.index, self.after)) < min(map(STRICT.index, self.before))


@dataclass(frozen=True)
class Concerned:
    """One agency, how many of its people look, and what changes for them in one record set."""

    agency: Agency
    people: int
    record_set: RecordSet
    effects: tuple[Effect, ...]


def effects_of(version: PolicyVersion) -> list[Concerned]:
    """By agency and record set, those without a change too."""
    owner = version.policy.agency
    rules, sets = rules_of(version), RecordSet.objects.filter(owner=owner).select_related("owner").order_by("name")
    found = []
    with transaction.atomic():
        for agency in recipients(owner):
            pretend_accepted(agency)
            questions = questions_of(agency)
            able = able_people(agency, questions)
            asked = [decide(Viewer(able[0], action, purpose)) for purpose, action in questions] if able else []
            for record_set in sets:
                opens = [each for each in asked if record_set.pk in each.sets]
                if opens:
                    tried = [each.under(owner.pk, rules) for each in opens]
                    found.append(Concerned(agency, len(able), record_set, _effects(record_set, opens, tried)))
        transaction.set_rollback(True)  # nobody accepted anything, and whoever asked here is not this page's viewer
    return found


def _effects(record_set: RecordSet, now: list[Decision], then: list[Decision]) -> tuple[Effect, ...]:
    before, after = treatments(record_set, now), treatments(record_set, then)
    changed = [subject for subject in after if before[subject] != after[subject]]
    counts = {role: _count(record_set, role, now[0]) for role in {role for role, _ in changed if role != ANY}}
    return tuple(Effect(each, before[each], after[each], counts.get(each[0])) for each in changed)


def _count(record_set: RecordSet, role: str, decision: Decision) -> int:
    """People in a role on records that are open to who asks."""
    see_as(decision.viewer)
    return Participant.objects.filter(record_set=record_set, role=role)[: MOST_COUNTED + 1].count()
