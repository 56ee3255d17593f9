"""The secret of an invitation's link: derived from its id and SECRET_KEY when it is needed, so that none is stored.

The row keeps a SHA-256 of the secret, by which the link is found; whoever reads the database can't make a link from it.
"""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Invitation

SALT = "agencies.invitation"


def token_of(invitation: Invitation, *, key: str | None = None) -> str:
    """The secret that the invitation's link carries, under the present SECRET_KEY or another."""
    digest = salted_hmac(SALT, str(invitation.pk), secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def fingerprint(token: str) -> str:
    """What the row keeps of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(invitation: Invitation) -> str:
    """The whole address that is mailed; one made before SECRET_KEY changed stays the one it was made with.

    The secret stands in the query, which the portal's own logs leave out.
    Raises LookupError when its key is no longer among SECRET_KEY_FALLBACKS.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(invitation, key=key)
        if constant_time_compare(fingerprint(token), invitation.token_hash):
            return f"{settings.PORTAL_ADDRESS}{reverse('agencies:accept')}?{urlencode({'key': token})}"
    raise LookupError("The key of this invitation is gone.")
