"""Who is told of comments on a draft: its drafters, and whoever wrote one when it is settled."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.urls import reverse

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.notices import kinds

from .models import Comment
from .notices import DRAWN_UP, drafters

Told = Callable[[Event], QuerySet[User]]


def _comment(event: Event) -> Comment:
    return Comment.objects.select_related("version__agreement").get(pk=event.detail["comment"])


def _drafters(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=drafters(event)).distinct()


def _speakers(event: Event) -> QuerySet[User]:
    """Who wrote the comment or an answer, as long as they work for the lead agency."""
    comment = _comment(event)
    wrote = {comment.author_id, *comment.replies.values_list("author", flat=True)}
    members = Membership.objects.current().filter(agency=comment.version.agreement.lead_agency_id, person__in=wrote)
    return User.objects.filter(memberships__in=members).distinct()


def _both(event: Event) -> QuerySet[User]:
    return User.objects.filter(Q(pk__in=_drafters(event)) | Q(pk__in=_speakers(event)))


def _still_open(event: Event, person: User) -> bool:
    return _comment(event).resolved_at is None


WORDS: dict[str, tuple[str, str, Told]] = {
    "commented": ("a new comment", "A clause of the draft {title} has a new comment.", _drafters),
    "comment_answered": ("an answer", "A comment on the draft {title} has an answer.", _both),
    "comment_resolved": ("a comment is settled", "Something you said of the draft {title} is settled.", _speakers),
    "comment_reopened": ("a comment is open again", "A comment on the draft {title} is open again.", _both),
}


def register() -> None:
    """Called once when the app is ready. What was said is read in the portal alone."""
    for name, (about, says, told) in WORDS.items():
        kinds.register(_kind(name, about, says, told))


def _kind(name: str, about: str, says: str, told: Told) -> kinds.Kind:
    return kinds.Kind(
        name=f"agreement.{name}",
        subject=lambda event: f"{kinds.subject(event).number}: {about}",
        body=lambda event: says.format(title=kinds.subject(event).title),
        link=lambda event: reverse("agreements:comments", args=[event.subject_id]),
        audience=told,
        concerns=lambda event, person: told(event).filter(pk=person.pk).exists(),
        group=DRAWN_UP,
        still_due=kinds.always if name == "comment_resolved" else _still_open,
    )
