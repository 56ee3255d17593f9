"""What a sign-in attempt is counted by: the address that was typed, and the network address that it came from."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The email address of an attempt in one spelling: another case of a letter is no new account to guess at."""
    given = credentials or {}
    tried = (
        given.get("email") or given.get("username") or request.POST.get("login") or request.POST.get("username") or ""
    )
    return str(tried).strip().lower()


def client_address(request: HttpRequest) -> str:
    """The network address as our own proxies (settings.TRUSTED_PROXIES) report it; never a header of the client's."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # no connection stands behind the request: a sign-in made by code
        return ""
