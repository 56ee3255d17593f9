"""Who is told of comments on a draft: its drafters, whoever wrote one when it is settled, and parties to which it
is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, User
from portal.audit.models import Event
from portal.notices import kinds

from .models import COMMENTING, Agreement, Comment, Party
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
    for name in ("comment_answered", "comment_resolved", "comment_reopened"):
        about, says, _ = WORDS[name]
        kinds.register(replace(_kind(name, about, says, _party_speakers), link=_shown))
    kinds.register(
        replace(
            _kind("opened_for_comment", "your comments are asked for", "", _party_readers),
            body=lambda event: (
                f"{kinds.subject(event).lead_agency} shows your agency the draft {kinds.subject(event).title}. "
                "Read it, and comment on its clauses before it is submitted."
            ),
            link=_shown,
            asks="a draft that another agency shows yours for comment, if you prepare or sign agreements",
            still_due=kinds.always,
        )
    )


# --- At named parties -----------------------------------------------------------------------------------------------


def _shown(event: Event) -> str:
    return reverse("agreements:shown", args=[event.subject_id])


def _at_parties(event: Event) -> MembershipQuerySet:
    """Who reads the draft at the parties to which it is shown now; nobody where it is not."""
    agreement = Agreement.objects.get(pk=event.subject_id)
    if agreement.status != Agreement.Status.DRAFT or agreement.shown_at is None:
        return Membership.objects.none()
    others = Party.objects.filter(version=agreement.current_version_id).exclude(agency=agreement.lead_agency_id)
    return Membership.objects.current().with_role(*COMMENTING).filter(agency__in=others.values("agency"))


def _party_readers(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=_at_parties(event)).distinct()


def _party_speakers(event: Event) -> QuerySet[User]:
    """Who wrote the comment for a party, or an answer, as long as they read the draft there."""
    comment = _comment(event)
    wrote = {comment.author_id, *comment.replies.values_list("author", flat=True)}
    members = _at_parties(event).filter(agency=comment.party_id, person__in=wrote)
    return User.objects.filter(memberships__in=members).distinct()


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
