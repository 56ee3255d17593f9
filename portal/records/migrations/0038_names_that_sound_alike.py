"""The words of a name with how they sound, for one index: `/` stands before a sound, and begins no word of a name.

A search for names that sound alike is then a search for other words, under the same two locks.
"""

import django.contrib.postgres.search
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

from portal.kernel import migrating

FUNCTIONS = r"""
CREATE FUNCTION records_sounds(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY (SELECT DISTINCT '/' || lower(code)
                FROM unnest(ARRAY[public.dmetaphone(word), public.dmetaphone_alt(word)]) AS code
                WHERE word ~ '^[a-z]{3,}$' AND code <> '')
$$;
CREATE FUNCTION records_name_forms(key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT to_tsvector('pg_catalog.simple'::regconfig, key) || array_to_tsvector(ARRAY (
    SELECT DISTINCT sound FROM unnest(string_to_array(key, ' ')) AS word, unnest(public.records_sounds(word)) AS sound))
$$;
"""
GONE = "DROP FUNCTION records_name_forms(text); DROP FUNCTION records_sounds(text);"


class Migration(migrating.Migration):
    dependencies = [("records", "0037_index_of_hidden_cases")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FUNCTIONS, GONE),
        migrations.AddField(
            "participant",
            "name_forms",
            models.GeneratedField(
                db_persist=True,
                help_text="The words with how each sounds: what is searched by",
                expression=models.Func(
                    "name_key",
                    function="records_name_forms",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
    ]
