"""Ids that sort by time, made in Python because PostgreSQL 15 and Python 3.11 have none."""

import os
import time
import uuid

from django.utils.crypto import salted_hmac


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def of_form(key: uuid.UUID, owner: uuid.UUID) -> uuid.UUID:
    """The id of what a form makes: the same for the same form of the same owner, so that sending it twice makes one.

    The key comes with the form, so whoever sends it could choose it; this can't be chosen, nor the number made of it.
    """
    digest = salted_hmac("portal.kernel.ids.of_form", f"{owner}{key}", algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)
