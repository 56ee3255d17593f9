"""Example data for every component: rendered one by one in test_components, and together on one page in test_look."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.safestring import mark_safe

from portal.kernel.parts import part

NOW = datetime(2026, 11, 23, 18, 41, 7, 310_000, tzinfo=UTC)
CITE = {"agreement": "MOU-2026-014", "clause": "4.2", "rule": "R7", "href": "/agreements/x#c4-2"}


class EveryKind(forms.Form):
    """One field of each kind of control that pages use."""

    case_number = forms.CharField(label="Case number", help_text="Such as 26-CR-00417")
    topic = forms.ChoiceField(label="Required topic", choices=[("a", "Audit"), ("b", "Screening")])
    parties = forms.MultipleChoiceField(
        label="Parties", choices=[("c", "Superior Court"), ("p", "Marlow Police")], widget=forms.SelectMultiple
    )
    text = forms.CharField(label="Text", widget=forms.Textarea, required=False)
    position = forms.ChoiceField(
        label="Position", choices=[("yes", "Approve"), ("no", "Disapprove")], widget=forms.RadioSelect
    )
    actions = forms.MultipleChoiceField(
        label="Actions", choices=[("search", "Search"), ("view", "View")], widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label="Filed since", required=False)
    closes = forms.DateTimeField(label="Closes", required=False)
    file = forms.FileField(label="File", help_text="JSON, at most 200 MB")
    email = forms.EmailField(label="Work email")
    ack = forms.BooleanField(label="I have read this notice and accept it")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].descriptions = {"yes": "The text as it stands.", "no": "Give a reason."}  # type: ignore[attr-defined]


def empty_form() -> EveryKind:
    return EveryKind(prefix="empty")


def wrong_form() -> EveryKind:
    return EveryKind(data={"wrong-topic": "a", "wrong-since": "soon"}, prefix="wrong")


@dataclass
class Example:
    """A component with parameters, and the list that it needs around it, if any."""

    name: str
    parameters: dict[str, Any]
    before: str = ""
    after: str = ""

    @property
    def part(self) -> Any:
        return part(self.name, **self.parameters)


def inside(tag: str, css: str, example: Example) -> Example:
    entry = ("<li>", "</li>") if example.name == "event" else ("", "")
    example.before, example.after = f'<{tag} class="{css}">{entry[0]}', f"{entry[1]}</{tag}>"
    return example


EXPLANATION = SimpleNamespace(
    conditions=[
        SimpleNamespace(name="Your training is current", passes=True, source="Training record", href=""),
        SimpleNamespace(name="The grant is live now", passes=False, source="MOU-2026-014, suspended", href="/x"),
    ],
    passed=1,
    open=False,
    actions=[("search", True), ("view", True), ("export", False)],
)
PICTURE = mark_safe(
    '<svg class="p-pic p-pic--life" viewBox="0 0 200 40" role="img" aria-labelledby="pic"><title id="pic">Views a day'
    '</title><rect class="f-accent" width="60" height="30"/><rect class="f-hatch" x="70" width="60" height="20"/></svg>'
)
COLUMNS = [
    {"label": "Role", "head": True},
    {"label": "Name", "href": "?o=name", "sort": "ascending"},
    {"label": "Number", "mono": True},
    {"label": "Charges", "num": True},
    {"label": "Change", "hidden": True},
]
ROWS = [
    ["Defendant", part("link", text="Halvorsen, Dane R.", href="/records/1"), "26-CR-00417", 1204, None],
    ["Victim", part("alias", label="Victim A"), part("withheld", reason="victim", rule="R7", short=True), 2, None],
]


STATES = ["draft", "before_board", "signing", "in_force", "suspended", "expired", "superseded", "yes", "no", "abstain"]
MARKS = [
    *[Example("state", {"status": each}) for each in STATES],
    Example("state", {"status": "expiring", "detail": "in 9 days"}),
    Example("state", {"status": "in_force", "detail": "version 3", "big": True}),
    Example("chip", {"tone": "plain", "icon": "clock", "text": "In custody"}),
    Example("icon", {"name": "print"}),
    inside("div", "p-brand", Example("brand", {})),
    Example("link", {"text": "25-CR-01988", "href": "/records/2", "mono": True, "more": "earlier case"}),
    Example("lines", {"text": "Assault in the second degree", "under": "9A.36.021"}),
    Example("cite", CITE),
    Example("cite", {"own": True}),
    Example("cite", {"text": "Rule R8: witness under a protective order", "href": "/x", "icon": "person"}),
    Example("withheld", {"reason": "witness under a protective order", "rule": "R8"}),
    Example("withheld", {"reason": "witness", "rule": "R4", "short": True}),
    Example("alias", {"label": "Victim A"}),
    Example("disputed", {"label": "this record"}),
    Example(
        "disputed",
        {
            "value": "Halvorsen, Dane R.",
            "note": "It was a cousin.",
            "whose": "In the words of who disputes it",
            "at": date(2026, 9, 14),
        },
    ),
    Example("verdict", {"ok": True}),
    Example("verdict", {"ok": False, "word": "No"}),
    Example("verdict", {"ok": None}),
    Example("redline", {"pieces": [("same", "as part of "), ("del", "any "), ("add", "its "), ("same", "duties")]}),
]


MOVING = [
    Example(
        "page_title",
        {
            "title": "Cedar County criminal case exchange",
            "eyebrow": "MOU-2026-014, information exchange agreement",
            "facts": [part("state", status="in_force", detail="version 3", big=True), "4 parties", date(2026, 7, 1)],
            "actions": [
                {"label": "Watch", "href": "/w", "key": "w"},
                {"label": "Print", "href": "/p", "icon": "print"},
                {"label": "Vote on version 4", "href": "/v", "main": True},
            ],
        },
    ),
    Example("breadcrumbs", {"items": [{"label": "Search", "href": "/s"}, {"label": "26-CR-00417"}]}),
    Example(
        "tabs", {"items": [{"label": "Overview", "href": "/a", "current": True}, {"label": "Terms (12)", "href": "/b"}]}
    ),
    Example("in_page_nav", {"items": [{"label": "Parties", "href": "#parties"}, {"label": "Text", "href": "#text"}]}),
    Example("pagination", {"previous": "?before=a", "next": "?after=b"}),
    Example(
        "chips",
        {
            "label": "Saved searches",
            "items": [
                {"label": "Halvorsen since 2024", "href": "/1", "current": True},
                {"label": "Active warrants", "href": "/2", "note": "5 new"},
                {"label": "Save this search", "href": "/3", "icon": "plus"},
            ],
        },
    ),
    Example(
        "facet",
        {
            "name": "Record class",
            "options": [
                {"label": "All", "count": 1800, "href": "?", "current": True},
                {"label": "Case", "count": 7, "href": "?c=case"},
                {"label": "Warrant", "count": None, "href": "?c=warrant"},
            ],
        },
    ),
]


CONTENTS = [
    Example(
        "facts",
        {
            "pairs": [
                ("Court", "Cedar County Superior Court"),
                ("Filed", date(2026, 9, 14)),
                ("Next hearing", NOW),
                ("SSN", part("withheld", reason="never shared", rule="R4", short=True)),
                ("Judge", None),
            ],
            "wide": True,
        },
    ),
    Example("table", {"columns": COLUMNS, "rows": ROWS, "caption": "People on this case", "show_caption": True}),
    Example(
        "picture",
        {
            "svg": PICTURE,
            "title": "Views a day",
            "table": {
                "columns": [{"label": "Day", "head": True}, {"label": "Views", "num": True}],
                "rows": [["Nov 22", 30]],
            },
        },
    ),
    Example(
        "timeline",
        {
            "items": [
                {"title": "Trial readiness hearing", "at": NOW, "text": "Dept. 4", "when": "next"},
                {"title": "Disposition entered", "at": NOW, "when": "now"},
                {
                    "title": "Information filed",
                    "at": date(2026, 9, 14),
                    "text": part("alias", label="Victim A"),
                    "href": "/x",
                },
            ]
        },
    ),
    Example(
        "tally",
        {
            "label": "Today in figures",
            "pairs": [(7, "agencies"), (11, "agreements in force"), (1, "suspended"), (1223, "views")],
        },
    ),
    Example(
        "checklist",
        {
            "items": [
                {"mark": "ok", "text": "Audit", "link": part("link", text="7.1", href="#c7-1", mono=True)},
                {
                    "mark": "missing",
                    "text": "Screening",
                    "link": part("link", text="Add", href="/add", more="Screening"),
                },
                {"mark": "fail", "text": "T2: rule R7 withholds names of children"},
                {"mark": "now", "text": "Rows written", "link": "now"},
                {"mark": "next", "text": "People matched"},
            ]
        },
    ),
    Example("meter", {"value": 41200, "max": 68000, "label": "Rows done", "tall": True}),
    Example("explain", {"explanation": EXPLANATION}),
    Example("alert", {"kind": "info", "heading": "A copy was made", "text": "Draft version 2 starts from version 1."}),
    Example("alert", {"kind": "success", "heading": "Signed", "text": "Two parties are left.", "live": True}),
    Example(
        "alert", {"kind": "warning", "heading": "This ballot closes in 6 hours", "text": "Your seat has not voted."}
    ),
    Example(
        "empty",
        {
            "title": "You watch no records yet",
            "text": "Watch a record to be told when it changes.",
            "action": {"label": "Search records", "href": "/s"},
            "more": {"label": "How watching works", "href": "/h"},
        },
    ),
    Example(
        "printed",
        {"name": "Cedar Basin", "person": "A. Okafor", "agency": "Superior Court", "at": NOW, "release": "REL-1"},
    ),
]


SIGNATURE = {"signatory": "H. Lindqvist", "title": "Presiding judge", "decision": "signed", "at": NOW}
HIT = {
    "number": "26-CR-00417",
    "kind": "Case",
    "title": "State v. Halvorsen, Dane R.",
    "href": "/records/1",
    "facts": [date(2026, 9, 14), "Cedar County Superior Court", part("withheld", rule="R2", short=True)],
    "state": part("chip", tone="plain", icon="clock", text="Active"),
}
EVENT = {
    "title": "Contact changed: County Jail",
    "at": NOW,
    "actor": "S. Whitlock",
    "agency": "County Jail",
    "reason": "New post",
}
CLAUSE = {"number": "4.2", "heading": "Access", "text": "Each Party may search.\n\nAnd view.", "note": "Substantive"}
DIFFS = [
    {"field": "Telephone", "before": "555-0117", "after": "555-0163"},
    {"field": "Text", "before": None, "after": part("redline", pieces=[("same", "within "), ("add", "one year")])},
]
IN_LISTS = [
    inside("ol", "p-hits", Example("hit", {"record": HIT, "decision": part("cite", **CITE)})),
    inside(
        "ol",
        "p-docket",
        Example(
            "docket_item",
            {
                "due": NOW,
                "title": "Vote: approve version 4 of MOU-2026-014",
                "href": "/v",
                "text": "4 agencies affected.",
                "state": part("state", status="closes", detail="in 6 hours"),
                "note": "6 of 7 have voted.",
                "action": {"label": "Vote", "href": "/v", "main": True},
            },
        ),
    ),
    inside(
        "ol",
        "p-docket",
        Example(
            "docket_item",
            {
                "due": date(2027, 1, 2),
                "title": "Renew or let lapse",
                "href": "/r",
                "action": {"label": "Open", "href": "/r"},
            },
        ),
    ),
    inside("ul", "p-wall", Example("signature", {"party": {"agency": "Superior Court"}, "signature": SIGNATURE})),
    inside("ul", "p-wall", Example("signature", {"party": {"agency": "Tolland Sheriff", "note": "Invited Nov 2"}})),
    inside("ol", "p-line", Example("event", {"event": EVENT, "diffs": DIFFS, "state": part("state", status="signed")})),
    inside("div", "p-sheet", Example("clause", {"clause": CLAUSE})),
    inside(
        "div",
        "p-sheet",
        Example("clause", {"clause": {**CLAUSE, "number": "4.3"}, "diff": [("del", "may"), ("add", "must")]}),
    ),
]


def of_forms() -> list[Example]:
    empty, wrong = empty_form(), wrong_form()
    return [
        Example("error_summary", {"form": wrong}),
        Example("field_notes", {"field": EveryKind(data={}, prefix="notes")["case_number"]}),
        Example("fields", {"form": EveryKind(prefix="all")}),
        Example(
            "inquiry_bar",
            {
                "inquiry": {
                    "number": "INQ-26-8841",
                    "purpose_label": "C, criminal justice",
                    "case_number": "26-CR-00417",
                    "open_until": NOW,
                },
                "change_url": "/change",
                "end_url": "/end",
                "csrf_token": "token",
            },
        ),
        *[Example("field", {"field": bound}) for bound in empty],
        *[Example("field", {"field": bound}) for bound in wrong],
    ]


def examples() -> list[Example]:
    """At least one of every component."""
    return [*MARKS, *MOVING, *CONTENTS, *IN_LISTS, *of_forms()]
