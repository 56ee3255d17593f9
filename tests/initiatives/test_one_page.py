"""The page for a legislature is one page, whatever was entered, and says what it leaves out."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils.timezone import localdate
from pypdf import PdfReader

from portal.kernel import pdf
from sharing_agreements.initiatives import commands, one_page
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.initiatives.standing import Room
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db


def text(room: Room) -> tuple[int, str]:
    """How many pages, and their words."""
    read = PdfReader(BytesIO(pdf.render(one_page.document_of(room), portal="Portal")))
    return len(read.pages), " ".join(" ".join(page.extract_text().split()) for page in read.pages)


def room(scene: Scene) -> Room:
    return Room(Initiative.objects.get(pk=scene.initiative.pk), scene.lead, scene.lead.memberships.get())


def test_it_says_what_it_is_for_how_far_it_is_and_what_it_costs(scene: Scene) -> None:
    budget = make.budget(scene.board, scene.court, scene.police)
    commands.link(actor=scene.lead, initiative_id=scene.initiative.pk, kind="budget", thing_id=budget.pk)
    make.budget_adopted(make.budget_version(budget))
    first = make.milestone(scene.initiative, "Data elements agreed")
    second = make.milestone(scene.initiative, "Exchange built", scene.police)
    commands.block(actor=scene.lead, milestone_id=second.pk, by_milestone_id=first.pk)
    pages, words = text(room(scene))
    assert pages == 1
    for said in (
        "One search finds every warrant.",
        "0 of 2 milestones are done.",
        "(B Police): waits for milestone 1. Data elements agreed.",
        "$9,000.00",
        "State grant ends",
    ):
        assert said in words
    assert "cut" not in words


def test_it_stays_one_page_for_long_input_and_says_what_is_cut(scene: Scene) -> None:
    commands.change_initiative(
        actor=scene.lead, initiative_id=scene.initiative.pk, title="T" * 160, purpose="Warrants and more. " * 200
    )
    others = [make.agency(f"Agency of a very long name in the county of somewhere {n:03d}") for n in range(30)]
    for agency in others:
        commands.add_partner(actor=scene.lead, initiative_id=scene.initiative.pk, agency_id=agency.pk)
    last = None
    for n in range(40):
        made = make.milestone(
            scene.initiative,
            f"{n:03d} {'long words ' * 12}".strip(),
            others[n % 30],
            localdate() + timedelta(days=n + 1),
        )
        if last is not None:
            commands.block(actor=scene.lead, milestone_id=made.pk, by_milestone_id=last.pk)
        commands.block(actor=scene.lead, milestone_id=made.pk, by_agency_id=others[n % 30].pk, what="w " * 140)
        last = made
    pages, words = text(room(scene))
    assert pages == 1
    assert "… (cut: the rest is on the initiative's page in the portal)" in words
    assert "more: the rest is on the initiative's page in the portal." in words


def test_the_barest_measure_is_one_page_with_everything_at_its_longest(scene: Scene) -> None:
    """No word can be broken, every list is full: what the last measure leaves is still one page."""
    made = scene.initiative
    make.milestone(made, "m" * 160)
    commands.end_initiative(actor=scene.lead, initiative_id=made.pk, outcome="o" * 1000)
    barest = one_page._document(room(scene), one_page.MEASURES[-1])
    assert pdf.pages(barest) == 1
