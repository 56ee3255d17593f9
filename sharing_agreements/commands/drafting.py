"""From a template to a submitted text."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Length

from agencies.models import Agency, RecordSet, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.days import agreed
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from privacy.law.models import LegalAuthority
from sharing_agreements import changes, comments, fingerprint, library, policy, reviewing, steps
from sharing_agreements.lifecycle import S, move
from sharing_agreements.models import (
    SHAREABLE_ROLES,
    Agreement,
    AgreementVersion,
    Clause,
    ClauseAuthority,
    LibraryVersion,
    Party,
    Term,
)
from sharing_agreements.steps import note

LAST_ARTICLE = 32
INTELLIGENCE_IS_NAMED = (
    "A term on criminal intelligence says so, and no other term does. Tick the box, or choose another record set."
)

PREFIXES: dict[str, str] = {
    Agreement.Kind.MANAGEMENT: "MCA",
    Agreement.Kind.ADDENDUM: "SEC",
    Agreement.Kind.DATA_USE: "DUA",
}
"""How numbers of agreements begin that are no memoranda."""


@transaction.atomic(durable=True)
def draft_agreement(
    *,
    actor: User,
    lead_agency_id: UUID,
    title: str,
    kind: str,
    party_ids: Iterable[UUID],
    effective_on: date,
    ends_on: date | None,
    purpose: str = "",
    agreement_id: UUID | None = None,
) -> Agreement:
    """Start an agreement from the standard text of its kind. The lead agency is a party.

    A form gives the new agreement's id, so that sending it twice starts one agreement.
    """
    policy.may_draft(actor, lead_agency_id)
    number = _next_number(kind)
    agreement_id = agreement_id or uuid7()
    if Agreement.objects.filter(pk=agreement_id).exists():
        raise Refused("This draft was started already. Go on with it below.", code="drafted")
    agreement = Agreement(
        id=agreement_id, number=number, title=title.strip(), kind=kind, lead_agency_id=lead_agency_id, author=actor
    )
    agreement.full_clean(exclude=["current_version"])
    history.save(agreement, actor=actor, reason="Drafted")
    version = AgreementVersion(agreement=agreement, purpose=purpose)
    agree_days(version, effective_on, ends_on)
    version.full_clean(exclude=["sha256"])
    history.save(version, actor=actor, reason="Drafted")
    for words in library.template(kind):
        history.save(from_library(version, words), actor=actor, reason="From the standard text")
    agreement.current_version = version
    history.save(agreement, actor=actor, reason="Drafted")
    replace_parties(version, [lead_agency_id, *party_ids], actor)
    note("agreement.drafted", agreement, actor=actor, acting_agency_id=lead_agency_id)
    return agreement


def agree_days(version: AgreementVersion, effective_on: date, ends_on: date | None) -> None:
    """Set first and last day of a version, where both are days that somebody can mean."""
    version.effective_on, version.ends_on = effective_on, ends_on
    agreed(effective_on)
    if ends_on and ends_on > effective_on:  # any other is refused with the rest of the version
        agreed(ends_on - timedelta(days=1))


def _next_number(kind: str) -> str:
    """The next number of this year; the advisory lock makes two drafts at the same instant take two numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sharing_agreements.number'))")
    prefix = f"{PREFIXES.get(kind, 'MOU')}-{database_now():%Y}-"
    taken = Agreement.objects.filter(number__startswith=prefix, follows=None).values_list("number", flat=True)
    newest = taken.order_by(Length("number"), "number").last()  # 1000 comes after 999
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:03d}"


def editable(actor: User, agreement_id: UUID) -> tuple[Agreement, AgreementVersion]:
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_edit(actor, agreement)
    assert agreement.current_version is not None  # noqa: S101  (drafting makes one)
    return agreement, agreement.current_version


