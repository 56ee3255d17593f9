"""The public pages and the privacy officer's in a real browser: WCAG 2.2 AA, and never wider than the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import Page

from agencies.models import Role
from privacy import commands
from tests import make

from .scene import Public, sharing

pytestmark = pytest.mark.django_db(transaction=True)

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SIZES = {"desk": ({"width": 1280, "height": 900}, "light"), "phone": ({"width": 390, "height": 844}, "dark")}


def public_pages(scene: Public) -> list[str]:
    officer = make.privacy_officer(scene.court)
    second = commands.start_new_version(actor=officer, policy_id=scene.policy.policy_id)
    make.published(second, by=officer)
    make.suspended(
        make.agreement_in_force(scene.police, scene.court, make.record_set(scene.police), on=scene.board), scene.board
    )
    return [
        reverse("public:home") + f"?agency={scene.court.pk}",
        reverse("public:policies"),
        reverse("public:policies") + "?q=nowhere",
        reverse("public:policy", args=[scene.policy.policy_id]),
        reverse("public:policy_version", args=[scene.policy.pk]),
        reverse("public:agreements"),
        reverse("public:agreements") + "?q=nowhere",
        reverse("public:agreement", args=[scene.agreement.pk]),
    ]


def officers_pages(scene: Public) -> tuple[str, list[str]]:
    """The session of the court's privacy officer, and their pages."""
    officer = make.person(scene.court, roles=(Role.PRIVACY_OFFICER,))
    draft = commands.start_new_version(actor=officer.person, policy_id=scene.policy.policy_id)
    empty = draft.provisions.get(number="8.1")
    commands.remove_provision(actor=officer.person, provision_id=empty.pk)
    client = Client()
    client.force_login(officer.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    of_draft = ("version", "edit_head", "publish", "discard", "add_provision", "add_rule")
    pages = [reverse("privacy:list"), *(reverse(f"privacy:{name}", args=[draft.pk]) for name in of_draft)]
    pages += [
        reverse("privacy:edit_rule", args=[draft.rules.get(code="R7").pk]),
        reverse("privacy:edit_provision", args=[draft.provisions.get(number="1.1").pk]),
        reverse("workbench:who_sees_what", args=[draft.pk]),
    ]
    return client.cookies[settings.SESSION_COOKIE_NAME].value, pages


def complaints(page: Page, address: str) -> list[str]:
    """What is wrong with the page at this address: broken rules, and a width beyond the screen's."""
    answer = page.goto(address)
    assert answer is not None
    for closed in page.locator("main details:not([open])").all():
        closed.evaluate("element => { element.open = true }")
    found = Axe().run(page, options=WCAG)
    said = [f"{address}: {found.generate_report()}"] if found.violations_count else []
    if answer.status != 200:
        said.append(f"{address}: status {answer.status}")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append(f"{address}: wider than the screen")
    return said


@pytest.mark.parametrize("size", SIZES)
def test_every_page_meets_wcag_and_stays_in_its_width(page: Page, live_server: Any, size: str) -> None:
    viewport, scheme = SIZES[size]
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    scene = sharing(ends_on=localdate() + timedelta(days=60))
    said: list[str] = []
    for address in public_pages(scene):
        said += complaints(page, live_server.url + address)
    session, addresses = officers_pages(scene)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    for address in addresses:
        said += complaints(page, live_server.url + address)
    assert not said, "\n".join(said)
