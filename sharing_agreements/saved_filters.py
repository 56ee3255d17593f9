"""Saved filters of registers: which form asks a register, what of an address is a filter, what a page shows of them.

A register says here which form asks it (`asked_by`). A filter is what that form accepts and nothing else; the rows are
found by the register itself, under its own `visible_to`, whoever saved what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from agencies.models import User

from .models import SavedFilter

MARK = "saved"
"""In an address, which saved filter is in use; empty: none, also where one is to open the register."""
MOST = 30
LONGEST = 300

Asks = Callable[[HttpRequest, Mapping[str, str]], Form]
F = TypeVar("F", bound=Asks)


@dataclass(frozen=True)
class Asked:
    """A register: the name of its address, and its form."""

    address: str
    form: Asks


REGISTERS: dict[str, Asked] = {}


def asked_by(register: str, address: str) -> Callable[[F], F]:
    """Marks the function that makes a register's form from what was asked."""

    def mark(form: F) -> F:
        REGISTERS[register] = Asked(address, form)
        return form

    return mark


def accepted(form: Form) -> dict[str, str]:
    """What of the form's data is a filter: fields of the form alone, with what it takes. Raises ValidationError."""
    if not form.is_valid():
        raise ValidationError("The filter has mistakes. Put them right, then save it.")
    given = {name: str(form.data.get(name) or "").strip() for name in form.fields}
    query = {name: value for name, value in given.items() if value}
    if not query:
        raise ValidationError("Choose something to filter by, then save it.")
    if any(len(value) > LONGEST for value in query.values()):
        raise ValidationError("The filter is too long to be saved. Take some words away.")
    return query


def opens_with(person: User, register: str, asked: QueryDict) -> str | None:
    """Where a register goes on to when it is opened without a question: to the person's start, if there is one."""
    if asked:
        return None
    start = SavedFilter.objects.of(person, register).filter(is_start=True).first()
    return address_of(start) if start else None


def address_of(saved: SavedFilter) -> str:
    """The register under a saved filter."""
    return f"{reverse(REGISTERS[saved.register].address)}?{urlencode({**saved.query, MARK: saved.pk})}"


def shown(person: User, register: str, form: Form, asked: QueryDict) -> dict[str, Any]:
    """What stands above a register: the person's filters, which of them is in use, and what could be saved.

    Of what a filter names nothing is said but its own name: where its owner no longer sees it, the form says so.
    """
    rows = list(SavedFilter.objects.of(person, register))
    query = {name: asked[name] for name in form.fields if asked.get(name)}
    used = next((each for each in rows if str(each.pk) == asked.get(MARK, "")), None)
    changed = used is not None and used.query != query
    return {
        "chips": [_every(register, used=used is not None), *(_chip(each, used, changed=changed) for each in rows)]
        if rows
        else [],
        "used": used,
        "changed": changed,
        "lost": used is not None and not changed and not form.is_valid(),
        "query": query if form.is_valid() else {},
        "save": reverse("agreements:filter_save", args=[register]),
        "mark": MARK,
    }


def _every(register: str, *, used: bool) -> dict[str, Any]:
    return {"label": "No saved filter", "href": f"{reverse(REGISTERS[register].address)}?{MARK}=", "current": not used}


def _chip(each: SavedFilter, used: SavedFilter | None, *, changed: bool) -> dict[str, Any]:
    here = used is not None and used.pk == each.pk
    note = "modified" if here and changed else "start" if each.is_start else ""
    return {"label": each.name, "href": address_of(each), "current": here, "note": note}
