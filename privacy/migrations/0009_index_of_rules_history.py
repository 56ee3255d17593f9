"""The index that the history of a foreign key has, made without a lock."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("privacy", "0008_rules_written_by")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY rule_history_writer ON privacy_historicaldisclosurerule (written_by_id);",
            "DROP INDEX CONCURRENTLY rule_history_writer;",
        )
    ]
