"""Each statute of a charge, and the agency that a record's class names, as searches compare them."""

import django.contrib.postgres.fields
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

from portal.kernel import migrating

# `18:111(a)(1); 18:758` gives {18 111, 18 111 a, 18 111 a 1, 18 758}. What is cited behind the first says only what is
# other: `21:952 and 960`, `8:1326(a) and (b)(1)`. Courts write the state's letter before a code, and police leave it
# out: `CPC 211` is `pc 211` too. Beside `statute_keys` of portal.records.reading, which asks.
STATUTE_KEYS = r"""
CREATE FUNCTION records_statute_keys(statute text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  plain text := regexp_replace(
    lower(normalize(statute, NFKC)), '\mu\W{0,2}s\W{0,2}c\M(\W{0,2}a\M)?|\m(title|sec(tion)?s?)\M', ' ', 'g');
  cited text;
  parts text[];
  section text[] := '{}';
  found text[] := '{}';
BEGIN
  FOREACH cited IN ARRAY regexp_split_to_array(plain, ';|,|&|\mand\M') LOOP
    parts := ARRAY (SELECT part[1] FROM regexp_matches(cited, '[a-z0-9]+', 'g') AS part);
    CONTINUE WHEN parts = '{}';
    IF cited ~ '^\s*\(' THEN
      parts := section || parts;
    ELSIF cited ~ '^\W*\d+[a-z]*\s*(\(.*)?$' THEN
      parts := section[:cardinality(section) - 1] || parts;
    END IF;
    section := ARRAY (
      SELECT part FROM unnest(parts) WITH ORDINALITY AS p(part, at)
      WHERE at <= COALESCE((SELECT min(q.at) FROM unnest(parts) WITH ORDINALITY AS q(part, at)
                            WHERE q.part ~ '^\d' AND q.at > 1), cardinality(parts)) ORDER BY at);
    FOR length IN least(2, cardinality(parts)) .. cardinality(parts) LOOP
      found := found || array_to_string(parts[:length], ' ');
      IF length > 1 AND parts[1] ~ '^[a-z]{3}$' THEN
        found := found || array_to_string(substr(parts[1], 2) || parts[2:length], ' ');
      END IF;
    END LOOP;
  END LOOP;
  RETURN ARRAY (SELECT DISTINCT unnest(found));
END $$;
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0006_sets_that_stand_out"),
        ("records", "0040_found_by_numbers_of_people"),
    ]

    operations = [
        migrations.RunSQL(STATUTE_KEYS, "DROP FUNCTION records_statute_keys(text);"),
        migrations.AddField(
            "charge",
            "statute_keys",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "statute",
                    function="records_statute_keys",
                    output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                help_text="Each statute cited, and what begins it, as searches compare them",
                output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
            ),
        ),
        migrations.AddField(
            "record",
            "agency_key",
            models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Upper(
                    django.db.models.functions.comparison.Coalesce(
                        django.db.models.fields.json.KeyTextTransform("agency", "details"),
                        django.db.models.fields.json.KeyTextTransform("court", "details"),
                        models.Value("", models.TextField()),
                    )
                ),
                help_text="ORI or court id of the agency that its class names, in capitals: who arrested, booked,"
                " issued",
                output_field=models.TextField(),
            ),
        ),
    ]
