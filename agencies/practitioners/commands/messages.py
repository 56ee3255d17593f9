"""Writing to each other through the portal. What happened is recorded without a word of what was written."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from agencies.models import Membership, User
from agencies.practitioners import policy
from agencies.practitioners.models import Message, Profile, Report
from portal.audit.record import record
from portal.notices.tell import tell

KEPT = timedelta(days=90)


@transaction.atomic(durable=True)
def write(*, actor: User, profile_id: UUID, text: str) -> Message:
    """Write to somebody of the directory, who reads the sender's name and agency, and no address."""
    User.objects.for_update(actor.pk)
    profile = Profile.objects.select_related("person").get(pk=profile_id)
    policy.may_write(actor, profile)
    return _send(actor, profile.person, text, None)


@transaction.atomic(durable=True)
def answer(*, actor: User, message_id: UUID, text: str) -> Message:
    """Answer a message that one got."""
    User.objects.for_update(actor.pk)
    message = Message.objects.select_related("sender").get(pk=message_id)
    policy.may_answer(actor, message)
    return _send(actor, message.sender, text, message)


def _send(sender: User, recipient: User, text: str, answers: Message | None) -> Message:
    place = Membership.objects.acted_under(sender).order_by("started_at")[0]
    made = Message(sender=sender, sender_membership=place, recipient=recipient, text=text.strip(), answers=answers)
    made.full_clean()
    made.save()
    tell(record("message.sent", made, actor=sender, acting_agency_id=place.agency_id))
    return made


@transaction.atomic(durable=True)
def delete_message(*, actor: User, message_id: UUID) -> None:
    """Delete a message that one got, for good and for its sender too."""
    found = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    policy.may_delete(actor, found)
    record("message.deleted", found, actor=actor)
    found.delete()


@transaction.atomic(durable=True)
def report_message(*, actor: User, message_id: UUID, reason: str) -> Report:
    """Let the moderators read a message that one got, and say what is wrong with it."""
    found = Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message_id)
    policy.may_report_message(actor, found)
    if not reason.strip():
        raise ValidationError({"reason": "Say what is wrong with it."})
    made = Report(about=found.sender, of_message=True, message=found, by=actor, reason=reason.strip())
    made.full_clean()
    made.save()
    tell(record("message.reported", found, actor=actor, report=str(made.pk)))
    return made


@transaction.atomic(durable=True)
def forget_messages() -> int:
    """Delete messages of long ago, but those that a moderator still looks at. Returns how many."""
    old = Message.objects.filter(sent_at__lt=Now() - KEPT).exclude(
        pk__in=Report.objects.filter(settled_at=None, message__isnull=False).values("message")
    )
    return old.delete()[1].get(Message._meta.label, 0)
