"""What an agreement opens, and what it would open: asked of the decision itself, on the real data.

For each recipient somebody who works there asks, under every purpose and for every action, with the grants as they are
and as they would be, and as if everybody had accepted the policies and rules in force. So nothing here can differ from
what access is once the last party has signed and people have accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from agencies.models import RECORD_ROLES, Agency, Membership, RecordSet
from portal.acknowledgement.commands import pretend_accepted
from portal.records.decision import Decision, OpenSet, Viewer, decide, see_as
from portal.records.decision.matrix import OF_PEOPLE, OF_RECORDS, ROLES
from portal.records.decision.rules import STRICTNESS
from portal.records.models import Record
from privacy.models import Purpose
from sharing_agreements import grants
from sharing_agreements.models import Action, Agreement, Grant, Term

MOST_COUNTED = 100_000
Subject = tuple[str, str]
"""(participant role or `*`, data category)."""


@dataclass(frozen=True)
class Opened:
    """One record set as one recipient may use it."""

    record_set: RecordSet
    actions: tuple[str, ...]
    purposes: tuple[str, ...]
    juvenile: bool
    records: int
    """How many can be seen; `MOST_COUNTED + 1`: more than that."""
    shown: dict[Subject, frozenset[str]] = field(default_factory=dict)
    """Whom and what it concerns -> every treatment under one of the purposes."""


@dataclass(frozen=True)
class Recipient:
    """What one agency has of the record sets concerned, and how many of its people can use it."""

    agency: Agency
    people: int
    sets: dict[UUID, Opened]


@dataclass(frozen=True)
class Impact:
    """Access before and after, by agency; without `after` it is what the agreement's recipients have now."""

    before: dict[UUID, Recipient]
    after: dict[UUID, Recipient] | None


def impact_of(agreement: Agreement) -> Impact:
    """What is open now of everything that the text, and the text it follows, name; and what would be with the text."""
    pairs = _concerned(agreement)
    before = access(pairs)
    if agreement.in_force_at is not None or agreement.standing in {"rejected", "withdrawn"}:
        return Impact(before, None)
    with grants.pretended(agreement):
        after = access(pairs)
    return Impact(before, after)


def _concerned(agreement: Agreement) -> dict[UUID, set[UUID]]:
    """Recipient -> record sets, under the text and the text that it follows."""
    versions = [agreement.current_version_id]
    if agreement.follows is not None:
        versions.append(agreement.follows.current_version_id)
    found: dict[UUID, set[UUID]] = {}
    for recipient, record_set in Term.objects.filter(version__in=versions).values_list("recipient", "record_set"):
        found.setdefault(recipient, set()).add(record_set)
    return found


def access(pairs: dict[UUID, set[UUID]]) -> dict[UUID, Recipient]:
    """What each agency's people can see of these record sets at this moment."""
    agencies = Agency.objects.in_bulk(list(pairs))
    sets = RecordSet.objects.select_related("owner").in_bulk(list({each for of in pairs.values() for each in of}))
    ordered = sorted(agencies.values(), key=lambda agency: agency.name)
    with transaction.atomic():
        for agency in ordered:
            pretend_accepted(agency)
        found = {agency.pk: _recipient(agency, [sets[key] for key in pairs[agency.pk]]) for agency in ordered}
        # Nobody accepted anything, and whoever was named to the second lock here is not the viewer of this page.
        transaction.set_rollback(True)
    return found


def _recipient(agency: Agency, sets: Sequence[RecordSet]) -> Recipient:
    questions = questions_of(agency)
    able = able_people(agency, questions)
    if not able:
        return Recipient(agency, 0, {})
    asked = [(purpose, action, decide(Viewer(able[0], action, purpose))) for purpose, action in questions]
    for *_, decision in asked:
        decision.sets.among(each.pk for each in sets)
    found = {each.pk: _opened(each, asked) for each in sorted(sets, key=lambda each: each.name)}
    return Recipient(agency, len(able), {key: opened for key, opened in found.items() if opened})


