"""The clause library in browsers: reworded, taken over into a draft, and a clause that two people change at once."""

from __future__ import annotations

import pytest

from sharing_agreements import commands
from sharing_agreements.models import Agreement, LibraryVersion
from tests import make

from .scene import DRAFTER, county
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_newer_words_of_the_library_and_words_of_a_colleague_meet_those_of_a_draft(somebody: Somebody) -> None:
    scene = county()
    made = make.draft(scene.court, scene.police, scene.records)
    version = made.current_version
    assert version is not None
    clause = version.clauses.get(number="9.2")
    keeper, drafter = somebody(make.portal_administrator().email), somebody(DRAFTER)
    drafter.goes_to(f"/agreements/{made.pk}/draft/clauses/{clause.pk}/")
    values = {"number": "9.2", "topic": "other", "heading": "Disputes"}
    colleague = {"actor": made.author, "agreement_id": made.pk, "clause_id": clause.pk}
    commands.save_clause(**colleague, **values, text=clause.text.replace("points of contact", "mayors"))  # type: ignore[arg-type]
    drafter.types("Text", clause.text.replace("points of contact", "lawyers"))
    drafter.presses("Save the clause")
    drafter.sees("changed this clause since you opened it", "Changed by both, otherwise", "lawyers", "mayors")
    drafter.presses("Save the clause")
    words = LibraryVersion.objects.newest().get(clause__code="disputes")
    keeper.goes_to("/agreements/library/")
    keeper.follows("Disputes")
    keeper.follows("Write a new version")
    keeper.types("Text", words.text.replace("heads of the agencies", "governor"))
    keeper.types("Why it changes", "The county asked for it")
    keeper.presses("Save as a new version")
    keeper.sees("Version 1 to version 2", "governor")
    drafter.goes_to(f"/agreements/{made.pk}/draft/clauses/{clause.pk}/")
    drafter.follows("Compare, and take them over")
    drafter.sees("The county asked for it", "lawyers", "governor")
    drafter.presses("Take the newer text over")
    drafter.follows("Who changed what, and when")
    drafter.sees("Clause 9.2 changed", "From the library")
    drafter.goes_to(f"/agreements/{made.pk}/draft/clauses/library/")
    drafter.sees("every clause that the library offers")
    assert "governor" in Agreement.objects.get(pk=made.pk).current_version.clauses.get(number="9.2").text  # type: ignore[union-attr]
