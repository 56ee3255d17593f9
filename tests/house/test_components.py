"""Every component: it has an example, says what it takes, escapes what it is given, and names its controls."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from agencies.accounts import LoginForm
from portal.kernel.marks import STATES
from portal.kernel.parts import Part, part
from portal.kernel.templatetags.portal import UNKNOWN, show
from tests.house import gallery, pages

COMPONENTS = sorted(Path(settings.BASE_DIR, "templates", "components").glob("*.html"))
EXAMPLES = gallery.examples()
HOSTILE = "\"'><script>x</script><img src=x onerror=x>{{ 77|add:77 }}"
# Parameters that choose among what the component knows; nobody outside the code fills them in.
CHOSEN = {"status", "tone", "kind", "icon", "mark", "when", "sort", "decision", "csrf_token"}


class Page(HTMLParser):
    """What a page holds: tags, attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def render(component: str, /, **parameters: Any) -> str:
    return get_template(f"components/{component}.html").render(parameters)


def words(component: str, /, **parameters: Any) -> str:
    return " ".join(Page(render(component, **parameters)).text.split())


def hostile(value: Any, key: str = "") -> Any:
    """The same value with every text that could come from outside replaced by an attack."""
    if key in CHOSEN or isinstance(value, SafeString):
        return value
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, dict):
        return {name: hostile(each, name) for name, each in value.items()}
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**hostile(vars(value)))
    if isinstance(value, Part):
        return Part(value.name, hostile(value.parameters))
    if key == "pieces" or key == "diff":
        return [(kind, HOSTILE) for kind, _ in value]
    if isinstance(value, list | tuple):
        return type(value)(hostile(each) for each in value)
    return value


