"""Names are found by one index of their words with how they sound."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

BY_WORDS, BY_FORMS = "p.name_words @@", "p.name_forms @@"
NAMED = """
DO $do$
DECLARE
  named text := pg_get_functiondef((SELECT p.oid FROM pg_proc p WHERE p.proname = 'records_named'));
BEGIN
  IF position('{before}' IN named) = 0 THEN
    RAISE EXCEPTION 'The search by name reads otherwise now.';
  END IF;
  EXECUTE replace(named, '{before}', '{after}');
END $do$;
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0038_names_that_sound_alike")]

    operations = [
        AddIndexConcurrently(
            "participant",
            GinIndex(
                fields=["record_set", "name_forms"], name="participant_forms", opclasses=["uuid_ops", "tsvector_ops"]
            ),
        ),
        migrations.RunSQL(NAMED.format(before=BY_WORDS, after=BY_FORMS), NAMED.format(before=BY_FORMS, after=BY_WORDS)),
        RemoveIndexConcurrently("participant", "participant_words"),
    ]
