"""What a round left behind: lost notices, duplicates, states that no rule allows, decisions made twice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.message import Message
from uuid import UUID

from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.letters import message_id
from portal.notices.models import Notice
from sharing_agreements import grants
from sharing_agreements.boards.models import Decision
from sharing_agreements.models import Agreement, Grant

ONCE = ("agreement.decided", "agreement.approved", "agreement.signing_opened", "agreement.in_force")
"""Events that the life of an agreement has exactly once."""

Channel, Status = Notice.Channel, Notice.Status


@dataclass
class Found:
    """What a round, or all of them, came to."""

    owed: int = 0
    lost: int = 0
    copies: int = 0
    stray: int = 0
    """Copies of rounds in which nobody died between sending and marking: those must not be."""
    illegal: int = 0
    double: int = 0
    unknown: int = 0
    approved: int = 0
    recoveries: list[float] = field(default_factory=list)

    def add(self, other: Found) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def notices_of(events: list[Event], mails: list[Message], since: datetime) -> Found:
    """Whether each notice ended as it should, and whether everybody has one who is to be told of events after that."""
    found, copies = Found(), Counter(str(mail["Message-ID"]).strip() for mail in mails)
    for event in events:
        notices = list(Notice.objects.filter(event=event).select_related("recipient"))
        told = {notice.recipient_id for notice in notices}
        if event.at >= since:
            found.lost += len({person.pk for person in kinds.told(event)} - told)
        for notice in notices:
            found.owed += 1
            found.lost += notice.status not in {Status.SENT, Status.DROPPED}
            if notice.channel == Channel.EMAIL and notice.status == Status.SENT:
                found.lost += copies[message_id(notice)] == 0
                found.copies += max(0, copies[message_id(notice)] - 1)
    return found


def digests_of(events: list[Event], mails: list[Message]) -> Found:
    """Whether the lines of the digests that arrived are as many as were owed."""
    found = Found()
    sent = Notice.objects.filter(event__in=events, channel=Channel.DIGEST, status=Status.SENT)
    for person, lines in Counter(sent.values_list("recipient__email", flat=True)).items():
        digests = [mail for mail in mails if mail["To"] == person and "digest-" in str(mail["Message-ID"])]
        once = {str(mail["Message-ID"]).strip(): _lines(mail) for mail in digests}
        found.lost += max(0, lines - sum(once.values()))
        found.copies += len(digests) - len(once) + max(0, sum(once.values()) - lines)
    return found


def _lines(mail: Message) -> int:
    number = re.search(r"digest: (\d+)", str(mail["Subject"]))
    return int(number[1]) if number else 0


def approvals(keys: list[UUID]) -> Found:
    """Whether each agreement is in force by exactly one decision and one signature a party, and nothing else opens."""
    found = Found(approved=len(keys))
    for agreement in Agreement.objects.filter(pk__in=keys).select_related("current_version"):
        version = agreement.current_version
        assert version is not None  # noqa: S101 (it was submitted)
        events = Event.objects.filter(subject_id=agreement.pk)
        counts = Counter(events.values_list("kind", flat=True))
        decisions = Decision.objects.filter(ballot__motion__agreement=agreement)
        parties, terms = version.parties.count(), version.terms.count()
        live = Grant.objects.live().filter(version__agreement=agreement).count()
        found.double += sum(max(0, counts[kind] - 1) for kind in ONCE)
        found.double += max(0, decisions.count() - 1) + max(0, counts["agreement.signed"] - parties)
        found.illegal += sum(counts[kind] == 0 for kind in ONCE)
        found.illegal += agreement.status != Agreement.Status.IN_FORCE
        found.illegal += [decision.outcome for decision in decisions] != [Decision.Outcome.CARRIED]
        found.illegal += version.signatures.filter(sha256=version.sha256, decision="signed").count() != parties
        found.illegal += live != terms
        found.illegal += sorted(events.values_list("sequence", flat=True)) != list(range(1, events.count() + 1))
    found.illegal += grants.heal()
    return found