def replace_parties(version: AgreementVersion, agency_ids: Iterable[UUID], actor: User) -> None:
    """Make these agencies the parties, in this order."""
    wanted = list(dict.fromkeys(agency_ids))
    agencies = {agency.pk: agency for agency in Agency.objects.filter(pk__in=wanted, status=Agency.Status.ACTIVE)}
    if len(agencies) < len(wanted):
        raise ValidationError("Only active agencies can be parties. Choose another.")
    for party in version.parties.exclude(agency__in=wanted):
        mine = Q(recipient=party.agency_id) | Q(record_set__owner=party.agency_id)
        if codes := list(version.terms.filter(mine).values_list("code", flat=True)):
            raise Refused(
                f"Remove term {', '.join(codes)} first: {party.name} gives or receives under it.", code="has_terms"
            )
        if codes := list(version.obligations.filter(agency=party.agency_id).values_list("code", flat=True)):
            raise Refused(f"Change obligation {', '.join(codes)} first: {party.name} owes it.", code="has_obligations")
        history.delete(party, actor=actor, reason="No longer a party")
    present = {party.agency_id: party for party in version.parties.all()}
    for position, agency_id in enumerate(wanted, 1):
        party = present.get(agency_id) or Party(version=version, agency_id=agency_id)
        name = agencies[agency_id].name
        if (party.position, party.name) != (position, name):
            party.position, party.name = position, name
            history.save(party, actor=actor, reason="Party")


@transaction.atomic(durable=True)
def edit_version(
    *,
    actor: User,
    agreement_id: UUID,
    title: str,
    purpose: str,
    effective_on: date,
    ends_on: date | None,
    **periods: Any,
) -> Agreement:
    """Change title, purpose, dates and periods of a draft.

    `periods`: `withdrawal_days`, `return_days`, `signing_order`; what is not named stays.
    """
    agreement, version = editable(actor, agreement_id)
    agreement.title = title.strip()
    agreement.full_clean()
    history.save(agreement, actor=actor, reason="Edited")
    version.purpose = purpose
    for name in {"withdrawal_days", "return_days", "signing_order"} & periods.keys():
        setattr(version, name, periods[name])
    agree_days(version, effective_on, ends_on)
    version.full_clean(exclude=["sha256"])
    history.save(version, actor=actor, reason="Edited")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


@transaction.atomic(durable=True)
def set_parties(*, actor: User, agreement_id: UUID, agency_ids: Iterable[UUID]) -> Agreement:
    """Say who is bound; the lead agency stays a party, first."""
    agreement, version = editable(actor, agreement_id)
    replace_parties(version, [agreement.lead_agency_id, *agency_ids], actor)
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


def place_of(number: str) -> int:
    """Where clause 4.2 stands in the text: after 4 and 4.1, before 4.10 and 5."""
    found = re.fullmatch(r"([1-9][0-9]?)(?:\.([1-9][0-9]{0,2}))?", number)
    if found is None or int(found[1]) > LAST_ARTICLE:
        raise ValidationError({"number": f"Number clauses like 4 or 4.2, up to {LAST_ARTICLE}."})
    return int(found[1]) * 1000 + int(found[2] or 0)


def from_library(version: AgreementVersion, words: LibraryVersion, number: str = "") -> Clause:
    """A clause in the words of the library, where its number belongs; not yet saved."""
    number = number or words.clause.number
    return Clause(
        version=version,
        position=place_of(number),
        number=number,
        topic=words.clause.topic,
        heading=words.heading,
        text=words.text,
        library_version=words,
    )


def clause_of(version: AgreementVersion, clause_id: UUID, as_read: str = "") -> Clause:
    """A clause of a draft, as whoever changes it has read it."""
    clause = version.clauses.select_related("library_version__clause").get(pk=clause_id)
    if as_read and as_read != fingerprint.of_clause(clause):
        raise Refused("Somebody changed this clause since you opened it. Compare, and save again.", code="changed")
    return clause


@transaction.atomic(durable=True)
def save_clause(
    *,
    actor: User,
    agreement_id: UUID,
    number: str,
    topic: str,
    heading: str,
    text: str,
    authority_ids: Iterable[UUID] | None = None,
    clause_id: UUID | None = None,
    as_read: str = "",
    law_as_read: Iterable[UUID] | None = None,
) -> Clause:
    """Add a clause where its number belongs, or change one.

    `authority_ids`: on which law it rests; None: as before.
    `as_read`: the fingerprint of the clause that the change was made on; refused where it says something else now.
    `law_as_read`: the law that the choice was made on; what somebody else added or took away since stays so.
    """
    agreement, version = editable(actor, agreement_id)
    if clause_id:
        clause = clause_of(version, clause_id, as_read)
        policy.may_reword(clause)
    else:
        policy.may_add_clause(agreement)
        clause = Clause(version=version)
    clause.position = place_of(number.strip())
    clause.number, clause.topic, clause.heading, clause.text = number.strip(), topic, heading.strip(), text.strip()
    clause.full_clean()
    history.save(clause, actor=actor, reason="Edited")
    if authority_ids is not None:
        _cite(clause, set(authority_ids), None if law_as_read is None else set(law_as_read), actor)
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return clause


