"""What an agreement of the demonstration asks for by a day, and one party that did it."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import localdate

from agencies.models import Agency, User
from sharing_agreements import commands as agreements
from sharing_agreements import obligations
from sharing_agreements.models import Agreement


def ask(agreement: Agreement) -> None:
    """A yearly audit, and something that is due soon."""
    assert agreement.current_version is not None  # noqa: S101 - drafting makes one
    for topic, what, when in (
        (
            "audit",
            "Audit who looked up records, and send the result to the other party.",
            {"every_months": 12, "first_on": localdate() + timedelta(days=45)},
        ),
        (
            "quality_assurance",
            "Name a person who answers questions about the quality of records.",
            {"first_on": localdate() + timedelta(days=20)},
        ),
    ):
        clause = agreement.current_version.clauses.filter(topic=topic).first()
        assert clause is not None  # noqa: S101 - the standard text has these
        agreements.save_obligation(
            actor=agreement.author, agreement_id=agreement.pk, clause_id=clause.pk, what=what, owes="each", **when
        )


def mark(agreement: Agreement, agency: Agency, by: User) -> None:
    """What an agency owes soon, marked as done by whoever administers it."""
    found = obligations.of_agreement(Agreement.objects.get(pk=agreement.pk))
    soon = next(each for each in found if each.agency == agency and each.is_near)
    agreements.mark_done(
        actor=by,
        agreement_id=agreement.pk,
        obligation_id=soon.obligation.pk,
        agency_id=agency.pk,
        due_on=soon.due_on,
        note_of_it="The records supervisor of the intake unit answers them.",
    )
