"""What a change of an agreement changes, and whether it is what it calls itself. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from . import redline
from .models import Agreement, AgreementVersion, Term
from .wording import listed

Change = Agreement.Change


@dataclass(frozen=True)
class Difference:
    """What differs between the text in force and the one that is to follow it."""

    joined: dict[UUID, str]
    """Agencies that become parties, with their names."""
    left: dict[UUID, str]
    terms: tuple[str, ...]
    """Codes of terms that come, go or change."""
    clauses: tuple[str, ...]
    """Numbers of clauses that come, go or change."""
    obligations: tuple[str, ...]
    """Codes of obligations that come, go or change."""
    dates: bool
    rest: bool
    """Purpose, title, attachments, periods of notice and of return, order of signing."""

    @property
    def nothing(self) -> bool:
        return not (
            self.joined or self.left or self.terms or self.clauses or self.obligations or self.dates or self.rest
        )


def difference(old: AgreementVersion, new: AgreementVersion) -> Difference:
    before, after = (dict(each.parties.values_list("agency", "name")) for each in (old, new))
    return Difference(
        joined={key: name for key, name in after.items() if key not in before},
        left={key: name for key, name in before.items() if key not in after},
        terms=tuple(_differing(_terms(old), _terms(new))),
        clauses=tuple(change.clause.number for change in redline.clauses_changed(old, new)),
        obligations=tuple(_differing(_obligations(old), _obligations(new))),
        dates=old.ends_on != new.ends_on,
        rest=_rest(old) != _rest(new),
    )


def _rest(version: AgreementVersion) -> tuple[object, ...]:
    names = ("purpose", "withdrawal_days", "return_days", "signing_order")
    attached = tuple(sorted(version.attachments.values_list("title", "sha256")))
    return (version.agreement.title, attached, *(getattr(version, name) for name in names))


def _terms(version: AgreementVersion) -> dict[str, tuple[object, ...]]:
    """Code -> what the term says."""
    lists = ("actions", "purposes", "data_categories", "participant_roles", "conditions")
    return {
        term.code: (
            term.clause.number,
            term.record_set_id,
            term.recipient_id,
            term.includes_juvenile,
            term.includes_intelligence,
            term.handling,
            *(tuple(sorted(getattr(term, name))) for name in lists),
        )
        for term in version.terms.select_related("clause")
    }


def _obligations(version: AgreementVersion) -> dict[str, tuple[object, ...]]:
    """Code -> what the obligation says."""
    names = ("key", "what", "owes", "agency_id", "every_months", "first_on", "remind_days")
    return {
        each.code: (each.clause.number, *(getattr(each, name) for name in names))
        for each in version.obligations.select_related("clause")
    }


def _differing(before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]) -> Iterator[str]:
    return (code for code in sorted(before | after) if before.get(code) != after.get(code))


def unfitting(agreement: Agreement, version: AgreementVersion) -> list[str]:
    """Where a change does not fit what it is called, each as a sentence that says what to do; empty: it fits."""
    old = agreement.follows.current_version if agreement.follows else None
    if old is None or agreement.follows is None:
        return []
    old.agreement = agreement.follows
    found = difference(old, version)
    if found.nothing and agreement.change != Change.RENEWAL:
        return [f"change something: the text says just what {agreement.follows.number} says."]
    if agreement.change == Change.JOINDER:
        return list(_unfitting_joinder(found, version))
    if agreement.change == Change.RENEWAL:
        return list(_unfitting_renewal(found, old, version))
    return list(_unfitting_administrative(found)) if agreement.is_administrative else []


def _unfitting_administrative(found: Difference) -> Iterator[str]:
    touched = [
        word
        for word, there in (
            ("parties", found.joined or found.left),
            ("terms", found.terms),
            ("obligations", found.obligations),
            ("dates", found.dates),
        )
        if there
    ]
    if touched:
        yield (
            f"leave {listed(touched)} as they were: an administrative amendment changes words only. "
            "Withdraw it and draft a substantive one to change more."
        )


def _unfitting_renewal(found: Difference, old: AgreementVersion, new: AgreementVersion) -> Iterator[str]:
    if found.joined or found.left or found.terms:
        yield "leave parties and terms as they were: a renewal goes on with what is shared. Draft an amendment instead."
    if new.effective_on != old.ends_on:
        yield f"let it take effect on {old.ends_on:%b %d, %Y}, the day after the last one, so that nothing stays open."
    if new.ends_on is not None and old.ends_on is not None and new.ends_on <= old.ends_on:
        yield "choose a later last day."


def _unfitting_joinder(found: Difference, new: AgreementVersion) -> Iterator[str]:
    if not found.joined:
        yield "name the agency that joins among the parties."
    if found.left or found.clauses or found.obligations or found.dates or found.rest:
        yield "leave the text, the dates and the other parties as they were: a joinder adds a party and its terms."
    if others := [term.code for term in _terms_of(new, found.terms) if not _concerns(term, found.joined)]:
        yield f"leave term {listed(others)} out: a joinder adds terms of the agency that joins only."
    gone = set(found.terms) - set(new.terms.values_list("code", flat=True))
    if gone:
        yield f"put term {listed(sorted(gone))} back: a joinder takes nothing away."


def _terms_of(version: AgreementVersion, codes: tuple[str, ...]) -> list[Term]:
    return list(version.terms.filter(code__in=codes).select_related("record_set"))


def _concerns(term: Term, agencies: dict[UUID, str]) -> bool:
    return term.recipient_id in agencies or term.record_set.owner_id in agencies


def signers(agreement: Agreement, version: AgreementVersion) -> set[UUID]:
    """Agencies whose signature the version needs: all parties; of a joinder who joins, who leads, and who opens
    records to whoever joins."""
    parties = set(version.parties.values_list("agency", flat=True))
    old = agreement.follows.current_version if agreement.follows else None
    if agreement.change != Change.JOINDER or old is None:
        return parties
    joined = parties - set(old.parties.values_list("agency", flat=True))
    owners = version.terms.filter(recipient__in=joined).values_list("record_set__owner", flat=True)
    return parties & {*joined, *owners, agreement.lead_agency_id}
