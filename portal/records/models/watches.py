"""Watches: what somebody asks the portal to look at again for them, why, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Membership
from portal.kernel.ids import uuid7
from privacy.models import Purpose

from .saved import SavedSearch

LONGEST = timedelta(days=180)
"""How long a watch is kept at most; the database says so too."""
CONFIRMED_FOR = timedelta(days=30)
"""For how long a need that was confirmed counts as one."""
REMIND = timedelta(days=7)
"""How long before it pauses, or ends, its watcher is reminded."""
EVERY = timedelta(minutes=15)
MOST_WATCHES = 30


class WatchQuerySet(models.QuerySet["Watch"]):
    def of(self, membership: Membership | None) -> WatchQuerySet:
        """One's own, as far as one acts under the membership now; nobody has anybody else's."""
        return self.filter(membership=membership) if membership is not None else self.none()

    def kept(self) -> WatchQuerySet:
        """Neither ended nor run out."""
        return self.filter(ended_at=None, expires_at__gt=Now())

    def running(self) -> WatchQuerySet:
        """Those whose need was confirmed; the others pause."""
        return self.kept().filter(confirmed_until__gt=Now())


class Watch(models.Model):
    """A saved search or one record that is looked at again, under a stated purpose and case number.

    Its words are those of the saved search, which is deleted with them; what was stated, by whom and when stays. It
    pauses where its need was not confirmed in time, and runs out: both are moments that queries compare.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="watches")
    saved = models.ForeignKey(SavedSearch, models.SET_NULL, null=True, blank=True, related_name="watches")
    record_id = models.UUIDField(null=True, blank=True, help_text="The one record that is watched")
    purpose = models.CharField(max_length=2, choices=Purpose)
    case_number = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())
    confirmed_until = models.DateTimeField(help_text="Its validation date: until then its need counts as confirmed")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_of = models.DateTimeField(null=True, blank=True, help_text="The validation date that was reminded of")
    baselined_at = models.DateTimeField(null=True, blank=True, help_text="When what matched already was noted")
    ran_at = models.DateTimeField(null=True, blank=True)
    next_run_at = models.DateTimeField(db_default=Now())
    capped = models.BooleanField(default=False, help_text="Whether it finds more than it compares")

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        indexes = [
            models.Index(fields=["next_run_at"], name="watch_due", condition=Q(ended_at=None)),
            models.Index(fields=["membership", "-made_at"], name="watch_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["saved"], name="watch_search_once", condition=Q(ended_at=None)),
            models.UniqueConstraint(
                fields=["membership", "record_id"], name="watch_record_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="watch_of_one_thing",
                condition=(Q(saved=None) | Q(record_id=None))
                & (Q(ended_at__isnull=False) | Q(saved__isnull=False) | Q(record_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="watch_runs_out",
                condition=Q(expires_at__lte=F("made_at") + LONGEST) & Q(confirmed_until__lte=F("expires_at")),
            ),
            models.CheckConstraint(name="watch_says_why", condition=~Q(purpose="") & ~Q(case_number="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Short enough to read out, and from no global sequence."""
        return f"WAT-{self.made_at:%y}-{self.pk.hex[-6:].upper()}"

    @property
    def purpose_label(self) -> str:
        return self.get_purpose_display()

    def state(self, now: datetime) -> str:
        if self.ended_at is not None or self.expires_at <= now:
            return "ended"
        return "active" if self.confirmed_until > now else "paused"


class WatchMatch(models.Model):
    """A record that a watch found, as it stood when it was compared last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch = models.ForeignKey(Watch, models.CASCADE, related_name="matches")
    record_set_id = models.UUIDField()
    record_id = models.UUIDField()
    updated_at = models.DateTimeField()
    said = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Keyed hash of what it said to the watcher"
    )

    class Meta:
        verbose_name_plural = "watch matches"
        constraints = [models.UniqueConstraint(fields=["watch", "record_id"], name="watch_match_once")]

    def __str__(self) -> str:
        return str(self.record_id)


class WatchNews(models.Model):
    """One thing that a watch told: of which record, by its id alone, and in which event."""

    class What(models.TextChoices):
        ADDED = "added", "New"
        CHANGED = "changed", "Changed"
        GONE = "gone", "No longer open to you"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch = models.ForeignKey(Watch, models.CASCADE, related_name="news")
    record_set_id = models.UUIDField()
    record_id = models.UUIDField()
    what = models.CharField(max_length=8, choices=What)
    event_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "watch news"
        indexes = [models.Index(fields=["watch", "-at"], name="watch_news_newest")]
        constraints = [models.UniqueConstraint(fields=["event_id", "record_id"], name="watch_told_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.record_id}"
