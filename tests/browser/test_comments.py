"""A draft that is commented on and gets an exhibit, in browsers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import make

from .scene import CHIEF, DRAFTER, JUDGE, county
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_comment_stands_in_the_way_of_submitting_until_it_is_settled(somebody: Somebody, tmp_path: Path) -> None:
    here = county()
    draft = make.draft(here.court, here.police, here.records)
    judge, drafter = somebody(JUDGE), somebody(DRAFTER)
    judge.goes_to(f"/agreements/{draft.pk}/")
    judge.follows("Comments (0 open)")
    judge.follows("Comment on clause 3.1")
    judge.presses("Comment")
    judge.types("Your comment", "Does this include cases\nthat were dismissed?")
    judge.presses("Comment")
    judge.sees("1 open, on 1 clause", "Does this include cases")
    drafter.goes_to(f"/agreements/{draft.pk}/submit/")
    drafter.sees("Settle the comments on clause 3.1")
    drafter.follows("Clauses")
    drafter.follows("1 open on 3.1 What is shared")
    drafter.follows("Answer this comment on clause 3.1")
    drafter.types("Your answer", "It does. We say so now.")
    drafter.presses("Answer")
    drafter.follows("Settle this comment on clause 3.1")
    drafter.types("How it is settled", "Reworded.")
    drafter.presses("Settle it")
    drafter.sees("None. Comments do not stand in the way", "Settled by")
    plan = tmp_path / "plan.txt"
    plan.write_text("Doors are locked.")
    drafter.goes_to(f"/agreements/{draft.pk}/draft/clauses/")
    drafter.follows("Attachments")
    drafter.types("Title", "Exhibit A, security plan")
    drafter.attaches("File", plan)
    drafter.presses("Attach")
    drafter.sees("Attachments (1)")
    drafter.goes_to(f"/agreements/{draft.pk}/submit/")
    drafter.presses("Submit version 1")
    judge.goes_to(f"/agreements/{draft.pk}/text/")
    assert judge.downloads("Exhibit A, security plan") == "Doors are locked."


def test_a_named_party_comments_on_a_draft_that_is_shown_to_it(somebody: Somebody) -> None:
    here = county()
    draft = make.draft(here.court, here.police, here.records)
    make.obligation(draft)
    make.comment(draft, text="Said among ourselves.")
    drafter, chief = somebody(DRAFTER), somebody(CHIEF)
    chief.goes_to(f"/agreements/{draft.pk}/", status=404)
    drafter.goes_to(f"/agreements/{draft.pk}/")
    drafter.follows("Open for comment")
    drafter.presses("Open it for comment")
    drafter.sees("Open for comment. They are told.")
    chief.goes_to(f"/agreements/{draft.pk}/")
    chief.sees("shows this draft to Marlow Police Department for comment", "Audit who used the records.")
    chief.follows("Comment on clause 3.1")
    chief.types("Your comment", "Thirty days would do for us.")
    chief.presses("Comment")
    chief.sees("Thirty days would do for us.")
    drafter.goes_to(f"/agreements/{draft.pk}/comments/")
    drafter.sees("for Marlow Police Department", "Said among ourselves.")
    drafter.goes_to(f"/agreements/{draft.pk}/")
    drafter.follows("Close for comment")
    drafter.presses("Close it")
    chief.reloads(status=404)