def _cite(clause: Clause, wanted: set[UUID], read: set[UUID] | None, actor: User) -> None:
    now = {each.authority_id: each for each in clause.citations.all()}
    if read is None:
        read = set(now)
    for key in (read - wanted) & now.keys():
        history.delete(now[key], actor=actor, reason=f"Clause {clause.number} rests on it no more")
    added = wanted - read - now.keys()
    new = LegalAuthority.objects.in_use().filter(pk__in=added)
    if len(new) < len(added):
        raise ValidationError({"authority_ids": "An authority was retired meanwhile. Choose another."})
    for authority in new:
        cited = ClauseAuthority(version=clause.version, clause=clause, authority=authority)
        _take_words(cited)
        history.save(cited, actor=actor, reason=f"Clause {clause.number} rests on it")


def _take_words(cited: ClauseAuthority) -> bool:
    """Cite an authority as its entry has it today; whether that differs from what stood in the text."""
    before = (cited.citation, cited.title)
    cited.citation, cited.title = cited.authority.citation, cited.authority.title
    return before != (cited.citation, cited.title)


@transaction.atomic(durable=True)
def remove_clause(*, actor: User, agreement_id: UUID, clause_id: UUID) -> Agreement:
    """Take a clause out of a draft; no term and no obligation rests on it, and nothing said of it is open."""
    agreement, version = editable(actor, agreement_id)
    clause = clause_of(version, clause_id)
    policy.may_remove(clause)
    if codes := list(clause.terms.values_list("code", flat=True)):
        raise Refused(f"Term {', '.join(codes)} rests on clause {clause.number}. Move it first.", code="has_terms")
    if codes := list(clause.obligations.values_list("code", flat=True)):
        raise Refused(
            f"Obligation {', '.join(codes)} stands under clause {clause.number}. Move it first.", code="has_obligations"
        )
    if clause.comments.open().exists():
        raise Refused(f"Clause {clause.number} has comments that are open. Settle them first.", code="has_comments")
    comments.leave(clause, actor)
    _cite(clause, set(), None, actor)
    history.delete(clause, actor=actor, reason="Removed")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


@transaction.atomic(durable=True)
def save_term(
    *,
    actor: User,
    agreement_id: UUID,
    clause_id: UUID,
    record_set_id: UUID,
    recipient_id: UUID,
    actions: list[str],
    purposes: list[str],
    data_categories: list[str],
    participant_roles: list[str],
    includes_juvenile: bool = False,
    includes_intelligence: bool = False,
    conditions: Iterable[str] = (),
    handling: str = "",
    term_id: UUID | None = None,
) -> Term:
    """Add a term or change one: this record set, to this party, for these actions, purposes, categories and roles."""
    agreement, version = editable(actor, agreement_id)
    term = version.terms.get(pk=term_id) if term_id else Term(version=version, code=_next_code(version))
    if term.clause_id != clause_id:
        term.clause = version.clauses.get(pk=clause_id)
    term.record_set = RecordSet.objects.get(pk=record_set_id, closed_at=None)
    term.record_set_name = term.record_set.name
    parties = set(version.parties.values_list("agency", flat=True))
    if term.record_set.owner_id not in parties:
        raise ValidationError({"record_set": f"{term.record_set.owner} is not a party. Add it to the parties first."})
    if recipient_id not in parties or recipient_id == term.record_set.owner_id:
        raise ValidationError({"recipient": "Choose a party other than the owner of the record set."})
    if not set(participant_roles) <= set(SHAREABLE_ROLES):
        raise ValidationError({"participant_roles": "No agreement opens confidential informants. Leave that role out."})
    term.recipient_id = recipient_id
    term.actions, term.purposes = actions, purposes
    term.data_categories, term.participant_roles = data_categories, participant_roles
    term.includes_juvenile, term.includes_intelligence = includes_juvenile, includes_intelligence
    term.conditions, term.handling = sorted(set(conditions)), " ".join(handling.split())
    if includes_intelligence != (term.record_set.record_class == RecordSet.RecordClass.INTELLIGENCE):
        raise ValidationError({"includes_intelligence": INTELLIGENCE_IS_NAMED})
    term.full_clean()
    if same := _same_as(term):
        raise Refused(f"Term {same.code} says the same already. Change it instead.", code="same_term")
    history.save(term, actor=actor, reason="Edited")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return term


