"""The agreement as its parties signed it: text, terms, decision of the board, signatures, fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spell

from portal.audit.models import Event
from portal.kernel.documents import Document, Section

from . import wording
from .models import Agreement, AgreementVersion, Signature


def document(agreement: Agreement, version: AgreementVersion, events: list[Event]) -> Document:
    """The version as a document, with what was decided on it and who signed; `events` are the agreement's, in order."""
    return Document(
        title=agreement.title,
        eyebrow=f"{agreement.number}, version {version.number}",
        subject=str(agreement.get_kind_display()),
        dated=f"{agreement.get_kind_display()}, {wording.standing(agreement)}",
        footer=f"{agreement.number}, sha256 {version.sha256}",
        sections=list(_sections(agreement, version, events)),
    )


def _sections(agreement: Agreement, version: AgreementVersion, events: list[Event]) -> Iterator[Section]:
    zone = ZoneInfo(agreement.lead_agency.time_zone)
    yield Section("head", "Parties and term", pairs=list(_head(agreement, version)))
    for clause in version.clauses.with_law():
        note = f"Rests on {law}." if (law := wording.law_in_words(clause)) else ""
        yield Section(f"c{clause.number}", f"{clause.number} {clause.heading}", text=clause.text, note=note)
    names = wording.party_names(version)
    for term in version.terms.select_related("clause", "record_set__owner", "recipient"):
        says = wording.term_in_words(term, names)
        yield Section(term.code, f"Term {term.code}, under clause {term.clause.number}", lines=says)
    for each in version.obligations.select_related("clause", "version__agreement"):
        says = wording.obligation_in_words(each, names)
        yield Section(each.code, f"Obligation {each.code}, under clause {each.clause.number}", lines=says)
    if attached := version.attachments.all():
        yield Section(
            "attachments",
            "Attachments",
            columns=("Attachment", "File", "Fingerprint"),
            rows=[(each.title, each.file_name, f"sha256 {each.sha256}") for each in attached],
            note="Files that are part of this text; the fingerprint below covers their titles and theirs.",
        )
    yield Section(
        "decision", "Decision of the board", rows=list(_decided(events, zone)), columns=("Motion", "When", "")
    )
    yield Section(
        "signatures",
        "Signatures",
        columns=("Party", "Signed by", "When", "Fingerprint"),
        rows=[_signed(each, zone) for each in version.signatures.select_related("party", "signatory").order_by("at")],
        note="Signed in the portal by the person named, who gave their password anew for it.",
    )
    yield Section(
        "fingerprint",
        "Fingerprint",
        text=f"sha256 {version.sha256}",
        note="SHA-256 of the canonical form of this version, which the page of its exact text shows.",
    )


def _head(agreement: Agreement, version: AgreementVersion) -> Iterator[tuple[str, str]]:
    if agreement.follows is not None:
        yield "Follows", f"{agreement.follows.number} ({agreement.get_change_display().lower()})"
    parties = version.parties.all()
    yield "Between", wording.listed(party.name for party in parties)
    if bound := [party.name for party in parties if not party.signs]:
        yield "Bound as before", wording.listed(bound)
    yield "In force from", f"{spell(version.effective_on, 'M j, Y')}, or the last signature where that is later"
    yield "Last day", spell(version.last_day, "M j, Y") if version.last_day else "No end is agreed"
    yield "Leaving", f"{version.withdrawal_days} days of notice; return or purge within {version.return_days} days"
    if version.purpose:
        yield "Purpose", version.purpose


def _decided(events: list[Event], zone: ZoneInfo) -> Iterator[tuple[str, str, str]]:
    for event in events:
        if wording.decides(event):
            yield wording.event_title(event), _at(event.at, zone), wording.outcome(event)


def _signed(signature: Signature, zone: ZoneInfo) -> tuple[str, str, str, str]:
    by = f"{signature.signatory}, {signature.title}\n{signature.get_decision_display()}"
    return signature.party.name, by, _at(signature.at, zone), signature.sha256


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return spell(moment.astimezone(zone), "M j, Y, g:i a T")
