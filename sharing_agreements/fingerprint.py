"""The exact text that boards vote on and parties sign, and its SHA-256."""

import hashlib
import json
from typing import Protocol

from .models import AgreementVersion, ClauseAuthority, Obligation


def exact_text(version: AgreementVersion) -> str:
    """The version as canonical JSON: text, parties, terms, dates, law, obligations and attachments; two versions that
    differ in anything differ here.

    Names of parties and record sets are those of the text, so that renaming an agency later changes no signed text.
    """
    return _canonical(_content(version))


def content_sha256(version: AgreementVersion) -> str:
    """SHA-256 of the exact text but for the version's number: two versions that say the same have the same."""
    content = _content(version)
    del content["version"]
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: dict[str, object]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _content(version: AgreementVersion) -> dict[str, object]:
    agreement = version.agreement
    content: dict[str, object] = {
        "number": agreement.number,
        "title": agreement.title,
        "kind": agreement.kind,
        "version": version.number,
        "purpose": version.purpose,
        "effective_on": version.effective_on.isoformat(),
        "last_day": version.last_day.isoformat() if version.last_day else None,
        "change": [agreement.change, agreement.follows.number] if agreement.follows else None,
        "withdrawal_days": version.withdrawal_days,
        "return_days": version.return_days,
        "signing_order": version.signing_order,
        "parties": [[str(party.agency_id), party.name, party.signs] for party in version.parties.all()],
        "clauses": [[c.number, c.topic, c.heading, c.text] for c in version.clauses.all()],
        "terms": [
            {
                "code": term.code,
                "clause": term.clause.number,
                "record_set": [str(term.record_set_id), term.record_set_name],
                "recipient": str(term.recipient_id),
                "actions": sorted(term.actions),
                "purposes": sorted(term.purposes),
                "data_categories": sorted(term.data_categories),
                "participant_roles": sorted(term.participant_roles),
                "includes_juvenile": term.includes_juvenile,
                # only then: a term without it keeps the fingerprint it always had
                **({"includes_intelligence": True} if term.includes_intelligence else {}),
                **({"conditions": sorted(term.conditions)} if term.conditions else {}),
                **({"handling": term.handling} if term.handling else {}),
            }
            for term in version.terms.select_related("clause")
        ],
    }
    if attached := sorted([each.title, each.sha256] for each in version.attachments.all()):
        content["attachments"] = attached  # only then: a text without any keeps the fingerprint it always had
    if asked := [_obligation(each) for each in version.obligations.select_related("clause")]:
        content["obligations"] = asked
    if cited := sorted(_citation(each) for each in version.citations.select_related("clause")):
        content["law"] = cited
    return content


def _citation(each: ClauseAuthority) -> list[str]:
    return [each.clause.number, str(each.authority_id), each.citation, each.title]


def of_obligation(each: Obligation) -> str:
    """SHA-256 of an obligation as somebody reads it, by which a form knows whether it changed since."""
    return hashlib.sha256(_canonical(_obligation(each)).encode()).hexdigest()


def _obligation(each: Obligation) -> dict[str, object]:
    """Its key is part of it: from when it is counted, and what of it is done, hangs on that."""
    return {
        "key": str(each.key),
        "code": each.code,
        "clause": each.clause.number,
        "what": each.what,
        "owes": [each.owes, str(each.agency_id) if each.agency_id else None],
        "every_months": each.every_months,
        "first_on": each.first_on.isoformat() if each.first_on else None,
        "remind_days": each.remind_days,
    }


def sha256(version: AgreementVersion) -> str:
    """SHA-256 of the exact text, 64 lower-case hex digits."""
    return hashlib.sha256(exact_text(version).encode()).hexdigest()


class Words(Protocol):
    """What a clause says, or a state that its history keeps."""

    number: str
    topic: str
    heading: str
    text: str


def of_clause(clause: Words) -> str:
    """SHA-256 of a clause as somebody reads it, by which a form knows whether it changed since."""
    said = [clause.number, clause.topic, clause.heading, clause.text]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
