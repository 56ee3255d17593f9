"""What protects the portal has no default: a server without it does not start."""

import os
import secrets
import subprocess
import sys

import pytest

PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_ADDRESS": "https://portal.example",
    "DATABASE_URL": "postgresql://portal_runtime:x@db.example/portal",
    "REDIS_URL": "redis://cache.example/0",
}


def loaded(shown: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Loads the settings in a process that knows of `environment` only."""
    system = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = f"from portal import settings; print(({shown or 'None'}))"
    return subprocess.run(
        [sys.executable, "-c", code], env={**system, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("missing", PRODUCTION)
def test_nothing_starts_without(missing: str) -> None:
    found = loaded(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert found.returncode != 0
    assert f"{missing} is not set" in found.stderr


def test_a_web_server_needs_no_password_of_the_owner() -> None:
    found = loaded("settings.DATABASES['default']['USER'], settings.RUNTIME_ROLE", **PRODUCTION)
    assert found.stdout.strip() == "('portal_runtime', 'portal_runtime')"


def test_the_owner_is_used_where_it_is_asked_for_and_only_there() -> None:
    owner = {"DATABASE_OWNER_URL": "postgresql://portal_owner:y@db.example/portal"}
    shown = "settings.DATABASES['default']['USER'], settings.RUNTIME_ROLE"
    assert "'portal_runtime', " in loaded(shown, **PRODUCTION, **owner).stdout
    assert "'portal_owner', 'portal_runtime'" in loaded(shown, **PRODUCTION, **owner, PORTAL_ROLE="owner").stdout


def test_plain_http_is_for_this_machine_only() -> None:
    found = loaded(**{**PRODUCTION, "PORTAL_ADDRESS": "http://portal.example"})
    assert "must begin with https://" in found.stderr
    assert loaded(**{**PRODUCTION, "PORTAL_ADDRESS": "http://127.0.0.1:8000"}).returncode == 0


def test_cookies_and_transport_are_closed_in_production() -> None:
    shown = (
        "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT, "
        "settings.SESSION_COOKIE_NAME, settings.DEBUG"
    )
    assert loaded(shown, **PRODUCTION).stdout.strip() == "(True, True, True, '__Host-session', False)"


def test_a_proxys_word_is_believed_only_when_there_is_one() -> None:
    shown = "getattr(settings, 'SECURE_PROXY_SSL_HEADER', None), settings.ALLAUTH_TRUSTED_PROXY_COUNT"
    assert loaded(shown, **PRODUCTION).stdout.strip() == "(None, 0)"
    assert "HTTP_X_FORWARDED_PROTO" in loaded(shown, **PRODUCTION, TRUSTED_PROXIES="1").stdout
