"""What people do with their saved filters: nobody writes anybody else's. The root row is the person's."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from portal.kernel.errors import Refused
from sharing_agreements import saved_filters
from sharing_agreements.models import SavedFilter


@transaction.atomic(durable=True)
def save_filter(*, actor: User, register: str, name: str, query: dict[str, str]) -> SavedFilter:
    """Keep a filter under a name. `query` is what the register's form accepted."""
    person = User.objects.for_update(actor.pk)
    if SavedFilter.objects.of(person, register).count() >= saved_filters.MOST:
        raise Refused(f"You have {saved_filters.MOST} filters here. Delete one first.", code="many")
    made = SavedFilter(person=person, register=register, name=" ".join(name.split()), query=query)
    made.full_clean(exclude=["saved_at"])
    made.save(force_insert=True)
    return made


def _own(actor: User, filter_id: UUID) -> SavedFilter:
    person = User.objects.for_update(actor.pk)
    found = SavedFilter.objects.of(person).filter(pk=filter_id).first()
    if found is None:
        raise PermissionDenied("A saved filter is its owner's alone.")
    return found


@transaction.atomic(durable=True)
def change_filter(*, actor: User, filter_id: UUID, query: dict[str, str]) -> SavedFilter:
    """Let a saved filter ask for something else."""
    found = _own(actor, filter_id)
    found.query = query
    found.full_clean(exclude=["saved_at"])
    found.save()
    return found


@transaction.atomic(durable=True)
def name_filter(*, actor: User, filter_id: UUID, name: str, is_start: bool) -> SavedFilter:
    """Give a filter another name, and say whether its register opens with it; at most one does."""
    found = _own(actor, filter_id)
    if is_start:
        others = SavedFilter.objects.of(actor, found.register).filter(is_start=True)
        others.exclude(pk=found.pk).update(is_start=False)
    found.name, found.is_start = " ".join(name.split()), is_start
    found.full_clean(exclude=["saved_at"])
    found.save()
    return found


@transaction.atomic(durable=True)
def delete_filter(*, actor: User, filter_id: UUID) -> None:
    """Remove a filter. What it showed is not touched."""
    _own(actor, filter_id).delete()
