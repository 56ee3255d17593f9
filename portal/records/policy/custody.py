"""What an owner's records custodian alone may do."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Membership, Role, User
from portal.kernel.errors import Refused
from portal.records.decision import Decision, Ruling
from portal.records.shown.protected import Naming


def may_keep(person: User, membership: Membership, decision: Decision, record_set_id: UUID) -> None:
    """Clear entries, seal, unseal: records custodians of the owner, as the decision knows them (active, trained)."""
    open_set = decision.sets.get(record_set_id)
    if membership.person_id != person.pk or open_set is None or not open_set.sealed:
        raise PermissionDenied("A records custodian of the agency that owns this record does this.")


def may_clear(free_text: Ruling | None) -> None:
    """Nobody clears what they cannot read themselves, as on a record with a confidential informant."""
    if free_text is None or not free_text.shown:
        raise Refused(
            "The docket of this record is withheld from you too, so its entries can't be cleared here.", code="unread"
        )


def may_account(person: User, membership: Membership, decision: Decision, record_set_id: UUID) -> None:
    """See to whom a record was disclosed: the owner's records custodians and privacy officers, who see the record."""
    open_set = decision.sets.get(record_set_id)
    office = membership.has(Role.CUSTODIAN, Role.PRIVACY_OFFICER)
    if membership.person_id != person.pk or open_set is None or not open_set.own or not office:
        raise PermissionDenied("A records custodian or privacy officer of the agency that owns this record does this.")


NAMES = "names"
"""Code of the refusal to release an entry that seems to name somebody protected, unless that was read."""


def may_clear_names(found: Naming, names_read: bool) -> None:
    """What seems to name a protected person is released on purpose only."""
    if found.people and not names_read:
        number = "a protected person" if found.people == 1 else f"{found.people} protected people"
        raise Refused(
            f"This entry seems to name {number}. Read the marked words, and tick the box if you release it.", code=NAMES
        )
