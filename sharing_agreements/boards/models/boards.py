"""A governing body, the rules of its charter, and its seats."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements.models import Agreement

SHORT_NAME = RegexValidator(r"^[A-Z][A-Z0-9]*\Z", "Use capital letters A to Z and digits, a letter first, such as CGB.")


class BoardQuerySet(TrackedQuerySet["Board"]):
    def of_member(self, person: User) -> BoardQuerySet:
        """Boards on which the person sits, with a vote or without, or stands by as an alternate."""
        return self.filter(pk__in=Seat.objects.of(person).values("board"))

    def visible_to(self, person: User) -> BoardQuerySet:
        """Boards that the person reads: as a member, or as an auditor of an agreement that came before them."""
        if Auditor.objects.current().filter(person=person, agency=None).exists():
            return self.all()
        before = Agreement.objects.audited_by(person).values("pk")
        audited = Board.objects.filter(motions__agreement__in=before).values("pk")
        return self.filter(Q(pk__in=Board.objects.of_member(person).values("pk")) | Q(pk__in=audited))


class Board(models.Model):
    """A governing body: executive, technical, privacy, funding or audit."""

    class Kind(models.TextChoices):
        EXECUTIVE = "executive", "Executive"
        TECHNICAL = "technical", "Technical"
        PRIVACY = "privacy", "Privacy"
        FUNDING = "funding", "Funding"
        AUDIT = "audit", "Audit"

    class Origin(models.TextChoices):
        STATUTE = "statute", "Statute"
        ORDER = "order", "Executive order"
        AGREEMENT = "agreement", "Agreement"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160, unique=True)
    short_name = models.CharField(
        max_length=6, unique=True, validators=[SHORT_NAME], help_text="Stands before the number of each motion"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EXECUTIVE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.AGREEMENT)
    created_by_act = models.CharField(max_length=160, blank=True, help_text="Citation of the act that created it")
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    meets_in_public = models.BooleanField(default=True, help_text="Anybody reads its agenda and its minutes")

    objects = BoardQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.CheckConstraint(name="board_not_its_own_parent", condition=~Q(parent=F("id")))]

    def __str__(self) -> str:
        return self.name


class MotionKind(models.TextChoices):
    """What a board is asked to decide."""

    APPROVE = "approve", "Approve"
    SEND_BACK = "send_back", "Send back with conditions"
    REJECT = "reject", "Reject"
    SUSPEND = "suspend", "Suspend"
    RATIFY = "ratify", "Ratify the chair's suspension"
    RESUME = "resume", "Resume"
    TERMINATE = "terminate", "Terminate"
    CHARTER = "charter", "Amend the charter"
    POLICY = "policy", "Adopt a policy"
    BUDGET = "budget", "Adopt a budget"
    INITIATIVE = "initiative", "Approve an initiative"
    LAW = "law", "Support a change in law"
    SANCTION = "sanction", "Sanction an agency"
    LIFT = "lift", "Lift a sanction"


class CharterQuerySet(TrackedQuerySet["Charter"]):
    def in_force(self) -> CharterQuerySet:
        """The newest charter of each board."""
        return self.order_by("board", "-number").distinct("board")


class Charter(models.Model):
    """The rules of a board as data. A new charter is a new row; a ballot freezes the one in force when it opens.

    What each rule means for a count is said in `rule.py`, in code and in words.
    """

    class Quorum(models.TextChoices):
        MAJORITY = "majority_in_office", "A majority of the members in office"
        FIXED = "fixed", "A fixed number of members"

    class Threshold(models.TextChoices):
        MAJORITY = "majority", "More than half"
        TWO_THIRDS = "two_thirds", "Two thirds"
        UNANIMOUS = "unanimous", "All"

    class Denominator(models.TextChoices):
        PRESENT = "present", "Of the members who take part"
        IN_OFFICE = "in_office", "Of the members in office"
        ALL_SEATS = "all_seats", "Of all voting seats, vacant ones too"

    class Abstention(models.TextChoices):
        LEAVES = "leaves", "It counts toward the quorum, and not as a vote"
        AGAINST = "against", "It counts toward the quorum, and weighs like a vote against"
        ABSENT = "absent", "It counts as if the member were absent"

    class Recusal(models.TextChoices):
        NEITHER = "neither", "It counts toward neither the quorum nor the votes"
        QUORUM = "quorum", "It counts toward the quorum, not toward the votes"
        REDUCES = "reduces", "The seat is left out, also from the number of which the quorum is taken"

    class Vacancy(models.TextChoices):
        IGNORED = "ignored", "A quorum is taken of the members in office"
        COUNTED = "counted", "A quorum is taken of all voting seats, vacant ones too"

    class Tie(models.TextChoices):
        LOST = "lost", "The motion is lost"
        CHAIR = "chair", "The chair's vote decides"
        UNDECIDED = "undecided", "The motion stays before the board"

    class ChairVote(models.TextChoices):
        ALWAYS = "always", "Votes like every member"
        TIE = "tie", "Votes to break a tie only"
        NEVER = "never", "Does not vote"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="charters")
    number = models.PositiveIntegerField(default=1)
    adopted_on = models.DateField()
    responsible_for = ArrayField(models.CharField(max_length=16, choices=Agreement.Kind))
    states = ArrayField(
        models.CharField(max_length=2), default=list, help_text="States of the lead agencies; empty: any"
    )
    voting_seats = models.PositiveSmallIntegerField(default=0, help_text="How many voting seats there are; 0: no limit")

    quorum = models.CharField(max_length=20, choices=Quorum, default=Quorum.MAJORITY)
    quorum_number = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum_present = models.PositiveSmallIntegerField(default=0, help_text="No vote with fewer than so many")
    vacancy = models.CharField(max_length=8, choices=Vacancy, default=Vacancy.IGNORED)
    recusal = models.CharField(max_length=8, choices=Recusal, default=Recusal.NEITHER)
    threshold = models.CharField(max_length=12, choices=Threshold, default=Threshold.MAJORITY)
    special_threshold = models.CharField(max_length=12, choices=Threshold, blank=True)
    special_for = ArrayField(
        models.CharField(max_length=12, choices=MotionKind), default=list, help_text="What the other threshold is for"
    )
    denominator = models.CharField(max_length=10, choices=Denominator, default=Denominator.PRESENT)
    abstention = models.CharField(max_length=8, choices=Abstention, default=Abstention.LEAVES)
    tie = models.CharField(max_length=10, choices=Tie, default=Tie.LOST)
    chair_vote = models.CharField(max_length=8, choices=ChairVote, default=ChairVote.ALWAYS)

    second_required = models.BooleanField(default=False)
    alternates = models.BooleanField(default=True)
    written_ballots = models.BooleanField(default=True)
    ballot_days = models.PositiveSmallIntegerField(default=7)
    notice_hours = models.PositiveSmallIntegerField(default=72)
    special_notice_hours = models.PositiveSmallIntegerField(default=24)
    chair_may_suspend = models.BooleanField(default=False)
    chair_may_approve = models.BooleanField(default=False, help_text="Administrative amendments, alone")
    ratify_within_days = models.PositiveSmallIntegerField(default=14)

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
            models.CheckConstraint(
                name="charter_casting_vote",
                condition=~Q(tie="chair") | ~Q(chair_vote="never"),
                violation_error_message="The chair's vote decides a tie only where the chair votes.",
            ),
            models.CheckConstraint(
                name="charter_counts_its_seats",
                condition=(~Q(denominator="all_seats") & ~Q(vacancy="counted")) | Q(voting_seats__gte=1),
                violation_error_message="Say how many voting seats there are; the rule counts all of them.",
            ),
            models.CheckConstraint(
                name="charter_special_threshold",
                condition=Q(special_threshold="", special_for=[])
                | (~Q(special_threshold="") & Q(special_for__len__gte=1)),
                violation_error_message="Name the other threshold, and the motions for which it is.",
            ),
        ]

    def clean(self) -> None:
        """A quorum that no meeting could reach would leave the board without a way to mend its own charter."""
        if not self.voting_seats:
            return
        for name in ("quorum_number", "minimum_present"):
            if (getattr(self, name) or 0) > self.voting_seats:
                raise ValidationError({name: f"There are {self.voting_seats} voting seats. Ask for no more than that."})

    def __str__(self) -> str:
        return f"{self.board}, charter {self.number}"


def may_sit(person: User) -> bool:
    """Whether a seat with this person's name is theirs: whoever administers the portal has none."""
    return person.is_active and not person.is_portal_administrator


