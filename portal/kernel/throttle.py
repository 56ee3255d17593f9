"""How often one network address may ask for something, counted in the cache; with the cache away nobody is held up."""

import time

from django.core.cache import cache
from django.http import HttpRequest

from .sign_in import client_address


def within(request: HttpRequest, action: str, *, most: int, seconds: int = 60) -> bool:
    """Count this request, and say whether it is among the first `most` of its span of `seconds`."""
    span = int(time.time()) // seconds
    key = f"throttle:{action}:{client_address(request)}:{span}"
    cache.add(key, 0, seconds * 2)
    try:
        return cache.incr(key) <= most
    except ValueError:
        return True
