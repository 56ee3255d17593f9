"""When those who have to sign are reminded, and when others hear that they do not answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from portal.audit.models import Event

from .models import Agreement, Party, SignatureReminder
from .models.texts import PartyQuerySet

Step = SignatureReminder.Step

AFTER = ((timedelta(days=21), Step.ESCALATED), (timedelta(days=14), Step.SECOND), (timedelta(days=7), Step.FIRST))
ASKED = ("agreement.signing_opened", "agreement.turn_to_sign")


def due(asked_at: datetime, now: datetime) -> SignatureReminder.Step | None:
    """What is to be said now, if it was not said yet. What was missed in time is not made up for."""
    return next((step for after, step in AFTER if now - asked_at >= after), None)


def waiting() -> PartyQuerySet:
    """Parties that can sign now and have not answered."""
    return Party.objects.whose_turn().filter(
        version__agreement__status=Agreement.Status.SIGNING, version__agreement__current_version=F("version")
    )


def asked_at(agreements: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each agreement last asked for signatures: when signing opened, or the turn passed on."""
    asked = Event.objects.filter(subject_label=Agreement._meta.label, subject_id__in=agreements, kind__in=ASKED)
    return dict(asked.order_by("sequence").values_list("subject_id", "at"))
