"""What a draft asks for by a day: signed, due, reminded of, done, in browsers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils.timezone import localdate

from agencies.models import Role
from portal.notices.delivery import deliver
from sharing_agreements.models import Agreement
from sharing_agreements.tasks import remind_of_obligations
from tests import make

from .scene import CHIEF, DRAFTER, county
from .walking import Person, Somebody, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEEPER = "keeper@police.example"
WHAT = "Audit who used the records, and send the report to the court."


def came_into_force(days: int) -> None:
    """As if it had been so many days ago; only the owner of the tables can say so."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"UPDATE sharing_agreements_agreement SET in_force_at = now() - interval '{days} days'")
    connection.close()


def puts_down_an_obligation(drafter: Person, draft: Agreement) -> None:
    drafter.goes_to(f"/agreements/{draft.pk}/draft/clauses/")
    drafter.follows("Add an obligation")
    drafter.types("What is to be done", WHAT)
    drafter.chooses("Under clause", "3.1 What is shared")
    drafter.ticks("One party", under="Who does it")
    drafter.ticks("Again and again", under="How often")
    drafter.presses("Save the obligation")
    drafter.sees("Choose the party that does it", "Say every how many months")
    drafter.chooses("Which party", "Marlow Police Department")
    drafter.types("Every how many months", "12")
    drafter.presses("Save the obligation")
    drafter.sees("Obligation O1 is saved", "Marlow Police Department does this every 12 months")
    drafter.follows("What is shared")
    drafter.sees("Add an obligation under clause 3.1")
    drafter.goes_to(f"/agreements/{draft.pk}/text/")
    drafter.sees(WHAT, "first 12 months after the day on which the agreement comes into force")


def test_what_a_draft_asks_for_falls_due_and_is_done(somebody: Somebody, tmp_path: Path) -> None:
    here = county()
    make.person(here.police, (Role.ADMINISTRATOR,), email=KEEPER, first_name="Kit", last_name="Keeper")
    draft = make.draft(here.court, here.police, here.records, effective_on=localdate() - timedelta(days=900))
    drafter = somebody(DRAFTER)
    puts_down_an_obligation(drafter, draft)
    make.through(draft)
    came_into_force(360)
    remind_of_obligations()
    deliver()
    keeper, chief = somebody(KEEPER), somebody(CHIEF)
    keeper.goes_to("/notices/")
    keeper.sees(f"{draft.number}: due ")
    keeper.goes_to("/")
    keeper.sees(WHAT, f"{draft.number}, clause 3.1")
    came_into_force(380)
    remind_of_obligations()
    keeper.reloads()
    keeper.sees("Overdue.")
    keeper.goes_to("/agreements/")
    keeper.follows("Obligations")
    keeper.sees("Overdue")
    keeper.chooses("Show", "Due within 30 days")
    keeper.presses("Show")
    keeper.sees("Nothing fits")
    keeper.goes_to(f"/agreements/{draft.pk}/")
    keeper.sees("1 overdue", place="Obligations")
    keeper.follows("All of them, and what was done")
    keeper.part("main").get_by_role("link", name="Mark done").first.click()
    keeper.page.wait_for_url("**/done/")
    keeper.goes_to(keeper.page.url.removeprefix(keeper.site))
    report = tmp_path / "audit.txt"
    report.write_text("Nothing amiss.")
    keeper.types("What was done", "Audited by Kit Keeper.")
    keeper.attaches("File", report)
    keeper.presses("Mark as done")
    keeper.sees("Marked as done", "Audited by Kit Keeper.", "To come")
    chief.goes_to(f"/agreements/{draft.pk}/obligations/")
    chief.sees("Audited by Kit Keeper.")
    chief.sees_nothing_of("Take back", "Mark done")
    due = here.court.today - timedelta(days=380 - 365)  # by the calendar of the lead agency
    keeper.follows(f"Take back that O1, due {day(due)}, was done")
    keeper.types("Reason", "It was the audit of last year.")
    keeper.presses("Take back")
    keeper.sees("What was said of it stays readable", "It was the audit of last year.")
    drafter.goes_to(f"/agreements/{draft.pk}/history/")
    drafter.sees(
        "Marlow Police Department was reminded of obligation O1",
        "is overdue",
        "as done",
        "Marlow Police Department took back that obligation O1",
    )
