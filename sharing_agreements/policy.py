"""Who may do what with an agreement, and when. Each check returns None or raises."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Role, User
from agencies.policy import acts_for, keeps_portal
from portal.kernel.errors import Refused

from . import changes, comments, governance, library, obligations, succession
from .models import (
    HOLDS,
    MAY_END,
    Agreement,
    AgreementVersion,
    Clause,
    LibraryClause,
    Party,
    SigningOrder,
    Withdrawal,
    first_moment,
)

S = Agreement.Status


def may_draft(person: User, agency_id: UUID) -> None:
    if not acts_for(person, agency_id, Role.DRAFTER):
        raise PermissionDenied("Only a drafter of the lead agency drafts an agreement.")


def may_edit(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status == S.IN_REVIEW:
        raise Refused(
            f"{agreement.number} is in review and its text is frozen. "
            "Take it back to draft, which starts a new version.",
            code="frozen",
        )
    if agreement.status != S.DRAFT:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()} and its text is final. "
            "Draft a new agreement to share on other terms.",
            code="frozen",
        )


def may_submit(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status == S.IN_REVIEW:
        raise Refused(f"{agreement.number} is submitted; its text is frozen.", code="submitted", repeated=True)
    may_edit(person, agreement)
    if agreement.current_version is None:
        raise Refused("The agreement has no version yet. Draft one first.", code="no_version")
    if missing := missing_before_submission(agreement.current_version):
        raise Refused("Before it can be submitted: " + " ".join(missing), code="incomplete")


def may_keep_library(person: User) -> None:
    """Write the clause library: whoever keeps the portal, who is party to no agreement drafted from it."""
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator keeps the clause library.")


def may_write_library(person: User, clause: LibraryClause) -> None:
    """Give a library clause new words, or retire it."""
    may_keep_library(person)
    if clause.retired_at is not None:
        raise Refused(f"{clause} is retired. Add a clause under another code.", code="retired", repeated=True)


def may_reword(clause: Clause) -> None:
    """Change the words of a draft's clause, or its number."""
    if clause.is_fixed:
        raise Refused(f"The text of clause {clause.number} is fixed. Fill in the particulars instead.", code="fixed")


def may_remove(clause: Clause) -> None:
    """Take a clause out; a fixed one stays until the library retires it."""
    if clause.library_version is None or clause.library_version.clause.retired_at is None:
        may_reword(clause)


def may_add_clause(agreement: Agreement) -> None:
    """Add a clause in words of one's own."""
    if agreement.kind in library.ONLY_STANDARD:
        kind = agreement.get_kind_display()
        raise Refused(f"A {kind} takes no clauses besides its fixed ones. Fill in its particulars.", code="fixed")


def covered_topics(version: AgreementVersion) -> dict[str, Clause]:
    """The first clause that covers each topic."""
    found: dict[str, Clause] = {}
    for clause in version.clauses.exclude(text=""):
        found.setdefault(clause.topic, clause)
    return found


def missing_before_submission(version: AgreementVersion) -> list[str]:
    """What is missing, each as a sentence that says what to add; empty when the version can be submitted."""
    covered = covered_topics(version)
    wanted, source = library.MANDATORY[version.agreement.kind]
    uncovered = [str(topic.label).lower() for topic in wanted if topic not in covered]
    topics = [f"add a clause on {', '.join(uncovered)} ({source})."] if uncovered else []
    return topics + missing_besides_topics(version)


def missing_besides_topics(version: AgreementVersion) -> list[str]:
    """What is missing of parties, terms, obligations, dates and a board that can decide, and what comments are open."""
    agreement, missing = version.agreement, []
    if version.parties.count() < 2:
        missing.append("name at least two parties.")
    missing += _missing_of_terms(version)
    missing += changes.unfitting(agreement, version)
    missing += library.unfitting(version)
    missing += obligations.unfitting(version)
    missing += comments.missing(version)
    ends_on = version.ends_on
    if ends_on and first_moment(ends_on, agreement.lead_agency.time_zone) <= timezone.now():
        missing.append("choose an end that is still to come.")
    if governance.responsible_board(agreement) is None:
        missing.append(
            f"ask a portal administrator for a board: no charter covers a {agreement.get_kind_display().lower()} "
            f"led by an agency of {agreement.lead_agency.state or 'no state'}."
        )
    return missing


def _missing_of_terms(version: AgreementVersion) -> list[str]:
    missing = []
    parties = {party.agency_id for party in version.parties.all()}
    terms = list(version.terms.select_related("record_set__owner", "recipient"))
    if not terms and version.agreement.kind not in library.SHARES_NOTHING_BY_ITSELF:
        missing.append("add a term that says which record set is shared with whom.")
    for term in terms:
        if term.record_set.owner_id not in parties:
            missing.append(f"make {term.record_set.owner} a party, or remove term {term.code}.")
        if term.recipient_id not in parties:
            missing.append(f"make {term.recipient} a party, or remove term {term.code}.")
        if term.record_set.owner_id == term.recipient_id:
            missing.append(f"choose another recipient in term {term.code}: the agency owns the record set already.")
        if term.record_set.closed_at is not None:
            missing.append(f"remove term {term.code}: {term.record_set} is closed.")
    return missing


