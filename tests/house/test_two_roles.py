"""Tests run as the role that the web server uses. As the owner, the second lock would let everything through."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db


def asked(sql: str, *parameters: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def test_we_are_the_runtime_role() -> None:
    assert asked("SELECT current_user") == [(settings.RUNTIME_ROLE,)]


def test_the_runtime_role_owns_nothing_and_bypasses_nothing() -> None:
    rights = "rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
    assert asked(f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") == [(False,) * 5]
    assert asked("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s", settings.RUNTIME_ROLE) == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "ALTER TABLE django_session ADD COLUMN mine int",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
    ],
)
def test_the_runtime_role_changes_no_table(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        asked(statement)


def test_no_function_looks_for_its_tables_among_temporary_ones_first() -> None:
    """Whoever runs statements as the runtime role can make temporary tables, and views that run anything; a function in
    the owner's rights, or a trigger that guards, would read them."""
    read_no_table = {"records_viewer", "records_nonconviction"}
    found = asked(
        "SELECT p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
        " WHERE p.pronamespace = 'public'::regnamespace AND l.lanname <> 'c' AND p.provolatile <> 'i'"
        " AND NOT (COALESCE(p.proconfig, '{}') && ARRAY['search_path=public, pg_temp', 'search_path=pg_catalog'])"
    )
    assert {name for (name,) in found} <= read_no_table
