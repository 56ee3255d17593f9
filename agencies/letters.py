"""The words of account mails, and whether one is still owed."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from . import links
from .models import AccountMail, Invitation, User


class Gone(Exception):
    """The mail is no longer owed; the message is a code that says why."""


def letter(mail: AccountMail) -> EmailMessage:
    """The mail as it goes out now. Raises Gone when nobody needs it any more."""
    if mail.kind == AccountMail.Kind.INVITATION and mail.invitation:
        return invitation_letter(mail, mail.invitation)
    if mail.person is None:
        raise Gone("unknown_address")
    return reset_letter(mail, mail.person)


def invitation_letter(mail: AccountMail, invitation: Invitation) -> EmailMessage:
    if invitation.status != "open":
        raise Gone(invitation.status)
    try:
        link = links.link_of(invitation)
    except LookupError as error:
        raise Gone("key_gone") from error
    return written(mail, invitation.email, "invitation", {"invitation": invitation, "link": link})


def reset_letter(mail: AccountMail, person: User) -> EmailMessage:
    """A link to choose a new password; its token dies with the password that it replaces."""
    if not person.is_active:
        raise Gone("inactive")
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    link = settings.PORTAL_ADDRESS + reverse("account_reset_password_from_key", kwargs=key)
    return written(mail, person.email, "password_reset", {"person": person, "link": link})


def written(mail: AccountMail, to: str, name: str, context: dict[str, object]) -> EmailMessage:
    """A plain text mail from the template emails/`name`.txt, whose first line is the subject."""
    context = {**context, "portal_name": settings.PORTAL_NAME, "address": settings.PORTAL_ADDRESS}
    subject, _, body = render_to_string(f"emails/{name}.txt", context).strip().partition("\n")
    host = settings.PORTAL_ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0]
    return EmailMessage(
        subject, body.strip() + "\n", to=[to], headers={"Message-ID": f"<account-mail-{mail.pk}@{host}>"}
    )
