"""What these pages have in common."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def tabs(current: str) -> list[dict[str, object]]:
    """What lies beside the directory."""
    shown = (
        ("Directory", "directory"),
        ("Working groups", "groups"),
        ("Messages", "messages"),
        ("Your profile", "mine"),
    )
    return [
        {"label": label, "href": reverse(f"practitioners:{name}"), "current": name == current} for label, name in shown
    ]


def form_page(
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    lead: str,
    submit: str,
    back: str,
    args: tuple[Any, ...] = (),
    stop: bool = False,
    quoted: str = "",
) -> HttpResponse:
    """A page that is one form. quoted: words that it is about; stop: the button ends something."""
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "back": reverse(f"practitioners:{back}", args=args),
        "stop": stop,
        "quoted": quoted,
    }
    return render(request, "practitioners/form.html", context)
