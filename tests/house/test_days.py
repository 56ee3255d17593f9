"""The ends of the calendar in the places of lists that addresses take. Forms: `days.Ends`, in the role matrix."""

from __future__ import annotations

import pytest
from django.urls import reverse

from .days import ENDS
from .table import sign_in
from .world import World

PLACES = [
    ("records:search", "?after={}_00000000-0000-0000-0000-000000000000"),
    ("records:search", "?before={}_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T23:59:59.999999Z_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00-23:59_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00%2B23:59_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log_csv", "?since={0}&until={0}"),
]


@pytest.mark.django_db
def test_no_place_in_an_address_fails_on_the_ends_of_the_calendar(world: World) -> None:
    clients = sign_in(world)
    for name, tail in PLACES:
        client = clients["auditor" if name.startswith("workbench") else "clerk of recipient"]
        for end in ENDS:
            answer = client.get(reverse(name) + tail.format(end))
            assert answer.status_code in (200, 404), (name, tail, end)
    for end in ENDS:
        answer = clients["clerk of recipient"].post(reverse("notices:read_all"), {"up_to": f"{end}T00:00:00+23:59"})
        assert answer.status_code in (302, 404)