def _same_as(term: Term) -> Term | None:
    """Another term of the version that says the same, as when a form is sent twice."""

    def said(one: Term) -> tuple[object, ...]:
        lists = (one.actions, one.purposes, one.data_categories, one.participant_roles, one.conditions)
        keys = (one.clause_id, one.record_set_id, one.recipient_id, one.includes_juvenile, one.includes_intelligence)
        return (*keys, one.handling, *(tuple(sorted(each)) for each in lists))

    others = term.version.terms.exclude(pk=term.pk)
    return next((other for other in others if said(other) == said(term)), None)


def _next_code(version: AgreementVersion) -> str:
    used = {int(code[1:]) for code in version.terms.values_list("code", flat=True) if code[1:].isdigit()}
    return f"T{max(used, default=0) + 1}"


@transaction.atomic(durable=True)
def remove_term(*, actor: User, agreement_id: UUID, term_id: UUID) -> Agreement:
    agreement, version = editable(actor, agreement_id)
    history.delete(version.terms.get(pk=term_id), actor=actor, reason="Removed")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


@transaction.atomic(durable=True)
def submit(*, actor: User, agreement_id: UUID) -> Agreement:
    """Freeze the text with its hash and hand it to review, and to the board that its charter makes responsible."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_submit(actor, agreement)
    version = agreement.current_version
    assert version is not None  # noqa: S101  (may_submit asked)
    _take_names(version, actor)
    _ask_signers(agreement, version, actor)
    move(agreement, S.IN_REVIEW)
    agreement.shown_at = None
    version.sha256 = fingerprint.sha256(version)
    version.frozen_at = database_now()
    history.save(version, actor=actor, reason="Submitted")
    history.save(agreement, actor=actor, reason="Submitted")
    note(
        "agreement.submitted", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id, sha256=version.sha256
    )
    reviewing.begin(agreement, actor=actor)
    return agreement


def _take_names(version: AgreementVersion, actor: User) -> None:
    """Put the names that parties, record sets and law have today into the text, just before it freezes."""
    for party in version.parties.select_related("agency"):
        if party.name != party.agency.name:
            party.name = party.agency.name
            history.save(party, actor=actor, reason="Renamed since")
    for term in version.terms.select_related("record_set"):
        if term.record_set_name != term.record_set.name:
            term.record_set_name = term.record_set.name
            history.save(term, actor=actor, reason="Renamed since")
    for cited in version.citations.select_related("authority"):
        if _take_words(cited):
            history.save(cited, actor=actor, reason="Corrected since")


def _ask_signers(agreement: Agreement, version: AgreementVersion, actor: User) -> None:
    """Say in the text whose signature it needs."""
    wanted = changes.signers(agreement, version)
    for party in version.parties.all():
        if party.signs != (party.agency_id in wanted):
            party.signs = not party.signs
            history.save(party, actor=actor, reason="Whose signature is asked for")


@transaction.atomic(durable=True)
def take_back(*, actor: User, agreement_id: UUID, reason: str) -> Agreement:
    """Back to draft before the board took it up: the frozen version stays as it is, and a copy becomes the next one."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_take_back(actor, agreement)
    if not reason.strip():
        raise ValidationError({"reason": "Say why you take it back; the board and the parties read it."})
    steps.back_to_draft(agreement, actor=actor, reason=reason)
    note("agreement.taken_back", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id, reason=reason)
    return agreement


@transaction.atomic(durable=True)
def withdraw(*, actor: User, agreement_id: UUID, reason: str) -> Agreement:
    """End an agreement that is not yet in force; a motion on it has no object any more."""
    agreement = steps.locked(agreement_id)
    policy.may_withdraw(actor, agreement)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is withdrawn; the parties read it."})
    steps.withdraw(agreement, actor=actor, reason=reason)
    return agreement
