"""Watchers hear how much is new, never what; and that a watch pauses or ends.

Whether anything is left to tell is asked anew, as the watcher, each time that a notice is sent or read: what they may
not see any more is told by none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as in_words

from agencies.models import RECORD_ROLES, Membership, User
from portal.audit.models import Event
from portal.kernel.viewing import for_a_moment
from portal.notices import kinds
from portal.notices.groups import Group, Way
from portal.records.decision import Viewer, look_as
from portal.records.models import Record, Watch, WatchNews
from sharing_agreements.models import Action

What = WatchNews.What

GROUP = Group(
    "watches",
    "Watches and exports",
    "When what you watch has something new, when a watch pauses or ends, and when a large export is written.",
    default=Way.NOW,
    reads=lambda person: watchers(person).exists(),
)


def watchers(person: User) -> QuerySet[Membership]:
    """The memberships under which somebody looks at records."""
    return Membership.objects.current().with_role(*RECORD_ROLES).filter(person=person)


def _watch(event: Event) -> Watch:
    watch: Watch = kinds.subject(event)
    return watch


def _is_watcher(event: Event, person: User) -> bool:
    """Whether the person looks at records for the agency still, for which they set the watch."""
    return watchers(person).filter(pk=_watch(event).membership_id).exists()


def left(event: Event) -> Counter[str]:
    """How much of what the event told its watcher could see now, by kind."""
    if "left" not in vars(event):
        watch, told = _watch(event), WatchNews.objects.filter(event_id=event.pk)
        viewer = Viewer(watch.membership_id, Action.SEARCH, watch.purpose)
        with for_a_moment():
            rows = dict(told.values_list("record_id", "what"))
            open_now = Record.objects.visible_to(look_as(viewer)).filter(pk__in=rows).values_list("pk", flat=True)
            seen = set(open_now)
        vars(event)["left"] = Counter(what for key, what in rows.items() if what == What.GONE or key in seen)
    found: Counter[str] = vars(event)["left"]
    return found


def _told(event: Event) -> str:
    found = left(event)
    words = [
        f"{found[What.ADDED]} new" if found[What.ADDED] else "",
        f"{found[What.CHANGED]} changed" if found[What.CHANGED] else "",
        f"{found[What.GONE]} no longer open to you" if found[What.GONE] else "",
    ]
    return f"Records in watch {_watch(event).number}: {', '.join(filter(None, words))}."


def _until(event: Event) -> str:
    return in_words(timezone.localdate(datetime.fromisoformat(event.detail["until"])), "M j, Y")


def _unconfirmed(event: Event, person: User) -> bool:
    watch = _watch(event)
    return watch.ended_at is None and watch.confirmed_until.isoformat() == event.detail["until"]


def _kind(
    name: str,
    subject: str,
    body: Callable[[Event], str],
    concerns: Callable[[Event, User], bool] = _is_watcher,
    **more: Any,
) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        subject=lambda event: subject,
        body=body,
        link=lambda event: reverse("records:watch", args=[event.subject_id]),
        audience=lambda event: [_watch(event).membership.person],
        concerns=concerns,
        group=GROUP,
        **more,
    )


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Watch._meta.label, lambda: Watch.objects.select_related("membership__person"))
    kinds.register(
        _kind(
            "watch.told",
            "A watch of yours has something new",
            _told,
            lambda event, person: _is_watcher(event, person) and bool(left(event)),
        )
    )
    kinds.register(
        _kind(
            "watch.unconfirmed",
            "Confirm that you still need a watch",
            lambda event: f"Watch {_watch(event).number} pauses on {_until(event)} unless you confirm it.",
            asks="watches that pause unless you confirm them",
            still_due=_unconfirmed,
        )
    )
    kinds.register(
        _kind(
            "watch.ends",
            "A watch of yours ends",
            lambda event: f"Watch {_watch(event).number} ends on {_until(event)}. Set it anew if you need it longer.",
        )
    )
