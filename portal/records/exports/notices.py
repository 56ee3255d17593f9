"""Who asked for a large export hears that it is over; never what is in it."""

from django.urls import reverse

from agencies.models import User
from portal.audit.models import Event
from portal.notices import kinds
from portal.records.models import Export
from portal.records.watches.notices import GROUP, watchers


def _export(event: Event) -> Export:
    export: Export = kinds.subject(event)
    return export


def _asked(event: Event, person: User) -> bool:
    """Whether the person looks at records for the agency still, for which they asked for it."""
    return watchers(person).filter(pk=_export(event).release.membership_id).exists()


def _body(event: Event) -> str:
    number = _export(event).release.number
    if event.detail["status"] == Export.Status.READY:
        return f"Release {number}: {event.detail['records']:,} records. Fetch the file while your inquiry is open."
    if event.detail["status"] == Export.Status.REMOVED:
        return f"The file of release {number} was removed, since what you may export has changed. Export again."
    return f"Release {number} was stopped, since what you may export changed while it was written."


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(
        Export._meta.label, lambda: Export.objects.select_related("release__membership__person", "release__inquiry")
    )
    kinds.register(
        kinds.Kind(
            name="export.ended",
            subject=lambda event: "An export of yours is over",
            body=_body,
            link=lambda event: reverse("records:export_job", args=[event.subject_id]),
            audience=lambda event: [_export(event).release.membership.person],
            concerns=_asked,
            group=GROUP,
        )
    )