class SeatQuerySet(TrackedQuerySet["Seat"]):
    def in_term(self) -> SeatQuerySet:
        """Seats whose term of office runs now."""
        runs = Q(term_ends_at=None) | Q(term_ends_at__gt=Now())
        return self.filter(runs, Q(ended_at=None) | Q(ended_at__gt=Now()))

    def held(self) -> SeatQuerySet:
        """Seats that somebody holds now. Whoever became a portal administrator since holds none."""
        return self.in_term().filter(holder__is_active=True, holder__is_portal_administrator=False)

    def in_office(self) -> SeatQuerySet:
        """Voting seats that somebody holds now."""
        return self.held().filter(is_voting=True)

    def of(self, person: User) -> SeatQuerySet:
        """Seats that the person holds now, or for which the person stands by as the alternate."""
        return self.sat_on_by(person.pk) if may_sit(person) else self.none()

    def sat_on_by(self, person_id: UUID) -> SeatQuerySet:
        """Seats in term with this holder or alternate, whatever else they are."""
        return self.in_term().filter(Q(holder=person_id) | Q(alternate=person_id))


class Seat(models.Model):
    """A place on a board: an agency's, held by a person for a term. A portal administrator holds none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="seats")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats")
    alternate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_voting = models.BooleanField(default=True)
    is_chair = models.BooleanField(default=False)
    started_at = models.DateTimeField(db_default=Now())
    term_ends_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on the seat is vacant; empty: never"
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When the holder left before that, or was followed"
    )

    objects = SeatQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="seat_number", condition=Q(ended_at=None)),
            models.UniqueConstraint(fields=["board", "holder"], name="seat_one_a_person", condition=Q(ended_at=None)),
            models.UniqueConstraint(fields=["board"], name="seat_one_chair", condition=Q(ended_at=None, is_chair=True)),
            models.CheckConstraint(
                name="seat_alternate_is_another", condition=Q(alternate=None) | ~Q(alternate=F("holder"))
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number}, {self.agency}"
