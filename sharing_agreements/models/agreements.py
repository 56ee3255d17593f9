"""Agreements: who leads them, where they stand, who reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Least, Now
from django.utils import timezone
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Auditor, Membership, Role, User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from sharing_agreements import governance, reviewing

from .grants import Grant
from .texts import Party, days_until, first_moment

THRESHOLDS = (180, 90, 30)
"""At so many days before its end whoever must act is told, so that renewal is decided in time."""
COMMENTING = (Role.DRAFTER, Role.SIGNATORY, Role.PRIVACY_OFFICER, Role.COUNSEL)
"""Offices of a named party that read a draft which is shown to it, and comment on it."""
EXPIRING = timedelta(days=max(THRESHOLDS))
"""How long before its end an agreement counts as expiring."""


class AgreementQuerySet(TrackedQuerySet["Agreement"]):
    def visible_to(self, person: User, membership: Membership | None) -> AgreementQuerySet:
        """Agreements that the person may read: their agency's, those before their board, those that they review, and
        those that they audit."""
        if not person.is_active:
            return self.none()
        seen = (governance.before_a_board_of(person) | reviewing.read_by(person)) & SUBMITTED
        if membership is not None:
            seen |= _of_agencies(membership.agency_id)
        return self.filter(seen | _audited_by(person))

    def shown_to(self, person: User, membership: Membership | None) -> AgreementQuerySet:
        """Drafts that their lead agency shows for comment to the named party for which the person acts, in an office
        that prepares or signs what an agency agrees to. They read it on its own page; all others stay a 404."""
        if not person.is_active or membership is None or not membership.has(*COMMENTING):
            return self.none()
        party = Party.objects.filter(version=OuterRef("current_version"), agency=membership.agency_id)
        shown = self.filter(Exists(party), status=Agreement.Status.DRAFT, shown_at__isnull=False)
        return shown.exclude(lead_agency=membership.agency_id)

    def audited_by(self, person: User) -> AgreementQuerySet:
        """All for an auditor of the portal, else those of the agencies that the person audits."""
        return self.filter(_audited_by(person))

    def of_agency(self, agency_id: UUID) -> AgreementQuerySet:
        """Agreements that the agency leads, drafts included, and those submitted ones to which it is a party."""
        return self.filter(_of_agencies(agency_id))

    def with_end(self) -> AgreementQuerySet:
        """With `ends_moment`: when sharing ends, in the lead agency's zone, and `time_left`: whole days of its calendar
        until then; null where no end is set.
        """
        midnight = _midnight("current_version__ends_on")
        found = self.annotate(ends_moment=Least(midnight, F("closes_at")))  # PostgreSQL's ignores nulls
        return found.annotate(time_left=_day(F("ends_moment")) - _day(Now()))

    def ending_within(self, days: int) -> AgreementQuerySet:
        """Agreements in force or suspended that have an end, so many days away at most."""
        left = Q(ends_moment__gt=Now(), time_left__lte=timedelta(days=days))
        return self.with_end().filter(left, status__in=MAY_END)

    def standing_as(self, standing: str) -> AgreementQuerySet:
        """Agreements whose `standing` is this: a status, `begins`, `expiring` or `expired`, on the database's clock."""
        found = self.with_end().annotate(first_moment=_midnight("current_version__effective_on"))
        begun, follows = Q(first_moment__lte=Now()), Q(closes_by=Agreement.Closing.SUCCESSOR)
        over, later = Q(ends_moment__lte=Now()), Q(ends_moment=None) | Q(time_left__gt=EXPIRING)
        if standing in CLOSED_AS.values():
            closed = [by for by, as_ in CLOSED_AS.items() if as_ == standing]
            ended = Q(over, closes_at__lte=Now(), closes_by__in=closed, status__in=MAY_END)
            return found.filter(ended | Q(status=standing))
        if standing == "expired":
            return found.filter(over, Q(closes_at=None) | Q(closes_at__gt=Now()), status__in=MAY_END)
        if standing == "begins":
            return found.filter(_ends_after(Now()), ~begun, status=Agreement.Status.IN_FORCE)
        if standing == "expiring":
            soon = Q(ends_moment__gt=Now(), time_left__lte=EXPIRING)
            return found.filter(soon, begun, ~follows, status=Agreement.Status.IN_FORCE)
        if standing == Agreement.Status.IN_FORCE:
            return found.filter(_ends_after(Now()), begun, later | follows, status=standing)
        return found.filter(_ends_after(Now()) | ~Q(status__in=MAY_END), status=standing)

    def public(self) -> AgreementQuerySet:
        """What the public list shows: in force, and not past its end."""
        return self.with_end().filter(_ends_after(Now()), status=Agreement.Status.IN_FORCE)

    def sharing(self) -> AgreementQuerySet:
        """Agreements under which records are shared at this moment; nothing else of an agreement is public."""
        return self.public().filter(Exists(Grant.objects.live().filter(version=OuterRef("current_version"))))


def _midnight(day: str) -> Func:
    """The first moment of a day in the lead agency's zone."""
    zone = F("lead_agency__time_zone")
    template = "timezone(%(expressions)s::timestamp)"
    return Func(zone, F(day), template=template, output_field=models.DateTimeField())


def _day(moment: F | Now) -> Func:
    """The day on which a moment falls in the lead agency's zone."""
    zone = F("lead_agency__time_zone")
    return Func(zone, moment, template="timezone(%(expressions)s)::date", output_field=models.DateField())


def _ends_after(moment: object) -> Q:
    return Q(ends_moment=None) | Q(ends_moment__gt=moment)


