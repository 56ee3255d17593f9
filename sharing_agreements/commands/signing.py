"""Each party's answer to the exact text; the last signature puts it in force."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Membership, Role, User
from portal.kernel.errors import Refused
from sharing_agreements import fingerprint, policy
from sharing_agreements.models import Agreement, Party, Signature, SigningOrder
from sharing_agreements.steps import enter_into_force, locked, note, reject


def _party(agreement: Agreement, party_id: UUID) -> Party:
    version = agreement.current_version
    assert version is not None  # noqa: S101  (an agreement in signing has one)
    return version.parties.select_related("version__agreement", "agency").get(pk=party_id)


def _answer(actor: User, party: Party, decision: str, reason: str, sha256: str) -> Signature:
    exact = fingerprint.sha256(party.version)
    if sha256 != exact or party.version.sha256 != exact:
        raise Refused("The text has changed since you read it. Read it again before you answer.", code="other_text")
    signs = Membership.objects.acted_under(actor).with_role(Role.SIGNATORY)
    membership = signs.filter(agency=party.agency_id).latest("started_at")
    return Signature.objects.create(
        party=party,
        version=party.version,
        signatory=actor,
        title=membership.title or "Signatory",
        decision=decision,
        reason=reason,
        sha256=exact,
    )


@transaction.atomic(durable=True)
def sign(*, actor: User, agreement_id: UUID, party_id: UUID, sha256: str) -> Agreement:
    """Sign for a party the text with this hash; with the last party's signature the agreement is in force."""
    agreement = locked(agreement_id)
    party = _party(agreement, party_id)
    party.version.agreement = agreement
    policy.may_answer(actor, party, Signature.Decision.SIGNED)
    signature = _answer(actor, party, Signature.Decision.SIGNED, "", sha256)
    note(
        "agreement.signed",
        agreement,
        actor=actor,
        acting_agency_id=party.agency_id,
        party=party.name,
        title=signature.title,
        sha256=sha256,
    )
    if not party.version.parties.to_answer().exists():
        enter_into_force(agreement, actor=actor)
    elif party.version.signing_order == SigningOrder.TURN:
        note("agreement.turn_to_sign", agreement, actor=actor, party=str(party.version.parties.whose_turn().get()))
    return agreement


@transaction.atomic(durable=True)
def decline(*, actor: User, agreement_id: UUID, party_id: UUID, sha256: str, reason: str) -> Agreement:
    """Decline for a party, with a reason that the other parties read; the agreement then ends as rejected."""
    agreement = locked(agreement_id)
    party = _party(agreement, party_id)
    party.version.agreement = agreement
    policy.may_answer(actor, party, Signature.Decision.DECLINED)
    if not reason.strip():
        raise ValidationError({"reason": "Say why you decline; the other parties read it."})
    _answer(actor, party, Signature.Decision.DECLINED, reason.strip(), sha256)
    note(
        "agreement.declined",
        agreement,
        actor=actor,
        acting_agency_id=party.agency_id,
        party=party.name,
        reason=reason.strip(),
    )
    reject(agreement, actor=actor, reason=f"Declined by {party.name}")
    return agreement