def test_every_component_has_an_example() -> None:
    assert {path.stem for path in COMPONENTS} == {example.name for example in EXAMPLES}


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_begins_with_what_it_is_for_and_takes(path: Path) -> None:
    assert re.match(r"\{# [A-Z].+? #\}", path.read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_component_escapes_what_it_is_given(example: gallery.Example) -> None:
    parameters = {"name": "print"} if example.name == "icon" else hostile(example.parameters)

    page = Page(render(example.name, **parameters))

    assert not [tag for tag, _ in page.tags if tag in {"script", "img"}]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "154" not in page.text


def test_a_picture_that_is_not_marked_safe_is_shown_as_text() -> None:
    assert "<script" not in render("picture", svg=HOSTILE, title="Views")


def test_a_field_of_a_form_with_hostile_answers_is_escaped() -> None:
    form = gallery.EveryKind(data={"case_number": HOSTILE, "topic": HOSTILE, "since": HOSTILE, "actions": [HOSTILE]})

    page = Page(render("fields", form=form))

    assert not [tag for tag, _ in page.tags if tag in {"script", "img"}]


@pytest.mark.parametrize("form", [gallery.empty_form(), gallery.wrong_form()], ids=["empty", "wrong"])
def test_every_control_has_a_label_and_every_reference_an_end(form: gallery.EveryKind) -> None:
    page = Page(render("fields", form=form))
    ids = page.ids()

    assert not [each for each, count in Counter(ids).items() if count > 1]
    labels = {attributes["for"] for tag, attributes in page.tags if tag == "label"}
    controls = [
        attributes for tag, attributes in page.tags
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden"
    ]  # fmt: skip
    assert {attributes["id"] for attributes in controls} == labels
    for _, attributes in page.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_a_wrong_field_says_so_above_its_control_and_in_the_summary() -> None:
    form = gallery.wrong_form()
    html = render("field", field=form["since"])
    [control] = [attributes for tag, attributes in Page(html).tags if tag == "input"]

    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_wrong-since_error"
    assert control["type"] == "date"
    assert html.index("Enter a valid date.") < html.index("<input")
    assert 'href="#id_wrong-since"' in render("error_summary", form=form)
    assert words("error_summary", form=form).startswith("8 things need you before you can go on")


def test_a_group_is_described_and_marked_as_a_whole() -> None:
    html = render("field", field=gallery.wrong_form()["position"])
    fieldset = next(attributes for tag, attributes in Page(html).tags if tag == "fieldset")

    assert fieldset["role"] == "radiogroup"
    assert fieldset["aria-invalid"] == "true"
    assert fieldset["aria-describedby"] == "id_wrong-position_error"
    assert "checked" not in html, "nothing is preselected in a vote"


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert not render("error_summary", form=gallery.empty_form()).strip()


def test_optional_fields_say_so_unless_they_filter() -> None:
    field = gallery.empty_form()["since"]

    assert words("field", field=field) == "Filed since (optional)"
    assert words("field", field=field, plain=True) == "Filed since"


def test_withheld_names_reason_and_rule() -> None:
    assert words("withheld", reason="witness", rule="R8") == "Withheld: witness, R8"
    assert words("withheld", reason="witness", rule="R8", short=True) == "Withheld: R8"
    assert words("withheld", reason="witness", short=True) == "Withheld: witness"


def test_a_cite_names_the_permission_and_links_to_its_clause() -> None:
    html = render("cite", agreement="MOU-2026-014", clause="4.2", rule="R7", href="/x#c4-2")

    assert 'href="/x#c4-2"' in html
    assert " ".join(Page(html).text.split()) == "You see this under MOU-2026-014 clause 4.2, rule R7"
    assert "<a " not in render("cite", agreement="MOU-2026-014", clause="4.2")


def test_what_is_rendered_once_is_told_apart_by_type_and_never_by_reader() -> None:
    plain, marked = "<b>Rule R8</b>", SafeString("<b>Rule R8</b>")
    for _ in range(2):
        assert "&lt;b&gt;Rule R8" in show(part("cite", text=plain))
        assert "<b>Rule R8</b>" in show(part("cite", text=marked))
    moment = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    said = []
    for zone in ("UTC", "America/Los_Angeles"):
        with timezone.override(zone):
            said.append(show(part("state", status="closes", detail=moment)))
    assert said[0] != said[1]


def test_states_read_well_with_a_detail() -> None:
    assert words("state", status="in_force", detail="version 3") == "In force, version 3"
    assert words("state", status="expiring", detail="in 9 days") == "Expiring in 9 days"
    with pytest.raises(KeyError):
        render("state", status="unheard_of")


def test_every_status_that_a_model_names_has_its_mark() -> None:
    named = {
        str(code)
        for model in apps.get_models()
        for name in ("status", "position")
        for field in model._meta.get_fields()
        if field.name == name
        for code, _ in getattr(field, "choices", None) or []
        if model.__module__.split(".")[0] in {"agencies", "privacy", "sharing_agreements", "portal"}
    }

    assert named
    assert named <= set(STATES)


def test_explain_opens_by_itself_only_when_something_fails() -> None:
    passing = SimpleNamespace(conditions=[], passed=0, open=True, actions=[])

    assert '<details class="p-more" open>' in render("explain", explanation=gallery.EXPLANATION)
    assert '<details class="p-more">' in render("explain", explanation=passing)
    assert '<details class="p-more" open>' in render("explain", explanation=passing, open=True)
    assert "Search, view" in words("explain", explanation=gallery.EXPLANATION)


def test_a_cell_too_many_is_an_error_and_not_a_wrong_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        render("table", columns=[{"label": "One"}], rows=[["a", "b"]])


def test_pages_without_neighbours_have_no_pagination() -> None:
    assert not render("pagination").strip()
    assert 'rel="next"' in render("pagination", next="?after=a")
    assert 'rel="prev"' not in render("pagination", next="?after=a")


MOMENT = datetime(2026, 11, 23, 17, 12, 7, 310_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filtered", "expected"),
    [
        ("moment", '<time datetime="2026-11-23T09:12-08:00">Nov 23, 2026, 9:12 a.m. PST</time>'),
        ('moment:"time"', '<time datetime="2026-11-23T09:12-08:00">9:12 a.m. PST</time>'),
        ('moment:"log"', '<time datetime="2026-11-23T09:12:07.310-08:00">Nov 23, 2026, 9:12:07.31 a.m. PST</time>'),
        ("day", '<time datetime="2026-11-23">Nov 23, 2026</time>'),
        ('day:"long"', '<time datetime="2026-11-23">Monday, November 23, 2026</time>'),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_viewer(filtered: str, expected: str) -> None:
    with timezone.override("America/Los_Angeles"):
        assert pages.render_text("{{ at|" + filtered + " }}", {"at": MOMENT}) == expected


@pytest.mark.parametrize(
    ("value", "shown"), [(None, UNKNOWN), ("", UNKNOWN), (True, "Yes"), (12345, "12,345"), ("<b>", "&lt;b&gt;")]
)
def test_values_are_shown_in_words(value: Any, shown: str) -> None:
    assert pages.render_text("{% show value %}", {"value": value}) == shown


def test_a_part_is_shown_as_its_component() -> None:
    html = pages.render_text("{% show value %}", {"value": part("alias", label="Victim <A>")})

    assert html == '<span class="p-alias">Victim &lt;A&gt;</span><span class="usa-sr-only"> (pseudonym)</span>'


def test_a_json_value_cannot_choose_a_component() -> None:
    assert "usa-alert" not in pages.render_text("{% show value %}", {"value": {"part": "alert", "name": "alert"}})


@time_machine.travel(datetime(2026, 11, 23, 20, tzinfo=UTC))
@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (MOMENT, "Today 9:12 a.m. PST"),
        (date(2026, 11, 23), "Today Nov 23, 2026"),
        (datetime(2026, 11, 25, 20, tzinfo=UTC), "Nov 25 Wednesday, 12:00 p.m. PST"),
        (date(2027, 1, 2), "Jan 2 2027, in 40 days"),
        (None, "No date"),
    ],
)
def test_a_docket_says_by_when(due: Any, shown: str) -> None:
    with timezone.override("America/Los_Angeles"):
        assert words("docket_item", due=due, title="Vote") == f"{shown} Vote"


LOOK = override_settings(ROOT_URLCONF="tests.house.look_urls")

# --- Layouts --------------------------------------------------------------------------------------------------------


@LOOK
def test_the_masthead_tells_who_acts_for_whom_and_lets_them_switch() -> None:
    page = Page(pages.render("base.html", pages.SIGNED_IN))

    assert "Cedar County Superior Court" in page.text
    switches = [
        attributes for tag, attributes in page.tags if tag == "button" and attributes.get("name") == "membership"
    ]
    assert {attributes["value"] for attributes in switches} == {"2"}
    current = [attributes["href"] for tag, attributes in page.tags if tag == "a" and "aria-current" in attributes]
    assert set(current) == {"/search"}
    assert not [each for each, count in Counter(page.ids()).items() if count > 1]


@LOOK
@pytest.mark.parametrize("context", [pages.SIGNED_IN, {**pages.SIGNED_IN, "inquiry": None}, pages.ANYBODY])
def test_two_404s_are_the_same_to_the_byte(context: dict[str, Any]) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 20, tzinfo=UTC)):
        one = pages.render("404.html", {**context, "section": "policies", "exception": "no such record"}, address="/a")
    with time_machine.travel(datetime(2026, 11, 24, 21, tzinfo=UTC)):
        other = pages.render("404.html", {**context, "request_path": "/b", "notice_count": 5}, address="/b?c=d")

    assert one == other
    assert "aria-current" not in one
    assert "csrf" not in one


