"""Searches that somebody keeps. The words are often the name of a person, so they stand here and nowhere else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency, Membership, RecordSet
from portal.kernel.ids import uuid7

MOST_SAVED = 30


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, membership: Membership | None) -> SavedSearchQuerySet:
        """One's own, as far as one acts under the membership now; nobody has anybody else's."""
        return self.filter(membership=membership) if membership is not None else self.none()


class SavedSearch(models.Model):
    """What somebody searches again and again. What it finds is decided anew each time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=60)
    words = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    by_name = models.BooleanField(default=False, help_text="Whether words with a digit are a name, not a number")
    standing = models.CharField(max_length=8, blank=True)
    record_class = models.CharField(
        max_length=24,
        choices=RecordSet.RecordClass,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: all but criminal intelligence",
    )
    owner = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "name"],
                name="saved_search_name",
                violation_error_message="You have a search of this name already. Choose another name.",
            ),
            models.CheckConstraint(
                name="saved_search_asks",
                condition=~Q(name="") & (~Q(words="") | Q(since__isnull=False) | Q(until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Saved search {self.pk}"
