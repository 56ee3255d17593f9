"""Turns the addresses of PostgreSQL and Redis, as the environment gives them, into what each library wants."""

from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def database(url: str) -> dict[str, Any]:
    """Django's settings for a `postgresql://` address; a Unix socket's directory is given as `?host=/path`."""
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL must begin with postgresql://, the one engine here."
        )
    settings = cast(dict[str, Any], dj_database_url.parse(url))
    options = settings.setdefault("OPTIONS", {})
    # Where Django's own tools (dbshell) look for them.
    settings["HOST"] = options.pop("host", settings["HOST"])
    settings["PORT"] = str(options.pop("port", settings["PORT"]) or "")
    return settings


def redis_database(url: str, number: int) -> str:
    """The same Redis, another of its numbered databases: throttles apart from the queue."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {**dict(parse_qsl(parts.query)), "db": str(number)}
        # Built by hand: urlunsplit would drop the empty host of `unix:///path`.
        return f"unix://{parts.netloc}{parts.path}?{urlencode(query)}"
    if parts.scheme in {"redis", "rediss"}:
        return urlunsplit(parts._replace(path=f"/{number}"))
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")


def celery_broker(url: str) -> str:
    """The same Redis in Celery's spelling: a Unix socket is `redis+socket://` there."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    query = dict(parse_qsl(parts.query))
    return f"redis+socket://{parts.netloc}{parts.path}?{urlencode({'virtual_host': query.get('db', '0')})}"
