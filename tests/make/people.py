"""Agencies, the people who work there, and what an agency holds, each reached by the commands that lead there."""

from itertools import count
from typing import Any

from django.utils import timezone

from agencies import commands, links
from agencies.models import Agency, Invitation, Membership, RecordSet, Role, Training, User
from portal.kernel import history

PASSWORD = "correct horse battery"

_number = count(1)


def agency(
    name: str | None = None, kind: str = "law_enforcement", state: str = "CA", active: bool = True, **facts: Any
) -> Agency:
    """An agency on the register; not active: only listed, as the imported lists leave it."""
    facts = {"name": name or f"Agency {next(_number)}", "kind": kind, "state": state, **facts}
    if active:
        return commands.register_agency(actor=portal_administrator(), **facts)
    listed = Agency(**facts)
    history.save(listed, actor=None, reason="Imported")
    return listed


def person(
    agency: Agency | None = None, roles: tuple[str, ...] = ("clerk",), trained: bool = True, **names: str
) -> Membership:
    """Somebody who works at the agency (a new one if none is given) in these roles: invited, joined, trained.

    `names`: email, first_name, last_name, title. The password is PASSWORD.
    """
    place = agency or globals()["agency"]()
    title = names.pop("title", "")
    email = names.pop("email", f"person{next(_number)}@agency.example")
    inviter = administrator_of(place)
    if inviter is None and Role.ADMINISTRATOR in roles:
        inviter = portal_administrator()
    elif inviter is None:
        inviter = person(place, (Role.ADMINISTRATOR,), trained=False).person
    invited = commands.invite(actor=inviter, agency_id=place.pk, email=email, roles=roles, title=title)
    made = joined(invited, **names)
    if trained:
        keeper = administrator_of(place)
        by = keeper if keeper and keeper != made else portal_administrator()
        commands.record_training(actor=by, person_id=made.pk, completed_on=min(place.today, timezone.localdate()))
    return Membership.objects.select_related("person", "agency").get(person=made, agency=place)


def someone(place: Agency, role: str) -> User:
    """Somebody who works at the agency in this role and no other: who does already, or else somebody new."""
    found = Membership.objects.current().filter(agency=place, roles=[role]).select_related("person")
    known = found.order_by("started_at").first()
    return known.person if known else person(place, (role,)).person


def administrator_of(place: Agency) -> User | None:
    """Somebody who administers the agency now."""
    found = Membership.objects.current().with_role(Role.ADMINISTRATOR).filter(agency=place)
    first = found.select_related("person").order_by("started_at").first()
    return first.person if first else None


def joined(invited: Invitation, **names: str) -> User:
    """Whoever takes up the invitation with a new account."""
    n = next(_number)
    names = {"first_name": "Robin", "last_name": f"Example {n}", "password": PASSWORD, **names}
    return commands.create_account(token=token(invited), **names)


def token(invited: Invitation) -> str:
    """The secret that the mail of an invitation carries."""
    return links.token_of(invited)


def portal_administrator(email: str = "portal.administrator@portal.example") -> User:
    """The portal administrator with this address, the same one each time."""
    known = User.objects.filter(email=email, is_portal_administrator=True, is_active=True).first()
    return known or commands.appoint_portal_administrator(
        email=email, password=PASSWORD, first_name="Pat", last_name="Portal"
    )


def auditor(agency: Agency | None = None, **names: str) -> User:
    """Somebody who audits the agency, or without one the whole portal."""
    email = names.pop("email", f"auditor{next(_number)}@audit.example")
    invited = commands.appoint_auditor(
        actor=portal_administrator(), email=email, agency_id=agency.pk if agency else None
    )
    assert isinstance(invited, Invitation)
    return joined(invited, **names)


def certified(*memberships: Membership) -> None:
    """People certified in 28 CFR part 23 from today."""
    for membership in memberships:
        keeper, today = administrator_of(membership.agency), min(membership.agency.today, timezone.localdate())
        by = keeper if keeper and keeper.pk != membership.person_id else portal_administrator()
        commands.record_training(
            actor=by, person_id=membership.person_id, completed_on=today, kind=Training.Kind.INTELLIGENCE
        )


def record_set(owner: Agency, name: str | None = None, *, record_class: str = "case") -> RecordSet:
    """A record set of the agency, opened by its administrator."""
    keeper = administrator_of(owner) or person(owner, (Role.ADMINISTRATOR,), trained=False).person
    return commands.open_record_set(
        actor=keeper, agency_id=owner.pk, name=name or f"Cases {next(_number)}", record_class=record_class
    )
