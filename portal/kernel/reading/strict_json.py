"""JSON as the standard has it, and nothing lost on the way: what Python's parser would silently change is a `Flaw`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

from portal.kernel.reading.problem import shown

LONGEST_NUMBER = 300
"""Digits of a whole number; Python itself refuses above 4,300, PostgreSQL above 131,072."""


class Unreadable(Exception):
    """A piece is no JSON; the message says where and why, without its content."""


class Flaw:
    """Stands in a parsed value for what cannot be taken over as it is written."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Repeating(dict[str, Any]):
    """An object that gives some of its keys more than once; different values under one key are a `Flaw`."""

    repeated: tuple[str, ...] = ()


def parse(raw: bytes) -> Any:
    """The value of one piece of JSON. Raises Unreadable."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8: byte {error.start + 1:,} cannot be decoded. Save it as UTF-8.") from None
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not JSON: {error.msg}, line {error.lineno:,}, column {error.colno:,}.") from None
    except RecursionError:
        raise Unreadable("is nested too deep.") from None


def kind(value: object) -> str:
    """What a value is, in words for a message."""
    for types, word in _KINDS:
        if isinstance(value, types):
            return word
    return "null" if value is None else "a value of another kind"


def unstorable(text: str) -> str:
    """Why PostgreSQL cannot hold this text, or nothing."""
    if "\x00" in text:
        return "holds a NUL character, which cannot be stored."
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds half of a surrogate pair, which is no character."
    return ""


def kept(value: Any, place: str, problem: Callable[[str, str], None]) -> Any:
    """A value of any shape as it can be stored; what cannot is left out and handed to `problem(place, reason)`."""
    if isinstance(value, Flaw):
        problem(place, value.reason)
    elif isinstance(value, str):
        if not (reason := unstorable(value)):
            return value
        problem(place, reason)
    elif isinstance(value, list):
        parts = [kept(part, f"{place}[{index}]", problem) for index, part in enumerate(value)]
        return [part for part in parts if part is not LEFT_OUT]
    elif isinstance(value, dict):
        return _kept_object(value, place, problem)
    else:
        return value
    return LEFT_OUT


LEFT_OUT = object()
"""What `kept` answers for a value that cannot be stored at all."""


def _kept_object(value: dict[str, Any], place: str, problem: Callable[[str, str], None]) -> dict[str, Any]:
    found = {}
    for key, inner in value.items():
        if reason := unstorable(key):
            problem(place, f"has a key that {reason}")
        elif (part := kept(inner, f"{place}.{shown(key)}", problem)) is not LEFT_OUT:
            found[key] = part
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    first: dict[str, Any] = {}
    repeated = []
    for key, value in pairs:
        if key not in first:
            first[key] = value
            continue
        repeated.append(key)
        if not _same(first[key], value):
            first[key] = Flaw("is given twice, with different values; neither was taken.")
    result = Repeating(first)
    result.repeated = tuple(dict.fromkeys(repeated))
    return result


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1, 1.0 and true are three values, which Python calls equal."""
    if type(one) is not type(other) or isinstance(one, Flaw):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def _whole(text: str) -> int | Flaw:
    return int(text) if len(text) <= LONGEST_NUMBER else Flaw(f"is a number of more than {LONGEST_NUMBER} digits.")


def _fraction(text: str) -> float | Flaw:
    value = float(text)
    if len(text) <= LONGEST_NUMBER and math.isfinite(value) and Decimal(text) == Decimal(repr(value)):
        return value
    return Flaw("is a number that cannot be held exactly.")


def _constant(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is no JSON value", "", 0)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Flaw, "flawed"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
)
