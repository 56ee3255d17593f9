"""A clerk who is in the directory, another who is not, and a stranger of a third agency."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.commands import end_membership
from agencies.models import Membership, User
from agencies.practitioners.models import Profile
from tests import kept, make


@dataclass
class People:
    ann: Membership
    bea: Membership
    cal: Membership
    profile: Profile
    admin: User


@kept.fixture
def people() -> People:
    """Ann of the court is in the directory; Bea of the police and Cal of the sheriff are not."""
    ann, bea, cal = (
        make.person(make.agency(name, state=state), first_name=first, last_name=last, title="Records manager")
        for name, state, first, last in (
            ("Cedar County Court", "CA", "Ann", "Alder"),
            ("Marlow Police Department", "OR", "Bea", "Birch"),
            ("Cedar County Sheriff", "CA", "Cal", "Cedar"),
        )
    )
    return People(ann, bea, cal, make.profile(ann), make.portal_administrator())


def leaves_agency(membership: Membership) -> None:
    keeper = make.administrator_of(membership.agency)
    assert keeper is not None
    end_membership(actor=keeper, membership_id=membership.pk)
