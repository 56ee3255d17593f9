"""SQL for the two database roles, run from migrations: what the runtime role may touch, and row-level security."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class _Run(migrations.RunSQL):
    """SQL with `{runtime}` replaced by the quoted name of the runtime role."""

    def _run_sql(self, editor: BaseDatabaseSchemaEditor, sql: str) -> None:
        if sql:
            editor.execute(sql.replace("{runtime}", editor.quote_name(settings.RUNTIME_ROLE)))


def run(sql: str) -> migrations.RunSQL:
    """An operation that runs `sql` with `{runtime}` replaced by the quoted name of the runtime role."""
    return _Run(sql, migrations.RunSQL.noop)


def append_only(*tables: str) -> migrations.RunSQL:
    """The runtime role may write a row of these tables once, and never change or remove it."""
    return run("".join(f"REVOKE UPDATE, DELETE ON {table} FROM {{runtime}};" for table in tables))


def row_level_security(table: str, *policies: tuple[str, str, str]) -> migrations.RunSQL:
    """Put `table` under FORCE row-level security.

    Each policy is (name, command, condition) for the runtime role; the owner (migrations, backup) keeps a policy that
    lets everything through, since FORCE would otherwise hide every row from data migrations and dumps.
    """
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        f"CREATE POLICY owner_all ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);",
    ]
    for name, command, condition in policies:
        check = f" WITH CHECK ({condition})" if command in {"ALL", "INSERT", "UPDATE"} else ""
        using = f" USING ({condition})" if command != "INSERT" else ""
        lines.append(f"CREATE POLICY {name} ON {table} FOR {command} TO {{runtime}}{using}{check};")
    return run("\n".join(lines))
