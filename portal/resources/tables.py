"""Tables of the public pages, made of the figures and words of the floors below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from agencies.models import Agency
from portal.kernel.parts import Part, part
from portal.records.decision.matrix import Cell, Line, summary
from portal.records.decision.rules import NOT_PERMITTED, rules_of
from privacy.models import DataCategory, ParticipantRole, PolicyVersion, Purpose, Treatment
from privacy.rules import people
from sharing_agreements.boards.decisions import CLOSED
from sharing_agreements.boards.models import Decision
from sharing_agreements.boards.wording import heading
from sharing_agreements.models import Agreement, AgreementVersion, Term
from sharing_agreements.wording import GROUNDS, asked_in_words

from . import published
from .sharing import Flow

MOST_LINES = 3
BREAK = mark_safe("<br>")

Table = dict[str, Any]


# --- Policies -------------------------------------------------------------------------------------------------------


def who_sees_what(version: PolicyVersion) -> Table:
    """What each kind of recipient sees for criminal justice, in few lines, resolved as an access decision is."""
    found = summary(rules_of(version), Agency.Kind.values, Purpose.CRIMINAL_JUSTICE)
    return {
        "caption": "What each kind of recipient sees for criminal justice",
        "columns": [
            {"label": "About", "head": True},
            *({"label": _in_a_row(Agency.Kind(kind).label for kind in kinds)} for kinds in found.columns),
        ],
        "rows": [[_about(line), *(_cell(line, cell) for cell in line.cells)] for line in found.lines],
    }


def _about(line: Line) -> Part | str:
    label = str(line.category.label)
    if not line.roles:
        return label
    rest = line.everybody_else and all(cell.treatment == Treatment.WITHHELD for cell in line.cells)
    return part("lines", text=label, under="of everybody else" if rest else f"of {_all(line.roles)}")


def _all(roles: Iterable[ParticipantRole]) -> str:
    return _in_a_row(people(role) for role in roles).lower()


def _in_a_row(words: Iterable[object]) -> str:
    text = ", ".join(str(word).lower() for word in words)
    return text[:1].upper() + text[1:]


def _cell(line: Line, cell: Cell) -> Part | str:
    shown = _treated(line, cell)
    return part("lines", text=shown, under="under conditions") if cell.conditional else shown


def _treated(line: Line, cell: Cell) -> Part | str:
    if cell.treatment == Treatment.SHOWN:
        return "Shown"
    if cell.treatment == Treatment.MASKED:
        return "Initials only" if line.category == DataCategory.NAME else "Year only"
    if cell.treatment == Treatment.PSEUDONYM:
        return part("alias", label=f"{line.roles[0].label} A")
    more = f" and {len(cell.codes) - 2} more" if len(cell.codes) > 2 else ""
    return part("withheld", reason=NOT_PERMITTED.reason, rule=", ".join(cell.codes[:2]) + more, short=True)


# --- Agreements -----------------------------------------------------------------------------------------------------


def agreement_link(agreement: Agreement) -> Part:
    href = reverse("public:agreement", args=[agreement.pk])
    return part("link", text=agreement.number, href=href, mono=True)


def agreements(found: Iterable[Agreement]) -> Table:
    """Agreements in force with what they share."""
    labels = ("Number", "Title", "Parties", "What is shared", "Since", "Until")
    return {
        "caption": "Agreements in force",
        "columns": [{"label": label, "head": label == "Number"} for label in labels],
        "rows": [
            [
                agreement_link(agreement),
                agreement.title,
                _lines([party.name for party in published.version_of(agreement).parties.all()], "parties"),
                _shared(published.version_of(agreement).terms.all()),
                published.since(agreement),
                _until(agreement),
            ]
            for agreement in found
        ],
    }


def terminated(found: Iterable[Agreement]) -> Table:
    """Agreements that boards ended, with day and ground."""
    rows = []
    for each in found:
        with timezone.override(each.lead_agency.time_zone):
            day = timezone.localdate(vars(each)["ended_at"])
        link = part("lines", text=agreement_link(each), under=each.title)
        rows.append([link, day, GROUNDS.get(vars(each)["ended_on_ground"], "")])
    columns = [{"label": label, "head": label == "Agreement"} for label in ("Agreement", "Terminated", "Ground")]
    return {"caption": "Agreements that a board terminated, the newest first", "columns": columns, "rows": rows}


def agreements_under(found: Iterable[Agreement], owner: Agency) -> Table:
    """What agreements in force share of one agency's record sets."""
    labels = ("Agreement", "What is shared", "Since", "Until")
    rows = []
    for agreement in found:
        terms = published.terms_of(agreement, owner)
        link = part("lines", text=agreement_link(agreement), under=agreement.title)
        rows.append([link, _shared(terms), published.since(agreement), _until(agreement)])
    columns = [{"label": label, "head": label == "Agreement"} for label in labels]
    return {"caption": f"Agreements under which {owner} shares", "columns": columns, "rows": rows}


