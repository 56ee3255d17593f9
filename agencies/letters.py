"""The words of account mails, and whether one is still owed."""

from zoneinfo import ZoneInfo

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from portal.notices.outbox import Gone, written

from . import links
from .models import AccountMail, Invitation, User


def letter(mail: AccountMail) -> EmailMultiAlternatives:
    """The mail as it goes out now. Raises Gone when nobody needs it any more."""
    if mail.kind == AccountMail.Kind.INVITATION and mail.invitation:
        return invitation_letter(mail, mail.invitation)
    if mail.person is None:
        raise Gone("unknown_address")
    return reset_letter(mail, mail.person)


def invitation_letter(mail: AccountMail, invitation: Invitation) -> EmailMultiAlternatives:
    if invitation.status != "open":
        raise Gone(invitation.status)
    try:
        link = links.link_of(invitation)
    except LookupError as error:
        raise Gone("key_gone") from error
    zone = invitation.agency.time_zone if invitation.agency else settings.TIME_ZONE
    subject = (
        f"{settings.PORTAL_NAME}: an invitation to {'audit' if invitation.audits else 'work for'} {invitation.place}"
    )
    with timezone.override(ZoneInfo(zone)):
        return written(mail, invitation.email, "invitation", subject=subject, invitation=invitation, link=link)


def reset_letter(mail: AccountMail, person: User) -> EmailMultiAlternatives:
    """A link to choose a new password; its token dies with the password that it replaces."""
    if not person.is_active:
        raise Gone("inactive")
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    link = settings.PORTAL_ADDRESS + reverse("account_reset_password_from_key", kwargs=key)
    subject = f"{settings.PORTAL_NAME}: choose a new password"
    with timezone.override(ZoneInfo(person.time_zone)):
        return written(mail, person.email, "password_reset", subject=subject, link=link)
