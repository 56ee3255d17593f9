"""Why messages fail, in words: what the portal administrator does about it depends on that."""

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
    """What happened and what to do, for a code of `delivery.code`."""
    for names, words in WORDS:
        if code.startswith(names):
            return words
    return "The message could not be composed. This is a mistake in the portal; report the code."
