"""The words of account mails, and whether one is still owed."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from . import links
from .models import AccountMail, Invitation, User


class Gone(Exception):
    """The mail is no longer owed; the message is a code that says why."""


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
    return written(mail, invitation.email, "invitation", zone, subject=subject, invitation=invitation, link=link)


def reset_letter(mail: AccountMail, person: User) -> EmailMultiAlternatives:
    """A link to choose a new password; its token dies with the password that it replaces."""
    if not person.is_active:
        raise Gone("inactive")
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    link = settings.PORTAL_ADDRESS + reverse("account_reset_password_from_key", kwargs=key)
    subject = f"{settings.PORTAL_NAME}: choose a new password"
    return written(mail, person.email, "password_reset", person.time_zone, subject=subject, link=link)


def written(
    mail: AccountMail, to: str, name: str, zone: str, *, subject: str, **context: object
) -> EmailMultiAlternatives:
    """A mail in plain text and HTML from the templates emails/`name`. The Message-ID is the row's at every try."""
    context = {**context, "subject": subject, "portal_name": settings.PORTAL_NAME, "to": to}
    with timezone.override(ZoneInfo(zone)):
        text = render_to_string(f"emails/{name}.txt", context)
        html = render_to_string(f"emails/{name}.html", context)
    headers = {
        "Message-ID": f"<account-mail.{mail.pk}@{urlsplit(settings.PORTAL_ADDRESS).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    # One line: a line break in a name would begin another header of the mail.
    made = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    made.attach_alternative(html, "text/html")
    return made
