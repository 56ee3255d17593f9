"""The verbs of law: the only writers of authorities, citations, gaps and changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from privacy.models import PolicyVersion, PrivacyPolicy, Provision

from . import lifecycle, policy
from .coming import coming
from .models import (
    LawChange,
    LawChangeGap,
    LawChangeMove,
    LawChangeReminder,
    LawGap,
    LegalAuthority,
    ProvisionAuthority,
)

C = LawChange.Status
G = LawGap.Status


# --- Authorities ----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def enter_authority(*, actor: User, agency_id: UUID, **values: Any) -> LegalAuthority:
    """Enter an authority for everybody to cite. `values`: citation, title, kind, jurisdiction, link."""
    policy.may_enter(actor, agency_id)
    made = LegalAuthority(entered_by_id=agency_id, **_tidy(values))
    made.full_clean()
    history.save(made, actor=actor, reason="Entered")
    record("law.authority_entered", made, actor=actor, acting_agency_id=agency_id)
    return made


@transaction.atomic(durable=True)
def correct_authority(*, actor: User, authority_id: UUID, **values: Any) -> LegalAuthority:
    """Put an entry right. What cites it follows, so that only its words change and not what it is."""
    found = LegalAuthority.objects.for_update(authority_id)
    policy.may_keep_authority(actor, found)
    for name, value in _tidy(values).items():
        setattr(found, name, value)
    found.full_clean()
    history.save(found, actor=actor, reason="Corrected")
    record("law.authority_corrected", found, actor=actor)
    return found


@transaction.atomic(durable=True)
def retire_authority(*, actor: User, authority_id: UUID) -> LegalAuthority:
    """Let nothing new cite it; what cites it still does."""
    found = LegalAuthority.objects.for_update(authority_id)
    policy.may_keep_authority(actor, found)
    found.retired_at = database_now()
    history.save(found, actor=actor, reason="Retired")
    record("law.authority_retired", found, actor=actor)
    return found


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    return {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()}


@transaction.atomic(durable=True)
def cite(*, actor: User, provision_id: UUID, authority_ids: Iterable[UUID]) -> Provision:
    """Say on which authorities a provision of a draft rests: these, and no others."""
    version = PolicyVersion.objects.values_list("policy", flat=True).get(provisions=provision_id)
    PrivacyPolicy.objects.for_update(version)
    provision = Provision.objects.select_related("version__policy").get(pk=provision_id)
    policy.may_cite(actor, provision)
    wanted = set(authority_ids)
    now = {each.authority_id: each for each in provision.citations.all()}
    new = LegalAuthority.objects.in_use().filter(pk__in=wanted - now.keys())
    if len(new) < len(wanted - now.keys()):
        raise ValidationError("An authority was retired meanwhile. Choose another.")
    for key in now.keys() - wanted:
        history.delete(now[key], actor=actor, reason="Cited no more")
    for authority in new:
        history.save(ProvisionAuthority(provision=provision, authority=authority), actor=actor, reason="Cited")
    return provision


# --- Gaps -----------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def open_gap(*, actor: User, agency_id: UUID, **values: Any) -> LawGap:
    """Enter a gap in the law that the agency has found. `values`: see `LawGap`; its number is the agency's next."""
    Agency.objects.for_update(agency_id)
    policy.may_open_gap(actor, agency_id)
    last = LawGap.objects.filter(agency=agency_id).aggregate(last=Max("number"))["last"] or 0
    gap = LawGap(agency_id=agency_id, number=last + 1)
    if LawGap.objects.filter(agency=agency_id, title=values["title"].strip(), closed_at=None).exists():
        raise Refused("An open gap has this title already; it is in the list.", code="same", repeated=True)
    _write(gap, values, actor, "Opened")
    _note("law.gap_opened", gap, actor)
    return gap


@transaction.atomic(durable=True)
def change_gap(*, actor: User, gap_id: UUID, **values: Any) -> LawGap:
    """Change what is said of a gap, where it stands, and whether everybody reads it."""
    gap = LawGap.objects.for_update(gap_id)
    policy.may_change_gap(actor, gap)
    if values.get("status") == G.CLOSED:
        raise ValidationError({"status": "Close it with the reason for that."})
    shown = gap.is_public
    _write(gap, values, actor, "Changed")
    kind = "law.gap_changed" if gap.is_public == shown else "law.gap_shown" if gap.is_public else "law.gap_hidden"
    _note(kind, gap, actor)
    return gap


def _write(gap: LawGap, values: dict[str, Any], actor: User, reason: str) -> None:
    for name, value in values.items():
        setattr(gap, name, value.strip() if isinstance(value, str) else value)
    gap.harmed = sorted(set(gap.harmed))
    if bool(gap.change) != bool(gap.proposal):
        missing = "proposal" if gap.change else "change"
        raise ValidationError({missing: "Say what kind of change would close it, and which; or leave both empty."})
    if gap.status in {G.PROPOSED, G.UNDER_WAY} and not gap.change:
        raise ValidationError({"change": "Say which change is proposed."})
    try:
        policy.may_own(gap.owner, gap.agency_id)
    except PermissionDenied as no:
        raise ValidationError({"owner": str(no)}) from None
    gap.full_clean()
    history.save(gap, actor=actor, reason=reason)