@LOOK
@pytest.mark.parametrize("searches", [True, False], ids=["looks at records", "does not"])
def test_a_404_leads_everybody_where_they_may_go(searches: bool) -> None:
    person = {**pages.SIGNED_IN, "searches": searches, "nav": [pages.NAV[0], pages.NAV[2]]}
    page = Page(pages.render("404.html", person))
    main = page.text[page.text.index("We found nothing") :]

    assert ("Search under your current inquiry" in main) is searches
    assert ("records custodian" in main) is searches
    assert ("What is open to you stands under Agreements." in main) is not searches
    assert (reverse("records:search") in [a.get("href") for tag, a in page.tags if tag == "a"]) is searches


@LOOK
def test_a_404_asks_for_the_purpose_where_none_is_stated() -> None:
    page = Page(pages.render("404.html", {**pages.SIGNED_IN, "inquiry": None}))

    assert "State your purpose first" in page.text
    assert "current inquiry" not in page.text
    assert reverse("records:inquiry") in [a.get("href") for tag, a in page.tags if tag == "a"]


@LOOK
def test_public_pages_show_no_work_navigation() -> None:
    page = Page(pages.render("base_public.html", {**pages.ANYBODY, "nav": pages.NAV, "section": "policies"}))

    assert "Search" not in page.text
    assert "Sign in" in page.text
    assert ("a", {"href": "/public/policies", "aria-current": "page"}) in page.tags


