"""From agreements in force to grants to guardian rows: wanted minus present, in the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Agency, RecordSet, RecordSetGroupObjectPermission
from portal.kernel.clock import database_now
from portal.kernel.history import save

from . import governance
from .models import Agreement, AgreementVersion, Grant, Term, first_moment

S = Agreement.Status


def reconcile(*agreements: Agreement, actor: object, reason: str) -> None:
    """Make the grants of agreements, and guardian's rows beneath them, say what their status says.

    Nothing is open to a recipient that is barred, whatever the status. The caller holds the agreements' row locks and
    calls this in the transaction that changes what is in force; of several at once, so that record sets are locked in
    one order.
    """
    project(_reconciled(agreements, actor=actor, reason=reason))


def _reconciled(agreements: Iterable[Agreement], *, actor: object, reason: str) -> list[tuple[UUID, UUID]]:
    """Reconcile grants only. Returns the (agency, record set) pairs of which guardian's rows may differ now."""
    barred, now = governance.barred(), database_now()  # one moment, so that a successor leaves no gap
    return [pair for each in agreements for pair in _reconcile(each, _barred_from(each, barred), now, actor, reason)]


def _barred_from(agreement: Agreement, barred: list[tuple[UUID, Q]]) -> set[UUID]:
    """Agencies that receive nothing under this agreement."""
    return {agency for agency, under in barred if Agreement.objects.filter(under, pk=agreement.pk).exists()}


def _reconcile(
    agreement: Agreement, barred: set[UUID], now: datetime, actor: object, reason: str
) -> set[tuple[UUID, UUID]]:
    """Close and open the grants of one agreement. Returns the (agency, record set) pairs concerned."""
    version = agreement.current_version
    opens = {term.pk: term for term in _opens(version).exclude(recipient__in=barred)} if version else {}
    ends = _ends(agreement, opens.values())
    missing = opens.copy() if agreement.status == S.IN_FORCE else {}
    touched: set[tuple[UUID, UUID]] = set()
    for grant in Grant.objects.filter(version__agreement=agreement, revoked_at=None).select_related("term"):
        touched.add((grant.recipient_id, grant.record_set_id))
        stands = grant.term_id in opens and grant.not_after == ends[grant.term_id]
        if agreement.status == S.SUSPENDED and stands:
            if grant.suspended_at is not None:
                continue
            grant.suspended_at = now
        elif stands and grant.term_id in missing and grant.suspended_at is None:
            del missing[grant.term_id]
            continue
        else:
            grant.revoked_at = now
        save(grant, actor=actor, reason=reason)  # type: ignore[arg-type]
    for term in missing.values():
        if (end := ends[term.pk]) is None or end > now:
            touched.add((term.recipient_id, term.record_set_id))
            save(_grant_of(term, agreement, now, end), actor=actor, reason=reason)  # type: ignore[arg-type]
    return touched


def _ends(agreement: Agreement, terms: Iterable[Term]) -> dict[UUID, datetime | None]:
    """Term -> when it closes: at the agreement's end, or earlier where the party that gives or receives leaves."""
    leaves = dict(agreement.withdrawals.standing().values_list("agency", "effective_at"))
    parties = {term.pk: (term.recipient_id, term.record_set.owner_id) for term in terms}
    moments = {key: [agreement.ends_at, *(leaves.get(party) for party in pair)] for key, pair in parties.items()}
    return {key: min(filter(None, found), default=None) for key, found in moments.items()}


