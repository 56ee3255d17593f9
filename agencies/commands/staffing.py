"""Who works at an agency: roles, training, leaving."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import policy
from agencies.models import Agency, Membership, Role, Training, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.days import lately

from .steps import checked_roles, note

A_YEAR = timedelta(days=365)


@transaction.atomic(durable=True)
def change_roles(*, actor: User, membership_id: UUID, roles: Iterable[str], title: str | None = None) -> Membership:
    """Give and end roles of one membership; they count on the next request."""
    membership = locked(membership_id)
    policy.may_change_membership(actor, membership)
    wanted = checked_roles(roles)
    if Role.ADMINISTRATOR not in wanted:
        policy.may_do_without_administrator(membership)
    given = [role for role in wanted if role not in membership.roles]
    ended = [role for role in membership.roles if role not in wanted]
    policy.may_give_roles(actor, membership, given)
    title = membership.title if title is None else title.strip()
    if not given and not ended and title == membership.title:
        return membership
    membership.roles, membership.title = wanted, title
    membership.full_clean()
    history.save(membership, actor=actor, reason="Roles changed")
    note("membership.roles_changed", membership, actor=actor, agency_id=membership.agency_id, given=given, ended=ended)
    return membership


@transaction.atomic(durable=True)
def end_membership(*, actor: User, membership_id: UUID, reason: str = "") -> Membership:
    """End what a person may do for the agency, from this moment on. The account stays."""
    membership = locked(membership_id)
    policy.may_change_membership(actor, membership)
    policy.may_do_without_administrator(membership)
    membership.ended_at = database_now()
    history.save(membership, actor=actor, reason=reason or "Left the agency")
    note("membership.ended", membership, actor=actor, agency_id=membership.agency_id, roles=membership.roles)
    return membership


@transaction.atomic(durable=True)
def record_training(
    *,
    actor: User,
    person_id: UUID,
    completed_on: date,
    expires_on: date | None = None,
    title: str = "Security and privacy awareness",
    kind: str = Training.Kind.AWARENESS,
) -> Training:
    """Record a completed training; it opens records for at most a year (CJIS Security Policy AT-2). One in 28 CFR part
    23 certifies for criminal intelligence, and stands beside that in awareness, not for it."""
    person = User.objects.for_update(person_id)
    policy.may_record_training(actor, person)
    _checked_day(completed_on)
    latest = completed_on + A_YEAR
    training = Training(
        person=person,
        title=title.strip(),
        kind=kind,
        completed_on=completed_on,
        expires_on=latest if expires_on is None else expires_on,
        recorded_by=actor,
    )
    if not completed_on < training.expires_on <= latest:
        raise ValidationError({"expires_on": "A training lasts a year at most. Choose a day within a year of it."})
    training.full_clean()
    history.save(training, actor=actor, reason="Recorded")
    note(
        "training.recorded",
        person,
        actor=actor,
        training=str(training.pk),
        completed_on=str(completed_on),
        expires_on=str(training.expires_on),
    )
    return training


def _checked_day(completed_on: date) -> None:
    try:
        lately(completed_on)
    except ValidationError as error:
        raise ValidationError({"completed_on": error.messages}) from None
    if completed_on > timezone.localdate():
        raise ValidationError({"completed_on": "This day is still to come. Record the training when it is done."})


def locked(membership_id: UUID) -> Membership:
    """One membership under its agency's lock, so that the count of administrators holds still."""
    agency = Agency.objects.for_update(Membership.objects.get(pk=membership_id).agency_id)
    membership = Membership.objects.select_related("person").for_update(membership_id)
    membership.agency = agency
    return membership
