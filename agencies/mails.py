"""Owing account mails: rows written with what they are about, and a nudge after commit."""

from django.db import transaction

from portal.kernel.doorbell import ring

from .models import AccountMail, Invitation, User


def owe_invitation(invitation: Invitation) -> None:
    """Owe the mail of an invitation, in the invitation's own transaction."""
    _owe(AccountMail(kind=AccountMail.Kind.INVITATION, invitation=invitation))


def owe_password_reset(person: User | None) -> None:
    """Owe a link to choose a new password; without a person, a row that takes the same time and leads to nothing."""
    _owe(AccountMail(kind=AccountMail.Kind.PASSWORD_RESET, person=person))


def _owe(mail: AccountMail) -> None:
    mail.save()
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Ring the doorbell. The broker may be down; the sweep finds what is owed."""
    from .tasks import send_account_mails  # noqa: PLC0415 (tasks load the whole of Celery)

    ring(send_account_mails)
