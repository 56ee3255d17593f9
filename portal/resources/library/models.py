"""The resource library: what helps to share justice information, curated for everybody, and how its links fare."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import User
from portal.kernel.days import plausible
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import JURISDICTIONS

FILES = "resources"
"""The folder of the private store in which files of the library lie."""

ANYWHERE = "Not bound to one"


def without_account(link: str) -> None:
    """Validator: a link that everybody follows carries nobody's name and password."""
    if "@" in urlsplit(link).netloc:
        raise ValidationError("Leave out the name and password before the host.", code="account")


class ResourceQuerySet(TrackedQuerySet["Resource"]):
    def public(self) -> ResourceQuerySet:
        """What anybody may read."""
        return self.filter(status=Resource.Status.PUBLISHED)

    def suggested_by(self, person: User) -> ResourceQuerySet:
        return self.filter(suggested_by=person.pk)


WORDS = SearchVector("title", "publisher", "summary", config="english")
"""What of a resource is searched beside its tags; the index is on this very expression."""


class Resource(models.Model):
    """A statute, guide, template or the like: what it is, who publishes it, where it is found."""

    class Part(models.TextChoices):
        GOVERNANCE = "governance", "Governance"
        PRIVACY = "privacy", "Privacy"
        FUNDING = "funding", "Funding"
        OTHER = "other", "Other"

    class Kind(models.TextChoices):
        STATUTE = "statute", "Statute"
        REGULATION = "regulation", "Regulation"
        POLICY = "policy", "Policy"
        STANDARD = "standard", "Standard"
        PRINCIPLES = "principles", "Principles"
        GUIDE = "guide", "Guide"
        TEMPLATE = "template", "Template"
        TOOLKIT = "toolkit", "Toolkit"
        REPORT = "report", "Report or study"
        PROGRAM = "program", "Grant or program"
        TRAINING = "training", "Training"

    class Status(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        PUBLISHED = "published", "Published"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, blank=True, editable=False, help_text="Of one that is seeded")
    part = models.CharField(max_length=10, choices=Part)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=160)
    summary = models.TextField(max_length=2000, help_text="What it is, and for what it serves")
    link = models.CharField(
        max_length=500, blank=True, validators=[URLValidator(schemes=["https", "http"]), without_account]
    )
    file = models.UUIDField(null=True, blank=True, editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120, blank=True)
    file_kind = models.CharField(max_length=4, blank=True, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    jurisdiction = models.CharField(max_length=2, blank=True, choices=JURISDICTIONS)
    dated_on = models.DateField(null=True, blank=True, validators=[plausible], help_text="Of the text that it names")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.SUGGESTED)
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="suggested_resources"
    )
    entered_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False, help_text="When a curator last looked through it")
    review_on = models.DateField(null=True, blank=True, validators=[plausible], help_text="When it is looked at next")
    because = models.CharField(max_length=500, blank=True, help_text="Why it was declined or withdrawn")

    objects = ResourceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="resource_code_once", condition=~Q(code="")),
            models.CheckConstraint(
                name="resource_says_what", condition=~Q(title="") & ~Q(publisher="") & ~Q(summary="")
            ),
            models.CheckConstraint(
                name="resource_published",
                condition=~Q(status="published")
                | Q(published_at__isnull=False, reviewed_at__isnull=False, review_on__isnull=False, because=""),
            ),
            models.CheckConstraint(
                name="resource_gone_because", condition=~Q(status__in=["declined", "withdrawn"]) | ~Q(because="")
            ),
            models.CheckConstraint(
                name="resource_file_whole",
                condition=Q(file=None, file_name="", file_kind="", sha256="")
                | (Q(file__isnull=False) & ~Q(file_name="") & ~Q(file_kind="") & ~Q(sha256="")),
            ),
        ]
        indexes = [
            GinIndex(WORDS, name="resource_words"),
            GinIndex(fields=["tags"], name="resource_tags"),
            models.Index(fields=["status", "title", "id"], name="resource_order"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """Whose site the link leads to."""
        return urlsplit(self.link).hostname or ""

    @property
    def holds_in(self) -> str:
        """Where it holds, in words."""
        return str(self.get_jurisdiction_display()) if self.jurisdiction else ANYWHERE

    @property
    def file_label(self) -> str:
        """What a download of its file is: `PDF, 214 KB`."""
        if not self.file_kind:
            return ""
        amount = f"{self.size / 1024:,.0f} KB" if self.size >= 1024 else f"{self.size} bytes"
        return f"{KINDS[self.file_kind].label}, {amount}"


class LinkCheck(models.Model):
    """What came of asking for the link of a resource, at one moment. Written once."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answers"
        GUARDED = "guarded", "Answers, and lets no program in"
        BROKEN = "broken", "Not there"
        UNREACHABLE = "unreachable", "No answer"
        REFUSED = "refused", "Not asked: it leads into a closed network"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="checks")
    link = models.CharField(max_length=500)
    outcome = models.CharField(max_length=12, choices=Outcome)
    code = models.PositiveSmallIntegerField(null=True, help_text="Of HTTP, where one came")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["resource", "-at"], name="link_check_newest")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.code})" if self.code else str(self.get_outcome_display())


FAILING = (LinkCheck.Outcome.BROKEN, LinkCheck.Outcome.UNREACHABLE, LinkCheck.Outcome.REFUSED)
