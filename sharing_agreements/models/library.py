"""The clause library: wording to draft from, each change of it a version of its own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .agreements import Agreement
from .texts import LONGEST_TEXT, Topic


class LibraryClause(models.Model):
    """A clause of the library under a code that never changes; its words live in numbered versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True, help_text="hit-confirmation")
    topic = models.CharField(max_length=20, choices=Topic)
    kinds = ArrayField(models.CharField(max_length=16, choices=Agreement.Kind), help_text="Agreements that it is for")
    number = models.CharField(
        max_length=12,
        blank=True,
        help_text="Where it stands in the standard text; empty: it is inserted by choice only",
    )
    is_fixed = models.BooleanField(default=False, help_text="No draft may change, remove or renumber it")
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = TrackedQuerySet["LibraryClause"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class LibraryVersionQuerySet(models.QuerySet["LibraryVersion"]):
    def newest(self) -> LibraryVersionQuerySet:
        """The newest version of each clause, with its clause."""
        last = LibraryVersion.objects.filter(clause=OuterRef("clause")).order_by("-number").values("pk")[:1]
        return self.filter(pk=Subquery(last)).select_related("clause")

    def offered(self, kind: str) -> LibraryVersionQuerySet:
        """The newest version of each clause that drafts of a kind may take."""
        return self.newest().filter(clause__kinds__contains=[kind], clause__retired_at=None).order_by("clause__code")


class LibraryVersion(models.Model):
    """The words of a library clause from some day on. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clause = models.ForeignKey(LibraryClause, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    heading = models.CharField(max_length=160)
    text = models.TextField(validators=[MaxLengthValidator(LONGEST_TEXT)])
    note = models.CharField(max_length=300, help_text="Why it says something else now")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    objects = LibraryVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "number"], name="library_version_number"),
            models.CheckConstraint(
                name="library_text_length", condition=LessThanOrEqual(Length("text"), models.Value(LONGEST_TEXT))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause.code} version {self.number}"
