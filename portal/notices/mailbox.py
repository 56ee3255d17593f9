"""The mailbox of a demonstration: mail kept in files instead of being sent, to be read on a page of the portal."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as ParsedMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from portal.kernel.ids import uuid7

SUFFIX = ".eml"


class Backend(BaseEmailBackend):
    """Django's mail backend of the demonstration: one file a mail in EMAIL_FILE_PATH, readable by its owner only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        directory = Path(settings.EMAIL_FILE_PATH)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            keep(directory / f"{uuid7()}{SUFFIX}", mail.message().as_bytes())
        return len(email_messages)


def keep(path: Path, content: bytes) -> None:
    """Writes a whole file or nothing, mode 0600 from its first byte on."""
    unfinished = path.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    unfinished.replace(path)


@dataclass(frozen=True)
class Mail:
    """One kept mail, as a page shows it; everything in it is to be escaped."""

    id: UUID
    to: str
    sender: str
    subject: str
    message_id: str
    at: datetime | None
    text: str
    html: str


def is_shown() -> bool:
    """Only in a demonstration that keeps its mail in files; elsewhere a mailbox that all can read must not exist."""
    keeps_mail = import_string(settings.EMAIL_BACKEND) is Backend
    return bool(settings.DEMONSTRATION) and keeps_mail


def newest(most: int, *, before: UUID | None = None) -> list[Mail]:
    """The newest mails, or those that are older than `before`."""
    names = sorted((path.stem for path in Path(settings.EMAIL_FILE_PATH).glob(f"*{SUFFIX}")), reverse=True)
    return [mail(UUID(name)) for name in [name for name in names if before is None or name < str(before)][:most]]


def mail(pk: UUID) -> Mail:
    """One mail. Raises FileNotFoundError when there is none of this id."""
    with (Path(settings.EMAIL_FILE_PATH) / f"{pk}{SUFFIX}").open("rb") as file:
        parsed = BytesParser(ParsedMessage, policy=policy.default).parse(file)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    return Mail(
        id=pk,
        to=str(parsed["To"] or ""),
        sender=str(parsed["From"] or ""),
        subject=str(parsed["Subject"] or ""),
        message_id=str(parsed["Message-ID"] or ""),
        at=_sent_at(str(parsed["Date"] or "")),
        text=text.get_content() if isinstance(text, ParsedMessage) else "",
        html=html.get_content() if isinstance(html, ParsedMessage) else "",
    )


def _sent_at(date: str) -> datetime | None:
    """When a mail was sent; RFC 5322's -0000, which Django writes, is UTC."""
    at = parsedate_to_datetime(date) if date else None
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
