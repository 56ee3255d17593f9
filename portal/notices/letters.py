"""A notice as a mail: a link and a line or two, never the content of a record."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from .kinds import Words
from .models import Notice


def letter(notice: Notice, words: Words) -> EmailMultiAlternatives:
    """The mail of a notice, in plain text and in HTML, with times in the recipient's zone.

    Its Message-ID is the same at every try, so that a copy sent twice shows once in a mailbox.
    """
    context = {
        "notice": notice,
        "words": words,
        "address": settings.PORTAL_ADDRESS + words.link,
        "portal_name": settings.PORTAL_NAME,
    }
    with timezone.override(ZoneInfo(notice.recipient.time_zone)):
        text = render_to_string("emails/notice.txt", context)
        html = render_to_string("emails/notice.html", context)
    mail = EmailMultiAlternatives(
        words.subject,
        text,
        to=[notice.recipient.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(notice: Notice) -> str:
    """`<notice@host>`: one row is one event, recipient and channel; their three ids would not fit a header's line."""
    return f"<{notice.pk.hex}@{urlsplit(settings.PORTAL_ADDRESS).hostname}>"
