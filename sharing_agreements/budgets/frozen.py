"""The content of a version: everything that a share was made of, and a hash of exactly that."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .formulas import cents
from .models import BudgetVersion, Formula
from .sharing import Plan


def content_of(plan: Plan, formula: Formula) -> dict[str, Any]:
    """The budget with one formula as JSON, money in cents. Raises `Infeasible`."""
    budget = plan.budget
    shares = {
        str(year): {str(agency): cents(share) for agency, share in plan.shares(formula, year).items()}
        for year in budget.years
    }
    names = {line.provided_by for line in plan.lines if line.provided_by} | {party.agency for party in plan.parties}
    return {
        "title": budget.title,
        "about": budget.about,
        "begins_month": budget.begins_month,
        "owner": str(budget.owner_id),
        "agencies": {str(agency.pk): agency.name for agency in {*names, budget.owner}},
        "parties": sorted(str(party.agency_id) for party in plan.parties),
        "lines": [
            {
                "year": line.year,
                "name": line.name,
                "recurrence": line.recurrence,
                "planned": cents(line.planned),
                "provided_by": str(line.provided_by_id) if line.provided_by_id else "",
            }
            for line in plan.lines
        ],
        "sources": [
            {
                "year": each.year,
                "name": each.name,
                "planned": cents(each.planned),
                "award": each.award.number if each.award else "",
            }
            for each in plan.sources
        ],
        "formula": _formula(formula),
        "figures": _figures(plan, formula),
        "shares": shares,
        **_credits(plan),
    }


def _credits(plan: Plan) -> dict[str, Any]:
    """What of each party's share it gives in kind, in years in which that counts; nothing where it does not."""
    found = {
        str(year): {str(agency): cents(given) for agency, given in plan.credits(year).items()}
        for year in plan.budget.years
    }
    return {"credits": found} if plan.budget.credits_in_kind else {}


def _formula(formula: Formula) -> dict[str, Any]:
    def bound(each: Any) -> dict[str, int | None]:
        return {name: None if (of := getattr(each, name)) is None else cents(of) for name in ("floor", "cap")}

    return {
        "name": formula.name,
        "basis": formula.basis,
        "base": cents(formula.base),
        **bound(formula),
        "bounds": {str(each.agency_id): bound(each) for each in formula.bounds.all()},
    }


def _figures(plan: Plan, formula: Formula) -> dict[str, Any] | None:
    if not formula.basis:
        return None
    denominator = plan.denominators[formula.basis]
    return {
        "source": denominator.source,
        "as_of": denominator.as_of.isoformat(),
        "weights": {str(weight.agency_id): f"{weight.value.normalize():f}" for weight in denominator.weights.all()},
    }


def sha256(content: dict[str, Any]) -> str:
    exact = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()


def is_whole(version: BudgetVersion) -> bool:
    """Whether a version still says what its hash was made of."""
    return sha256(version.content) == version.sha256
