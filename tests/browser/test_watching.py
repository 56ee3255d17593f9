"""A clerk saves a search and watches it; a record that fits is imported, and the notice leads to it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.notices.tasks import deliver_notices
from portal.records.models import Watch
from portal.records.watches.tasks import run_watches
from tests import make

from .scene import CLERK, COURT, DEFENDANT, DOCKET, county, in_force
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def beat() -> None:
    """A quarter of an hour later."""
    Watch.objects.update(next_run_at=timezone.now())
    run_watches()
    deliver_notices()


def test_a_saved_search_is_watched_and_a_new_record_that_fits_is_told(somebody: Somebody) -> None:
    scene = county()
    in_force(scene)
    clerk = somebody(CLERK)
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches("halv dane")
    clerk.opens("Save this search")
    clerk.types("Name of the search", "Burglaries")
    clerk.presses("Save")
    clerk.sees("“Burglaries” is saved.", DEFENDANT)
    clerk.searches("ortiz")
    clerk.sees("Burglaries modified", "No record that you may see fits")
    clerk.follows("Burglaries modified")
    clerk.follows("Watch this search")
    clerk.sees_heading("Watch “Burglaries”")
    clerk.presses("Set the watch")
    clerk.sees("is set", "The portal has not looked yet", "MPD-26-1044")
    beat()
    make.record(scene.records, docket_number="26-CR-00911", participants=[("defendant", DEFENDANT)])
    beat()
    clerk.goes_to("/notices/")
    clerk.sees("A watch of yours has something new", "1 new")
    clerk.sees_nothing_of("Halvorsen", "26-CR-00911")
    clerk.follows("A watch of yours has something new")
    clerk.sees("26-CR-00911", "New", COURT)
    clerk.sees_nothing_of(DOCKET)
    clerk.follows(DEFENDANT)
    clerk.follows("Search", place="head")
    clerk.sees("You looked at these last", "26-CR-00911")
    clerk.follows("Your watches")
    clerk.sees("“Burglaries”", "Active")
