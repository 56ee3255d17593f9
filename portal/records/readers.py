"""Which other agencies a record was shown to, by the access log: whoever is told when it is corrected or recalled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from django.db.models import BooleanField, Exists, Func, OuterRef, QuerySet

from agencies.models import Agency, Membership, MembershipQuerySet, Role
from portal.audit.models import Event
from privacy.models import ANY, DataCategory, Obligation, ParticipantRole, Treatment
from sharing_agreements.models import Grant, Term

from . import expunged
from .decision import Decision
from .decision.disclosure import LEAVING, NEVER_RENDERED
from .decision.matrix import OF_RECORDS
from .decision.rules import Rules, by_rules
from .models import AccessEntry, Charge, DestructionCertificate, Dispute, Expungement, Record
from .shown.outcomes import keeps_back

OFFICES = (Role.CUSTODIAN, Role.PRIVACY_OFFICER)
RECALLED = "record.recalled"
LIFTED = "record.recall_lifted"
Shows = Callable[[str, str], str]
"""What of a category of data about people in a role was shown by a look: a `Treatment`."""


def shown(record_id: UUID) -> QuerySet[AccessEntry]:
    """Every time it was shown to anybody: its page, a list it stood in, a print, an export."""
    return AccessEntry.objects.filter(record_ids__contains=[record_id], outcome=AccessEntry.Outcome.SHOWN)


def looks(record_id: UUID, owner_id: UUID) -> QuerySet[AccessEntry]:
    """Every time it was shown to another agency."""
    return shown(record_id).exclude(agency=owner_id)


def agencies(record_id: UUID, owner_id: UUID) -> QuerySet[Agency]:
    return Agency.objects.filter(pk__in=looks(record_id, owner_id).values("agency"))


def members(record_id: UUID, owner_id: UUID) -> MembershipQuerySet:
    """Whom to tell at these agencies: who looked and works there still, records custodians and privacy officers; where
    an agency has neither, its administrators, so that each is told."""
    seen = looks(record_id, owner_id)
    here = Membership.objects.current().filter(agency__in=seen.values("agency"))
    return in_charge(here) | here.filter(person__in=seen.values("person"))


def in_charge(here: MembershipQuerySet) -> MembershipQuerySet:
    """Of these the records custodians and privacy officers; at an agency with neither, the administrators."""
    officed = Membership.objects.current().with_role(*OFFICES).values("agency")
    return here.with_role(*OFFICES) | here.with_role(Role.ADMINISTRATOR).exclude(agency__in=officed)


def shown_field(decision: Decision, of: Record, disputed: Dispute, role: str) -> list[UUID]:
    """Which other agencies a disputed field could have been shown to: under the terms of the grants by which they
    looked, and the owner's rules for the purposes that they stated. `decision` is of somebody of the owner."""
    found: dict[UUID, None] = {}
    nonconviction = disputed.charge is not None and is_nonconviction(disputed.charge)
    for agency, treated in _by_look(decision, of):
        shows = partial(_shows, treated)
        if disputed.field == Dispute.Field.ENTRY:
            cleared = disputed.entry is not None and disputed.entry.cleared_at is not None
            told = [str(each) for each in ParticipantRole if shows(each, DataCategory.NONCONVICTION)]
            kept_back = disputed.entry is not None and keeps_back(disputed.entry.pk, told)
            named = _shows_all_names(treated, of)
            seen_it = shows(ANY, DataCategory.FREE_TEXT) and (cleared or (named and not kept_back))
        else:
            seen_it = disputed.field == Dispute.Field.RECORD or shows(role, disputed.category)
            seen_it = seen_it and (not nonconviction or shows(role, DataCategory.NONCONVICTION))
        if seen_it:
            found[agency] = None
    return list(found)


def shown_kind(decision: Decision, of: Record, category: str) -> tuple[list[UUID], list[UUID]]:
    """Of the other agencies that looked: those that could have been shown data of this kind on the record, and those
    that could have been shown a part of it alone, as initials or a year are. As `shown_field` reckons."""
    whole: dict[UUID, None] = {}
    part: dict[UUID, None] = {}
    for agency, treated in _by_look(decision, of):
        seen = _seen_of(treated, of, category)
        if Treatment.SHOWN in seen:
            whole[agency] = None
        elif Treatment.MASKED in seen:
            part[agency] = None
    return list(whole), [each for each in part if each not in whole]


