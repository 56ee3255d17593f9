"""The pages of one agreement that are read: overview, exact text, terms, redline, signatures, history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.models import Agency
from agencies.views.shared import membership_of, person_of
from portal.audit.models import Event
from portal.kernel import pdf
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from privacy.law.models import LawChange
from sharing_agreements import (
    attachments,
    expiring,
    fingerprint,
    governance,
    pictures,
    policy,
    reviewing,
    succession,
    timeline,
    wording,
)
from sharing_agreements import executed as executing
from sharing_agreements.models import Agreement, AgreementVersion, Grant, Party, Signature, Term
from sharing_agreements.wording import party_names

from . import proceedings, shared
from .obligations import overview, worded
from .shared import actions_of, current, find, governs, head, leads, link, version_asked, worded_terms


def _events(agreement: Agreement) -> list[Event]:
    """What happened to the agreement, oldest first, without what belongs elsewhere."""
    mine = Event.objects.filter(subject_label=Agreement._meta.label, subject_id=agreement.pk)
    return list(mine.exclude(kind__in=wording.QUIET).select_related("actor").order_by("sequence"))


# --- Overview -------------------------------------------------------------------------------------------------------


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agreement at a glance, and its text: a clause is `#c4-2` here."""
    try:
        agreement = find(request, pk)
    except Http404:
        if Agreement.objects.shown_to(person_of(request), membership_of(request)).filter(pk=pk).exists():
            return redirect("agreements:shown", pk)
        raise
    version, events = current(agreement), _events(agreement)
    life, sharing = pictures.life_of(agreement, events), wording.sharing(agreement)
    print_it = {"label": "Print the text", "href": link("text", agreement), "icon": "print"}
    files = [{"label": "PDF", "href": link("executed", agreement), "icon": "download"}] if version.frozen_at else []
    actions, by_office = [print_it, *files, *actions_of(request, agreement)], governs(request, agreement)
    if by_office:
        actions += [*governance.actions(person_of(request), agreement), *proceedings.open_motion(agreement, events)]
    top = head(request, agreement, tab="detail", actions=actions)
    steps = reviewing.stages(agreement)
    owed = overview(request, agreement)
    context = {
        **top,
        "awaited": [duty for duty in top["duties"] if duty.certificate is None],
        "picture": pictures.draw(agreement, life),
        "table": pictures.table(agreement, life),
        "parties": _parties(version),
        "party_columns": [
            {"label": "Agency", "head": True},
            *({"label": name} for name in (sharing.gives, sharing.receives, "Answer")),
        ],
        "terms": worded_terms(version),
        "steps": steps,
        "sections": _sections(agreement, version, reviewed=bool(steps), obliges=bool(owed["obligations"])),
        "proceedings": proceedings.of(events, opens=by_office),
        "waits_for": _waits_for(request, agreement),
        "clauses": version.clauses.with_law(),
        "wall": _wall(version),
        "sharing": sharing,
        **owed,
        "suspension": _last(events, "agreement.suspended") if agreement.standing == "suspended" else None,
        "line": shared.line_of(request, agreement),
        "notices": _notices(request, agreement),
        "near": _near(request, agreement),
        "ended_parties": [event for event in events if event.kind == "agreement.party_ended"],
        "conditions": _asked_for(agreement, events),
        "ending": _last(events, *(f"agreement.{kind}" for kind in ENDINGS)),
        "ended_by": _ended_by(request, agreement, events, opens=by_office),
    }
    return render(request, "sharing_agreements/agreement_detail.html", context)


def _waits_for(request: HttpRequest, agreement: Agreement) -> QuerySet[LawChange]:
    """Changes in law for which it waits, of those that the person reads."""
    seen = LawChange.objects.visible_to(person_of(request), membership_of(request))
    return seen.filter(awaited_by__agreement=agreement)


DOWNLOADS = 200
"""The newest that an agreement's history shows; an auditor's history has all."""
ENDINGS = ("withdrawn", "declined", "rejected", "terminated", "superseded")


def _last(events: list[Event], *kinds: str) -> Event | None:
    """The first of these that ended it, or the newest."""
    found = [event for kind in kinds for event in events if event.kind == kind]
    return found[-1] if len(kinds) == 1 and found else next(iter(found), None)


def _ended_by(request: HttpRequest, agreement: Agreement, events: list[Event], *, opens: bool) -> str:
    """The page of the motion that ended it, for who governs it and who draws it up; with nobody else it stays a 404."""
    ending = _last(events, "agreement.terminated")
    number = ending.detail.get("motion") if ending is not None else None
    made = [event for event in events if event.kind == "agreement.motion_made" and event.detail.get("motion") == number]
    if number is None or not made:
        return ""
    draws_up = allows(policy.may_draft, person_of(request), agreement.lead_agency_id)
    return reverse("boards:motion", args=[made[-1].detail["motion_id"]]) if opens or draws_up else ""


