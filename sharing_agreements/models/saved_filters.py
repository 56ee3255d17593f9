"""Filters of a register that a person saved under a name, for themselves alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import User
from portal.kernel.ids import uuid7


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def of(self, person: User, register: str = "") -> SavedFilterQuerySet:
        """One's own, of one register or of all; nobody has anybody else's."""
        mine = self.filter(person=person.pk)
        return mine.filter(register=register) if register else mine


class SavedFilter(models.Model):
    """What somebody asks a register again and again. What they see under it is decided anew each time."""

    class Register(models.TextChoices):
        AGREEMENTS = "agreements", "Agreements"
        DECISIONS = "decisions", "Decisions"
        OBLIGATIONS = "obligations", "Obligations"
        REVIEWS = "reviews", "Reviews"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    register = models.CharField(max_length=12, choices=Register)
    name = models.CharField(max_length=60)
    query = models.JSONField(help_text="Field of the register's form -> what it is asked for")
    is_start = models.BooleanField(default=False, help_text="Whether the register opens with it")
    saved_at = models.DateTimeField(db_default=Now())

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "register", "name"],
                name="saved_filter_name",
                violation_error_message="You have a filter of this name already. Choose another name.",
            ),
            models.UniqueConstraint(
                fields=["person", "register"], name="saved_filter_one_start", condition=Q(is_start=True)
            ),
            models.CheckConstraint(name="saved_filter_says_something", condition=~Q(name="") & ~Q(query={})),
        ]

    def __str__(self) -> str:
        return self.name
