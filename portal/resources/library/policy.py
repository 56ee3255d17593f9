"""Who suggests resources and who curates them, and when. Each check returns None or raises."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from agencies.models import Auditor, Membership, User
from agencies.policy import keeps_portal
from portal.kernel.errors import Refused

from .models import Resource

S = Resource.Status
MOST_OPEN = 10
"""Suggestions of one person that may wait at a time."""


def practitioners() -> QuerySet[User]:
    """Who works at an agency now, or audits."""
    works, audits = Membership.objects.current(), Auditor.objects.current()
    return User.objects.filter(Q(pk__in=works.values("person")) | Q(pk__in=audits.values("person")))


def may_suggest(person: User) -> None:
    """Practitioners, a few at a time."""
    if not practitioners().filter(pk=person.pk).exists():
        raise PermissionDenied("Only somebody who works at an agency, or audits, suggests resources.")
    if Resource.objects.suggested_by(person).filter(status=S.SUGGESTED).count() >= MOST_OPEN:
        raise Refused(
            f"{MOST_OPEN} of your suggestions wait for a curator. Suggest more when they are decided on.", code="many"
        )


def may_curate(person: User) -> None:
    """Enter, decide on, change and review: whoever keeps the portal."""
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator curates the library.")


def may_publish(person: User, resource: Resource) -> None:
    """A suggestion, or one that was declined or withdrawn before."""
    may_curate(person)
    if resource.status == S.PUBLISHED:
        raise Refused(f"“{resource}” is published already.", code="published", repeated=True)


def may_decline(person: User, resource: Resource) -> None:
    may_curate(person)
    if resource.status != S.SUGGESTED:
        raise Refused(f"“{resource}” is decided on already.", code="decided", repeated=True)


def may_withdraw(person: User, resource: Resource) -> None:
    may_curate(person)
    if resource.status != S.PUBLISHED:
        raise Refused(f"“{resource}” is not published.", code="not_published", repeated=True)


may_review = may_withdraw
"""What is published is looked through."""


def must_be_ahead(day: date) -> None:
    """The next review is still to come. Raises ValidationError."""
    if day <= localdate():
        raise ValidationError({"review_on": "Choose a day that is still to come."})