def _asked_for(agreement: Agreement, events: list[Event]) -> Event | None:
    """What the board or a reviewer asked for when it was sent back last, as long as it is a draft."""
    asked = [event for event in events if event.kind in {"agreement.sent_back", "agreement.review_sent_back"}]
    return asked[-1] if asked and agreement.status == Agreement.Status.DRAFT else None


def _near(request: HttpRequest, agreement: Agreement) -> dict[str, Any] | None:
    """That its end is near, and what the viewer can do; nothing where it is decided already how it goes on."""
    days = agreement.days_left
    if agreement.standing != "expiring" or expiring.open_question(agreement, timezone.now()) is None:
        return None
    renews = allows(policy.may_change, person_of(request), agreement, Agreement.Change.RENEWAL)
    begun = succession.successor(agreement)
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    if begun is not None and not seen.filter(pk=begun.pk).exists():
        begun = None
    return {"days": days, "renew": link("change", agreement) if renews else "", "begun": begun}


def _notices(request: HttpRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """Who leaves and when, and whether the viewer can take it back."""
    names = party_names(current(agreement))
    return [
        {
            "it": notice,
            "party": names.get(notice.agency_id) or str(notice.agency),
            "mine": allows(policy.may_take_back_notice, person_of(request), notice),
            "left": notice.effective_at <= timezone.now(),
            "dissolves": notice.effective_at == agreement.closes_at
            and agreement.closes_by == Agreement.Closing.WITHDRAWAL,
        }
        for notice in agreement.withdrawals.standing().select_related("agency").order_by("effective_at")
    ]


def _sections(
    agreement: Agreement, version: AgreementVersion, *, reviewed: bool, obliges: bool
) -> list[dict[str, str]]:
    names = [("life", "Life of the agreement"), ("parties", "Parties"), ("shares", wording.sharing(agreement).title)]
    if obliges:
        names.append(("due", "Obligations"))
    if reviewed:
        names.append(("reviews", "Reviews"))
    if version.frozen_at:
        names += [("board", "Before the board"), ("signed", "Signatures")]
    return [{"label": label, "href": f"#{name}"} for name, label in [*names, ("text", "Text")]]


def _parties(version: AgreementVersion) -> list[list[Any]]:
    """One row a party: what it gives, what it receives, how it answered."""
    terms = list(version.terms.select_related("record_set"))
    answers = {signature.party_id: signature for signature in version.signatures.all()}

    def sets(found: list[Term]) -> str:
        return ", ".join(dict.fromkeys(term.record_set_name for term in found))

    return [
        [
            party.name,
            sets([term for term in terms if term.record_set.owner_id == party.agency_id]),
            sets([term for term in terms if term.recipient_id == party.agency_id]),
            part("state", status=answers[party.pk].decision) if party.pk in answers else _open_answer(version, party),
        ]
        for party in version.parties.all()
    ]


def _open_answer(version: AgreementVersion, party: Party) -> Any:
    if not party.signs:
        return "Bound by what it signed before"
    signing = version.agreement.status == Agreement.Status.SIGNING
    return part("state", status="awaits_signature") if signing else "Not asked yet"


def _wall(version: AgreementVersion) -> list[dict[str, Any]]:
    """The signatures, given and open, in the order of the parties."""
    answers = {each.party_id: each for each in version.signatures.select_related("signatory")}
    waits = version.agreement.status == Agreement.Status.SIGNING
    asked = {"waits": waits, "note": "" if waits else "Not asked yet"}
    return [
        {"party": {"agency": party.name, **asked}, "signature": answers.get(party.pk)}
        for party in version.parties.all()
    ]


# --- Text -----------------------------------------------------------------------------------------------------------


@members
@require_GET
def text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The exact text of a version, as it is voted on, signed and printed, with its SHA-256."""
    agreement = find(request, pk)
    version = version_asked(request, agreement)
    context = {
        **head(request, agreement, tab="text"),
        "shown": version,
        "clauses": version.clauses.with_law(),
        "parties": version.parties.all(),
        "terms": worded_terms(version),
        "obligations": worded(version),
        "attached": version.attachments.all(),
        "sha256": fingerprint.sha256(version),
        "exact": fingerprint.exact_text(version),
        "versions": [
            {
                "label": f"Version {each.number}",
                "href": f"{link('text', agreement)}?version={each.number}",
                "current": each.number == version.number,
            }
            for each in shared.versions_of(request, agreement)
        ],
    }
    return render(request, "sharing_agreements/agreement_text.html", context)


@members
@require_GET
def executed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A submitted text with its signatures, as a file to keep."""
    agreement = find(request, pk)
    version = version_asked(request, agreement)
    if version.frozen_at is None:
        raise Http404
    return pdf.answer(executing.document(agreement, version, _events(agreement)), name=agreement.number)


# --- Terms, signatures, history -------------------------------------------------------------------------------------


@members
@require_GET
def terms(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The machine-readable terms in plain words, and the grants that they opened."""
    agreement = find(request, pk)
    grants = Grant.objects.filter(version__agreement=agreement).select_related("term", "record_set", "recipient")
    context = {
        **head(request, agreement, tab="terms"),
        "sharing": wording.sharing(agreement),
        "terms": worded_terms(current(agreement), on=link("detail", agreement)),
        "grant_columns": [
            {"label": "Term", "head": True, "mono": True},
            *({"label": name} for name in ("Record set", "To", "From", "Until", "State")),
        ],
        "grants": [_grant_row(grant) for grant in grants.order_by("-not_before", "term__code")],
    }
    return render(request, "sharing_agreements/agreement_terms.html", context)


def _grant_row(grant: Grant) -> list[Any]:
    closed = grant.revoked_at or grant.suspended_at
    return [
        grant.term.code,
        grant.record_set.name,
        grant.recipient.name,
        grant.not_before,
        closed or grant.last_day,
        _grant_state(grant),
    ]


def _grant_state(grant: Grant) -> Any:
    if grant.revoked_at:
        return part("chip", tone="gone", icon="none", text="Closed")
    if grant.suspended_at:
        return part("state", status="suspended")
    live = Grant.objects.live().filter(pk=grant.pk).exists()
    if live:
        return part("chip", tone="good", icon="key", text="Open")
    ended = not Grant.objects.standing().filter(pk=grant.pk).exists()
    return part("chip", tone="gone", icon="none", text="Ended" if ended else "Not begun")


@members
@require_GET
def signatures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who signed or declined which exact text, when, under which title."""
    agreement = find(request, pk)
    version = current(agreement)
    given = Signature.objects.filter(version__agreement=agreement).select_related("signatory", "party", "version")
    context = {
        **head(request, agreement, tab="signatures", actions=actions_of(request, agreement)),
        "wall": _wall(version),
        "unanswered": wording.unanswered(agreement),
        "columns": [
            {"label": "Party", "head": True},
            *({"label": name} for name in ("By", "Answer", "When", "Text")),
        ],
        "rows": [
            [
                signature.party.name,
                part("lines", text=str(signature.signatory), under=signature.title),
                part("lines", text=part("state", status=signature.decision), under=signature.reason or None),
                signature.at,
                part("lines", text=f"Version {signature.version.number}", under=f"sha256 {signature.sha256}"),
            ]
            for signature in given.order_by("at")
        ],
    }
    return render(request, "sharing_agreements/agreement_signatures.html", context)


@members
@require_GET
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happened to the agreement, newest first, in plain words."""
    agreement = find(request, pk)
    given = attachments.downloads_of(agreement, person_of(request), membership_of(request))[:DOWNLOADS]
    events = sorted([*_events(agreement), *given], key=lambda event: event.sequence, reverse=True)
    acting = Agency.objects.in_bulk({event.acting_agency_id for event in events if event.acting_agency_id})
    opens, actions = governs(request, agreement), []
    if Agreement.objects.audited_by(person_of(request)).filter(pk=pk).exists():
        whole = reverse("workbench:agreement_history", args=[pk])
        actions.append({"label": "Every field that changed", "href": whole})
    if leads(request, agreement):
        actions.append({"label": "Who changed which clause", "href": link("clause_changes", agreement)})
    along = timeline.timeline_of(agreement, shared.seen_line(request, agreement))
    context = {
        **head(request, agreement, tab="history", actions=actions),
        "picture": timeline.draw(along) if along else "",
        "table": timeline.table(along) if along else None,
        "entries": [
            {
                "title": wording.event_title(event),
                "at": event.at,
                "actor": "the board" if wording.by_the_board(event) else event.actor,
                "agency": acting.get(event.acting_agency_id),
                "reason": wording.reason(event),
                "href": reverse("boards:motion", args=[event.detail["motion_id"]])
                if opens and event.detail.get("motion_id")
                else "",
            }
            for event in events
        ],
    }
    return render(request, "sharing_agreements/agreement_history.html", context)
