"""A sharing under an agreement in force, written as rows: for tests that ask what the decision makes of rows, whoever
wrote them. Tests of the way there use tests.make."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from agencies.models import Agency, RecordSet, RecordSetGroupObjectPermission, User
from privacy.models import DataCategory, ParticipantRole
from sharing_agreements.models import Agreement, AgreementVersion, Clause, Grant, Party, Term, Topic

_n = count(1)


def grant_row(
    record_set: RecordSet,
    recipient: Agency,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    actions: tuple[str, ...] = ("search", "view", "print", "export"),
    purposes: tuple[str, ...] = ("C",),
    data_categories: tuple[str, ...] = tuple(DataCategory.values),
    participant_roles: tuple[str, ...] = tuple(ParticipantRole.values),
    includes_juvenile: bool = False,
    permitted: bool = True,
    **state: Any,
) -> Grant:
    """A live grant with the agreement, clause and term that it comes from, and guardian's row if `permitted`."""
    now, owner, number = timezone.now(), record_set.owner, next(_n)
    author = User.objects.filter(memberships__agency=owner).first() or User.objects.first()
    agreement = Agreement(
        number=f"MOU-2026-{number:03}", title="Case exchange", lead_agency=owner, author=author,
        status=Agreement.Status.IN_FORCE, in_force_at=now,
    )  # fmt: skip
    agreement.save()
    version = AgreementVersion(agreement=agreement, effective_on=now.date() - timedelta(days=10))
    version.save()
    agreement.current_version = version
    agreement.save()
    for position, party in enumerate((owner, recipient), 1):
        Party(version=version, agency=party, position=position).save()
    clause = Clause(version=version, position=1, number="3.1", topic=Topic.SHARING, heading="Records", text="Shared.")
    clause.save()
    terms = {
        "record_set": record_set,
        "recipient": recipient,
        "actions": list(actions),
        "purposes": list(purposes),
        "includes_juvenile": includes_juvenile,
    }
    term = Term(
        version=version, code="T1", clause=clause, data_categories=list(data_categories),
        participant_roles=list(participant_roles), **terms,
    )  # fmt: skip
    term.save()
    grant = Grant(
        version=version,
        term=term,
        not_before=not_before or now - timedelta(days=9),
        not_after=not_after,
        **terms,
        **state,
    )
    grant.save()
    if permitted:
        permit(recipient, record_set)
    return grant


def permit(recipient: Agency, record_set: RecordSet) -> None:
    """Guardian's row for an agency and a record set."""
    RecordSetGroupObjectPermission.objects.get_or_create(
        group=recipient.group,
        content_object=record_set,
        permission=Permission.objects.get(codename="view_recordset", content_type__app_label="agencies"),
    )