@override_settings(ROOT_URLCONF="tests.house.no_urls")
@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_pages_for_failures_need_neither_context_nor_addresses(name: str) -> None:
    assert settings.PORTAL_NAME in get_template(name).render()


@pytest.mark.parametrize(
    "path",
    # A message in a mail program has no style sheet to refer to.
    [path for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")) if path.parent.name != "emails"],
    ids=lambda path: path.stem,
)
def test_no_template_carries_script_or_style_of_its_own(path: Path) -> None:
    source = path.read_text()

    assert not re.search(
        r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|\|safe\b|autoescape off", source
    )


ACCOUNT_PAGES = ["logout", "password_reset_done", "password_reset_from_key_done", "account_inactive", "signup_closed"]


@LOOK
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_pages_of_an_account_have_one_heading_and_a_way_on(name: str) -> None:
    page = Page(pages.render(f"account/{name}.html", pages.ANYBODY))

    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert [tag for tag, attributes in page.tags if "usa-button" in attributes.get("class", "")]


@LOOK
def test_the_sign_in_page_asks_for_the_notice_before_it_sends() -> None:
    page = Page(pages.render("account/login.html", {**pages.ANYBODY, "form": LoginForm()}))
    inputs = {attributes["name"]: attributes for tag, attributes in page.tags if tag == "input"}

    assert inputs["ack"]["type"] == "checkbox"
    assert {name for name, attributes in inputs.items() if "required" in attributes} == {"ack", "login", "password"}
    assert "placeholder" not in inputs["login"]
    assert "second factor" not in page.text


def test_the_mail_of_a_password_reset_holds_the_link_and_no_more() -> None:
    link = "https://portal.example/key/?a=1&b=2"
    context = {"password_reset_url": link, "username": "r.private", "user": "R. Private"}
    body = get_template("account/email/password_reset_key_message.txt").render(context)
    subject = get_template("account/email/password_reset_key_subject.txt").render(context)

    assert link in body
    assert "rivate" not in body + subject
    assert len(subject.strip().splitlines()) == 1


def test_the_hint_of_a_checkbox_stands_below_it() -> None:
    class Term(forms.Form):
        young = forms.BooleanField(label="Include records of juveniles", help_text="Only where a law permits it")

    made = pages.render_text('{% include "components/field.html" with field=form.young %}', {"form": Term({})})
    places = [made.index(part) for part in ("usa-error-message", "Include records", 'id="id_young_helptext"')]
    assert places == sorted(places)
    assert 'aria-describedby="id_young_helptext id_young_error"' in made
