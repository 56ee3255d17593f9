"""Initiatives: what several agencies set out to do together, their milestones, what blocks them, what meets there."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, User
from agencies.readiness.models import PlanAction
from portal.kernel.days import agreed
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import LawChange
from sharing_agreements.boards.models import Board
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.models import Agreement


class InitiativeQuerySet(TrackedQuerySet["Initiative"]):
    def held_by(self, agencies: Collection[UUID], codename: str) -> InitiativeQuerySet:
        """Those on which the group of one of the agencies holds one of guardian's permissions."""
        held = InitiativeGroupObjectPermission.objects.filter(permission__codename=codename)
        return self.filter(pk__in=held.filter(group__agency__in=agencies).values("content_object"))

    def audited_by(self, person: User) -> InitiativeQuerySet:
        """All for an auditor of the portal; else those in which an agency that the person audits takes part."""
        audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
        if None in audited:
            return self.all()
        return self.held_by([agency for agency in audited if agency], "view_initiative")

    def visible_to(self, person: User, membership: Membership | None) -> InitiativeQuerySet:
        """Initiatives of the agency that the person acts for, those that were put before a board of the person's, and
        those that they audit."""
        if not person.is_active or person.is_portal_administrator:
            return self.none()
        mine = [membership.agency_id] if membership is not None and membership.roles else []
        every = self.model.objects
        return self.filter(
            Q(board__in=Board.objects.of_member(person).values("pk"), pk__in=Proposal.objects.values("initiative"))
            | Q(pk__in=every.held_by(mine, "view_initiative").values("pk"))
            | Q(pk__in=every.audited_by(person).values("pk"))
        )


class Initiative(models.Model):
    """Something that agencies do together under a board: the room where agreements, money, readiness and law meet."""

    class Status(models.TextChoices):
        IDEA = "idea", "Idea"
        BEFORE_BOARD = "before_board", "Before the board"
        APPROVED = "approved", "Approved"
        RUNNING = "running", "Under way"
        COMPLETED = "completed", "Completed"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="initiatives", help_text="Which sponsors it")
    lead = models.ForeignKey(Agency, models.PROTECT, related_name="led_initiatives", help_text="Which proposes it")
    title = models.CharField(max_length=160)
    purpose = models.TextField(max_length=4000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", help_text="Answers for it, at the lead agency"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.IDEA)
    outcome = models.CharField(max_length=1000, blank=True, help_text="What came of it, or why it ended")
    opened_at = models.DateTimeField(db_default=Now())
    ended_on = models.DateField(null=True, editable=False)

    objects = InitiativeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        # guardian's: read it; lead it; bring what one has into it. Nothing else is granted.
        default_permissions = ("view", "change", "link")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "title"],
                name="initiative_title",
                violation_error_message="The board has an initiative of this title. Choose another title.",
            ),
            models.CheckConstraint(name="initiative_says_why", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="initiative_outcome",
                condition=Q(status__in=["completed", "ended"], ended_on__isnull=False) & ~Q(outcome="")
                | ~Q(status__in=["completed", "ended"]) & Q(ended_on=None, outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.COMPLETED, self.Status.ENDED}


class InitiativeUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Initiative, models.CASCADE)


class InitiativeGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Initiative, models.CASCADE)


