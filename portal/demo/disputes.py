"""What is disputed in the demonstration: a date of birth, while a request for its correction is examined."""

from __future__ import annotations

from agencies.models import Agency, Membership, User
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.models import Dispute, Participant


def load(court: Agency, custodian: User) -> None:
    """What is there already is left alone."""
    held = court.record_sets.get(name="Criminal cases")
    with as_job("custody", held.pk):
        if Dispute.objects.exists():
            return
        person = Participant.objects.get(record__docket_number="CC-24-CR-0117", role="defendant")
    commands.dispute(
        actor=custodian,
        membership_id=Membership.objects.current().get(person=custodian, agency=court).pk,
        record_id=person.record_id,
        field=Dispute.Field.BIRTH_DATE,
        of=person.pk,
        note="I was born on the 30th of November. The booking sheet has the wrong month.",
        words_of=Dispute.WordsOf.SUBJECT,
    )
