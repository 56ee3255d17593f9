"""The index that the history of a foreign key has, made without a lock."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("privacy", "0004_provision_written_by_and_principles")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY provision_history_writer ON privacy_historicalprovision (written_by_id);",
            "DROP INDEX CONCURRENTLY provision_history_writer;",
        )
    ]