class InitiativePartner(models.Model):
    """An agency that takes part. The lead agency is the first of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="partners")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="initiative_parts")

    objects = TrackedQuerySet["InitiativePartner"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "agency"],
                name="initiative_partner_once",
                violation_error_message="This agency takes part already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


class Milestone(models.Model):
    """A step of an initiative: which partner sees to it, and until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="Which partner sees to it")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who, if named"
    )
    due_on = models.DateField(validators=[agreed])
    done_on = models.DateField(null=True, blank=True)

    objects = TrackedQuerySet["Milestone"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="milestone_number"),
            models.UniqueConstraint(
                fields=["initiative", "title"],
                name="milestone_title",
                violation_error_message="The initiative has a milestone of this title. Change that one.",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="milestone_due", condition=Q(done_on=None))]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Block(models.Model):
    """What a milestone waits for: another one, a partner, or a change in law. It lifts by itself when that has come; of
    a partner, when somebody says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="blocks")
    by_milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="blocking")
    by_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    by_change = models.ForeignKey(LawChange, models.PROTECT, null=True, blank=True, related_name="blocking")
    what = models.CharField(max_length=300, blank=True, help_text="What is needed of the partner")
    lifted_on = models.DateField(null=True, editable=False, help_text="When the partner gave it")

    objects = TrackedQuerySet["Block"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "by_milestone"],
                name="block_milestone_once",
                violation_error_message="It waits for that milestone already.",
            ),
            models.UniqueConstraint(
                fields=["milestone", "by_change"],
                name="block_change_once",
                violation_error_message="It waits for that change already.",
            ),
            models.CheckConstraint(
                name="block_by_one",
                condition=Q(by_milestone__isnull=False, by_agency=None, by_change=None, what="")
                | Q(by_milestone=None, by_agency__isnull=False, by_change=None) & ~Q(what="")
                | Q(by_milestone=None, by_agency=None, by_change__isnull=False, what=""),
            ),
            models.CheckConstraint(
                name="block_not_itself", condition=Q(by_milestone=None) | ~Q(by_milestone=F("milestone"))
            ),
            models.CheckConstraint(
                name="block_lifted_by_partner", condition=Q(lifted_on=None) | Q(by_agency__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} waits for {self.by_milestone or self.by_agency or self.by_change}"


class Link(models.Model):
    """Something that meets in an initiative: an agreement, its budget, an application for funding, a change in law.

    A link shows nothing: whoever reads the initiative reads of what is linked what they may read anyway.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="links")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="initiative_links")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="initiative_links")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="initiative_links")
    change = models.ForeignKey(LawChange, models.PROTECT, null=True, blank=True, related_name="initiative_links")

    objects = TrackedQuerySet["Link"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "agreement"], name="initiative_agreement_once"),
            models.UniqueConstraint(fields=["initiative", "application"], name="initiative_application_once"),
            models.UniqueConstraint(fields=["initiative", "change"], name="initiative_change_once"),
            models.UniqueConstraint(
                fields=["initiative"], name="initiative_one_budget", condition=Q(budget__isnull=False)
            ),
            models.CheckConstraint(
                name="initiative_link_to_one",
                condition=Q(agreement__isnull=False, budget=None, application=None, change=None)
                | Q(agreement=None, budget__isnull=False, application=None, change=None)
                | Q(agreement=None, budget=None, application__isnull=False, change=None)
                | Q(agreement=None, budget=None, application=None, change__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.thing}"

    @property
    def thing(self) -> Agreement | Budget | Application | LawChange:
        found = self.agreement or self.budget or self.application or self.change
        assert found is not None  # noqa: S101  (a constraint of the table)
        return found


class Offer(models.Model):
    """That an agency offers an investment of its readiness plan to the initiative's budget; its readers see it then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="offers")
    action = models.ForeignKey(PlanAction, models.PROTECT, related_name="offers")

    objects = TrackedQuerySet["Offer"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action"], name="investment_offered_once")]

    def __str__(self) -> str:
        return f"{self.action}, to {self.initiative}"


class Proposal(models.Model):
    """An initiative as it was put before its board. Written once; another attempt is another.

    `content` holds title, purpose, lead, owner, partners and milestones in words and days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["Proposal"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "number"], name="proposal_number")]

    def __str__(self) -> str:
        return f"{self.content['title']}, proposal {self.number}"


class Approval(models.Model):
    """That a board approved a proposal, by a motion that carried. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="approval")
    motion = models.CharField(max_length=16)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["Approval"].as_manager()

    def __str__(self) -> str:
        return f"{self.proposal}, by motion {self.motion}"


class MilestoneReminder(models.Model):
    """That a milestone was brought to mind, once each step for a day on which it is due. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["MilestoneReminder"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["milestone", "due_on", "step"], name="milestone_reminder_once")]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.get_step_display()}"
