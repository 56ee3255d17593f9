"""Sign-in and sign-out as events of the account (CJIS Security Policy AU-2): who, from where, with what outcome."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from agencies.models import User

from .steps import note


@transaction.atomic(durable=True)
def note_sign_in(*, actor: User, source: str, browser: str) -> User:
    """Record that a person signed in, having accepted the system use notice."""
    person = User.objects.for_update(actor.pk)
    note("person.signed_in", person, actor=person, source=source, browser=browser[:200], notice="accepted")
    return person


@transaction.atomic(durable=True)
def note_sign_out(*, actor: User, why: str, seconds: int | None = None) -> User:
    """Record that a session ended: by its owner, after half an hour without use, or after its whole time."""
    person = User.objects.for_update(actor.pk)
    note("person.signed_out", person, actor=person, why=why, seconds=seconds)
    return person


@transaction.atomic(durable=True)
def note_failed_sign_in(*, email: str, source: str, browser: str, locked: bool, newly_locked: bool) -> None:
    """Record a failure, also for an address without an account, and tell who must know of a lock.

    What was typed is not kept: people type passwords into the wrong field. Failures at one unknown address share a
    subject that only the SECRET_KEY leads to.
    """
    known = User.objects.filter(email=email).first()
    subject = User.objects.for_update(known.pk) if known else nobody(email)
    note(
        "person.sign_in_failed",
        subject,
        actor=None,
        source=source,
        browser=browser[:200],
        locked=locked,
        known=known is not None,
    )
    if newly_locked and known:
        note("person.locked_out", subject, actor=None, source=source)


def nobody(email: str) -> User:
    """A stand-in for whoever an unknown address belongs to, locked by its id as a person would be by their row."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), email.encode(), hashlib.sha256)
    pk = UUID(bytes=digest[:16])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[16:24], signed=True)])
    return User(pk=pk)
