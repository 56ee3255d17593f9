"""Two agencies that share under an agreement in force, and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.test import Client

from agencies.models import Agency, Membership, RecordSet, Role
from portal.kernel.viewing import tell_database
from portal.records import commands
from portal.records.decision import Decision, Viewer, decide, explain, rules, see_as
from portal.records.decision.viewer import Deed
from portal.records.listing import Query, count, page, tally
from portal.records.models import Inquiry, Participant, Record
from portal.records.shown import case_file, hits
from privacy.models import PolicyVersion
from sharing_agreements.models import Action, Grant
from tests.make import accepted, agency, person, policy, record_set
from tests.records.rows import grant_row


@dataclass
class Sharing:
    """A court that shares a record set with a police department; a third agency has no part in it."""

    owner: Agency
    recipient: Agency
    third: Agency
    records: RecordSet
    grant: Grant
    owners_clerk: Membership
    custodian: Membership
    clerk: Membership
    outsider: Membership

    def viewer(self, who: Membership | None = None, action: Deed = Action.VIEW, purpose: str = "C") -> Viewer:
        """A viewer, by default the recipient's clerk under purpose C."""
        return Viewer((who or self.clerk).pk, action, purpose)


def set_up_sharing() -> Sharing:
    owner = agency("Cedar County Superior Court", "court")
    recipient = agency("Marlow Police Department", "law_enforcement")
    third = agency("Tolland County Sheriff", "law_enforcement")
    policy(owner)
    records = record_set(owner, "Criminal cases")
    it = Sharing(
        owner,
        recipient,
        third,
        records,
        grant_row(records, recipient),
        owners_clerk=person(owner, roles=(Role.CLERK,), email="owners.clerk@court.example"),
        custodian=person(owner, roles=(Role.CUSTODIAN,), email="custodian@court.example"),
        clerk=person(recipient, roles=(Role.CLERK,), email="clerk@police.example"),
        outsider=person(third, roles=(Role.CLERK,), email="clerk@sheriff.example"),
    )
    accepted(it.owners_clerk, it.custodian, it.clerk)
    return it


@contextmanager
def seen_by(viewer: Viewer) -> Iterator[Decision]:
    """Inside: the viewer is named to the second lock, and the decision is theirs."""
    with transaction.atomic():
        see_as(viewer)
        yield decide(viewer)
        tell_database()


def signed_in(who: Membership, *, inquiry: bool = True, purpose: str = "C", **client: Any) -> Client:
    """A client that acts under a membership, by default with an inquiry open."""
    made = Client(**client)
    made.force_login(who.person)
    session = made.session
    session["membership"] = str(who.pk)
    if inquiry:
        session["inquiry"] = str(an_inquiry(who, purpose).pk)
    session.save()
    return made


def an_inquiry(who: Membership, purpose: str = "C") -> Inquiry:
    return commands.open_inquiry(actor=who.person, membership_id=who.pk, purpose=purpose, case_number="MPD-26-1044")


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside: the connection is the owner's, for whom row-level security lets everything through."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        runtime = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'SET ROLE "{runtime}"')


def force(thing: Model, **values: Any) -> None:
    """Change a row past commands, as time or a fault would; a grant past the trigger that keeps it as it was made."""
    with past_its_trigger() if isinstance(thing, Grant) else nullcontext():
        QuerySet(type(thing)).filter(pk=thing.pk).update(**values)


@contextmanager
def past_its_trigger() -> Iterator[None]:
    """Grants without their trigger, which only the owner of the table can switch off."""
    switch = "RESET ROLE; ALTER TABLE sharing_agreements_grant {} TRIGGER grant_closes_for_good; SET ROLE {}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(switch.format("DISABLE", settings.RUNTIME_ROLE))
        yield
        cursor.execute(switch.format("ENABLE", settings.RUNTIME_ROLE))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def answers(viewer: Viewer, of: Record, *, name: str = "halvorsen") -> dict[str, bool]:
    """What each of the ways to ask says about one record that holds nobody else's name."""
    with seen_by(viewer) as decision:
        by_name = Query(name_words=(name,))
        by_number = Query(docket_key=of.docket_key)
        return {
            "explain": explain(viewer, of).open,
            "check": case_file(decision, of.pk) is not None,
            "queryset": Record.objects.visible_to(decision).filter(pk=of.pk).exists(),
            "list": of.pk in page(decision, Query()).ids,
            "count": count(decision, Query(docket_key=of.docket_key)) == 1,
            "tally": tally(decision, by_number).total == 1,
            "search by name": of.pk in page(decision, by_name).ids,
            "search by number": of.pk in page(decision, by_number).ids,
            "hits": [hit.id for hit in hits(decision, [of.pk])] == [of.pk],
            "row-level security": Record.objects.filter(pk=of.pk).exists(),
            "people": Participant.objects.filter(record=of).exists(),
        }


@contextmanager
def finality_lifted() -> Iterator[None]:
    """Inside: triggers let published policies be changed, which only the owner of the tables can bring about."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for state in ("DISABLE", "ENABLE"):
            for table in ("privacy_disclosurerule", "privacy_policyversion"):
                cursor.execute(f"ALTER TABLE {table} {state} TRIGGER USER")
            if state == "DISABLE":
                yield
    rules.forget()


def published_for_good() -> None:
    """The publications of this test count as those of transactions that have ended: their rules are kept."""
    with finality_lifted():
        published: QuerySet[PolicyVersion] = QuerySet(PolicyVersion).exclude(status=PolicyVersion.Status.DRAFT)
        published.update(published_at=F("published_at") - timedelta(days=1))
