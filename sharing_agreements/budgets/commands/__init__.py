"""What people do with budgets: one function a verb."""

from .budgets import add_party, change_budget, change_party, open_budget, remove_party
from .figures import count_figures, remove_formula, save_figures, save_formula
from .importing import import_lines
from .invoices import cancel_invoice, issue_invoices, pay_invoice
from .lines import remove_line, remove_source, save_line, save_source
from .reminding import remind_of_invoice
from .versions import propose

__all__ = [
    "add_party",
    "cancel_invoice",
    "change_budget",
    "change_party",
    "count_figures",
    "import_lines",
    "issue_invoices",
    "open_budget",
    "pay_invoice",
    "propose",
    "remind_of_invoice",
    "remove_formula",
    "remove_line",
    "remove_party",
    "remove_source",
    "save_figures",
    "save_formula",
    "save_line",
    "save_source",
]
