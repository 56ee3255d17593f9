"""Ballots: what is frozen when they open, the positions taken, and how they end. Every row is written once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency
from portal.kernel.ids import uuid7

from .boards import Seat
from .meetings import Meeting
from .motions import ChairSuspension, Motion


class BallotQuerySet(models.QuerySet["Ballot"]):
    def undecided(self) -> BallotQuerySet:
        """Neither decided nor cancelled, past their deadline or not; at most one a motion."""
        return self.filter(decision=None)


class Ballot(models.Model):
    """A vote on a motion. Opening freezes rule, electorate, conflicts and the text's hash for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="ballots")
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    rule = models.JSONField(help_text="The charter's rule as it stood at opening, see rule.py")
    sha256 = models.CharField(max_length=64, help_text="Of what is decided on: text and terms")

    objects = BallotQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="ballot_closes_later", condition=Q(closes_at__gt=F("opened_at")))]

    def __str__(self) -> str:
        return f"Ballot on {self.motion}"


class Elector(models.Model):
    """A seat as it stood when the ballot opened. A conflicted elector is outside numerator and denominator."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="electors")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    alternate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Votes while the holder has not; never one with a conflict",
    )
    is_chair = models.BooleanField(default=False)
    present = models.BooleanField(
        null=True, help_text="At the meeting at which the ballot opened; unknown of a written ballot"
    )
    conflict = models.CharField(max_length=120, blank=True, help_text="Why this elector may not vote; empty: may vote")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seat"], name="elector_once"),
            models.UniqueConstraint(fields=["ballot", "person"], name="elector_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.person}"


class Vote(models.Model):
    """A position that an elector took. Written once, never changed; the newest counts. `recused` leaves the count."""

    class Position(models.TextChoices):
        YES = "yes", "Approve"
        NO = "no", "Disapprove"
        ABSTAIN = "abstain", "Abstain"
        RECUSED = "recused", "Recused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    elector = models.ForeignKey(Elector, models.PROTECT, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", help_text="Holder or alternate")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 ... within the ballot, in the order of the lock")
    position = models.CharField(max_length=8, choices=Position)
    statement = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["elector", "sequence"], name="vote_sequence"),
            models.CheckConstraint(name="vote_position", condition=Q(position__in=["yes", "no", "abstain", "recused"])),
        ]

    def __str__(self) -> str:
        return self.get_position_display()


class Decision(models.Model):
    """How a ballot ended, with the steps of the tally. Written once."""

    class Outcome(models.TextChoices):
        CARRIED = "carried", "Carried"
        LOST = "lost", "Lost"
        NO_QUORUM = "no_quorum", "No quorum"
        TIED = "tied", "Tied"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    steps = models.JSONField(help_text="The tally, step by step, as it can be replayed; none of a cancelled ballot")
    reason = models.CharField(max_length=1000, blank=True, help_text="Why it was cancelled")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.get_outcome_display()


class Reminder(models.Model):
    """That something was brought to mind, once. Written in one transaction with the notices of it."""

    class Step(models.TextChoices):
        HALF = "half", "At half time"
        LAST = "last", "Before the close"
        ESCALATED = "escalated", "To the alternates and the chair"
        OVERDUE = "overdue", "Past the day by which the board was to decide"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, null=True, related_name="reminders")
    suspension = models.ForeignKey(ChairSuspension, models.PROTECT, null=True, related_name="reminders")
    step = models.CharField(max_length=10, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "step"], name="reminder_once_a_ballot"),
            models.UniqueConstraint(fields=["suspension", "step"], name="reminder_once_a_suspension"),
            models.CheckConstraint(
                name="reminder_of_one_thing",
                condition=Q(ballot__isnull=False, suspension=None) | Q(ballot=None, suspension__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
