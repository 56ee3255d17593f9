"""Who works at an agency, in which roles, who is invited to, and who audits."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .agencies import Agency
from .people import User


class Role(models.TextChoices):
    """What a person may do at an agency."""

    CLERK = "clerk", "Clerk"
    CUSTODIAN = "records_custodian", "Records custodian"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    COUNSEL = "counsel", "Legal counsel"
    SECURITY_OFFICER = "security_officer", "Security officer"
    SUPERVISOR = "supervisor", "Supervisor"
    SIGNATORY = "signatory", "Signatory"
    DRAFTER = "drafter", "Agreement drafter"
    ADMINISTRATOR = "agency_administrator", "Agency administrator"


RECORD_ROLES = (Role.CLERK, Role.CUSTODIAN, Role.PRIVACY_OFFICER)
"""Roles that look at records; a signatory or an administrator alone sees none."""


class MembershipQuerySet(TrackedQuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Memberships in force now, of active people at active agencies."""
        return self.filter(
            Q(ended_at=None) | Q(ended_at__gt=Now()),
            started_at__lte=Now(),
            person__is_active=True,
            agency__status=Agency.Status.ACTIVE,
        )

    def acted_under(self, person: User) -> MembershipQuerySet:
        """The current membership that the person's session acts under; without a session all of theirs."""
        mine = self.current().filter(person=person.pk)
        return mine.filter(pk=person.acting) if person.acting else mine

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.filter(roles__overlap=[str(role) for role in roles])


class Membership(models.Model):
    """A person's place at an agency, with the roles held there. One session acts under one membership."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    title = models.CharField(max_length=120, blank=True, help_text="As it stands under a signature: Presiding judge")
    roles = ArrayField(models.CharField(max_length=32, choices=Role), default=list)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency"], name="membership_one_open", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.agency}"

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)

    def has(self, *roles: str) -> bool:
        return not {str(role) for role in roles}.isdisjoint(self.roles)


class InvitationQuerySet(TrackedQuerySet["Invitation"]):
    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; some of them may be too old to accept."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self) -> InvitationQuerySet:
        """Can be accepted now."""
        return self.unanswered().filter(expires_at__gt=Now())


class Invitation(models.Model):
    """An invitation by email to work at an agency, or to audit it or the whole portal.

    The link's secret is kept as a hash only; what is mailed is derived again from the id (agencies.secrets).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="invitations")
    audits = models.BooleanField(default=False, help_text="To audit the agency, or without one the whole portal")
    email = models.EmailField()
    title = models.CharField(max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=32, choices=Role), default=list)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "agency",
                name="invitation_one_open",
                condition=Q(accepted_at=None, withdrawn_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="invitation_to_work_or_audit",
                condition=Q(audits=True, roles=[]) | Q(audits=False, agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.place}"

    @property
    def place(self) -> str:
        """Where it leads, in words."""
        return str(self.agency) if self.agency else "the whole portal"

    @property
    def role_names(self) -> str:
        return "Auditor" if self.audits else ", ".join(Role(role).label for role in self.roles)

    @property
    def status(self) -> str:
        """open, expired, accepted or withdrawn; derived, so that no job has to run for it."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if timezone.now() < self.expires_at else "expired"


class AuditorQuerySet(TrackedQuerySet["Auditor"]):
    def current(self) -> AuditorQuerySet:
        """Appointments in force now."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), started_at__lte=Now(), person__is_active=True)


class Auditor(models.Model):
    """An appointment to audit: one agency (its agreements, the access log of its sets) or the whole portal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="audits")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="auditors")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AuditorQuerySet.as_manager()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.person}, auditor of {self.agency or 'the portal'}"


def own_or_audited(person: User, membership: Membership | None) -> Q:
    """Of rows with an `agency`: those of the person's own, and of agencies that they audit."""
    audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    if None in audited:
        return Q(pk__isnull=False)  # not Q(), which would vanish beside another condition
    own = [membership.agency_id] if membership is not None else []
    return Q(agency__in=[*own, *audited])
