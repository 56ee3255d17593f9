"""Who is told of what happens in the library: its curators, and who suggested something."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import User
from agencies.notices import PRACTICE, portal_administrators
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.said import Said

from . import finding
from .models import Resource
from .policy import practitioners

S = Resource.Status


def _who_suggested(event: Event) -> QuerySet[User]:
    """Who suggested it and still is a practitioner; of one that a curator entered, nobody."""
    return practitioners().filter(suggested_resources=event.subject_id)


def _waits(event: Event, person: User) -> bool:
    return Resource.objects.filter(pk=event.subject_id, status=S.SUGGESTED).exists()


def _review_waits(event: Event, person: User) -> bool:
    return finding.review_due(Resource.objects.filter(pk=event.subject_id)).exists()


def _desk(event: Event) -> str:
    return reverse("library:curate", args=[event.subject_id])


def _own(event: Event) -> str:
    return reverse("library:suggestions")


SAID = (
    Said(
        "resource.suggested",
        "A resource is suggested for the library",
        "“{title}” waits for a curator to publish it or to decline it.",
        portal_administrators,
        _desk,
        PRACTICE,
        "suggested resources to decide on",
        _waits,
    ),
    Said(
        "resource.published",
        "Your suggestion is in the library",
        "“{title}” is published: everybody finds it there now.",
        _who_suggested,
        _own,
        PRACTICE,
    ),
    Said(
        "resource.declined",
        "Your suggestion was declined",
        "“{title}” was not taken into the library. The reason stands beside your suggestion.",
        _who_suggested,
        _own,
        PRACTICE,
    ),
    Said(
        "resource.withdrawn",
        "What you suggested was taken out of the library",
        "“{title}” is no longer in the library. The reason stands beside your suggestion.",
        _who_suggested,
        _own,
        PRACTICE,
    ),
    Said(
        "resource.review_due",
        "A resource of the library is due for review",
        "“{title}”: see whether it is still right, and name the next day.",
        portal_administrators,
        _desk,
        PRACTICE,
        "resources of the library to review",
        _review_waits,
    ),
    Said(
        "resource.link_broken",
        "A link of the library leads nowhere",
        "The link of “{title}” failed twice in a row. Put it right, or withdraw the resource.",
        portal_administrators,
        _desk,
        PRACTICE,
    ),
)


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Resource._meta.label, Resource.objects.all)
    said.register(SAID, {"title": kinds.subject})