def questions_of(agency: Agency) -> list[tuple[str, Action]]:
    """Purposes and actions under which anything can be open to the agency: those of its grants, and of its own sets."""
    lists = Grant.objects.standing().filter(recipient=agency).values_list("purposes", "actions")
    found = {(purpose, Action(action)) for purposes, actions in lists for purpose in purposes for action in actions}
    own = RecordSet.objects.filter(owner=agency, closed_at=None).exists()
    return sorted(found | ({(str(Purpose.CRIMINAL_JUSTICE), Action.VIEW)} if own else set()))


def able_people(agency: Agency, questions: list[tuple[str, Action]]) -> list[UUID]:
    """Memberships of the agency, one a person, to which the decision opens anything at all."""
    current = Membership.objects.current().with_role(*RECORD_ROLES).filter(agency=agency).order_by("pk")
    return [
        key
        for key in current.values_list("pk", flat=True)
        if any(not decide(Viewer(key, action, purpose)).nothing for purpose, action in questions)
    ]


Asked = tuple[str, Action, Decision]


def _opened(record_set: RecordSet, asked: list[Asked]) -> Opened | None:
    opens = [(purpose, action, each) for purpose, action, each in asked if record_set.pk in each.sets]
    if not opens:
        return None
    ways = [each.sets[record_set.pk] for _, _, each in opens]
    return Opened(
        record_set=record_set,
        actions=tuple(action for action in Action.values if action in {action for _, action, _ in opens}),
        purposes=tuple(purpose for purpose in Purpose.values if purpose in {purpose for purpose, _, _ in opens}),
        juvenile=any(way.juvenile for way in ways),
        records=max(_count(record_set, each) for _, _, each in _widest(ways, opens)),
        shown=treatments(record_set, [each for _, _, each in opens]),
    )


def _widest(ways: list[OpenSet], opens: list[Asked]) -> list[Asked]:
    """One question for each kind of record that is open: counting every purpose and action would count the same."""
    kinds = {(way.sealed, way.juvenile): one for way, one in zip(ways, opens, strict=True)}
    return list(kinds.values())


def _count(record_set: RecordSet, decision: Decision) -> int:
    see_as(decision.viewer)
    only = decision.only([record_set.pk])
    return Record.objects.visible_to(only).filter(record_set=record_set)[: MOST_COUNTED + 1].count()


def treatments(record_set: RecordSet, decisions: list[Decision]) -> dict[Subject, frozenset[str]]:
    subjects: list[Subject] = [(str(role), str(category)) for role in ROLES for category in OF_PEOPLE]
    subjects += [("*", str(category)) for category in OF_RECORDS]
    return {
        (role, category): frozenset(
            decision.disclosure.ruling(record_set.pk, role, category).treatment for decision in decisions
        )
        for role, category in subjects
    }


# --- Differences ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One record set for one recipient, before and after; None where it is not open."""

    agency: Agency
    record_set: RecordSet
    before: Opened | None
    after: Opened | None

    @property
    def word(self) -> str:
        """`gained`, `lost`, `changed` or `same`."""
        if self.before is None or self.after is None:
            return "gained" if self.before is None else "lost"
        return "same" if replace(self.before, records=0) == replace(self.after, records=0) else "changed"


def changes(impact: Impact) -> list[Change]:
    """By recipient and record set; what is open neither before nor after is left out."""
    after = impact.before if impact.after is None else impact.after
    found = []
    for key, now in impact.before.items():
        then = after[key]
        for set_id in sorted({*now.sets, *then.sets}, key=str):
            pair = now.sets.get(set_id), then.sets.get(set_id)
            which = pair[1] or pair[0]
            assert which is not None  # noqa: S101  (it is open before or after)
            found.append(Change(now.agency, which.record_set, *pair))
    return sorted(found, key=lambda each: (each.agency.name, each.record_set.name))


def people(impact: Impact) -> dict[str, int]:
    """How many people gain, lose or keep access to at least one of the record sets."""
    after = impact.before if impact.after is None else impact.after
    found = {"gain": 0, "lose": 0, "keep": 0}
    for key, now in impact.before.items():
        then = after[key]
        word = {(False, True): "gain", (True, False): "lose", (True, True): "keep"}.get(
            (bool(now.sets), bool(then.sets))
        )
        if word:
            found[word] += max(now.people, then.people)
    return found


def strictest_first(treatments: Iterable[str]) -> list[str]:
    return sorted(treatments, key=STRICTNESS.index, reverse=True)
