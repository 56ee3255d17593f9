"""Which texts somebody must have accepted before a shared record opens, and which of them they have. Reads only.

The decision asks the same of the database by itself (portal/records/decision/conditions.py, records_open_sets).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from agencies.models import RECORD_ROLES, Membership, User
from portal.kernel.clock import database_now
from portal.kernel.prepared import Compiled
from privacy.models import PolicyVersion
from sharing_agreements.models import Grant

from .models import COUNTS_FOR, Acceptance, BehaviorRules

SOON = timedelta(days=14)
"""How long before the end of an acceptance somebody is asked for the next."""


@dataclass(frozen=True)
class Text:
    """A text in force, and when this person last accepted it."""

    of: PolicyVersion | BehaviorRules
    accepted_at: datetime | None = None

    @property
    def key(self) -> str:
        """The id under which a form names it."""
        return str(self.of.pk)

    @property
    def title(self) -> str:
        return self.of.policy.title if isinstance(self.of, PolicyVersion) else "Rules of behavior of this portal"

    @property
    def agency_id(self) -> UUID | None:
        """Whose policy it is; None for the rules of the portal."""
        return self.of.policy.agency_id if isinstance(self.of, PolicyVersion) else None

    @property
    def href(self) -> str:
        if isinstance(self.of, PolicyVersion):
            return reverse("public:policy", args=[self.of.policy_id])
        return reverse("acknowledgement:rules", args=[self.of.number])

    @property
    def counts_until(self) -> datetime | None:
        return self.accepted_at + COUNTS_FOR if self.accepted_at else None

    def counts(self, now: datetime) -> bool:
        """Whether it is accepted still."""
        return self.counts_until is not None and now < self.counts_until


def rules_in_force() -> BehaviorRules | None:
    return BehaviorRules.objects.first()


def in_force(agency_id: UUID) -> list[PolicyVersion | BehaviorRules]:
    """What people of an agency must have accepted: the portal's rules, its own policy, those of who shares with it.

    A share that is suspended asks nothing; one that begins later does, so that its first day finds people ready.
    """
    owners = Grant.objects.standing().filter(recipient=agency_id).values("record_set__owner")
    published = PolicyVersion.objects.published().filter(Q(policy__agency=agency_id) | Q(policy__agency__in=owners))
    rules, policies = rules_in_force(), list(published.select_related("policy__agency").order_by("policy__title"))
    own_first = sorted(policies, key=lambda each: each.policy.agency_id != agency_id)
    return [*([rules] if rules else []), *own_first]


def texts(membership: Membership) -> list[Text]:
    """Everything that this person must have accepted to look at what is shared with the agency; nothing for others."""
    if not membership.has(*RECORD_ROLES):
        return []
    found = in_force(membership.agency_id)
    accepted = latest([membership.person_id], found)
    return [Text(each, accepted.get((membership.person_id, each.pk))) for each in found]


def latest(people: Iterable[UUID], found: Iterable[PolicyVersion | BehaviorRules]) -> dict[tuple[UUID, UUID], datetime]:
    """(person, text) -> when they last accepted it, of those who ever did."""
    keys = [each.pk for each in found]
    rows = Acceptance.objects.filter(person__in=list(people)).order_by("accepted_at")
    rows = rows.filter(policy_version__in=keys) | rows.filter(rules__in=keys)
    return {
        (person, version or rules): at
        for person, version, rules, at in rows.values_list("person", "policy_version", "rules", "accepted_at")
    }


def _policies_unaccepted(membership_id: UUID) -> QuerySet[PolicyVersion]:
    mine = Membership.objects.filter(pk=membership_id)
    owners = Grant.objects.standing().filter(recipient__in=mine.values("agency")).values("record_set__owner")
    asked = Q(policy__agency__in=mine.values("agency")) | Q(policy__agency__in=owners)
    return PolicyVersion.objects.published().filter(asked, ~Exists(_counting(mine, policy_version=OuterRef("pk"))))


def _rules_unaccepted(membership_id: UUID) -> QuerySet[BehaviorRules]:
    mine = Membership.objects.filter(pk=membership_id)
    newest = BehaviorRules.objects.values("pk")[:1]
    return BehaviorRules.objects.filter(~Exists(_counting(mine, rules=OuterRef("pk"))), pk__in=newest).order_by()


def _counting(mine: QuerySet[Membership], **text: OuterRef) -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(person__in=mine.values("person"), accepted_at__gt=Now() - COUNTS_FOR, **text)


ANY_MISSING = Compiled(
    "SELECT EXISTS ({policies}) OR EXISTS ({rules}) AS missing",
    policies=lambda membership: _policies_unaccepted(membership).order_by().values("pk"),
    rules=lambda membership: _rules_unaccepted(membership).values("pk"),
)
"""Asked first wherever somebody searches, and nearly always the last: who has accepted everything misses nothing."""


def missing(membership: Membership) -> list[Text]:
    """What this person must accept now: shared records are closed to them until then."""
    if not ANY_MISSING.row(membership.pk)["missing"]:
        return []
    now = database_now()
    return [each for each in texts(membership) if not each.counts(now)]


def ending(found: Iterable[Text], now: datetime) -> list[Text]:
    """Those that count still, but not for long."""
    return [each for each in found if each.counts_until and now < each.counts_until <= now + SOON]


def ending_acceptances(person: User) -> QuerySet[Acceptance]:
    """Acceptances of this person that stop counting soon, of texts still asked of them, and that nothing replaces."""
    members = Membership.objects.current().with_role(*RECORD_ROLES).filter(person=person)
    now, keys = database_now(), set()
    for membership in members.select_related("person", "agency"):
        keys |= {(each.of.pk, each.accepted_at) for each in ending(texts(membership), now)}
    mine = Acceptance.objects.filter(person=person, accepted_at__in=[at for _, at in keys])
    of = [key for key, _ in keys]
    return mine.filter(policy_version__in=of) | mine.filter(rules__in=of)
