"""The portal's settings for tools that read the code: the type checker and the migration linter."""

import os

os.environ.setdefault("PORTAL_ROLE", "offline")

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

# Our own applications: what others' migrations did to their tables long ago is theirs.
MIGRATION_LINTER_OPTIONS = {
    "include_apps": [
        "kernel",
        "audit",
        "notices",
        "agencies",
        "privacy",
        "sharing_agreements",
        "budgets",
        "funding",
        "boards",
        "initiatives",
        "records",
        "workbench",
        "resources",
    ],
    "exclude_migration_tests": ["RUNPYTHON_ARGS_NAMING_CONVENTION"],
    "ignore_name": [
        "0003_awards",  # indexes sources of budgets and their history, which the same release makes
        "0003_tighter_locks",  # indexes a table that the migration before it makes
        "0007_days_of_rules",  # a rule's days become part of what is unique: some hundred rows, in one transaction
        "0008_termination_ground",  # indexes the history of motions, hundreds of rows, within its transaction
        "0004_in_kind_investments_parts",  # indexes lines and invoices of budgets, some hundred rows
        "0010_budgets_before_boards",  # indexes motions and their history, hundreds of rows
        "0011_initiatives_and_law",  # indexes the history of motions, hundreds of rows
        "0012_releases_by_word_of_mouth",  # widens a varchar, which rewrites nothing and keeps old code working
        "0030_two_custodians",  # indexes who asked for each expungement, hundreds of rows, within its transaction
    ],
    "warnings_as_errors": [],
}