def may_take_back(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status == S.DRAFT:
        raise Refused(f"{agreement.number} is a draft already.", code="draft", repeated=True)
    if agreement.status != S.IN_REVIEW:
        raise Refused("Only an agreement in review, not yet before the board, can be taken back.", code="not_in_review")


def may_withdraw(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status == S.WITHDRAWN:
        raise Refused(f"{agreement.number} is withdrawn already.", code="withdrawn", repeated=True)
    if agreement.status not in {S.DRAFT, S.IN_REVIEW, S.BEFORE_BOARD, S.APPROVED, S.SIGNING}:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()} and can no longer be withdrawn.",
            code="too_late",
        )


def may_answer(person: User, party: Party, decision: str = "") -> None:
    """Sign or decline for a party; `decision` is the answer that is being given, where one is."""
    if not acts_for(person, party.agency_id, Role.SIGNATORY):
        raise PermissionDenied("Only a signatory of the party signs or declines for it.")
    if hasattr(party, "signature"):
        done = party.signature.get_decision_display().lower()
        if party.signature.signatory_id == person.pk and decision in {"", party.signature.decision}:
            raise Refused(f"You {done} for {party.name}; that cannot be changed.", code="answered", repeated=True)
        raise Refused(f"{party.name} has {done} already; that cannot be changed.", code="answered")
    version = party.version
    if version.agreement.status != S.SIGNING:
        raise Refused("The agreement is not open for signing.", code="not_signing")
    if not party.signs:
        raise Refused(f"{party.name} is bound by what it signed before; this needs no signature of it.", code="bound")
    if version.signing_order == SigningOrder.TURN and not version.parties.whose_turn().filter(pk=party.pk).exists():
        first = version.parties.whose_turn().first()
        raise Refused(f"The parties sign one after another, and {first} comes first.", code="not_your_turn")
    _may_follow(version.agreement)


def _may_follow(agreement: Agreement) -> None:
    """Whether what the agreement follows can still be followed."""
    old = agreement.follows
    if old is None:
        return
    if old.status == S.SUSPENDED:
        raise Refused(f"{old.number} is suspended. The board resumes it before it can be changed.", code="suspended")
    renewed_late = agreement.change == Agreement.Change.RENEWAL and old.standing == "expired"
    if not renewed_late and old.standing not in HOLDS:
        raise Refused(f"{old.number} has ended, so there is nothing to change. Draft a new agreement.", code="ended")


# --- Changes --------------------------------------------------------------------------------------------------------


def may_change(person: User, agreement: Agreement, change: str = "") -> None:
    """Draft an amendment, a renewal or a joinder of an agreement in force."""
    may_draft(person, agreement.lead_agency_id)
    if agreement.status not in MAY_END:
        raise Refused(f"{agreement.number} is not in force, so there is nothing to change.", code="not_in_force")
    if (follower := succession.successor(agreement)) is not None:
        state = follower.get_status_display().lower()
        raise Refused(f"{follower.number} is to follow it already, and is {state}. Go on with that.", code="changing")
    version, renews = agreement.current_version, change == Agreement.Change.RENEWAL
    if renews and (version is None or version.ends_on is None):
        raise Refused(f"{agreement.number} has no last day, so it needs no renewal. Amend it.", code="no_end")
    if agreement.standing not in HOLDS | {S.SUSPENDED} and not (
        agreement.standing == "expired" and change in {"", Agreement.Change.RENEWAL}
    ):
        raise Refused(f"{agreement.number} has ended. Draft a new agreement.", code="ended")


def may_give_notice(person: User, party: Party) -> None:
    """Say for a party that it leaves an agreement in force."""
    if not acts_for(person, party.agency_id, Role.SIGNATORY):
        raise PermissionDenied("Only a signatory of the party gives notice of its withdrawal.")
    agreement = party.version.agreement
    if agreement.status not in MAY_END or agreement.standing not in HOLDS | {S.SUSPENDED}:
        raise Refused(f"{agreement.number} is not in force, so there is nothing to leave.", code="not_in_force")
    if agreement.withdrawals.standing().filter(agency=party.agency_id).exists():
        raise Refused(f"{party.name} has given notice already.", code="noticed", repeated=True)


def may_take_back_notice(person: User, notice: Withdrawal) -> None:
    if not acts_for(person, notice.agency_id, Role.SIGNATORY):
        raise PermissionDenied("Only a signatory of the party takes its notice back.")
    if notice.taken_back_at is not None:
        raise Refused("The notice was taken back already.", code="taken_back", repeated=True)
    if notice.effective_at <= timezone.now():
        raise Refused(f"{notice.agency} has left. A joinder lets it in again.", code="left")


def may_certify(person: User, agency_id: UUID) -> None:
    """Say for a recipient that it returned or destroyed what it received."""
    if not acts_for(person, agency_id, Role.CUSTODIAN, Role.SIGNATORY):
        raise PermissionDenied("Only a records custodian or a signatory of the recipient certifies this.")
