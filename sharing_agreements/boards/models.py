"""Governance boards: charter, seats, meetings, motions, ballots, and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements.models import Agreement, AgreementVersion


class BoardQuerySet(TrackedQuerySet["Board"]):
    def of_member(self, person: User) -> BoardQuerySet:
        """Boards on which the person sits, with a vote or without."""
        return self.filter(pk__in=Seat.objects.held().filter(holder=person).values("board"))

    def visible_to(self, person: User) -> BoardQuerySet:
        """Boards that the person reads: as a member, or as an auditor of an agreement that came before them."""
        audited = Auditor.objects.current().filter(person=person)
        if audited.filter(agency=None).exists():
            return self.all()
        before = Agreement.objects.audited_by(person).values("pk")
        return self.filter(
            Q(pk__in=Board.objects.of_member(person).values("pk"))
            | Q(pk__in=Motion.objects.filter(agreement__in=before).values("board"))
        )


class Board(models.Model):
    """A governing body: executive, technical, privacy, funding or audit."""

    class Kind(models.TextChoices):
        EXECUTIVE = "executive", "Executive"
        TECHNICAL = "technical", "Technical"
        PRIVACY = "privacy", "Privacy"
        FUNDING = "funding", "Funding"
        AUDIT = "audit", "Audit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EXECUTIVE)
    created_by_act = models.CharField(max_length=160, blank=True, help_text="Statute, executive order or agreement")
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")

    objects = BoardQuerySet.as_manager()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class CharterQuerySet(TrackedQuerySet["Charter"]):
    def in_force(self) -> CharterQuerySet:
        """The newest charter of each board."""
        return self.order_by("board", "-number").distinct("board")


class Charter(models.Model):
    """The rules of a board as data. A new charter is a new row; a ballot freezes the one in force when it opens."""

    class Quorum(models.TextChoices):
        MAJORITY = "majority_in_office", "A majority of the members in office"
        FIXED = "fixed", "A fixed number of members"

    class Threshold(models.TextChoices):
        MAJORITY = "majority", "More than half of the votes cast"
        TWO_THIRDS = "two_thirds", "Two thirds of the votes cast"
        UNANIMOUS = "unanimous", "All votes cast"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="charters")
    number = models.PositiveIntegerField(default=1)
    adopted_on = models.DateField()
    responsible_for = ArrayField(models.CharField(max_length=16, choices=Agreement.Kind))
    states = ArrayField(
        models.CharField(max_length=2), default=list, help_text="States of the lead agencies; empty: any"
    )
    quorum = models.CharField(max_length=20, choices=Quorum, default=Quorum.MAJORITY)
    quorum_number = models.PositiveSmallIntegerField(null=True, blank=True)
    threshold = models.CharField(max_length=12, choices=Threshold, default=Threshold.MAJORITY)
    chair_may_suspend = models.BooleanField(default=False)
    ratify_within_days = models.PositiveSmallIntegerField(default=14)
    ballot_days = models.PositiveSmallIntegerField(default=7)

    objects = CharterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="charter_number"),
            models.CheckConstraint(
                name="charter_fixed_quorum",
                # A comparison with null is neither true nor false, and such a check would pass.
                condition=Q(quorum="majority_in_office", quorum_number=None)
                | Q(quorum="fixed", quorum_number__isnull=False, quorum_number__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board}, charter {self.number}"


class SeatQuerySet(TrackedQuerySet["Seat"]):
    def held(self) -> SeatQuerySet:
        """Seats that somebody holds now. Whoever became a portal administrator since holds none."""
        in_term = Q(ended_at=None) | Q(ended_at__gt=Now())
        return self.filter(in_term, holder__is_active=True, holder__is_portal_administrator=False)

    def in_office(self) -> SeatQuerySet:
        """Voting seats that somebody holds now."""
        return self.held().filter(is_voting=True)


class Seat(models.Model):
    """A place on a board: an agency's, held by a person. A portal administrator holds none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="seats")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats")
    is_voting = models.BooleanField(default=True)
    is_chair = models.BooleanField(default=False)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="seat_number", condition=Q(ended_at=None)),
            models.UniqueConstraint(fields=["board", "holder"], name="seat_one_a_person", condition=Q(ended_at=None)),
            models.UniqueConstraint(fields=["board"], name="seat_one_chair", condition=Q(ended_at=None, is_chair=True)),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number}, {self.agency}"


