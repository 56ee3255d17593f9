"""The directory: who opted in and what of themselves they show, what they write to each other, what is reported."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Membership, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet


class Experience(models.TextChoices):
    """Fields in which practitioners have experience, and about which others ask them."""

    GOVERNANCE = "governance", "Boards and governance"
    AGREEMENTS = "agreements", "Sharing agreements"
    PRIVACY = "privacy", "Privacy policies"
    VICTIMS = "victims", "Protection of victims and witnesses"
    JUVENILE = "juvenile", "Juvenile records"
    STANDARDS = "standards", "Data standards and exchanges"
    IDENTITY = "identity", "Identity and access"
    SECURITY = "security", "Security and audits"
    FUNDING = "funding", "Grants and cost sharing"
    TRIBAL = "tribal", "Sharing with tribes"
    TRAINING = "training", "Training"


class ProfileQuerySet(TrackedQuerySet["Profile"]):
    def listed(self) -> ProfileQuerySet:
        """Those that others find now: not hidden, and their people still work where they did when they opted in."""
        return self.filter(hidden_at=None, membership__in=Membership.objects.current()).select_related(
            "person", "membership__agency"
        )


class Profile(models.Model):
    """What one person shows of themselves, field by field; nothing else of them is in the directory.

    It is gone when its person leaves. Its history says who was in it and when, and holds none of its words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="practitioner_profile")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    shows_agency = models.BooleanField(default=False)
    shows_title = models.BooleanField(default=False)
    shows_state = models.BooleanField(default=False)
    experience = ArrayField(models.CharField(max_length=12, choices=Experience), default=list, blank=True)
    about = models.TextField(max_length=1000, blank=True)
    takes_messages = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=Now())
    hidden_at = models.DateTimeField(null=True, editable=False)
    hidden_because = models.CharField(max_length=500, blank=True)

    objects = ProfileQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "shows_agency",
            "shows_title",
            "shows_state",
            "experience",
            "about",
            "takes_messages",
        ]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profile_hidden_because",
                condition=Q(hidden_at=None, hidden_because="") | (Q(hidden_at__isnull=False) & ~Q(hidden_because="")),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def agency(self) -> str:
        """The agency's name, if its person shows it."""
        return self.membership.agency.name if self.shows_agency else ""

    @property
    def title(self) -> str:
        return self.membership.title if self.shows_title else ""

    @property
    def state(self) -> str:
        return self.membership.agency.state if self.shows_state else ""

    @property
    def fields(self) -> list[str]:
        """Fields of experience, in words."""
        return [str(each.label) for each in Experience if each.value in self.experience]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: User) -> MessageQuerySet:
        """Who wrote it and to whom it was written."""
        if not person.is_active:
            return self.none()
        return self.filter(Q(sender=person.pk) | Q(recipient=person.pk)).select_related("sender", "recipient")


class Message(models.Model):
    """What one person wrote to another through the portal, which shows neither's address. Forgotten after a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sender_membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    answers = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="message_received"),
            models.Index(fields=["sender", "-sent_at"], name="message_sent"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class Report(models.Model):
    """That somebody finds a profile or a message harmful or false, and what a moderator made of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", help_text="Whose words")
    of_message = models.BooleanField(default=False)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    upheld = models.BooleanField(null=True, editable=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="report_settled_whole",
                condition=Q(settled_at=None, settled_by=None, upheld=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, upheld__isnull=False),
            ),
            models.CheckConstraint(name="report_of_one_thing", condition=Q(of_message=True) | Q(message=None)),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"