@transaction.atomic(durable=True)
def close_gap(*, actor: User, gap_id: UUID, reason: str) -> LawGap:
    """Say that the gap is closed, and by what."""
    gap = LawGap.objects.for_update(gap_id)
    policy.may_change_gap(actor, gap)
    if not reason.strip():
        raise ValidationError({"reason": "Say what closed it."})
    gap.status, gap.closed_at, gap.closed_because = G.CLOSED, database_now(), reason.strip()
    gap.full_clean()
    history.save(gap, actor=actor, reason=reason)
    _note("law.gap_closed", gap, actor)
    return gap


@transaction.atomic(durable=True)
def reopen_gap(*, actor: User, gap_id: UUID) -> LawGap:
    gap = LawGap.objects.for_update(gap_id)
    policy.may_reopen_gap(actor, gap)
    gap.status, gap.closed_at, gap.closed_because = G.OPEN, None, ""
    history.save(gap, actor=actor, reason="Opened again")
    _note("law.gap_reopened", gap, actor)
    return gap


def _note(kind: str, gap: LawGap | LawChange, actor: User) -> None:
    record(kind, gap, actor=actor, acting_agency_id=gap.agency_id, number=gap.number)


# --- Changes in law and practice ------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def enter_change(
    *, actor: User, agency_id: UUID, on: date | None = None, gap_ids: Collection[UUID] = (), **values: Any
) -> LawChange:
    """Enter a change that sharing needs, as an idea since the day `on`, or today. `values`: see `LawChange`;
    `gap_ids`: what it closes."""
    agency = Agency.objects.for_update(agency_id)
    policy.may_propose(actor, agency_id)
    last = LawChange.objects.filter(agency=agency_id).aggregate(last=Max("number"))["last"] or 0
    change = LawChange(agency_id=agency_id, number=last + 1)
    _write_change(change, values, gap_ids, actor, "Entered")
    LawChangeMove.objects.create(change=change, status=change.status, on=on or agency.today, by=actor)
    _note("law.change_entered", change, actor)
    return change


@transaction.atomic(durable=True)
def revise_change(*, actor: User, change_id: UUID, gap_ids: Collection[UUID] = (), **values: Any) -> LawChange:
    """Say something else of a change, and who reads it; how far it is, `move_change` says."""
    change = LawChange.objects.for_update(change_id)
    policy.may_keep_change(actor, change)
    _write_change(change, values, gap_ids, actor, "Revised")
    _note("law.change_revised", change, actor)
    return change


def _write_change(
    change: LawChange, values: dict[str, Any], gap_ids: Collection[UUID], actor: User, reason: str
) -> None:
    for name, value in values.items():
        setattr(change, name, value.strip() if isinstance(value, str) else value)
    if change.on_agenda and change.audience == LawChange.Audience.AGENCY:
        raise ValidationError({"on_agenda": "Let partner agencies and boards read it first."})
    change.full_clean()
    history.save(change, actor=actor, reason=reason)
    wanted = LawGap.objects.filter(Q(agency=change.agency_id) | Q(is_public=True), pk__in=gap_ids)
    now = {each.gap_id: each for each in change.closes.all()}
    for gap in wanted.exclude(pk__in=now):
        history.save(LawChangeGap(change=change, gap=gap), actor=actor, reason="Closes it")
    for key in now.keys() - {each.pk for each in wanted}:
        history.delete(now[key], actor=actor, reason="Closes it no more")


@transaction.atomic(durable=True)
def move_change(
    *,
    actor: User,
    change_id: UUID,
    to: str,
    on: date,
    note: str = "",
    bill: str = "",
    effective_on: date | None = None,
) -> LawChange:
    """Say that a change is drafted, introduced under a number, enacted with its first day, or rejected."""
    change = LawChange.objects.for_update(change_id)
    policy.may_keep_change(actor, change)
    lifecycle.move(change, C(to))
    if change.status == C.INTRODUCED:
        change.bill = " ".join(bill.split())
        if not change.bill:
            raise ValidationError({"bill": "Give the number of the bill or rulemaking."})
    if change.status == C.ENACTED:
        if effective_on is None:
            raise ValidationError({"effective_on": "Say from which day on it holds."})
        change.effective_on = effective_on
    change.full_clean()
    history.save(change, actor=actor, reason=note.strip() or change.get_status_display())
    LawChangeMove.objects.create(change=change, status=change.status, on=on, note=note.strip(), by=actor)
    record(
        "law.change_moved",
        change,
        actor=actor,
        acting_agency_id=change.agency_id,
        number=change.number,
        to=change.status,
    )
    return change


@transaction.atomic(durable=True)
def tell_of_effect(*, change_id: UUID) -> LawChangeReminder | None:
    """Tell whoever waits for an enacted change that it takes effect soon, once for its day. Asked for by beat."""
    LawChange.objects.for_update(change_id)
    change = coming(timezone.localdate()).filter(pk=change_id).first()
    if change is None or change.effective_on is None:
        return None
    said: dict[str, Any] = {"number": change.number, "effective_on": change.effective_on.isoformat()}
    tell(record("law.change_takes_effect", change, actor=None, **said))
    return LawChangeReminder.objects.create(change=change, effective_on=change.effective_on)
