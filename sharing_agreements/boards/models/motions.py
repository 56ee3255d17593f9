"""Motions, what is said on them, and what boards impose."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, Role, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import LawChange
from privacy.models import PolicyVersion
from sharing_agreements.budgets.models import BudgetVersion
from sharing_agreements.models import Agreement, AgreementVersion

from .boards import Board, MotionKind, Seat


class MotionQuerySet(TrackedQuerySet["Motion"]):
    def open(self) -> MotionQuerySet:
        """Not yet decided."""
        return self.filter(status__in=[Motion.Status.MOVED, Motion.Status.PENDING, Motion.Status.VOTING])

    def voted_on_by(self, person: User) -> MotionQuerySet:
        """Motions with an open ballot of which the person is an elector, or the alternate of one.

        Whoever leaves the board during a ballot stays its elector.
        """
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        frozen = Q(ballots__electors__person=person) | Q(ballots__electors__alternate=person)
        return self.filter(frozen, status=Motion.Status.VOTING, ballots__decision=None)

    def visible_to(self, person: User) -> MotionQuerySet:
        """Motions before the person's boards, those that they vote or voted on, what they audit, and for drafters those
        that ended an agreement which their agency leads.

        Whoever audits one agency reads of a board what is about that agency, and its charter.
        """
        if not person.is_active:
            return self.none()
        mine = Q(board__in=Board.objects.of_member(person).values("pk"))
        voting = Q(pk__in=Motion.objects.voted_on_by(person).values("pk"))
        voted = Q(pk__in=Motion.objects.filter(ballots__electors__votes__by=person).values("pk"))
        return self.filter(mine | voting | voted | _audited_by(person) | _ended_what_they_drew_up(person))


def _ended_what_they_drew_up(person: User) -> Q:
    """Terminations that carried, for the drafters of the lead agency: they draw up what follows."""
    drafts = Membership.objects.current().with_role(Role.DRAFTER).filter(person=person)
    carried = Q(kind=MotionKind.TERMINATE, status="carried", agreement__status=Agreement.Status.TERMINATED)
    return carried & Q(agreement__lead_agency__in=drafts.values("agency"))


def _audited_by(person: User) -> Q:
    """All for an auditor of the portal; else what is about an agency that the person audits."""
    audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    if not audited:
        return Q(pk__in=[])
    if None in audited:
        return ~Q(pk__in=[])  # an empty Q would vanish beside others
    about = Q(agency__in=audited) | Q(policy_version__policy__agency__in=audited)
    charters = Q(kind=MotionKind.CHARTER, board__in=Board.objects.visible_to(person).values("pk"))
    return about | charters | Q(agreement__in=Agreement.objects.audited_by(person).values("pk"))


ABOUT_AN_AGREEMENT = [
    MotionKind.APPROVE,
    MotionKind.SEND_BACK,
    MotionKind.REJECT,
    MotionKind.SUSPEND,
    MotionKind.RATIFY,
    MotionKind.RESUME,
    MotionKind.TERMINATE,
]

HAS_ITS_GROUND = Q(
    Q(ground="unrecorded", breach="", after_sanction=None, noticed_on=None)
    | Q(ground="convenience", breach="", after_sanction=None)
    | (Q(ground="cause", after_sanction=None, noticed_on=None) & ~Q(breach=""))
    | Q(ground="sanction", breach="", after_sanction__isnull=False, noticed_on=None),
    kind=MotionKind.TERMINATE,
) | (~Q(kind=MotionKind.TERMINATE) & Q(ground="", breach="", after_sanction=None, noticed_on=None))
"""A motion to terminate has a ground with what belongs to it; another has none."""


class Motion(models.Model):
    """What the board is asked to decide: about an agreement, its charter, a policy, a budget, an initiative, a change
    in law, or an agency."""

    Kind = MotionKind

    class Status(models.TextChoices):
        MOVED = "moved", "Awaits a second"
        PENDING = "pending", "Awaits a ballot"
        VOTING = "voting", "Open ballot"
        CARRIED = "carried", "Carried"
        LOST = "lost", "Lost"
        MOOT = "moot", "Without object"  # its subject moved on before the board decided
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Measure(models.TextChoices):
        REPRIMAND = "reprimand", "Reprimand"
        PLAN = "plan", "Corrective plan"
        SUSPENSION = "suspension", "Suspension of access"

    class Ground(models.TextChoices):
        CONVENIENCE = "convenience", "Convenience"
        CAUSE = "cause", "Cause"
        SANCTION = "sanction", "Sanction"
        UNRECORDED = "unrecorded", "Not recorded"  # of motions that were made before grounds were asked for

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="motions")
    number = models.CharField(max_length=16, help_text="CGB-2026-031")
    kind = models.CharField(max_length=12, choices=MotionKind)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="motions")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, null=True, blank=True, related_name="motions")
    proposed = models.JSONField(null=True, blank=True, help_text="The charter's rules as they would be")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, blank=True, related_name="motions")
    budget_version = models.ForeignKey(
        BudgetVersion, models.PROTECT, null=True, blank=True, related_name="motions", db_index=False
    )
    # By name, since initiatives stand a floor above.
    initiative_proposal = models.ForeignKey(
        "initiatives.Proposal", models.PROTECT, null=True, blank=True, related_name="motions", db_index=False
    )
    law_change = models.ForeignKey(
        LawChange, models.PROTECT, null=True, blank=True, related_name="motions", db_index=False
    )
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.CharField(max_length=12, choices=Measure, blank=True)
    lifts = models.ForeignKey("boards.Sanction", models.PROTECT, null=True, blank=True, related_name="lifting")
    text = models.TextField(help_text="What is decided, in the portal's own words")
    grounds = models.TextField(blank=True, help_text="Why, in the mover's words")
    conditions = models.TextField(blank=True, help_text="What is asked for when it carries")
    effective_on = models.DateField(null=True, blank=True, help_text="Empty: from the decision on")
    ground = models.CharField(
        max_length=12, choices=Ground, blank=True, default="", db_default="", help_text="Why an agreement is to end"
    )
    breach = models.TextField(
        blank=True, default="", db_default="", help_text="Of what obligation, where the ground is a cause"
    )
    after_sanction = models.ForeignKey(
        "boards.Sanction", models.PROTECT, null=True, blank=True, related_name="terminations", db_index=False
    )
    noticed_on = models.DateField(null=True, blank=True, help_text="When notice was given, where the text asks for it")
    mover = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    seconder = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MotionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="motion_number"),
            models.UniqueConstraint(
                fields=["agreement"],
                name="motion_one_open",
                condition=Q(status__in=["moved", "pending", "voting"]),
            ),
            models.CheckConstraint(
                name="motion_has_its_subject",
                condition=Q(kind__in=ABOUT_AN_AGREEMENT, agreement__isnull=False, version__isnull=False)
                | Q(kind="charter", agreement=None, proposed__isnull=False)
                | Q(kind="policy", agreement=None, policy_version__isnull=False)
                | Q(kind="budget", agreement=None, budget_version__isnull=False)
                | Q(kind="initiative", agreement=None, initiative_proposal__isnull=False)
                | Q(kind="law", agreement=None, law_change__isnull=False)
                | (Q(kind="sanction", agreement=None, agency__isnull=False) & ~Q(measure=""))
                | Q(kind="lift", agreement=None, agency__isnull=False, lifts__isnull=False),
            ),
            models.CheckConstraint(name="motion_termination_has_ground", condition=HAS_ITS_GROUND),
            models.CheckConstraint(
                name="motion_seconded_by_another", condition=Q(seconder=None) | ~Q(seconder=models.F("mover"))
            ),
        ]

    def __str__(self) -> str:
        return f"Motion {self.number}: {self.get_kind_display()}"


class PolicyReferralQuerySet(models.QuerySet["PolicyReferral"]):
    def standing(self) -> PolicyReferralQuerySet:
        return self.filter(taken_back_at=None)


class PolicyReferral(models.Model):
    """That an agency gave a board the draft of its policy to adopt; the members read it until it is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="policy_referrals")
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="board_referrals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PolicyReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "version"], condition=Q(taken_back_at=None), name="policy_referred_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__gte=F("at"), taken_back_by__isnull=False),
                name="policy_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} before {self.board}"


class Remark(models.Model):
    """What a member says on a motion before the vote. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="remarks")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=4000)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.seat} on motion {self.motion.number}"


HEEDED = timedelta(days=90)
"""So long the chair heeds a board that decided against a suspension: one of the same agreement takes a vote."""


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


class SanctionQuerySet(TrackedQuerySet["Sanction"]):
    def standing(self) -> SanctionQuerySet:
        """In effect now."""
        return self.filter(starts_at__lte=Now(), lifted_at=None)


class Sanction(models.Model):
    """What a board imposed on an agency by a motion that carried."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    motion = models.OneToOneField(Motion, models.PROTECT, related_name="sanction")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="sanctions")
    measure = models.CharField(max_length=12, choices=Motion.Measure)
    starts_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SanctionQuerySet.as_manager()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.agency}"
