"""The number and the code by which somebody without an account comes back to a request.

The number may be said aloud; the code is shown once, on the receipt. It is derived from the portal's key and never
stored, so that whoever reads the database can't come back in somebody's place.
"""

from __future__ import annotations

import base64
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import RedressRequest

SIGNS = 16
NOBODY = UUID(int=0)
# What a hand writes alike: the number has no letters O, I and L, the code no digits 0, 1 and 8.
DIGITS = str.maketrans("OIL", "011")
LETTERS = str.maketrans("018", "OIB")


def number_of(pk: UUID, year: int) -> str:
    """From no global sequence: nobody can tell from one how many there are."""
    return f"ASK-{year % 100:02d}-{pk.hex[-10:].upper()}"


def code_of(pk: UUID, secret: str | None = None) -> str:
    """Eighty bits in four groups that can be read out over a telephone."""
    mac = salted_hmac("privacy.redress", pk.hex, secret=secret, algorithm="sha256").digest()
    signs = base64.b32encode(mac).decode()[:SIGNS]
    return "-".join(signs[at : at + 4] for at in range(0, SIGNS, 4))


def find(number: str, code: str) -> RedressRequest | None:
    """The request with this number, if the code is its own. An unknown number costs the same as a wrong code."""
    year, _, tail = "".join(number.split()).upper().removeprefix("ASK-").partition("-")
    asked = f"ASK-{year}-{tail.translate(DIGITS)}"
    found = RedressRequest.objects.select_related("agency", "appeal").filter(number=asked).first()
    given = "".join(code.replace("-", "").split()).upper().translate(LETTERS)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    codes = [code_of(found.pk if found else NOBODY, secret).replace("-", "") for secret in secrets]
    fits = [constant_time_compare(given.encode(), each.encode()) for each in codes]
    return found if any(fits) else None
