"""From one version of an agreement to the next."""

from uuid import UUID

from agencies.models import User
from portal.kernel import history

from . import attachments, comments, obligations
from .models import Agreement, AgreementVersion, Clause, ClauseAuthority, Party, Term

CLAUSE = ("position", "number", "topic", "heading", "text", "library_version_id")


def copy(old: AgreementVersion, actor: User | None, *, to: Agreement | None = None) -> AgreementVersion:
    """The next version, a draft with everything that the old one says; that one stays as it is.
    Comments that are open go on with it.

    `to`: another agreement, of which it becomes the first version.
    """
    names = ("purpose", "effective_on", "ends_on", "withdrawal_days", "return_days", "signing_order")
    new = AgreementVersion(
        agreement=to or old.agreement,
        number=1 if to else old.number + 1,
        **{name: getattr(old, name) for name in names},
    )
    history.save(new, actor=actor, reason=f"Copied from {old}")
    for party in old.parties.all():
        copied = Party(version=new, agency_id=party.agency_id, name=party.name, position=party.position)
        history.save(copied, actor=actor, reason="Copied")
    clauses: dict[UUID, Clause] = {}
    for clause in old.clauses.all():
        values = {name: getattr(clause, name) for name in CLAUSE}
        clauses[clause.pk] = Clause(version=new, **values)
        history.save(clauses[clause.pk], actor=actor, reason="Copied")
    for cited in old.citations.all():
        values = {name: getattr(cited, name) for name in ("authority_id", "citation", "title")}
        copied_law = ClauseAuthority(version=new, clause=clauses[cited.clause_id], **values)
        history.save(copied_law, actor=actor, reason="Copied")
    of_term = ("code", "record_set_id", "record_set_name", "recipient_id", "actions", "purposes", "data_categories")
    of_term_too = ("participant_roles", "includes_juvenile", "includes_intelligence", "conditions", "handling")
    for term in old.terms.all():
        values = {name: getattr(term, name) for name in (*of_term, *of_term_too)}
        copied_term = Term(version=new, clause=clauses[term.clause_id], **values)
        history.save(copied_term, actor=actor, reason="Copied")
    obligations.copy(old, new, clauses, actor)
    attachments.copy(old, new, actor)
    if to is None:
        comments.carry(clauses, actor)
    return new


def before(version: AgreementVersion) -> AgreementVersion | None:
    """What it is read against: the version before it, or of a first one the text that its agreement follows."""
    earlier = version.agreement.versions.filter(number__lt=version.number).order_by("-number").first()
    if earlier is not None or version.agreement.follows is None:
        return earlier
    return version.agreement.follows.current_version
