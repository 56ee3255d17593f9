"""Which other agencies a record was shown to, by the access log: whoever is told when it is corrected or recalled."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db.models import BooleanField, Func, QuerySet

from agencies.models import Agency, Membership, MembershipQuerySet, Role
from portal.audit.models import Event
from privacy.models import ANY, DataCategory, Obligation, ParticipantRole
from sharing_agreements.models import Grant, Term

from .decision import Decision
from .decision.disclosure import LEAVING, Rules, by_rules
from .models import AccessEntry, Charge, Dispute, Record

OFFICES = (Role.CUSTODIAN, Role.PRIVACY_OFFICER)


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
    officed = Membership.objects.current().with_role(*OFFICES).values("agency")
    heads = here.with_role(Role.ADMINISTRATOR).exclude(agency__in=officed)
    return here.with_role(*OFFICES) | here.filter(person__in=seen.values("person")) | heads


def shown_field(decision: Decision, of: Record, disputed: Dispute, role: str) -> list[UUID]:
    """Which other agencies a disputed field could have been shown to: under the terms of the grants by which they
    looked, and the owner's rules for the purposes that they stated. `decision` is of somebody of the owner."""
    owner = decision.sets[of.record_set_id].owner_id
    rules = decision.disclosure.rules[owner]
    found: dict[UUID, None] = {}
    nonconviction = disputed.charge is not None and is_nonconviction(disputed.charge)
    seen = looks(of.pk, owner).values_list(
        "agency", "agency__kind", "purpose", "grants", "action", "inquiry__approval__approved"
    )
    for agency, kind, purpose, grants, action, approved in seen.distinct():
        terms = [each.term for each in Grant.objects.filter(pk__in=grants, record_set=of.record_set_id)]
        unmet = {Obligation.STAYS} if action in LEAVING else set()
        unmet |= set() if approved else {Obligation.SUPERVISOR}
        shows = partial(_shows, rules, terms, (kind, purpose), unmet)
        if disputed.field == Dispute.Field.ENTRY:
            cleared = disputed.entry is not None and disputed.entry.cleared_at is not None
            named = all(
                each != ParticipantRole.INFORMANT and shows(each, DataCategory.NAME) for each in of.participant_roles
            )
            seen_it = shows(ANY, DataCategory.FREE_TEXT) and (cleared or named)
        else:
            seen_it = disputed.field == Dispute.Field.RECORD or shows(role, disputed.category)
            seen_it = seen_it and (not nonconviction or shows(role, DataCategory.NONCONVICTION))
        if seen_it:
            found[agency] = None
    return list(found)


def is_nonconviction(charge: Charge) -> bool:
    """Whether a charge is nonconviction data now, as the database says (migration 0019)."""
    said = Func(
        *("outcome", "disposition", "filed_on", "record__record_class", "record__filed_on", "record__details"),
        function="records_nonconviction",
        output_field=BooleanField(),
    )
    return bool(Charge.objects.filter(pk=charge.pk).values_list(said, flat=True)[0])


def _shows(
    rules: Rules,
    terms: list[Term],
    who: tuple[str, str],
    unmet: set[Obligation],
    role: str,
    category: str,
) -> bool:
    """Whether terms and rules show a kind of data; a rule whose obligation was not met did not."""
    if not any(category in term.data_categories and role in (ANY, *term.participant_roles) for term in terms):
        return False
    ruling = by_rules(rules, *who, role, category)
    return ruling.shown and not unmet & {*ruling.obligations}


def told(record_id: UUID) -> QuerySet[Event]:
    """When those who looked were told that something on it was corrected, and what."""
    corrected = Event.objects.filter(kind="record.corrected", subject_id=record_id)
    return corrected.filter(subject_label=Record._meta.label)
