"""An auditor reads how an agency's readiness, plan and changes in law came about; nobody else does."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agencies.models import Agency, Role, User
from agencies.readiness import commands
from agencies.readiness.commands import Given
from tests import make
from tests.agencies.test_views import downloaded
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


def test_an_auditor_reads_who_said_what_and_changed_it(court: Agency, police: Agency, planner: User) -> None:
    make.someone(court, Role.PRIVACY_OFFICER)
    draft = make.readiness(court)
    commands.answer(actor=planner, assessment_id=draft.pk, answers={"authority": Given(1, "low", "No charter.")})
    planned = make.plan_action(court)
    commands.change_action(actor=planner, action_id=planned.pk, gap="Nobody decides.")
    change = make.law_change(make.privacy_officer(court))
    address = reverse("workbench:agency_history", args=[court.pk])
    auditor = client_of(make.auditor(court))
    page = read(auditor.get(address))
    for words in (
        "Readiness, version 1 begun",
        "Readiness, version 1: 1 answered",
        "Level 1, confidence low. No charter.",
        "Action 1 planned",
        "No charter gives the board its powers.",
        "Nobody decides.",
        f"Change {change.number} entered",
        str(planner),
    ):
        assert words in page, words
    assert "Nobody decides." in downloaded(auditor, reverse("workbench:agency_history_csv", args=[court.pk]))
    assert address in read(auditor.get(reverse("workbench:history")))
    for stranger in (make.auditor(police), planner):
        assert client_of(stranger).get(address).status_code == 404
