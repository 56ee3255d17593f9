"""Who may do what with an agreement, and when. Each check returns None or raises."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Membership, Role, User
from portal.kernel.errors import Refused

from .models import REQUIRED_TOPICS, Agreement, AgreementVersion, Party, Topic

S = Agreement.Status


def holds(person: User, agency_id: UUID, *roles: str) -> bool:
    """Whether the person works at the agency now, in one of these roles."""
    return Membership.objects.current().filter(person=person, agency=agency_id).with_role(*roles).exists()


def may_draft(person: User, agency_id: UUID) -> None:
    if not holds(person, agency_id, Role.DRAFTER):
        raise PermissionDenied("Only a drafter of the lead agency drafts an agreement.")


def may_edit(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status != S.DRAFT:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()} and its text is frozen. "
            "Take it back to draft, which starts a new version.",
            code="frozen",
        )


def may_submit(person: User, agreement: Agreement) -> None:
    may_edit(person, agreement)
    if agreement.current_version is None:
        raise Refused("The agreement has no version yet. Draft one first.", code="no_version")
    if missing := missing_before_submission(agreement.current_version):
        raise Refused("Before it can be submitted: " + " ".join(missing), code="incomplete")


def missing_before_submission(version: AgreementVersion) -> list[str]:
    """What is missing, each as a sentence that says what to add; empty when the version can be submitted."""
    missing = []
    parties = {party.agency_id for party in version.parties.all()}
    topics = set(version.clauses.exclude(text="").values_list("topic", flat=True))
    uncovered = [str(Topic(topic).label).lower() for topic in REQUIRED_TOPICS if topic not in topics]
    if uncovered:
        missing.append("add a clause on " + ", ".join(uncovered) + " (CJIS Security Policy 5.1.1.3).")
    if len(parties) < 2:
        missing.append("name at least two parties.")
    if not version.terms.exists():
        missing.append("add a term that says which record set is shared with whom.")
    for term in version.terms.select_related("record_set__owner", "recipient"):
        if term.record_set.owner_id not in parties:
            missing.append(f"make {term.record_set.owner} a party, or remove term {term.code}.")
        if term.recipient_id not in parties:
            missing.append(f"make {term.recipient} a party, or remove term {term.code}.")
        if term.record_set.owner_id == term.recipient_id:
            missing.append(f"choose another recipient in term {term.code}: the agency owns the record set already.")
    return missing


def may_take_back(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status != S.IN_REVIEW:
        raise Refused("Only an agreement in review, not yet before the board, can be taken back.", code="not_in_review")


def may_withdraw(person: User, agreement: Agreement) -> None:
    may_draft(person, agreement.lead_agency_id)
    if agreement.status not in {S.DRAFT, S.IN_REVIEW, S.BEFORE_BOARD, S.APPROVED, S.SIGNING}:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()} and can no longer be withdrawn.",
            code="too_late",
        )


def may_answer(person: User, party: Party) -> None:
    """Sign or decline for a party."""
    if not holds(person, party.agency_id, Role.SIGNATORY):
        raise PermissionDenied("Only a signatory of the party signs or declines for it.")
    if party.version.agreement.status != S.SIGNING:
        raise Refused("The agreement is not open for signing.", code="not_signing")
    if hasattr(party, "signature"):
        raise Refused(f"{party.agency} has answered already.", code="answered")
