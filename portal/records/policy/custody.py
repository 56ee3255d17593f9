"""What an owner's records custodian alone may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership, MembershipQuerySet, RecordSet, Role, User
from portal.kernel.errors import Refused
from portal.records.decision import Decision, Ruling
from portal.records.models import Expungement, ExpungementRequest, Ground, Record
from portal.records.reading import name_key
from portal.records.shown.protected import Naming


def may_keep(person: User, membership: Membership, decision: Decision, record_set_id: UUID) -> None:
    """Clear entries, seal, unseal: records custodians of the owner, as the decision knows them (active, trained)."""
    open_set = decision.sets.get(record_set_id)
    if membership.person_id != person.pk or open_set is None or not open_set.sealed:
        raise PermissionDenied("A records custodian of the agency that owns this record does this.")


def may_review(record: Record) -> None:
    """Criminal intelligence alone has a day by which it must be reviewed."""
    if record.closes_at is None:
        raise Refused("Records of this class are not reviewed.", code="class")


def may_clear(free_text: Ruling | None) -> None:
    """Nobody clears what they cannot read themselves, as on a record with a confidential informant."""
    if free_text is None or not free_text.shown:
        raise Refused(
            "The docket of this record is withheld from you too, so its entries can't be cleared here.", code="unread"
        )


def may_account(person: User, membership: Membership, decision: Decision, record_set_id: UUID) -> None:
    """See to whom a record was disclosed, mark what somebody disputes of it: the owner's records custodians and privacy
    officers, who see the record."""
    open_set = decision.sets.get(record_set_id)
    office = membership.has(Role.CUSTODIAN, Role.PRIVACY_OFFICER)
    if membership.person_id != person.pk or open_set is None or not open_set.own or not office:
        raise PermissionDenied("A records custodian or privacy officer of the agency that owns this record does this.")


NAMES = "names"
"""Code of the refusal to release an entry that seems to name somebody protected, unless that was read."""


def may_clear_names(found: Naming, names_read: bool) -> None:
    """What seems to name a protected person, or to tell of an end without conviction, is released on purpose only."""
    if found.people and not names_read:
        number = "a protected person" if found.people == 1 else f"{found.people} protected people"
        raise Refused(
            f"This entry seems to name {number}. Read the marked words, and tick the box if you release it.", code=NAMES
        )
    if found.outcome and not names_read:
        raise Refused(
            "This entry seems to tell that something ended without conviction. Read it, and tick the box if you "
            "release it.",
            code=NAMES,
        )


def may_be_said(found: Naming) -> None:
    """The note of a dispute is read by whoever sees the field, so it names nobody from whom others are kept."""
    if found.people:
        raise Refused("This note seems to name a protected person. Say it without the name.", code=NAMES)


def may_be_destroyed(record: Record, ground: str, today: date) -> None:
    """Without an order, only what is past the day until which it is kept, and intelligence (28 CFR 23.20(h))."""
    if ground not in Ground.values:
        raise ValidationError({"ground": "Choose why it is destroyed."})
    if ground not in grounds(record.record_class, record.retain_until, today):
        raise Refused("This record is not destroyed on that ground. A court's order destroys any.", code="ground")


def grounds(record_class: str, retain_until: date | None, today: date) -> list[Ground]:
    """On which grounds a record may be destroyed today."""
    past = retain_until is not None and retain_until < today
    apart = record_class == RecordSet.RecordClass.INTELLIGENCE
    return [Ground.ORDER, *([Ground.RETENTION] if past else []), *([Ground.PURGE] if apart else [])]


def is_whole_order(order: ExpungementRequest, today: date) -> None:
    """A court's order says which court, its number and its day, which has come."""
    wrong = {
        "authority": "" if order.authority else "Name the court that ordered it.",
        "order_number": "" if order.order_number else "Give the number of the order.",
        "ordered_on": "" if order.ordered_on else "Give the date of the order.",
    }
    if order.ordered_on is not None and order.ordered_on > today:
        wrong["ordered_on"] = "The order is of a day that has not come yet."
    if found := {name: why for name, why in wrong.items() if why}:
        raise ValidationError(found)


def may_confirm(person: User, asked: ExpungementRequest) -> None:
    """Who asked for a record to be destroyed does not confirm it: another custodian does."""
    if asked.asked_by_id == person.pk:
        raise Refused("You asked for this record to be destroyed. Another records custodian confirms it.", code="same")


def may_stand_in_order(order: Expungement | ExpungementRequest, of: Record, names: Sequence[str]) -> None:
    """What is left of an expunged record names neither the case nor anybody on it. `names` are keys."""
    typed = f"{order.authority} {order.order_number}"
    said = f" {name_key(typed)} "
    numbers = map(_plainly, (of.docket_number.partition(":")[2], of.docket_number, of.docket_key, of.docket_tail))
    in_number = set(name_key(order.order_number).split())
    words = {word for name in names for word in name.split() if len(word) > 2 and not word.isdigit()}
    written = (_plainly(typed), _plainly(ZEROS.sub("", typed)))
    if any(len(number) > 3 and number in each for number in numbers for each in written):
        raise Refused("The number of the case is destroyed too. Give the order's own number.", code="order")
    if in_number & words or any(f" {name} " in said for name in names if name):
        raise Refused("Nobody's name is kept. Name the order by its court and number alone.", code="order")


ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
"""Before a number, where keys of dockets have none."""


def _plainly(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def may_certify_destruction(person: User, membership: Membership, told: MembershipQuerySet) -> None:
    """Give the word of an agency that looked: its records custodians and privacy officers, and administrators who are
    told."""
    offices = told.with_role(Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
    if membership.person_id != person.pk or not offices.filter(pk=membership.pk).exists():
        raise PermissionDenied("A records custodian, privacy officer or administrator of your agency certifies this.")
