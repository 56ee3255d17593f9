"""Somebody at a browser of their own: they read, click, type and press keys; every page that they come to is checked.

A page is checked wide and narrow: WCAG 2.2 AA by axe, no wider than the screen, nothing said on the console (where the
browser says what the content security policy refused). What is wrong is collected and fails the test at its end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve
from django.utils.dateformat import format as date_format
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests import make

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
DESK, PHONE = (1280, 900), (390, 844)
PATIENCE = 45_000

SHOTS = os.environ.get("PORTAL_SHOTS", "")
"""A directory: each page that is checked is left there as a picture, wide and narrow, to be looked at."""

_shot = count(1)

Somebody = Callable[..., "Person"]
"""The fixture `somebody`: makes a person at a browser, signed in when it is given their address."""

PARTS = """() => {
    const named = element => [
        element.tagName, ...element.classList, element.getAttribute("role"), element.type,
        ...element.getAttributeNames(), element.textContent.trim() ? "" : "empty",
    ].join(" ");
    const all = [...document.body.querySelectorAll("*")];
    return [...new Set(all.map(element => named(element.parentElement) + " > " + named(element)))];
}"""
"""What a page is made of: each kind of element, within what, whether or not it says something."""

_known: set[str] = set()
"""Addresses and parts that were checked in this process."""

CHECK = """async options => {
    const closed = [...document.querySelectorAll("main details:not([open])")];
    for (const each of closed) each.open = true;
    const found = await axe.run(options);
    for (const each of closed) each.open = false;
    return found.violations.map(rule => rule.id + ": " + rule.nodes.map(node => node.target).join(" "));
}"""


def day(date: date) -> str:
    """A date as pages show it."""
    return date_format(date, "M j, Y")


class Person:
    """One person, one browser context. What they are told to do is named as they see it: by label, button and link."""

    def __init__(self, context: BrowserContext, site: str, complaints: list[str], *, checks: bool = True) -> None:
        self.site = site
        self.complaints = complaints
        self.checks = checks
        self.refused: set[str] = set()
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self._complains(str(error)))

    # --- Moving -------------------------------------------------------------------------------------------------------

    def goes_to(self, address: str, *, status: int = 200) -> Response:
        """An address that is typed, kept, or stood in a mail."""
        return self._arrives(lambda: self.page.goto(self.site + address), status)

    def sits_at_keyboard(self) -> Keyboard:
        return Keyboard(self)

    def reloads(self, *, status: int = 200) -> Response:
        return self._arrives(self.page.reload, status)

    def follows(self, name: str | re.Pattern[str], *, place: str = "main", status: int = 200) -> Response:
        """A link, by the words that it is read out with."""
        return self.moves(self.sees_link(name, place=place).click, status)

    def presses(self, name: str | re.Pattern[str], *, place: str = "main", status: int = 200) -> Response:
        """A button that sends a form."""
        return self.moves(self.part(place).get_by_role("button", name=name, exact=True).click, status)

    def waits_for(self, work: Callable[[], object]) -> Response:
        """Looks on while a worker does the work, until the page loads itself anew."""
        return self.moves(work)

    def downloads(self, name: str) -> str:
        """The content of the file behind a link."""
        with self.page.expect_download() as download:
            self.sees_link(name).click()
        return download.value.path().read_text(encoding="utf-8-sig")

    def moves(self, act: Callable[[], object], status: int = 200) -> Response:
        """Does what leads to another page."""

        def arrive() -> Response:
            with self.page.expect_navigation() as moved:
                act()
            return moved.value

        return self._arrives(arrive, status)

    def _arrives(self, act: Callable[[], Response | None], status: int) -> Response:
        if status >= 400:
            # The browser logs such an answer as an error of the page that it is.
            self.refused.add("")
        answer = act()
        assert answer is not None
        self.refused.discard("")
        if status >= 400:
            self.refused.add(answer.url)
        assert answer.status == status, f"{answer.url} answered {answer.status}"
        if self.checks:
            self._checks_page()
        return answer

    # --- Filling in ---------------------------------------------------------------------------------------------------

    def field(self, label: str | re.Pattern[str], *, under: str = "") -> Locator:
        """The control with this label; without a pattern, one whose label begins with the words.

        `under`: the heading of the section that it stands in, where several have the label.
        """
        pattern = label if isinstance(label, re.Pattern) else re.compile(rf"^\s*{re.escape(label)}")
        here = self.page.locator("main").get_by_role("region", name=under) if under else self.page.locator("main")
        return here.locator(":is(input, select, textarea)").and_(self.page.get_by_label(pattern))

    def types(self, label: str | re.Pattern[str], words: str, *, under: str = "") -> None:
        self.field(label, under=under).fill(words)

    def chooses(self, label: str | re.Pattern[str], option: str, *, under: str = "") -> None:
        """From a list."""
        self.field(label, under=under).select_option(label=option)

    def attaches(self, label: str, file: Path) -> None:
        self.field(label).set_input_files(file)

    def ticks(self, label: str | re.Pattern[str], *, under: str = "") -> None:
        """A radio button or checkbox, by clicking its label as people do; `under` is the legend of its group."""
        here = self.part("main")
        if under:
            here = here.get_by_role("group", name=under).or_(here.get_by_role("radiogroup", name=under))
        pattern = label if isinstance(label, re.Pattern) else re.compile(rf"^\s*{re.escape(label)}")
        words = here.locator("label").filter(has_text=pattern)
        words.click()
        expect(here.locator(f"#{words.get_attribute('for')}")).to_be_checked()

    def opens(self, summary: str) -> None:
        """What is folded away."""
        self.part("main").locator("summary", has_text=summary).click()

    # --- Reading ------------------------------------------------------------------------------------------------------

    def part(self, place: str) -> Locator:
        """`main`, the `head` of the page, or a region by its name."""
        if place == "main":
            return self.page.get_by_role("main")
        if place == "head":
            return self.page.get_by_role("banner")
        return self.page.get_by_role("region", name=place)

    def sees(self, *words: str | re.Pattern[str], place: str = "main") -> None:
        for each in words:
            expect(self.part(place)).to_contain_text(each)

    def sees_nothing_of(self, *words: str) -> None:
        """Not anywhere in the page, shown or not."""
        content = self.page.content()
        for each in words:
            assert each not in content, f"{each!r} stands in {self.page.url}"

    def sees_heading(self, name: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def sees_link(self, name: str | re.Pattern[str], *, place: str = "main") -> Locator:
        # A heading and the button beside it may say the same, and then lead to the same place.
        return self.part(place).get_by_role("link", name=name, exact=True).first

    def row(self, words: str) -> Locator:
        """The row of a table that holds these words."""
        return self.part("main").get_by_role("row").filter(has_text=words)

    # --- The common ways ----------------------------------------------------------------------------------------------

    def signs_in(self, email: str) -> Person:
        self.goes_to("/accounts/login/")
        self.fills_in_sign_in(email)
        return self

    def fills_in_sign_in(self, email: str) -> None:
        self.ticks("I have read this notice and accept it")
        self.types("Work email", email)
        self.types("Password", make.PASSWORD)
        self.presses("Sign in")

    def states(self, purpose: str, case_number: str) -> None:
        """Opens an inquiry where the page asks for one."""
        self.chooses("Purpose", purpose)
        self.types("Case number", case_number)
        self.presses("Open the inquiry")

    def searches(self, words: str) -> None:
        self.types("Name or number", words)
        self.presses("Search")

    # --- Checking -----------------------------------------------------------------------------------------------------

    def _checks_page(self) -> None:
        """Looks at what is new: an address, or whatever was not seen yet within the same."""
        parts = {self._address(), *self.page.evaluate(PARTS)}
        if parts <= _known:
            return
        _known.update(parts)
        self.page.evaluate(AXE_SCRIPT)
        for width, height in (PHONE, DESK):
            self.page.set_viewport_size({"width": width, "height": height})
            for broken in self.page.evaluate(CHECK, WCAG):
                self._complains(f"{width} px: {broken}")
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self._complains(f"{width} px: the page is {wide} px wide")
            if SHOTS:
                self._leaves_picture(width)

    def _address(self) -> str:
        """Which of the portal's pages it is."""
        try:
            return resolve(urlsplit(self.page.url).path).view_name
        except Resolver404:
            return "nowhere"

    def _leaves_picture(self, width: int) -> None:
        name = f"{os.getpid()}-{next(_shot):03}-{self._address().replace(':', '-')}-{width}.png"
        self.page.screenshot(path=Path(SHOTS, name), full_page=True)

    def _hears(self, message: ConsoleMessage) -> None:
        where: Any = message.location
        expected = self.refused & {"", where.get("url")} and "Failed to load resource" in message.text
        if message.type == "error" and not expected:
            self._complains(message.text)

    def _complains(self, what: str) -> None:
        self.complaints.append(f"{urlsplit(self.page.url).path}: {what}")