def _seen_of(treated: Shows, of: Record, category: str) -> set[str]:
    """How data of a kind about those on the record was treated."""
    if category == DataCategory.FREE_TEXT and not _shows_all_names(treated, of):
        return {treated(ANY, category)} if of.entries.filter(cleared_at__isnull=False).exists() else set()
    roles = [ANY] if category in OF_RECORDS else [each for each in of.participant_roles if each != NEVER_RENDERED]
    return {treated(role, category) for role in roles}


def _by_look(decision: Decision, of: Record) -> Iterator[tuple[UUID, Shows]]:
    """Each way in which another agency looked at the record, with what it could have been shown."""
    owner = decision.sets[of.record_set_id].owner_id
    rules = decision.disclosure.rules[owner]
    seen = looks(of.pk, owner).values_list(
        "agency", "agency__kind", "purpose", "grants", "action", "inquiry__approval__approved"
    )
    for agency, kind, purpose, grants, action, approved in seen.distinct():
        terms = [each.term for each in Grant.objects.filter(pk__in=grants, record_set=of.record_set_id)]
        unmet = {Obligation.STAYS} if action in LEAVING else set()
        unmet |= set() if approved else {Obligation.SUPERVISOR}
        yield agency, partial(_treated, rules, terms, (kind, purpose), unmet)


def _shows(treated: Shows, role: str, category: str) -> bool:
    return treated(role, category) == Treatment.SHOWN


def _shows_all_names(treated: Shows, of: Record) -> bool:
    return all(each != NEVER_RENDERED and _shows(treated, each, DataCategory.NAME) for each in of.participant_roles)


def is_nonconviction(charge: Charge) -> bool:
    """Whether a charge is nonconviction data now, as the database says (migration 0019)."""
    said = Func(
        *("outcome", "disposition", "filed_on", "record__record_class", "record__filed_on", "record__details"),
        function="records_nonconviction",
        output_field=BooleanField(),
    )
    return bool(Charge.objects.filter(pk=charge.pk).values_list(said, flat=True)[0])


def _treated(
    rules: Rules,
    terms: list[Term],
    who: tuple[str, str],
    unmet: set[Obligation],
    role: str,
    category: str,
) -> str:
    """How terms and rules treat a kind of data; withheld where each term asks, or the rule, for what was not met."""
    ruling = by_rules(rules, *who, role, category)
    met = any(
        category in term.data_categories
        and role in (ANY, *term.participant_roles)
        and not unmet & {*ruling.obligations, *term.conditions}
        for term in terms
    )
    return ruling.treatment if met else Treatment.WITHHELD


def recall(record_id: UUID) -> Event | None:
    """The request to destroy or return what was copied of the record, while it holds."""
    asked = Event.objects.filter(kind=RECALLED, subject_label=Record._meta.label, subject_id=record_id)
    newest = asked.order_by("-sequence").first()
    return None if newest is None or lifted(newest) else newest


def lifted(recalled: Event) -> Event | None:
    """That such a request was taken back, once it was."""
    since = Event.objects.filter(subject_label=recalled.subject_label, subject_id=recalled.subject_id, kind=LIFTED)
    return since.filter(sequence__gt=recalled.sequence).order_by("sequence").first()


def owed(membership: Membership) -> QuerySet[Event]:
    """Expungements of records of others that the membership's agency had looked at and has not certified, for who is
    in charge there."""
    mine = Membership.objects.current().filter(pk=membership.pk)
    if not membership.has(*OFFICES, Role.ADMINISTRATOR) or not in_charge(mine).exists():
        return Event.objects.none()
    record = Func(OuterRef("pk"), template="ARRAY[%(expressions)s]", output_field=AccessEntry.record_ids.field)
    looked = AccessEntry.objects.filter(agency=membership.agency_id, record_ids__contains=record)
    certified = DestructionCertificate.objects.filter(expungement=OuterRef("pk"), agency=membership.agency_id)
    of_others = Expungement.objects.exclude(record_set__owner=membership.agency_id)
    with expunged.reading():
        shown_here = Exists(looked.filter(outcome=AccessEntry.Outcome.SHOWN))
        found = list(of_others.filter(shown_here & ~Exists(certified)).values_list("pk", flat=True))
    return Event.objects.filter(kind="record.expunged", subject_id__in=found).order_by("sequence")


def told(record_id: UUID) -> QuerySet[Event]:
    """When those who looked were told that something on it was corrected, and what."""
    corrected = Event.objects.filter(kind="record.corrected", subject_id=record_id)
    return corrected.filter(subject_label=Record._meta.label)
