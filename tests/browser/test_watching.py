"""A clerk saves a search, watches it and is told of a record that fits; and exports more than can be waited for."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from agencies.models import Role
from portal.notices.tasks import deliver_notices
from portal.records import listing
from portal.records.exports.tasks import write_exports
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


def test_a_large_export_is_followed_and_fetched(somebody: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 1)
    scene = county()
    make.person(scene.court, (Role.CLERK,), email="records.clerk@court.example")
    make.record(scene.records, docket_number="26-CR-00911", participants=[("defendant", DEFENDANT)])
    clerk = somebody("records.clerk@court.example")
    clerk.follows("Search", place="head")
    clerk.searches("halvorsen")
    clerk.follows("Export as CSV")
    clerk.sees("written in the background")
    clerk.types("Who gets it", "Deputy Lamb, County Jail")
    clerk.types("Why it leaves", "Booking")
    clerk.presses("Export as CSV")
    clerk.sees_heading(re.compile("Export REL-"))
    clerk.sees("Waiting", "Being written", "Deputy Lamb, County Jail")
    clerk.waits_for(write_exports)
    clerk.sees("Ready", "Can be fetched until")
    with clerk.page.expect_download() as download:
        clerk.part("main").get_by_role("button", name="Fetch the file").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert {"26-CR-00911", DOCKET} <= {line.split(",")[0].strip('"') for line in text.splitlines()}
    clerk.goes_to("/records/exports/")
    clerk.sees("REL-", "Ready")