def _shared(terms: Iterable[Term]) -> SafeString:
    return _lines([f"{term.record_set_name} to {term.recipient}, {_letters(term)}" for term in terms], "terms")


def _letters(term: Term) -> str:
    return f"purpose{'s' if len(term.purposes) > 1 else ''} {', '.join(term.purposes)}"


def _until(agreement: Agreement) -> Any:
    last = published.until(agreement)
    if last is None:
        return "No end set"
    if agreement.standing == "expiring":
        return part("lines", text=last, under=part("state", status="expiring"))
    return last


def _lines(texts: list[str], noun: str) -> SafeString:
    """The first few, one a line, and how many more there are."""
    more = len(texts) - MOST_LINES
    rest = format_html('<br><span class="p-soft">and {} more {}</span>', more, noun) if more > 0 else ""
    lines = format_html_join(BREAK, "{}", ((text,) for text in texts[:MOST_LINES]))
    return format_html("<span>{}{}</span>", lines, rest)


def terms(version: AgreementVersion) -> Table:
    """Everything that a version shares, in words."""
    return {
        "caption": "What is shared",
        "columns": [
            {"label": "Term", "head": True},
            {"label": "Records"},
            {"label": "Recipient"},
            {"label": "May"},
            {"label": "For purposes"},
            {"label": "Data"},
            {"label": "People"},
        ],
        "rows": [_term(term) for term in version.terms.all()],
    }


def _term(term: Term) -> list[Any]:
    anchor = f"#c{term.clause.number.replace('.', '-')}"
    juvenile = "juvenile cases too" if term.includes_juvenile else "no juvenile cases"
    juvenile = f"criminal intelligence; {juvenile}" if term.includes_intelligence else juvenile
    return [
        part("cite", agreement=term.code, clause=term.clause.number, href=anchor),
        part("lines", text=term.record_set_name, under=f"{term.record_set.owner}; {juvenile}"),
        term.recipient.name,
        published.actions(term),
        published.purposes(term),
        part("lines", text=published.data(term), under=" ".join(asked_in_words(term))),
        published.people(term),
    ]


def parties(version: AgreementVersion) -> Table:
    """Who is bound, what each gives and receives, and when each signed."""
    rows = []
    for party in version.parties.select_related("signature"):
        mine = list(version.terms.all())
        given = sorted({term.record_set_name for term in mine if term.record_set.owner_id == party.agency_id})
        received = sorted({term.record_set_name for term in mine if term.recipient_id == party.agency_id})
        signature = getattr(party, "signature", None)
        signed = part("lines", text=timezone.localdate(signature.at), under=signature.title) if signature else None
        rows.append([party.name, _lines(given, "sets") if given else "Nothing", "", signed])
        rows[-1][2] = _lines(received, "sets") if received else "Nothing"
    columns = [{"label": "Agency", "head": True}, {"label": "Gives"}, {"label": "Receives"}, {"label": "Signed"}]
    return {"caption": "Parties", "columns": columns, "rows": rows}


# --- One agency -----------------------------------------------------------------------------------------------------


def flows(found: list[Flow], caption: str, other: str) -> Table:
    """Record sets that one agency gives or receives."""
    return {
        "caption": caption,
        "columns": [
            {"label": other, "head": True},
            {"label": "Records"},
            {"label": "Purposes"},
            {"label": "Agreement"},
            {"label": "Until"},
        ],
        "rows": [
            [
                flow.other.name,
                flow.set_name,
                ", ".join(flow.purposes),
                agreement_link(flow.agreement),
                flow.until or "No end set",
            ]
            for flow in found
        ],
    }


# --- Decisions of boards --------------------------------------------------------------------------------------------


def decisions(found: Iterable[Decision]) -> Table:
    """Public decisions; of those of a closed session the legal ground only."""
    return {
        "caption": "Decisions of boards, newest first",
        "columns": [{"label": "Decision", "head": True}, {"label": "Board"}, {"label": "Day"}, {"label": "Outcome"}],
        "rows": [
            [
                part("link", text=_decided(decision), href=reverse("public:decision", args=[decision.pk])),
                decision.ballot.motion.board.name,
                timezone.localdate(decision.at, ZoneInfo(decision.ballot.motion.board.time_zone)),
                None if getattr(decision, CLOSED) else part("state", status=decision.outcome),
            ]
            for decision in found
        ],
    }


def _decided(decision: Decision) -> str:
    closed = getattr(decision, CLOSED)
    return f"Decided in closed session ({closed})" if closed else heading(decision.ballot.motion)
