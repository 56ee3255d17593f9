"""For which purposes an agency's agreements open records now, so that nobody searches under one that opens nothing."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from privacy.models import Purpose
from sharing_agreements.models import Action, Grant


def opened(agency_id: UUID) -> list[str]:
    """The codes of purposes under which something is open to the agency, in their order."""
    live = Grant.objects.live().filter(recipient=agency_id, actions__overlap=[Action.SEARCH, Action.VIEW])
    live = live.filter(Q(record_set__closed_at=None) | Q(record_set__closed_at__gt=Now()))
    found = {code for codes in live.values_list("purposes", flat=True) for code in codes}
    return [code for code in Purpose.values if code in found]


def nothing_for(purpose: str, agency_id: UUID) -> str:
    """That no agreement opens anything to the agency for a purpose, and for which one does; empty where one does."""
    codes = opened(agency_id)
    if purpose in codes:
        return ""
    if not codes:
        return "No agreement opens records to your agency now, for any purpose."
    words = f"{', '.join(codes[:-1])} and {codes[-1]}" if len(codes) > 1 else codes[0]
    return f"No agreement opens records to your agency for {purpose}; yours open {words}."
