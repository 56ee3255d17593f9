"""The clause library, and what drafts take from it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import policy
from sharing_agreements.commands.drafting import clause_of, editable, from_library, place_of
from sharing_agreements.models import Clause, LibraryClause, LibraryVersion
from sharing_agreements.steps import note as note_of


@transaction.atomic(durable=True)
def add_library_clause(
    *,
    actor: User,
    code: str,
    topic: str,
    kinds: list[str],
    heading: str,
    text: str,
    number: str = "",
    is_fixed: bool = False,
) -> LibraryVersion:
    """Add a clause to the library; with a number, drafts of its kinds begin with it from now on."""
    policy.may_keep_library(actor)
    clause = LibraryClause(code=code.strip(), topic=topic, kinds=kinds, number=number.strip(), is_fixed=is_fixed)
    clause.full_clean()
    if clause.number:
        place_of(clause.number)
        same = LibraryClause.objects.filter(number=clause.number, kinds__overlap=kinds, retired_at=None).first()
        if same is not None:
            raise ValidationError({"number": f"{same} stands there in a standard text. Choose another number."})
    history.save(clause, actor=actor, reason="Added")
    record("library.added", clause, actor=actor, code=clause.code)
    return _write(clause, 1, heading, text, "First version", actor)


@transaction.atomic(durable=True)
def add_library_version(
    *, actor: User, clause_id: UUID, heading: str, text: str, note: str, follows: int
) -> LibraryVersion:
    """Give a library clause new words; drafts and agreements keep theirs until somebody takes the new ones over.

    `follows`: the number of the version that the new words were written on.
    """
    clause = LibraryClause.objects.for_update(clause_id)
    policy.may_write_library(actor, clause)
    newest = clause.versions.order_by("-number")[0]
    if newest.number != follows:
        raise Refused(f"Version {newest.number} was added meanwhile. Read it, and write on that.", code="changed")
    if (newest.heading, newest.text) == (heading.strip(), text.strip()):
        raise ValidationError({"text": "This is what the clause says already. Change something."})
    record("library.reworded", clause, actor=actor, code=clause.code, version=newest.number + 1)
    return _write(clause, newest.number + 1, heading, text, note, actor)


def _write(clause: LibraryClause, number: int, heading: str, text: str, note: str, actor: User) -> LibraryVersion:
    words = LibraryVersion(clause=clause, number=number, made_by=actor)
    words.heading, words.text, words.note = heading.strip(), text.strip(), note.strip()
    words.full_clean()
    words.save()
    return words


@transaction.atomic(durable=True)
def retire_library_clause(*, actor: User, clause_id: UUID) -> LibraryClause:
    """Offer a clause to no draft any more; what took it keeps it."""
    clause = LibraryClause.objects.for_update(clause_id)
    policy.may_write_library(actor, clause)
    clause.retired_at = database_now()
    history.save(clause, actor=actor, reason="Retired")
    record("library.retired", clause, actor=actor, code=clause.code)
    return clause


@transaction.atomic(durable=True)
def insert_clause(*, actor: User, agreement_id: UUID, library_version_id: UUID, number: str = "") -> Clause:
    """Put a clause of the library into a draft, under its own number or another."""
    agreement, version = editable(actor, agreement_id)
    words = LibraryVersion.objects.offered(agreement.kind).filter(pk=library_version_id).first()
    if words is None:
        raise Refused("The library offers this clause no more, or in newer words. Choose again.", code="changed")
    if version.clauses.filter(library_version__clause=words.clause_id).exists():
        raise Refused(f"“{words.heading}” is in the draft already.", code="inserted", repeated=True)
    if words.clause.is_fixed:
        number = words.clause.number or number
    if not (number.strip() or words.clause.number):
        raise ValidationError({"number": "Say where it stands: a number like 4 or 4.2."})
    clause = from_library(version, words, number.strip())
    clause.full_clean()
    history.save(clause, actor=actor, reason=f"From the library, {words}")
    note_of("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return clause


@transaction.atomic(durable=True)
def take_over(
    *, actor: User, agreement_id: UUID, clause_id: UUID, library_version_id: UUID, heading: str, text: str, as_read: str
) -> Clause:
    """Bring a draft's clause up to the newest library version; a fixed one takes its words as they are."""
    agreement, version = editable(actor, agreement_id)
    clause = clause_of(version, clause_id, as_read)
    taken = clause.library_version
    words = LibraryVersion.objects.newest().filter(pk=library_version_id, clause__retired_at=None).first()
    if words is None or taken is None or words.clause_id != taken.clause_id:
        raise Refused("The library has newer words yet. Compare with those.", code="changed")
    if words.clause.is_fixed:
        clause.heading, clause.text, clause.topic = words.heading, words.text, words.clause.topic
    else:
        clause.heading, clause.text = heading.strip(), text.strip()
    clause.library_version = words
    clause.full_clean()
    history.save(clause, actor=actor, reason=f"From the library, {words}")
    note_of("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return clause
