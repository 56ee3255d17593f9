"""The index that the history of a foreign key has, made without a lock."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sharing_agreements", "0013_comments_of_parties")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY comment_history_party ON sharing_agreements_historicalcomment (party_id);",
            "DROP INDEX CONCURRENTLY comment_history_party;",
        )
    ]
