"""What people do with their saved searches. The root row is the membership's; what is searched stands in no event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from agencies.models import Membership, User
from portal.kernel.errors import Refused
from portal.records import policy
from portal.records.models import SavedSearch
from portal.records.models.saved import MOST_SAVED
from portal.records.reading import docket_key, name_key
from portal.records.searching import Search, finds
from portal.records.watches import steps

from .steps import written


@transaction.atomic(durable=True)
def save_search(*, actor: User, membership_id: UUID, name: str, asked: dict[str, Any]) -> SavedSearch:
    """Keep a search under a name. `asked`: what `saved.fields` makes of a search."""
    membership = Membership.objects.for_update(membership_id)
    policy.may_save(actor, membership)
    if membership.saved_searches.count() >= MOST_SAVED:
        raise Refused(f"You have {MOST_SAVED} saved searches. Delete one first.", code="many")
    return written(SavedSearch(membership=membership, name=_plain(name), **asked))


@transaction.atomic(durable=True)
def replace_search(*, actor: User, saved_id: UUID, asked: dict[str, Any]) -> SavedSearch:
    """Let a saved search ask for something else. One that is watched is changed with its watch (`watches.re_aim`)."""
    found = _own(actor, saved_id)
    if found.watches.kept().exists():
        raise Refused(
            "A watch runs on this search. Save the new one under another name, or re-aim the watch and say why.",
            code="watched",
        )
    return written(found, asked)


@transaction.atomic(durable=True)
def rename_search(*, actor: User, saved_id: UUID, name: str) -> SavedSearch:
    found = _own(actor, saved_id)
    found.name = _plain(name)
    return written(found)


@transaction.atomic(durable=True)
def delete_search(*, actor: User, saved_id: UUID) -> None:
    """Remove a saved search. What it found is not touched."""
    found = _own(actor, saved_id)
    steps.end_those_of(found)
    found.delete()


def forget_of(people: Collection[UUID], numbers: set[str], names: Sequence[str]) -> None:
    """Delete, in the transaction of an expungement, what would find the record that had these numbers and names.

    `people`: to whom it was shown. What others save they know from elsewhere, and learn nothing by its vanishing.
    """
    parts = {part for name in names for part in name.split()}
    for saved in (
        SavedSearch.objects.filter(membership__person__in=people).select_for_update(of=("self",)).order_by("pk")
    ):
        called = docket_key(saved.name) in numbers or not parts.isdisjoint(name_key(saved.name).split())
        if called or finds(Search(saved.words), numbers, names):
            steps.end_those_of(saved)
            saved.delete()


def _own(actor: User, saved_id: UUID) -> SavedSearch:
    """With its membership locked. Raises SavedSearch.DoesNotExist, PermissionDenied."""
    found = SavedSearch.objects.select_related("membership").get(pk=saved_id)
    policy.may_save(actor, found.membership)
    Membership.objects.for_update(found.membership_id)
    return SavedSearch.objects.get(pk=saved_id)


def _plain(name: str) -> str:
    return " ".join(name.split())
