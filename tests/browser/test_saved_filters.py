"""A filter that somebody saves, comes back to, changes and deletes, in a browser."""

from __future__ import annotations

import pytest

from .scene import CLERK, county, in_force
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_filter_is_saved_opens_the_register_is_changed_and_deleted(somebody: Somebody) -> None:
    made = in_force(county())
    clerk = somebody(CLERK)
    clerk.goes_to("/agreements/")
    clerk.chooses("State", "In force")
    clerk.presses("Show")
    clerk.opens("Save this filter")
    clerk.types("Name of the filter", "What is open to us")
    clerk.presses("Save")
    clerk.sees("“What is open to us” is saved.", made.number)
    clerk.follows("Rename or delete “What is open to us”")
    clerk.types("Name", "Open to us")
    clerk.ticks("Open the register with it")
    clerk.presses("Save")
    clerk.goes_to("/agreements/")
    clerk.sees("Open to us start", made.number)
    clerk.chooses("State", "Expired")
    clerk.presses("Show")
    clerk.sees("Open to us modified", "No agreement fits")
    clerk.presses("Save the change to “Open to us”")
    clerk.sees("“Open to us” is saved.", "No agreement fits")
    clerk.follows("No saved filter")
    clerk.sees(made.number)
    clerk.follows("Open to us start")
    clerk.follows("Rename or delete “Open to us”")
    clerk.opens("Delete this filter")
    clerk.presses("Delete the filter")
    clerk.sees("“Open to us” is deleted.", made.number)
