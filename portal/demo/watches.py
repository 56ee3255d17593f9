"""What a clerk keeps in the demonstration: a saved search, and a watch of it that has noted what it finds."""

from __future__ import annotations

from agencies.models import Agency, Membership, User
from portal.records.models import SavedSearch
from portal.records.saved import commands as searches
from portal.records.watches import commands, running
from privacy.models import Purpose


def load(police: Agency, clerk: User) -> None:
    """What is there already is left alone."""
    membership = Membership.objects.current().get(person=clerk, agency=police)
    if SavedSearch.objects.of(membership).exists():
        return
    saved = searches.save_search(
        actor=clerk, membership_id=membership.pk, name="Quagmire, any case", asked={"words": "quagmire"}
    )
    watch = commands.set_watch(
        actor=clerk,
        membership_id=membership.pk,
        saved_id=saved.pk,
        purpose=Purpose.CRIMINAL_JUSTICE,
        case_number="CCPD-26-1044",
        days=90,
    )
    running.run(watch.pk)
