"""A person's inbox in pages: unread first, then newest first, by keyset."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from . import kinds
from .models import Notice

if TYPE_CHECKING:
    from agencies.models import User

log = logging.getLogger(__name__)

PAGE = 20


@dataclass(frozen=True)
class Place:
    """A place in the order of an inbox: unread before read, newer before older."""

    read: bool
    pk: UUID

    @classmethod
    def of(cls, notice: Notice) -> "Place":
        return cls(notice.read_at is not None, notice.pk)

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """What `str(place)` made; None for anything else."""
        mark, found, pk = text.partition("-")
        try:
            return cls(mark == "read", UUID(pk)) if found and mark in {"read", "new"} else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{'read' if self.read else 'new'}-{self.pk}"

    def after(self) -> Q:
        rest = Q(read_at__isnull=not self.read, pk__lt=self.pk)
        return rest if self.read else rest | Q(read_at__isnull=False)

    def before(self) -> Q:
        rest = Q(read_at__isnull=not self.read, pk__gt=self.pk)
        return rest | Q(read_at=None) if self.read else rest


@dataclass(frozen=True)
class Line:
    """A notice as the inbox shows it; without words when it no longer concerns the person."""

    notice: Notice
    words: kinds.Words | None

    @property
    def is_read(self) -> bool:
        return self.notice.read_at is not None


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    previous: Place | None
    next: Place | None


def page(person: "User", *, after: Place | None = None, before: Place | None = None) -> Page:
    """One page of the inbox. Its words are asked for anew, so that nobody reads what they may no longer know."""
    mine = Notice.objects.inbox_of(person.pk).select_related("event")
    read = ExpressionWrapper(Q(read_at__isnull=False), BooleanField())
    if before is not None:
        found = list(mine.filter(before.before()).order_by(read.desc(), "pk")[: PAGE + 1])
        more_before, more_after = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        found = list(mine.filter(after.after() if after else Q()).order_by(read.asc(), "-pk")[: PAGE + 1])
        more_before, more_after = after is not None, len(found) > PAGE
        found = found[:PAGE]
    kinds.read_subjects(notice.event for notice in found)
    return Page(
        [Line(notice, words_of(notice, person)) for notice in found],
        previous=Place.of(found[0]) if found and more_before else None,
        next=Place.of(found[-1]) if found and more_after else None,
    )


def words_of(notice: Notice, person: "User") -> kinds.Words | None:
    """What the person may still read of a notice; nothing where its subject is gone."""
    try:
        return kinds.words(notice.event, person)
    except kinds.Mistake as error:
        log.warning("notice %s has no words, %s: %s", notice.pk, notice.event.kind, type(error).__name__)
        return None
