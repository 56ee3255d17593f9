"""What the owner makes, the runtime role may read and write; tables that need less take it away again."""

from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GRANT = """
GRANT USAGE ON SCHEMA public TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {runtime};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {runtime};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {runtime};
"""


def grant(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [settings.RUNTIME_ROLE])
        found = cursor.fetchone()
    if found is None:
        raise RuntimeError(
            f"The runtime role {settings.RUNTIME_ROLE!r} does not exist. Create it first: "
            f"CREATE ROLE {settings.RUNTIME_ROLE} LOGIN PASSWORD '...'; then GRANT it to the owner role."
        )
    if found[0]:
        raise RuntimeError(
            f"The runtime role {settings.RUNTIME_ROLE!r} is a superuser or has BYPASSRLS, which would switch the "
            "second lock off. Run: ALTER ROLE ... NOSUPERUSER NOBYPASSRLS;"
        )
    editor.execute(GRANT.replace("{runtime}", editor.quote_name(settings.RUNTIME_ROLE)))


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