@contextmanager
def pretended(agreement: Agreement) -> Iterator[None]:
    """Inside, grants are as they would be were the current text in force today and what it follows closed.

    Whoever asks inside gets the answer of the decision itself, on the real data. On leaving, all of it is undone; the
    record sets are therefore not locked.
    """
    with transaction.atomic():
        barred, now = _barred_from(agreement, governance.barred()), database_now()
        version = agreement.current_version
        terms = list(_opens(version).exclude(recipient__in=barred)) if version else []
        before = Grant.objects.filter(version__agreement__in=[agreement.pk, agreement.follows_id], revoked_at=None)
        pairs = {*before.values_list("recipient", "record_set"), *((t.recipient_id, t.record_set_id) for t in terms)}
        before.update(revoked_at=now)
        made = [_grant_of(term, agreement, now, None) for term in terms]
        for grant in made:
            grant.not_before = now
        Grant.objects.bulk_create(made)
        for pair in pairs:
            _project(*pair)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _opens(version: AgreementVersion) -> QuerySet[Term]:
    """The terms that open records: not to an agency that has ended, nor from one."""
    A = Agency.Status.ACTIVE
    return version.terms.filter(recipient__status=A, record_set__owner__status=A).select_related("record_set")


def _grant_of(term: Term, agreement: Agreement, now: datetime, end: datetime | None) -> Grant:
    version = agreement.current_version
    assert version is not None  # noqa: S101  (a wanted term has its version)
    return Grant(
        version=version,
        term=term,
        recipient_id=term.recipient_id,
        record_set_id=term.record_set_id,
        actions=term.actions,
        purposes=term.purposes,
        includes_juvenile=term.includes_juvenile,
        includes_intelligence=term.includes_intelligence,
        not_before=max(first_moment(version.effective_on, agreement.lead_agency.time_zone), now),
        not_after=end,
    )


def project(pairs: Iterable[tuple[UUID, UUID]]) -> int:
    """Make guardian's rows for these (agency, record set) pairs say what standing grants say. Returns rows changed.

    The record sets are locked first, always in the same order: two agreements that share one set with one agency would
    else each decide by the other's uncommitted grants, and leave a live grant without its row.
    """
    wanted_pairs = sorted(set(pairs), key=lambda pair: (pair[1], pair[0]))
    for set_id in dict.fromkeys(set_id for _, set_id in wanted_pairs):
        RecordSet.objects.for_update(set_id)
    return sum(_project(agency_id, set_id) for agency_id, set_id in wanted_pairs)


def _project(agency_id: UUID, set_id: UUID) -> int:
    agency, record_set = Agency.objects.get(pk=agency_id), RecordSet.objects.get(pk=set_id)
    held = RecordSetGroupObjectPermission.objects.filter(group=agency.group, content_object=record_set).exists()
    wanted = Grant.objects.standing().filter(recipient=agency, record_set=record_set).exists()
    if wanted and not held:
        assign_perm("agencies.view_recordset", agency.group, record_set)
    elif held and not wanted:
        remove_perm("agencies.view_recordset", agency.group, record_set)
    return wanted != held


def drift() -> Counter[str]:
    """What does not agree; 0 of everything is health.

    Guardian rows without an open grant (`stale`), open grants without a row (`missing`), and grants that are open to an
    agency that is barred (`barred`).
    """
    rows = set(RecordSetGroupObjectPermission.objects.values_list("group__agency", "content_object"))
    open_pairs = set(Grant.objects.standing().values_list("recipient", "record_set"))
    return Counter(stale=len(rows - open_pairs), missing=len(open_pairs - rows), barred=len(_open_to_barred()))


def _open_to_barred() -> list[tuple[UUID, UUID]]:
    """(grant, agreement) of what is open to an agency that is barred."""
    return [
        pair
        for agency, under in governance.barred()
        for pair in Grant.objects.standing()
        .filter(recipient=agency, version__agreement__in=Agreement.objects.filter(under).values("pk"))
        .values_list("pk", "version__agreement")
    ]


def heal() -> int:
    """The nightly check: close what is open to barred agencies, project every pair that either side knows.

    Returns how many grants and rows it found wrong.
    """
    with transaction.atomic():
        wrong = _open_to_barred()
        agreements = [Agreement.objects.for_update(pk) for pk in sorted({pk for _, pk in wrong})]
        closed = _reconciled(agreements, actor=None, reason="Closed to a barred agency")
        rows = set(RecordSetGroupObjectPermission.objects.values_list("group__agency", "content_object"))
        open_pairs = set(Grant.objects.standing().values_list("recipient", "record_set"))
        return len(wrong) + project([*closed, *rows, *open_pairs])
