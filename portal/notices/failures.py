"""Why messages fail, in words: what the portal administrator does about it depends on that."""

from typing import Any

from django.db.models import Count, Min, Q

from .models import Notice

WORDS = (
    (("SMTPRecipientsRefused",), "The mail server refused the address. Check it with the person's agency."),
    (("SMTPAuthenticationError",), "The mail server refused the portal's own sign-in. Check EMAIL_URL."),
    (("SMTPSenderRefused",), "The mail server refused the portal as sender. Check DEFAULT_FROM_EMAIL."),
    (
        ("SMTPServerDisconnected", "SMTPConnectError", "TimeoutError", "ConnectionRefusedError", "gaierror", "OSError"),
        "The mail server could not be reached. Check that it runs and that EMAIL_URL names it.",
    ),
    (("SMTP",), "The mail server refused the message. Its own log says why."),
    (("WorkerLost", "SoftTimeLimitExceeded"), "The worker was stopped each time it began on this message."),
)


def in_words(code: str) -> str:
    """What happened and what to do, for a code of `postman.code`."""
    for names, words in WORDS:
        if code.startswith(names):
            return words
    return "The message could not be composed. This is a mistake in the portal; report the code."


def overview() -> list[dict[str, Any]]:
    """Each cause with how many messages wait for another try or were given up, and since when the oldest is owed."""
    owed, failed = Notice.Status.OWED, Notice.Status.FAILED
    failing = Notice.objects.exclude(why="").filter(status__in=[owed, failed])
    found = failing.values("why").annotate(
        waiting=Count("pk", filter=Q(status=owed)),
        given_up=Count("pk", filter=Q(status=failed)),
        since=Min("made_at"),
        next_try_at=Min("next_try_at", filter=Q(status=owed)),
    )
    return [{**cause, "words": in_words(cause["why"])} for cause in found.order_by("-given_up", "-waiting", "why")]
