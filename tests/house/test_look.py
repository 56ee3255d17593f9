"""The look in a real browser: every component and layout, wide and narrow, light and dark, under the strict policy."""

import mimetypes
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.test import override_settings
from playwright.sync_api import Page

from agencies.accounts import LoginForm
from tests.house import gallery, pages

STATIC = Path(settings.BASE_DIR, "portal", "static")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    with override_settings(ROOT_URLCONF="tests.house.look_urls"):
        return {
            "/components": pages.render_gallery(gallery.examples()),
            "/login": pages.render("account/login.html", {**pages.ANYBODY, "form": LoginForm()}),
            "/login-again": pages.render("account/login.html", {**pages.ANYBODY, "form": LoginForm(data={})}),
            "/locked": pages.render("account/locked.html", {**pages.ANYBODY, "failure_limit": 5}),
            "/reset": pages.render("account/password_reset.html", {**pages.ANYBODY, "form": ResetPasswordForm()}),
            "/reset-key": pages.render(
                "account/password_reset_from_key.html", {**pages.ANYBODY, "form": ResetPasswordKeyForm(data={})}
            ),
            "/change": pages.render("account/password_change.html", {**pages.SIGNED_IN, "form": ChangePasswordForm()}),
            "/404": pages.render("404.html", pages.SIGNED_IN),
            "/404-public": pages.render("404.html", pages.ANYBODY),
            "/403": pages.render("403.html", {**pages.SIGNED_IN, "exception": "Only the custodian may import."}),
            "/500": pages.render("500.html", {}),
        }


@pytest.fixture(scope="module")
def site(rendered: dict[str, str]) -> Iterator[str]:
    """Serves the rendered pages and the static files with the policy of the settings: nothing but 'self'."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = rendered.get(self.path)
            file = STATIC / self.path.removeprefix("/static/")
            if page is None and not file.is_file():
                self.send_error(404)
                return
            self.send_response(200)
            kind = "text/html; charset=utf-8" if page is not None else mimetypes.guess_type(file.name)[0]
            self.send_header("Content-Type", kind or "application/octet-stream")
            self.send_header("Content-Security-Policy", "default-src 'self'; base-uri 'none'; object-src 'none'")
            self.end_headers()
            self.wfile.write(page.encode() if page is not None else file.read_bytes())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser says on its console: a refusal of the policy, a missing file, a script that failed."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


ACCOUNT = ["/login", "/login-again", "/locked", "/reset", "/reset-key", "/change"]
ADDRESSES = ["/components", *ACCOUNT, "/404", "/404-public", "/403", "/500"]


@pytest.mark.parametrize(
    ("address", "size", "scheme"),
    [(address, DESK, "light") for address in ADDRESSES]
    + [(address, PHONE, "dark") for address in ADDRESSES]
    + [("/components", DESK, "dark"), ("/components", PHONE, "light")],
    ids=lambda value: "phone" if value == PHONE else "desk" if value == DESK else value,
)
def test_a_page_meets_wcag_and_stays_in_its_width(
    page: Page, site: str, complaints: list[str], address: str, size: Any, scheme: Any
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(site + address)
    for closed in page.locator("main details:not([open])").all():
        closed.evaluate("element => { element.open = true }")

    results = Axe().run(page, options=WCAG)

    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


def test_the_menus_open_and_meet_wcag(page: Page, site: str) -> None:
    page.goto(site + "/components")
    page.locator(".p-who summary").click()
    assert page.locator(".p-who__panel").get_by_role("button", name="Marlow Police Department").is_visible()
    assert Axe().run(page, options=WCAG).violations_count == 0
    page.keyboard.press("Escape")
    assert page.locator(".p-who__panel").is_hidden()

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator(".p-menu summary").click()
    assert page.locator(".p-menu").get_by_role("link", name="Agreements").is_visible()
    assert page.locator(".p-menu").get_by_role("button", name="Sign out").is_visible()
    assert Axe().run(page, options=WCAG).violations_count == 0


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))


def test_keys_search_walk_rows_and_list_themselves(page: Page, site: str) -> None:
    page.goto(site + "/components")

    page.keyboard.press("/")
    assert focused(page) == "find"
    page.keyboard.type("j?")
    assert page.locator("#find").input_value() == "j?"
    page.locator("main").focus()
    page.keyboard.press("j")
    assert focused(page) == "Halvorsen, Dane R."
    page.keyboard.press("j")
    assert focused(page) == "State v. Halvorsen, Dane R."
    page.keyboard.press("k")
    assert focused(page) == "Halvorsen, Dane R."
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 1


def test_single_keys_can_be_switched_off(page: Page, site: str) -> None:
    page.goto(site + "/components")
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch single keys off").click()
    page.reload()

    page.keyboard.press("/")

    assert focused(page) != "find"
    page.get_by_text("Keyboard keys").click()
    page.get_by_role("button", name="Switch single keys on").click()
    page.keyboard.press("/")
    assert focused(page) == "find"


def test_focus_goes_to_what_stops_a_form(page: Page, site: str) -> None:
    page.goto(site + "/login-again")

    assert page.evaluate("document.activeElement.className").endswith("p-errors")
    page.get_by_role("link", name="Read the system use notice").click()
    assert page.evaluate("document.activeElement.id") == "id_ack"


def test_a_page_prints_without_what_is_only_for_the_screen(page: Page, site: str) -> None:
    page.goto(site + "/components")
    page.emulate_media(media="print")

    assert page.locator("header.p-mast").is_hidden()
    assert page.locator("footer").is_hidden()
    assert page.locator(".p-printed").first.is_visible()
    assert page.locator(".p-inquiry").first.is_visible()
    assert page.locator(".p-withheld").first.is_visible()


def test_every_file_of_the_look_is_found_by_the_manifest(tmp_path: Path) -> None:
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    names = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((STATIC / name).read_bytes())

    processed = list(storage.post_process({name: (storage, name) for name in names}))

    assert not [result for _, _, result in processed if isinstance(result, Exception)]
    assert "sourceMappingURL" not in (STATIC / "portal/css/portal.css").read_text()
    assert "sourceMappingURL" not in (STATIC / "portal/js/htmx.min.js").read_text()
