"""Rules of the house that walk what exists, so that a newcomer cannot forget them."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "kernel",
    "audit",
    "notices",
    "agencies",
    "readiness",
    "practitioners",
    "privacy",
    "law",
    "assessment",
    "development",
    "sharing_agreements",
    "budgets",
    "funding",
    "boards",
    "initiatives",
    "registers",
    "records",
    "workbench",
    "library",
)
WRITERS = (
    "commands",
    "steps.py",
    "grants.py",
    "importing",
    "delivery.py",
    "management",
    "demo",
    "history.py",
    "lifecycle.py",
)


def our_models() -> list[type[models.Model]]:
    return [
        m for label in OURS for m in apps.get_app_config(label).get_models() if not m.__name__.startswith("Historical")
    ]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_tests_run_as_the_runtime_role_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, powerful = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert (name, powerful, cursor.fetchone()[0]) == ("portal_runtime", False, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model",
    [m for m in our_models() if "record_set" in {f.name for f in m._meta.fields} and m._meta.app_label == "records"],
)
def test_what_hangs_on_a_record_is_under_forced_row_level_security(model: type[models.Model]) -> None:
    if model.__name__ == "Import":  # says how many, never what
        return
    tables = [model._meta.db_table]
    if hasattr(model, "history"):
        tables.append(model.history.model._meta.db_table)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
            assert cursor.fetchone() == (True,), f"{table}: add row_level_security() in a migration"


@pytest.mark.django_db
@pytest.mark.parametrize("model", [m for m in our_models() if hasattr(m, "history")], ids=lambda m: m.__name__)
def test_history_can_be_written_and_never_rewritten(model: type[models.Model]) -> None:
    table = model.history.model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%(t)s, 'INSERT'), has_table_privilege(%(t)s, 'UPDATE'),"
            " has_table_privilege(%(t)s, 'DELETE')",
            {"t": table},
        )
        assert cursor.fetchone() == (True, False, False), f"{table}: add append_only() in a migration"


@pytest.mark.parametrize("path", sorted(ROOT.glob("**/views/*.py")) + sorted(ROOT.glob("**/views.py")), ids=str)
def test_no_view_saves_anything(path: Path) -> None:
    if ".venv" in path.parts or "node_modules" in path.parts:
        return
    tree = ast.parse(path.read_text())
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"save", "delete", "bulk_create", "update_or_create", "get_or_create"}, f"{path}: call a command"


def test_only_commands_assign_a_status() -> None:
    for floor in ("portal", "agencies", "privacy", "sharing_agreements"):
        for path in (ROOT / floor).glob("**/*.py"):
            if "migrations" in path.parts or any(part.startswith(w) for part in path.parts for w in WRITERS):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                for target in node.targets if isinstance(node, ast.Assign) else []:
                    assigns = isinstance(target, ast.Attribute) and target.attr == "status"
                    assert not assigns, f"{path}:{target.lineno} assigns a status: move it to a command"
