"""A notice as a mail, and a day's digest: links and a line or two each, never the content of a record.

The portal speaks one language, English; people have a time zone of their own and no language.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from .kinds import Words
from .models import Notice

if TYPE_CHECKING:
    from agencies.models import User

Line = tuple[Notice, Words]


def letter(notice: Notice, words: Words) -> EmailMultiAlternatives:
    """The mail of a notice, in plain text and in HTML, with times in the recipient's zone.

    Its Message-ID is the same at every try, so that a copy sent twice shows once in a mailbox.
    """
    context = {"notice": notice, "words": words, "address": settings.PORTAL_ADDRESS + words.link}
    return _mail("notice", notice.recipient, words.subject, message_id(notice), context)


def digest(owed: Sequence[Notice], lines: Sequence[Line]) -> EmailMultiAlternatives:
    """One person's mail of a day: `lines`, what of `owed` still concerns them, by group and in the order of events."""
    count = len(lines)
    subject = f"Your daily digest: {count} notice{'' if count == 1 else 's'}"
    return _mail("digest", owed[0].recipient, subject, digest_id(owed), {"sections": _sections(lines)})


def message_id(notice: Notice) -> str:
    """`<notice@host>`: one row is one event, recipient and channel; their three ids would not fit a header's line."""
    return f"<{notice.pk.hex}@{_host()}>"


def digest_id(owed: Sequence[Notice]) -> str:
    """The same for the same rows, whichever of them are left out when it is sent again; another for other rows."""
    rows = "".join(sorted(notice.pk.hex for notice in owed))
    return f"<digest-{sha256(rows.encode()).hexdigest()[:32]}@{_host()}>"


def _host() -> str | None:
    return urlsplit(settings.PORTAL_ADDRESS).hostname


def _mail(template: str, to: "User", subject: str, name: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    about = {
        **context,
        "subject": subject,
        "to": to.email,
        "portal_name": settings.PORTAL_NAME,
        "preferences": settings.PORTAL_ADDRESS + reverse("notices:preferences"),
    }
    with timezone.override(ZoneInfo(to.time_zone)):
        text = render_to_string(f"emails/{template}.txt", about)
        html = render_to_string(f"emails/{template}.html", about)
    headers = {"Message-ID": name, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject, text, to=[to.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _sections(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines under the names of their groups."""

    def group(line: Line) -> str:
        return line[1].group

    return [
        {
            "name": name,
            "lines": [
                {"at": notice.event.at, "words": words, "address": settings.PORTAL_ADDRESS + words.link}
                for notice, words in found
            ],
        }
        for name, found in groupby(sorted(lines, key=group), key=group)
    ]
