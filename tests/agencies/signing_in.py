"""Signing in as people do it: through the form."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests import make


def sign_in(client: Client, email: str, password: str = make.PASSWORD, **more: str) -> Any:
    given = {"login": email, "password": password, "ack": "on", **more}
    return client.post(reverse("account_login"), given)


def fail(client: Client, email: str) -> Any:
    return sign_in(client, email, "a wrong guess")
