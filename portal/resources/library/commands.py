"""The verbs of the library: the only writers of resources and of what came of asking for their links."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from agencies.models import User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from portal.notices.tell import tell

from . import policy
from .models import FAILING, FILES, LinkCheck, Resource

S = Resource.Status
MOST_TAGS = 10


@transaction.atomic(durable=True)
def suggest(*, actor: User, stored: Stored | None = None, **values: Any) -> Resource:
    """Suggest a resource to the curators. `values`: part, kind, title, publisher, summary, link, jurisdiction,
    dated_on, tags."""
    User.objects.for_update(actor.pk)
    policy.may_suggest(actor)
    made = Resource(suggested_by=actor)
    _write(made, values, stored)
    if not made.link and made.file is None:
        raise ValidationError({"link": "Give a link, or attach the text: a curator has to read it."})
    known = Resource.objects.filter(link=made.link) if made.link else Resource.objects.filter(title__iexact=made.title)
    if known.public().exists():
        raise Refused("The library has this already. Look for its title there.", code="known")
    if known.suggested_by(actor).filter(status=S.SUGGESTED).exists():
        raise Refused("You suggested this already; it waits for a curator.", code="suggested", repeated=True)
    history.save(made, actor=actor, reason="Suggested")
    tell(record("resource.suggested", made, actor=actor))
    return made


@transaction.atomic(durable=True)
def enter(*, actor: User, review_on: date, stored: Stored | None = None, **values: Any) -> Resource:
    """Enter a resource for everybody at once."""
    policy.may_curate(actor)
    made = Resource()
    _write(made, values, stored)
    _publish(made, actor, review_on, "Entered")
    return made


@transaction.atomic(durable=True)
def change(
    *, actor: User, resource_id: UUID, stored: Stored | None = None, without_file: bool = False, **values: Any
) -> Resource:
    """Put right what is said of a resource, wherever it stands; a new file takes the place of the old one."""
    found = Resource.objects.for_update(resource_id)
    policy.may_curate(actor)
    old = found.file
    if without_file or stored is not None:
        found.file, found.file_name, found.file_kind, found.size, found.sha256 = None, "", "", 0, ""
    _write(found, values, stored)
    history.save(found, actor=actor, reason="Changed")
    record("resource.changed", found, actor=actor)
    if old is not None and old != found.file:
        transaction.on_commit(partial(files.discard, FILES, old), robust=True)
    return found


def _write(resource: Resource, values: dict[str, Any], stored: Stored | None) -> None:
    for name, value in values.items():
        setattr(resource, name, value.strip() if isinstance(value, str) else value)
    resource.title, resource.publisher = " ".join(resource.title.split()), " ".join(resource.publisher.split())
    resource.tags = sorted({" ".join(tag.lower().split()) for tag in resource.tags} - {""})
    if len(resource.tags) > MOST_TAGS:
        raise ValidationError({"tags": f"Give at most {MOST_TAGS} tags."})
    if stored is not None:
        resource.file, resource.file_name, resource.file_kind = stored.id, stored.name, stored.kind.code
        resource.size, resource.sha256 = stored.size, stored.sha256
    resource.full_clean()


@transaction.atomic(durable=True)
def publish(*, actor: User, resource_id: UUID, review_on: date) -> Resource:
    """Show it to everybody, and name the day on which it is looked at next."""
    found = Resource.objects.for_update(resource_id)
    policy.may_publish(actor, found)
    _publish(found, actor, review_on, "Published")
    return found


def _publish(resource: Resource, actor: User, review_on: date, reason: str) -> None:
    policy.must_be_ahead(review_on)
    resource.status, resource.because, resource.review_on = S.PUBLISHED, "", review_on
    resource.published_at = resource.reviewed_at = database_now()
    resource.full_clean()
    history.save(resource, actor=actor, reason=reason)
    tell(record("resource.published", resource, actor=actor))


@transaction.atomic(durable=True)
def decline(*, actor: User, resource_id: UUID, reason: str) -> Resource:
    """Decide against a suggestion; who suggested it is told, and reads why."""
    found = Resource.objects.for_update(resource_id)
    policy.may_decline(actor, found)
    _gone(found, actor, S.DECLINED, reason)
    return found


@transaction.atomic(durable=True)
def withdraw(*, actor: User, resource_id: UUID, reason: str) -> Resource:
    """Take a resource out of what everybody reads."""
    found = Resource.objects.for_update(resource_id)
    policy.may_withdraw(actor, found)
    _gone(found, actor, S.WITHDRAWN, reason)
    return found


def _gone(resource: Resource, actor: User, status: Resource.Status, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    resource.status, resource.because = status, reason.strip()
    resource.full_clean()
    history.save(resource, actor=actor, reason=reason)
    tell(record(f"resource.{status}", resource, actor=actor))


@transaction.atomic(durable=True)
def review(*, actor: User, resource_id: UUID, review_on: date) -> Resource:
    """Say that a curator looked through it and it is right, and name the day on which it is looked at next."""
    found = Resource.objects.for_update(resource_id)
    policy.may_review(actor, found)
    policy.must_be_ahead(review_on)
    found.reviewed_at, found.review_on = database_now(), review_on
    found.full_clean()
    history.save(found, actor=actor, reason="Reviewed")
    record("resource.reviewed", found, actor=actor)
    return found


@transaction.atomic(durable=True)
def remind_of_review(*, resource_id: UUID) -> Event | None:
    """Tell the curators that the day of a review has come, once for each day named; None where nothing is to say."""
    found = Resource.objects.for_update(resource_id)
    if found.status != S.PUBLISHED or found.review_on is None or found.review_on > localdate():
        return None
    day, mine = found.review_on.isoformat(), Event.objects.filter(subject_id=found.pk, kind="resource.review_due")
    if mine.filter(subject_label=found._meta.label, detail__day=day).exists():
        return None
    return tell(record("resource.review_due", found, actor=None, day=day))


@transaction.atomic(durable=True)
def note_link(*, resource_id: UUID, link: str, outcome: str, code: int | None) -> LinkCheck:
    """Keep what came of asking for a link; curators hear of it when it fails for the second time in a row."""
    found = Resource.objects.for_update(resource_id)
    before = list(found.checks.filter(link=link).values_list("outcome", flat=True)[:2])
    made = LinkCheck.objects.create(resource=found, link=link, outcome=outcome, code=code)
    failing = [each in FAILING for each in (outcome, *before)]
    if failing[:2] == [True, True] and failing[2:] != [True] and found.link == link:
        tell(record("resource.link_broken", found, actor=None))
    return made
