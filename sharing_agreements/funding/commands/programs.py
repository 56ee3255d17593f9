"""Entering programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.funding import policy
from sharing_agreements.funding.models import Program


@transaction.atomic(durable=True)
def save_program(*, actor: User, agency_id: UUID, program_id: UUID | None = None, **terms: Any) -> Program:
    """Enter a program, or correct it; `terms`: its fields by name. Whoever entered it keeps it."""
    program = Program.objects.for_update(program_id) if program_id else Program(kept_by_id=agency_id)
    policy.may_keep_program(actor, program)
    for name, value in terms.items():
        setattr(program, name, value)
    program.full_clean()
    history.save(program, actor=actor, reason="Corrected" if program_id else "Entered")
    what = "program.corrected" if program_id else "program.entered"
    record(what, program, actor=actor, acting_agency_id=program.kept_by_id)
    return program
