"""Showing oneself and leaving; reporting and moderating what people say of themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Membership, User
from agencies.practitioners import policy
from agencies.practitioners.models import Profile, Report
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell


@transaction.atomic(durable=True)
def join(*, actor: User, **values: Any) -> Profile:
    """Show oneself in the directory. `values`: shows_agency, shows_title, shows_state, experience, about,
    takes_messages. Who left while hidden comes back hidden."""
    User.objects.for_update(actor.pk)
    policy.may_join(actor)
    if Profile.objects.filter(person=actor.pk).exists():
        raise Refused("You are in the directory already.", code="joined", repeated=True)
    made = Profile(person=actor)
    before = Profile.history.filter(person=actor.pk).order_by("-history_date", "-history_id").first()
    if before is not None and before.hidden_at is not None:
        made.hidden_at, made.hidden_because = before.hidden_at, before.hidden_because
    _write(made, actor, values, "Joined")
    record("profile.joined", made, actor=actor, acting_agency_id=made.membership.agency_id)
    return made


@transaction.atomic(durable=True)
def change_profile(*, actor: User, **values: Any) -> Profile:
    """Change what one shows; it is of the agency for which one acts."""
    found = _mine(actor)
    policy.may_join(actor)
    _write(found, actor, values, "Changed")
    record("profile.changed", found, actor=actor, acting_agency_id=found.membership.agency_id)
    return found


def _mine(actor: User) -> Profile:
    found = Profile.objects.filter(person=actor.pk).values_list("pk", flat=True).first()
    if found is None:
        raise Refused("You are not in the directory.", code="not_joined", repeated=True)
    return Profile.objects.for_update(found)


def _write(profile: Profile, actor: User, values: dict[str, Any], reason: str) -> None:
    profile.membership = Membership.objects.acted_under(actor).order_by("started_at")[0]
    for name, value in values.items():
        setattr(profile, name, value.strip() if isinstance(value, str) else value)
    profile.experience = sorted(set(profile.experience))
    profile.full_clean()
    history.save(profile, actor=actor, reason=reason)


@transaction.atomic(durable=True)
def leave(*, actor: User) -> None:
    """Take oneself out of the directory: the words are gone at once, and what was reported of them is moot."""
    found = _mine(actor)
    record("profile.left", found, actor=actor)
    Report.objects.filter(about=actor.pk, of_message=False, settled_at=None).delete()
    history.delete(found, actor=actor, reason="Left")


@transaction.atomic(durable=True)
def report(*, actor: User, profile_id: UUID, reason: str) -> Report:
    """Tell the moderators that what a profile says is harmful or false."""
    found = Profile.objects.for_update(profile_id)
    policy.may_report(actor, found.person)
    made = Report(about=found.person, by=actor, reason=_said(reason))
    made.full_clean()
    made.save()
    tell(record("profile.reported", found, actor=actor, report=str(made.pk)))
    return made


@transaction.atomic(durable=True)
def hide(*, actor: User, profile_id: UUID, reason: str) -> Profile:
    """Take a profile out of what others see; its person is told and reads why. Reports of it are upheld."""
    found = Profile.objects.for_update(profile_id)
    policy.may_hide(actor, found)
    found.hidden_at, found.hidden_because = database_now(), _said(reason)
    found.full_clean()
    history.save(found, actor=actor, reason="Hidden")
    open_reports = Report.objects.filter(about=found.person, of_message=False, settled_at=None)
    open_reports.update(settled_at=found.hidden_at, settled_by=actor, upheld=True)
    tell(record("profile.hidden", found, actor=actor))
    return found


@transaction.atomic(durable=True)
def show(*, actor: User, profile_id: UUID) -> Profile:
    """Let others see a hidden profile again."""
    found = Profile.objects.for_update(profile_id)
    policy.may_show(actor, found)
    found.hidden_at, found.hidden_because = None, ""
    history.save(found, actor=actor, reason="Shown again")
    tell(record("profile.shown", found, actor=actor))
    return found


@transaction.atomic(durable=True)
def settle(*, actor: User, report_id: UUID, upheld: bool) -> Report:
    """Say what a moderator found. A profile that is found harmful is hidden instead; of a message that is, its sender
    writes nobody for a while."""
    found = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report_id)
    policy.may_settle(actor, found)
    if upheld and not found.of_message:
        raise ValidationError("Hide the profile, with the reason for it.")
    found.settled_at, found.settled_by, found.upheld = database_now(), actor, upheld
    found.save()
    record("report.settled", found, actor=actor, upheld=upheld)
    if upheld and found.message is not None:
        tell(record("message.found_harmful", found.message, actor=actor))
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    return reason.strip()
