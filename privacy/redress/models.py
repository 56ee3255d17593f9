"""Redress: what people ask an agency about information on them, what it answers, and their appeals."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Membership, Role, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from portal.notices.models import OwedMail

ANSWER_WITHIN = timedelta(days=30)
EXTENDED_BY = timedelta(days=30)
APPEAL_WITHIN = timedelta(days=60)
DECIDE_APPEAL_WITHIN = timedelta(days=30)
FORGOTTEN = "Forgotten"
KEPT = timedelta(days=3 * 365)
"""How long the portal knows who asked, once nothing more can come of it."""


class Ground(models.TextChoices):
    """Why something is refused. None of them says whether the agency holds anything."""

    IDENTITY = "identity", "It was not shown who asks"
    NOTHING = "nothing", "The agency has nothing that it may disclose"
    INVESTIGATION = "investigation", "It would harm an investigation or a prosecution"
    OTHERS = "others", "It would tell of a victim, a witness, a source or somebody else"
    LAW = "law", "A statute or the order of a court forbids it"
    ACCURATE = "accurate", "The record says what its source says"
    UNFOUNDED = "unfounded", "The complaint was looked into, and nothing was found wrong"


class Outcome(models.TextChoices):
    GRANTED = "granted", "Granted"
    PARTLY = "partly", "Granted in part"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn by who asked"


class RedressRequestQuerySet(TrackedQuerySet["RedressRequest"]):
    def visible_to(self, person: User, membership: Membership | None) -> RedressRequestQuerySet:
        """Those of the agency that one acts for: to its privacy officers, and to its administrators what was appealed.

        Nobody else reads who asked for what: not clerks, not other agencies, not who keeps the portal.
        """
        if membership is None or not person.is_active:
            return self.none()
        mine = self.filter(agency=membership.agency_id)
        if membership.has(Role.PRIVACY_OFFICER):
            return mine
        return mine.appealed() if membership.has(Role.ADMINISTRATOR) else self.none()

    def appealed(self) -> RedressRequestQuerySet:
        return self.filter(Exists(Appeal.objects.filter(request=OuterRef("pk"))))

    def open(self) -> RedressRequestQuerySet:
        """Not answered yet."""
        return self.filter(decided_at=None)

    def late(self, today: date) -> RedressRequestQuerySet:
        """Those whose day is over, by the calendar of their agency."""
        due = Q(decided_at=None, due_on__lt=today) | Q(appeal__decided_at=None, appeal__due_on__lt=today)
        return self.asking().filter(due)

    def asking(self) -> RedressRequestQuerySet:
        """What still asks something of the agency: an answer, or a decision on an appeal."""
        return self.filter(Q(decided_at=None) | Q(appeal__decided_at=None, appeal__isnull=False))


class RedressRequest(models.Model):
    """What one person asks of one agency. Who asks, what about, and the words of the answer stand here alone, not in
    its history, its events, notices or mails; after `KEPT` they are forgotten."""

    class Kind(models.TextChoices):
        ACCESS = "access", "See what the agency has on me"
        CORRECTION = "correction", "Have something on me corrected"
        COMPLAINT = "complaint", "Complain about how it was handled"

    class For(models.TextChoices):
        SELF = "self", "Myself"
        CHILD = "child", "My child, or somebody whose guardian I am"
        CLIENT = "client", "A client whom I represent"

    class Proof(models.TextChoices):
        IN_PERSON = "in_person", "In person, with an identity document"
        NOTARY = "notary", "By a notarized letter"
        COUNSEL = "counsel", "By counsel who appears for them"
        SEPARATE = "separate", "By details that only they and the agency know"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="redress_requests")
    number = models.CharField(max_length=20, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    asked_for = models.CharField("who is it about", max_length=6, choices=For, default=For.SELF)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField("postal address", max_length=300, blank=True)
    about = models.TextField(max_length=4000, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    extended_because = models.CharField(max_length=500, blank=True)
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proof = models.CharField(max_length=10, choices=Proof, blank=True)
    proven_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    ground = models.CharField(max_length=14, choices=Ground, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    forgotten_at = models.DateTimeField(null=True, editable=False)

    objects = RedressRequestQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["name", "email", "address", "about", "case_number", "extended_because", "answer"]
    )

    PERSONAL = ("name", "email", "address", "about", "case_number", "extended_because")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["agency", "due_on"], name="redress_due", condition=Q(decided_at=None))]
        constraints = [
            models.CheckConstraint(
                name="redress_can_be_reached",
                condition=Q(forgotten_at__isnull=False) | (~Q(name="") & ~Q(about="") & ~Q(email="", address="")),
            ),
            models.CheckConstraint(
                name="redress_answered_whole",
                condition=Q(decided_at=None, decided_by=None, outcome="", answer="", ground="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="") & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="redress_refused_with_ground",
                condition=Q(outcome__in=["refused", "partly"]) & ~Q(ground="")
                | ~Q(outcome__in=["refused", "partly"]) & Q(ground=""),
            ),
            models.CheckConstraint(
                name="redress_granted_to_who_is_known",
                condition=Q(kind="complaint") | ~Q(outcome__in=["granted", "partly"]) | Q(proven_at__isnull=False),
            ),
            models.CheckConstraint(
                name="redress_proven_how",
                condition=Q(proof="", proven_at=None) | (~Q(proof="") & Q(proven_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def what(self) -> str:
        """What is asked for, in a word for who answers."""
        return {"access": "Access", "correction": "Correction", "complaint": "Complaint"}[self.kind]

    @property
    def last_day_to_appeal(self) -> date | None:
        """By the calendar of the agency; None before there is an answer."""
        if self.decided_at is None:
            return None
        return timezone.localdate(self.decided_at, ZoneInfo(self.agency.time_zone)) + APPEAL_WITHIN

    @property
    def state(self) -> str:
        """The one word of where it stands."""
        appeal = getattr(self, "appeal", None)
        if appeal is not None:
            return "appeal_answered" if appeal.decided_at else "appealed"
        if self.decided_at:
            return "answered"
        return "in_hand" if self.handler_id else "received"


class Appeal(models.Model):
    """What who asked says against an answer, and what somebody else at the agency decides on it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "The answer stands"
        CHANGED = "changed", "The answer is changed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.OneToOneField(RedressRequest, models.PROTECT, related_name="appeal")
    reason = models.TextField(max_length=4000, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["Appeal"].as_manager()
    history = HistoricalRecords(excluded_fields=["reason", "answer"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appeal_answered_whole",
                condition=Q(decided_at=None, decided_by=None, outcome="", answer="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="") & ~Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return f"Appeal against the answer to {self.request}"


class RedressReminder(models.Model):
    """That the agency was reminded, once for each step and each day on which something is due."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Late"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(RedressRequest, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=4, choices=Step)
    due_on = models.DateField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(F("request"), F("step"), F("due_on"), name="redress_reminded_once")]

    def __str__(self) -> str:
        return f"{self.request}: {self.get_step_display()}"


class RedressMail(OwedMail):
    """A mail owed to who asked. It names the request and the page of its answer; never what was asked or answered."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        EXTENDED = "extended", "Extended"
        ANSWERED = "answered", "Answered"
        APPEALED = "appealed", "Appeal received"
        DECIDED = "decided", "Appeal answered"

    request = models.ForeignKey(RedressRequest, models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="redress_mail_owed", condition=Q(status="owed"))]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"
