"""Budgets: years, lines, parties, formulas; adopted versions and invoices."""

from .budgets import (
    FIRST_YEAR,
    LAST_YEAR,
    Basis,
    Bound,
    Budget,
    BudgetGroupObjectPermission,
    BudgetLine,
    BudgetParty,
    BudgetQuerySet,
    BudgetSource,
    BudgetUserObjectPermission,
    Denominator,
    Formula,
    Weight,
)
from .versions import BudgetAdoption, BudgetVersion, Invoice, InvoiceQuerySet, InvoiceReminder

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Basis",
    "Bound",
    "Budget",
    "BudgetAdoption",
    "BudgetGroupObjectPermission",
    "BudgetLine",
    "BudgetParty",
    "BudgetQuerySet",
    "BudgetSource",
    "BudgetUserObjectPermission",
    "BudgetVersion",
    "Denominator",
    "Formula",
    "Invoice",
    "InvoiceQuerySet",
    "InvoiceReminder",
    "Weight",
]