class Agreement(models.Model):
    """A memorandum of understanding; its text and terms live in numbered versions."""

    class Kind(models.TextChoices):
        MOU = "mou", "Information exchange agreement (MOU)"
        USER = "user_agreement", "Criminal justice user agreement"
        MANAGEMENT = "management", "Management control agreement"
        ADDENDUM = "addendum", "CJIS security addendum"
        DATA_USE = "data_use", "Data use agreement"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        BEFORE_BOARD = "before_board", "Before the board"
        APPROVED = "approved", "Approved"
        SIGNING = "signing", "Signing"
        IN_FORCE = "in_force", "In force"
        SUSPENDED = "suspended", "Suspended"
        TERMINATED = "terminated", "Terminated"
        SUPERSEDED = "superseded", "Superseded"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Change(models.TextChoices):
        AMENDMENT = "amendment", "Amendment"
        RENEWAL = "renewal", "Renewal"
        JOINDER = "joinder", "Joinder of a new party"

    class Closing(models.TextChoices):
        SUCCESSOR = "successor", "Its successor takes over"
        WITHDRAWAL = "withdrawal", "A party leaves without whom it does not stand"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True, help_text="MOU-2026-014")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.MOU)
    lead_agency = models.ForeignKey(Agency, models.PROTECT, related_name="agreements_led")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    current_version = models.ForeignKey("AgreementVersion", models.PROTECT, null=True, related_name="+")
    in_force_at = models.DateTimeField(null=True, editable=False)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    change = models.CharField(max_length=9, choices=Change, blank=True, help_text="What it is to the one it follows")
    is_administrative = models.BooleanField(default=False, help_text="Changes words only, nothing of what is shared")
    closes_at = models.DateTimeField(
        null=True, editable=False, help_text="When it ends before its last day; fixed in advance, no job has to run"
    )
    closes_by = models.CharField(max_length=10, choices=Closing, blank=True, editable=False)

    shown_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when the named parties read the draft to comment on it"
    )

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_in_force_at",
                condition=~Q(status__in=["in_force", "suspended"]) | Q(in_force_at__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_change_follows",
                condition=Q(follows=None, change="", is_administrative=False)
                | (Q(follows__isnull=False) & ~Q(change="") & ~Q(follows=F("id"))),
            ),
            models.CheckConstraint(name="agreement_shown_draft", condition=Q(shown_at=None) | Q(status="draft")),
            models.CheckConstraint(
                name="agreement_closes_by",
                condition=Q(closes_at=None, closes_by="") | (Q(closes_at__isnull=False) & ~Q(closes_by="")),
            ),
            models.UniqueConstraint(
                fields=["follows"],
                name="agreement_one_successor",
                condition=Q(follows__isnull=False) & ~Q(status__in=["rejected", "withdrawn"]),
            ),
        ]
        indexes = [models.Index(fields=["status", "number"], name="agreement_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def standing(self) -> str:
        """The status, or what follows from the dates: `begins`, `expiring`, `expired`. Derived, so that no job has to
        run. What has a signed follower goes on with that, and is not called expiring."""
        ends_at, now = self.ends_at, timezone.now()
        if self.status not in MAY_END:
            return self.status
        if ends_at is not None and ends_at <= now:
            return CLOSED_AS[self.Closing(self.closes_by)] if ends_at == self.closes_at else "expired"
        if self.status != self.Status.IN_FORCE:
            return self.status
        if self.begins_at > now:
            return "begins"
        left, goes_on = self.days_left, self.closes_by == self.Closing.SUCCESSOR
        return "expiring" if left is not None and left <= EXPIRING.days and not goes_on else self.status

    @property
    def begins_at(self) -> datetime:
        """The first moment of its first day; it shares from then, or from the last signature where that is later."""
        assert self.current_version is not None  # noqa: S101  (drafting makes one)
        return first_moment(self.current_version.effective_on, self.lead_agency.time_zone)

    @property
    def days_left(self) -> int | None:
        """Days of the lead agency's calendar until nothing is shared any more; None: no end is set."""
        ends_at = self.ends_at
        return days_until(ends_at, self.lead_agency.time_zone, timezone.now()) if ends_at else None

    @property
    def ends_at(self) -> datetime | None:
        """The moment from which nothing is shared any more; None: no end."""
        version = self.current_version
        if version is None or version.ends_on is None:
            return self.closes_at
        agreed = first_moment(version.ends_on, self.lead_agency.time_zone)
        return min(agreed, self.closes_at) if self.closes_at else agreed


SUBMITTED = Q(current_version__frozen_at__isnull=False)
"""What others than the lead agency may see: a draft, and one that was withdrawn as a draft, is its author's alone."""

MAY_END = frozenset({Agreement.Status.IN_FORCE, Agreement.Status.SUSPENDED})

HOLDS = frozenset({Agreement.Status.IN_FORCE, "begins", "expiring"})
"""Standings of what every party signed, and what is neither halted nor over."""

CLOSED_AS = {Agreement.Closing.SUCCESSOR: "superseded", Agreement.Closing.WITHDRAWAL: "terminated"}
"""How an agreement that ended before its last day stands, though no job has come by to write it."""


def _of_agencies(*agency_ids: UUID | None) -> Q:
    party = Exists(Party.objects.filter(version=OuterRef("current_version"), agency__in=agency_ids))
    return Q(lead_agency__in=agency_ids) | (SUBMITTED & Q(party))


def _audited_by(person: User) -> Q:
    audited = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    everything = ~Q(pk__in=[])  # an empty Q would vanish beside others
    return everything if None in audited else _of_agencies(*audited)