FOCUSED = """element => {
    const shown = [[element], ...[...element.labels ?? []].map(label => [label, "::before"])];
    return shown.some(([part, before]) => {
        const style = getComputedStyle(part, before);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    });
}"""


class Keyboard:
    """The same person without a mouse: what they use is reached by Tab, and shows that it has the focus."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def reaches(self, target: Locator) -> None:
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                assert target.evaluate(FOCUSED), f"{target} does not show that it has the focus"
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def signs_in(self, email: str) -> None:
        self.person.goes_to("/accounts/login/")
        self.reaches(self.person.field("I have read this notice and accept it"))
        self.page.keyboard.press("Space")
        self.reaches(self.person.field("Work email"))
        self.page.keyboard.type(email)
        self.reaches(self.person.field("Password"))
        self.page.keyboard.type(make.PASSWORD)
        self.person.moves(lambda: self.page.keyboard.press("Enter"))

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.reaches(self.person.sees_link(name))
        self.person.moves(lambda: self.page.keyboard.press("Enter"))

    def presses(self, name: str) -> None:
        self.reaches(self.person.part("main").get_by_role("button", name=name, exact=True))
        self.person.moves(lambda: self.page.keyboard.press("Enter"))

    def picks(self, name: re.Pattern[str]) -> None:
        """A radio button: Tab to the first of its group, arrows to the one that is meant."""
        choices = self.person.part("main").get_by_role("radio")
        self.reaches(choices.first)
        self.page.keyboard.press("Space")
        wanted = self.person.part("main").get_by_role("radio", name=name)
        while not wanted.is_checked():
            self.page.keyboard.press("ArrowDown")
