"""The descriptions of the classes as tables for people: what an import may hold, under which name, written how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agencies.models import RecordSet
from portal.kernel.parts import part
from portal.records.classes import CLASSES, Field, Kind, RecordClass
from portal.records.classes.catalogue import CHARGE, CHARGES, EVENT, EVENTS, HEARING, HEARINGS, PERSON
from privacy.models import DataCategory

COLUMNS: list[dict[str, Any]] = [
    {"label": "Property", "head": True},
    {"label": "What it is"},
    {"label": "Written"},
    {"label": "Shown as"},
]
WRITTEN = {
    Kind.WORD: "text, up to 120 characters",
    Kind.TEXT: "text",
    Kind.DATE: "2026-03-02",
    Kind.MONEY: "“2500.00”, in quotes",
    Kind.FLAG: "true or false",
    Kind.AGENCY: "ORI, or id of a court",
}


def written(field: Field) -> str:
    codes = ", ".join(field.codes)
    words = {Kind.CODE: f"one of {codes}", Kind.CODES: f"a list of {codes}"}.get(field.kind) or WRITTEN[field.kind]
    return f"{words}; needed" if field.required else words


def formats() -> list[dict[str, Any]]:
    """One part for each class, then those that all have in common."""
    return [
        *(
            {"name": RecordSet.RecordClass(each.name).label, "rows": _of_class(each), "key": each.name}
            for each in CLASSES.values()
        ),
        {"name": "Each person", "rows": [*_fields(PERSON), _list(CHARGES, "Charges against them")], "key": "person"},
        {"name": "Each charge", "rows": _fields(CHARGE), "key": "charge"},
        {"name": "Each event", "rows": _fields(EVENT), "key": "event"},
        {"name": "Each hearing", "rows": _fields(HEARING), "key": "hearing"},
    ]


def _of_class(of: RecordClass) -> list[list[Any]]:
    number = [
        part("link", text=of.number, mono=True),
        of.number_label,
        "text, up to 64 characters; needed",
        "Everybody",
    ]
    people = [_list(name, str(role.label)) for name, role in of.people.items()]
    return [number, *_fields(of.fields), *people, _list(EVENTS, "Events"), _list(HEARINGS, "Hearings")]


def _fields(fields: Iterable[Field]) -> list[list[Any]]:
    return [
        [
            part("link", text=each.niem, mono=True),
            each.label,
            written(each),
            str(DataCategory(each.category).label) if each.category else "Everybody",
        ]
        for each in fields
    ]


def _list(name: str, label: str) -> list[Any]:
    return [part("link", text=name, mono=True), label, "a list of objects", "By their own rules"]
