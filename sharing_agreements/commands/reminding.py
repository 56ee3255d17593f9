"""Reminding of signatures that are missing, once each step. Asked for by beat; what is done is not reminded of."""

from uuid import UUID

from django.db import transaction

from portal.kernel.clock import database_now
from sharing_agreements import reminding
from sharing_agreements.models import Party, SignatureReminder
from sharing_agreements.steps import locked, note

Step = SignatureReminder.Step
KIND = {
    Step.FIRST: "agreement.signature_reminded",
    Step.SECOND: "agreement.signature_reminded",
    Step.ESCALATED: "agreement.signature_escalated",
}


@transaction.atomic(durable=True)
def remind_of_signature(*, party_id: UUID) -> SignatureReminder | None:
    """Remind the signatories of a party that has not answered; after three weeks tell those who can see to it."""
    agreement = locked(Party.objects.values_list("version__agreement", flat=True).get(pk=party_id))
    party = reminding.waiting().filter(pk=party_id).first()
    if party is None:
        return None
    asked_at = reminding.asked_at([agreement.pk])[agreement.pk]
    step = reminding.due(asked_at, database_now())
    if step is None or party.reminders.filter(step=step).exists():
        return None
    note(
        KIND[step],
        agreement,
        actor=None,
        party=party.name,
        party_id=str(party.pk),
        asked_at=asked_at.isoformat(),
    )
    return SignatureReminder.objects.create(party=party, step=step)
