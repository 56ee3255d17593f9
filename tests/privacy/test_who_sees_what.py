"""The table of who sees what says what an access decision says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from agencies.models import Agency, Role
from portal.records.decision import Viewer, decide
from portal.records.decision.disclosure import Disclosure
from portal.records.decision.matrix import OF_PEOPLE, ROLES, for_recipient, of_records, summary
from portal.records.decision.rules import rules_of
from privacy import commands
from privacy.models import ANY, OWN_AGENCY, DataCategory, Purpose, Treatment
from sharing_agreements.models import Action
from tests import make

from .test_views import body, signed_in

pytestmark = pytest.mark.django_db
BROAD = [str(purpose) for purpose in Purpose]


def disclosure(membership_id: Any, purpose: str) -> Disclosure:
    with transaction.atomic():
        return decide(Viewer(membership_id=membership_id, action=Action.VIEW, purpose=purpose)).disclosure


@pytest.mark.parametrize("kind", ["law_enforcement", "court", "motor_vehicles"])
def test_the_table_is_the_decisions_own(kind: str) -> None:
    court = make.agency(kind="court")
    version = make.policy(court)
    # A rule for one purpose alone, so that purposes are told apart too.
    officer = make.privacy_officer(court)
    version = commands.start_new_version(actor=officer, policy_id=version.policy_id)
    commands.save_rule(
        actor=officer,
        version_id=version.pk,
        recipient=kind,
        participant_role="victim",
        data_category="name",
        purposes=[Purpose.DOMESTIC_VIOLENCE],
        treatment=Treatment.SHOWN,
        reason="to protect the person",
        provision_id=version.provisions.get(number="10.5").pk,
    )
    version = make.published(version, by=officer)
    recipient, records = make.agency(kind=kind), make.record_set(court)
    make.agreement_in_force(court, recipient, records, purposes=BROAD)
    clerk, own = make.person(recipient), make.person(court)
    make.accepted(clerk)
    rules = rules_of(version)
    for purpose in Purpose:
        for who, asked in ((clerk, kind), (own, OWN_AGENCY)):
            decided = disclosure(who.pk, purpose)
            for role, found in for_recipient(rules, asked, purpose):
                assert found == {category: decided.ruling(records.pk, role, category) for category in OF_PEOPLE}
            for category, ruling in of_records(rules, asked, purpose):
                assert ruling == decided.ruling(records.pk, ANY, category)


def test_the_summary_says_the_same_in_fewer_words() -> None:
    rules = rules_of(make.policy(make.agency()))
    found = summary(rules, Agency.Kind.values, Purpose.CRIMINAL_JUSTICE)
    assert sorted(kind for column in found.columns for kind in column) == sorted(Agency.Kind.values)
    seen = {
        (kind, role, line.category): cell.treatment
        for line in found.lines
        for column, cell in zip(found.columns, line.cells, strict=True)
        for kind in column
        for role in line.roles
    }
    for kind in Agency.Kind.values:
        for role, rulings in for_recipient(rules, kind, Purpose.CRIMINAL_JUSTICE):
            for category in (DataCategory.NAME, DataCategory.BIRTH_DATE, DataCategory.CONTACT):
                assert seen[kind, role, category] == rulings[category].treatment
    assert len(found.lines) < len(ROLES)


def test_the_page_answers_for_the_chosen_recipient() -> None:
    version = make.policy(make.agency("Cedar County Superior Court", kind="court"))
    client = signed_in(make.person(make.agency()))
    address = reverse("workbench:who_sees_what", args=[version.pk])
    assert "needed to" not in body(client.get(address))
    page = body(client.get(address, {"recipient": "motor_vehicles", "purpose": "C"}))
    assert "Motor vehicle agencies, purpose C" in page
    assert "not a criminal justice agency, R49" in page
    assert "Victim A" not in page
    own = body(client.get(address, {"recipient": OWN_AGENCY, "purpose": "C"}))
    assert "Withheld" not in own
    assert client.get(address, {"recipient": "nobody", "purpose": "?"}).status_code == 200


def test_a_draft_is_its_privacy_officers_alone() -> None:
    draft = make.policy_draft(make.agency())
    address = reverse("workbench:who_sees_what", args=[draft.pk])
    officer = draft.policy.agency.memberships.filter(roles__contains=[Role.PRIVACY_OFFICER]).get()
    assert signed_in(officer).get(address).status_code == 200
    assert signed_in(make.person(draft.policy.agency)).get(address).status_code == 404
