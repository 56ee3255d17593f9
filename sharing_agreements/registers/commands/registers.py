"""Opening a register."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.registers import policy
from sharing_agreements.registers.models import Register


@transaction.atomic(durable=True)
def open_register(*, actor: User, owner_id: UUID | None, name: str, source: str = "") -> Register:
    """Name a register of existing agreements; `owner_id` None makes it the portal's."""
    if owner_id is not None:
        Agency.objects.for_update(owner_id)
    policy.may_open_register(actor, owner_id)
    register = Register(owner_id=owner_id, name=" ".join(name.split()), source=" ".join(source.split()))
    register.full_clean()
    history.save(register, actor=actor, reason="Opened")
    record("register.opened", register, actor=actor, acting_agency_id=owner_id)
    return register
