"""One connection to the mail server, and the names of what it may answer."""

import logging
from email.errors import MessageError
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError
from django.template import TemplateDoesNotExist, TemplateSyntaxError

log = logging.getLogger(__name__)

NotSent = (SMTPException, OSError, MessageError, TemplateDoesNotExist, TemplateSyntaxError, DatabaseError)
"""What composing or sending one mail raises, beside `kinds.Mistake`; ValueError there has bad headers and addresses."""


class Postman:
    """One connection to the mail server for a whole batch, opened when the first mail needs it.

    A server that can't be reached is asked once: every later mail of the batch fails with the same error at once.
    """

    def __init__(self) -> None:
        self.connection = get_connection()
        self.away: OSError | None = None

    def send(self, mail: EmailMessage) -> None:
        """Raises SMTPException or OSError; after either the next mail gets a new connection."""
        if self.away is not None:
            raise self.away
        try:
            self.connection.open()
        except OSError as error:  # SMTPException is one
            self.away = error
            raise
        try:
            self.connection.send_messages([mail])
        except OSError:
            self.leave()
            raise

    def leave(self) -> None:
        """Say good-bye; a server that does not listen any more is left without."""
        try:
            self.connection.close()
        except OSError:
            log.info("mail server gone before good-bye")


def code(error: Exception) -> str:
    """An error as a class name and, from a mail server, its three digits: messages may quote addresses or content."""
    digits = ""
    if isinstance(error, SMTPResponseException):
        digits = f" {error.smtp_code}"
    elif isinstance(error, SMTPRecipientsRefused):
        digits = "".join(f" {reply[0]}" for reply in error.recipients.values())
    return (type(error).__name__ + digits)[:100]
