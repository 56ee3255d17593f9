"""Writing what happened, in the transaction of what happened."""

from uuid import UUID

from django.db import connection, models

from .models import Event


def record(
    kind: str,
    subject: models.Model,
    *,
    actor: models.Model | None,
    acting_agency_id: UUID | None = None,
    **detail: object,
) -> Event:
    """Append one event to the subject's sequence; the caller holds the lock on the subject's root row.

    `detail` must be JSON and hold no record content: ids, codes, hashes and words that the person wrote for the file.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside a command.")
    mine = Event.objects.filter(subject_label=subject._meta.label, subject_id=subject.pk)
    newest = mine.aggregate(newest=models.Max("sequence"))["newest"] or 0
    return Event.objects.create(
        kind=kind,
        subject_label=subject._meta.label,
        subject_id=subject.pk,
        sequence=newest + 1,
        actor_id=actor.pk if actor else None,
        acting_agency_id=acting_agency_id,
        detail=detail,
    )
