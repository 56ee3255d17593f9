"""Where the sources of a decision can be read: the clause of an agreement, the rule of a policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from .decision import Ruling


def to_clause(way: dict[str, Any]) -> str:
    """The clause that a way's term belongs to, in its agreement; empty for an agency's own set."""
    found = to_agreement(way)
    return f"{found}#c{_anchor(way['clause_number'])}" if found else ""


def to_agreement(way: dict[str, Any]) -> str:
    """The agreement of a way; empty for an agency's own set."""
    return _address("agreements:detail", way["agreement_id"]) if way["agreement_id"] else ""


def to_policy(ruling: Ruling) -> str:
    """The published policy that a ruling comes from; empty where no policy speaks."""
    return _address("public:policy", ruling.policy) if ruling.policy else ""


def to_rule(ruling: Ruling) -> str:
    """The rule in the published policy; empty where no rule speaks."""
    found = _address("public:policy", ruling.policy) if ruling.rule else ""
    return f"{found}#{ruling.rule}" if found else ""


def to_acknowledgements() -> str:
    """Where the viewer accepts policies and rules."""
    return reverse("acknowledgement:mine")


def _address(name: str, pk: object) -> str:
    """A page of another floor; empty on a portal that leaves that page out."""
    try:
        return reverse(name, kwargs={"pk": pk})
    except NoReverseMatch:
        return ""


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
