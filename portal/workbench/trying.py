"""A rule tried on a real record before it is saved: what somebody elsewhere would see, asked of the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from agencies.models import RECORD_ROLES, Agency, Membership
from portal.acknowledgement.commands import pretend_accepted
from portal.records import listing
from portal.records.decision import Condition, Decision, Viewer, decide, explain
from portal.records.decision.rules import NOT_PERMITTED, Rules
from portal.records.listing import Query
from portal.records.models import Record
from portal.records.reading import docket_key
from portal.records.shown import CaseFile, Shown, case_file
from portal.records.shown.values import ABSENT, Envelope
from privacy.models import ANY, DataCategory, Purpose
from sharing_agreements.models import Action, Grant

from .sights import Sight

NEWEST = 2_000
"""Among how many records one that the rule speaks of is looked for."""


@dataclass(frozen=True)
class Line:
    """One value of the record, and how it is seen by the policy in force and by the rules tried."""

    whose: str
    category: DataCategory
    before: Sight
    after: Sight


@dataclass(frozen=True)
class Trial:
    """A record as somebody of an agency would see it. `case` shows no more than the person who tries sees in `own`."""

    agency: Agency
    purpose: str
    own: CaseFile
    case: CaseFile | None
    closed: tuple[Condition, ...]
    """What keeps the record closed to them, if anything does."""
    lines: tuple[Line, ...]
    kept: int = 0
    """How many values they would see more fully than the person who tries, so that `case` does not show them."""

    @property
    def purpose_label(self) -> str:
        return str(Purpose(self.purpose).label)

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.before != line.after]


def recipients(owner: Agency) -> list[Agency]:
    """To whom the owner's records are open by a grant, and the owner itself, whose people the rules concern too."""
    granted = Grant.objects.standing().filter(record_set__owner=owner).values("recipient")
    return [*Agency.objects.filter(pk__in=granted).order_by("name"), owner]


def example(reader: Decision, owner: Agency, role: str) -> UUID | None:
    """A new record of the owner that the reader sees, of no class apart; if there is one, with somebody in the part."""
    mine = Record.objects.visible_to(reader).filter(record_set__owner=owner, sealed=False, juvenile=False)
    mine = mine.order_by("-ordered_on", "-pk")
    newest = mine.values_list("pk", "participant_roles")[:NEWEST]
    fitting = (key for key, roles in newest if role == ANY or role in roles)
    return next(fitting, None) or mine.values_list("pk", flat=True).first()


def by_number(reader: Decision, owner: Agency, number: str) -> UUID | None:
    """The owner's record with this docket number, if the reader sees it."""
    query = Query(docket_key=docket_key(number), owner_id=owner.pk)
    return next((key for _, key in listing.find(reader, query, limit=1)), None) if query.docket_key else None


def attempt(reader: Decision, record_id: UUID, agency: Agency, purpose: str, rules: Rules) -> Trial | None:
    """The record under `rules` in place of its owner's policy in force; None where the reader sees no such record."""
    own = case_file(reader, record_id)
    if own is None:
        return None
    asking, conditions = _asking(agency, purpose, own.envelope)
    if conditions:
        return Trial(agency, purpose, own, None, conditions, ())
    owner = own.open_set.owner_id
    before = case_file(asking.approved(), record_id)
    after = case_file(asking.under(owner, rules).approved(), record_id)
    case = case_file(asking.under(owner, rules, no_more_than=reader).approved(), record_id)
    if before is None or after is None or case is None:
        return None
    lines, shown = tuple(_lines(own, before, after)), _lines(own, before, case)
    kept = sum(theirs.after.treatment != here.after.treatment for theirs, here in zip(lines, shown, strict=True))
    return Trial(agency, purpose, own, case, (), lines, kept)


def _asking(agency: Agency, purpose: str, envelope: Envelope) -> tuple[Decision, tuple[Condition, ...]]:
    """The decision of somebody there to whom the record is open; else what is wanting for the one who comes nearest."""
    here = Membership.objects.current().with_role(*RECORD_ROLES).filter(agency=agency).order_by("pk")
    nearest: tuple[Condition, ...] | None = None
    found = Decision(Viewer(None, Action.VIEW, purpose))
    with transaction.atomic():
        pretend_accepted(agency)
        for key in here.values_list("pk", flat=True):
            viewer = Viewer(key, Action.VIEW, purpose)
            wanting = tuple(each for each in explain(viewer, envelope).conditions if not each.passes)
            if nearest is None or len(wanting) < len(nearest):
                nearest, found = wanting, decide(viewer)
                found.sets.among([envelope.record_set_id])  # while what was accepted is pretended
            if not nearest:
                break
        transaction.set_rollback(True)  # nobody accepted anything
    if nearest is None:
        return found, (Condition("Somebody works there in a role that looks at records", False, agency.name),)
    return found, nearest


def _lines(own: CaseFile, before: CaseFile, after: CaseFile) -> Iterator[Line]:
    """Every value that the record holds, by the names that the reader knows."""
    known = {person.id: person.called for person in own.people}
    was = {person.id: person for person in before.people}
    for person in after.people:
        earlier, whose = was[person.id], known.get(person.id, person.label)
        yield from _line(whose, DataCategory.NAME, earlier.name, person.name)
        yield from _line(whose, DataCategory.BIRTH_DATE, earlier.birth_date, person.birth_date)
        yield from _line(whose, DataCategory.CONTACT, earlier.contact, person.contact)
        yield from _line(whose, DataCategory.IDENTIFIERS, earlier.identifiers, person.identifiers)
    for charge in own.charges:
        whose = f"{charge.against}, {charge.count_number or 'complaint'}"
        yield from _line(whose, DataCategory.CHARGES, *(_charge(each, charge.id) for each in (before, after)))
    for detail in own.details:
        if detail.field.category:
            yield from _line(
                detail.field.label,
                DataCategory(detail.field.category),
                *(
                    next(there.shown for there in each.details if there.field == detail.field)
                    for each in (before, after)
                ),
            )
    if own.title.ruling is not ABSENT or own.entry_count:
        text = (replace(each.title, ruling=each.free_text) for each in (before, after))
        yield from _line("The title and the docket", DataCategory.FREE_TEXT, *text)


def _charge(case: CaseFile, key: UUID) -> Shown:
    """A charge as it is shown; what is nonconviction data is not there at all for whom it is withheld."""
    return next((each.description for each in case.charges if each.id == key), Shown(None, NOT_PERMITTED))


def _line(whose: str, category: DataCategory, before: Shown, after: Shown) -> Iterator[Line]:
    if after.ruling is not ABSENT:
        yield Line(whose, category, Sight.of(before.ruling), Sight.of(after.ruling))
