"""Finding practitioners by what they show of themselves, and by nothing else."""

from __future__ import annotations

from django.db.models import Q

from .models import ProfileQuerySet

MOST_WORDS = 8


def found(profiles: ProfileQuerySet, *, words: str = "", state: str = "", experience: str = "") -> ProfileQuerySet:
    """Those of which every word stands in the name, in their own words, or in an agency or title that they show."""
    for word in words.split()[:MOST_WORDS]:
        named = Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        agency = Q(shows_agency=True, membership__agency__name__icontains=word)
        title = Q(shows_title=True, membership__title__icontains=word)
        profiles = profiles.filter(named | agency | title | Q(about__icontains=word))
    if state:
        profiles = profiles.filter(shows_state=True, membership__agency__state=state)
    return profiles.filter(experience__contains=[experience]) if experience else profiles
