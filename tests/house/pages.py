"""Renders layouts and pages from given data: no database, no middleware, no context processor of the portal."""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates, Template
from django.test import RequestFactory

from portal import settings as portal_settings

COURT = SimpleNamespace(pk="1", agency=SimpleNamespace(name="Cedar County Superior Court"), user="A. Okafor")
POLICE = SimpleNamespace(pk="2", agency=SimpleNamespace(name="Marlow Police Department"), user="A. Okafor")
NAV = [
    {"label": "Today", "url": "/", "current": False},
    {"label": "Search", "url": "/search", "current": True},
    {"label": "Agreements", "url": "/agreements", "current": False},
]
SIGNED_IN = {
    "user": SimpleNamespace(is_authenticated=True),
    "membership": COURT,
    "memberships": [COURT, POLICE],
    "searches": True,
    "nav": NAV,
    "notice_count": 4,
    "inquiry": {
        "number": "INQ-26-8841",
        "purpose_label": "C, criminal justice",
        "case_number": "26-CR-00417",
        "open_until": None,
    },
    "inquiry_change_url": "/inquiry/change",
    "inquiry_end_url": "/inquiry/end",
}
ANYBODY: dict[str, Any] = {"user": AnonymousUser()}


def _engine() -> DjangoTemplates:
    return DjangoTemplates(
        {
            "NAME": "bare",
            "DIRS": [portal_settings.BASE_DIR / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    )


def request_for(address: str) -> HttpRequest:
    return RequestFactory().get(address)


def render(name: str, context: dict[str, Any], *, address: str = "/") -> str:
    """A page of templates/ as it is served for the address."""
    return str(_engine().get_template(name).render(context, request_for(address)))


def render_text(source: str, context: dict[str, Any]) -> str:
    """A template given as text, with the tags of the portal at hand."""
    template: Template = _engine().from_string("{% load portal %}" + source)
    return str(template.render(context, request_for("/")))


GALLERY = """{% extends "base.html" %}{% load portal %}{% block title %}Components{% endblock %}
{% block main %}<div class="p-stack-l">{% for example in examples %}
<section class="p-stack-s" aria-label="{{ example.name }} {{ forloop.counter }}">
<p class="p-meta">{{ example.name }}</p>
{{ example.before|safe }}{% show example.part %}{{ example.after|safe }}</section>{% endfor %}</div>{% endblock %}"""


def render_gallery(examples: list[Any]) -> str:
    """One page with every component on it."""
    template: Template = _engine().from_string(GALLERY)
    return str(template.render({**SIGNED_IN, "examples": examples}, request_for("/")))