class MeetingQuerySet(TrackedQuerySet["Meeting"]):
    def coming(self) -> MeetingQuerySet:
        """Not yet begun."""
        return self.filter(starts_at__gt=Now())


class Meeting(models.Model):
    """A noticed meeting of a board."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    business = models.TextField(blank=True)
    noticed_at = models.DateTimeField(auto_now_add=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return f"{self.board}, {self.starts_at:%b %d, %Y}"


class MotionQuerySet(TrackedQuerySet["Motion"]):
    def open(self) -> MotionQuerySet:
        """Not yet decided."""
        return self.filter(status__in=[Motion.Status.PENDING, Motion.Status.VOTING])

    def visible_to(self, person: User) -> MotionQuerySet:
        """Motions before the boards on which the person sits, and on the agreements that the person audits."""
        mine = Q(board__in=Board.objects.of_member(person).values("pk"))
        return self.filter(mine | Q(agreement__in=Agreement.objects.audited_by(person).values("pk")))


class Motion(models.Model):
    """What the board is asked to decide about an agreement."""

    class Kind(models.TextChoices):
        APPROVE = "approve", "Approve"
        SUSPEND = "suspend", "Suspend"
        RATIFY = "ratify", "Ratify the chair's suspension"
        RESUME = "resume", "Resume"

    class Status(models.TextChoices):
        PENDING = "pending", "Awaits a ballot"
        VOTING = "voting", "Open ballot"
        CARRIED = "carried", "Carried"
        LOST = "lost", "Lost"
        MOOT = "moot", "Without object"  # the agreement left the board before it decided

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="motions")
    number = models.CharField(max_length=16, help_text="2026-31")
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="motions")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="motions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="motions")
    text = models.TextField()
    mover = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MotionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="motion_number"),
            models.UniqueConstraint(
                fields=["agreement"], name="motion_one_open", condition=Q(status__in=["pending", "voting"])
            ),
        ]

    def __str__(self) -> str:
        return f"Motion {self.number}: {self.get_kind_display()} {self.agreement.number}"


class Ballot(models.Model):
    """A vote on a motion. Opening freezes rule, electorate, conflicts and the text's hash for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    motion = models.OneToOneField(Motion, models.PROTECT, related_name="ballot")
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    rule = models.JSONField(help_text="Charter number, quorum, quorum number, threshold as they stood at opening")
    sha256 = models.CharField(max_length=64, help_text="Of the version's text and terms")

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
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 ... within the ballot, in the order of the lock")
    position = models.CharField(max_length=8, choices=Position)
    statement = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["elector", "sequence"], name="vote_sequence")]

    def __str__(self) -> str:
        return self.get_position_display()


class Decision(models.Model):
    """How a ballot ended: carried or lost, with the steps of the tally. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="decision")
    carried = models.BooleanField()
    steps = models.JSONField(help_text="The tally, step by step, as it can be replayed")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return "Carried" if self.carried else "Lost"


class ChairSuspensionQuerySet(TrackedQuerySet["ChairSuspension"]):
    def unratified(self) -> ChairSuspensionQuerySet:
        """Those that stand and that the board has not confirmed, overdue ones included."""
        return self.filter(ratified_at=None, lifted_at=None)


class ChairSuspension(models.Model):
    """A suspension by the chair alone. It stands until the board ratifies it or ends it; overdue ones are shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="chair_suspensions")
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField(db_default=Now())
    ratify_by = models.DateTimeField()
    ratified_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="When the board ended it instead")

    objects = ChairSuspensionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], name="chairsuspension_one_open", condition=Q(ratified_at=None, lifted_at=None)
            ),
            models.CheckConstraint(name="chairsuspension_one_end", condition=Q(ratified_at=None) | Q(lifted_at=None)),
        ]

    def __str__(self) -> str:
        return f"Suspension of {self.agreement.number} by the chair"
