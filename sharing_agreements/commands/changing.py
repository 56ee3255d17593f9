"""Amending, renewing, and letting a new party join: what follows an agreement in force."""

import re
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.days import agreed
from sharing_agreements import policy, succession
from sharing_agreements.commands.drafting import agree_days, replace_parties
from sharing_agreements.models import Agreement
from sharing_agreements.steps import note
from sharing_agreements.versions import copy

LETTER = {Agreement.Change.AMENDMENT: "A", Agreement.Change.RENEWAL: "R", Agreement.Change.JOINDER: "J"}


@transaction.atomic(durable=True)
def draft_change(
    *,
    actor: User,
    agreement_id: UUID,
    change: str,
    effective_on: date | None = None,
    ends_on: date | None = None,
    is_administrative: bool = False,
    joins_id: UUID | None = None,
) -> Agreement:
    """Begin what is to follow an agreement in force, as a copy of its text; it takes over when the last party signs.

    `ends_on`: for a renewal the first day without sharing; other changes keep the end and may change it as a draft.
    """
    old = Agreement.objects.for_update(agreement_id)
    change = Agreement.Change(change)
    policy.may_change(actor, old, change)
    version = old.current_version
    assert version is not None  # noqa: S101  (it is in force)
    new = Agreement(
        number=_number(old, LETTER[change]),
        title=old.title,
        kind=old.kind,
        lead_agency_id=old.lead_agency_id,
        author=actor,
        follows=old,
        change=change,
        is_administrative=is_administrative and change == Agreement.Change.AMENDMENT,
    )
    new.full_clean(exclude=["current_version"])
    words = f"Follows {old.number}"
    history.save(new, actor=actor, reason=words)
    new.current_version = text = copy(version, actor, to=new)
    if change == Agreement.Change.RENEWAL:
        assert version.ends_on is not None  # noqa: S101  (may_change asked)
        agree_days(text, version.ends_on, ends_on)
        if ends_on is not None and ends_on <= version.ends_on:
            raise ValidationError(f"{old.number} lasts until then already. Choose a later last day.")
    elif effective_on is not None and change == Agreement.Change.AMENDMENT:
        agreed(effective_on)
        text.effective_on = effective_on
        if version.ends_on is not None and effective_on >= version.ends_on:
            raise ValidationError(f"{old.number} ends before then. Choose an earlier first day, or renew it first.")
    text.full_clean(exclude=["sha256"])
    history.save(text, actor=actor, reason=words)
    history.save(new, actor=actor, reason=words)
    if joins_id is not None and change == Agreement.Change.JOINDER:
        replace_parties(text, [*text.parties.values_list("agency", flat=True), joins_id], actor)
    note("agreement.drafted", new, actor=actor, acting_agency_id=new.lead_agency_id, change=change, follows=old.number)
    return new


def _number(old: Agreement, letter: str) -> str:
    """`MOU-2026-014-A2`: the number of the first, with the letter of the change and its place among all that follow."""
    stem = re.sub(r"-[ARJ]\d+$", "", old.number)
    return f"{stem}-{letter}{len(succession.line(old))}"
