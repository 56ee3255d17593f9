"""Statutes are found set by set, by one index whose keys begin with their set, as names are (0046)."""

import django.contrib.postgres.fields
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from portal.kernel.roles import run

# The cost says that a set is better met by the index than read row by row.
IN_SET = """
CREATE OR REPLACE FUNCTION records_keys_in_set(keys text[], record_set uuid) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN ARRAY (SELECT right(record_set::text, 12) || key FROM unnest(keys) AS key);
END $$;
"""

SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text[], text[], date, date, text, date, uuid, boolean, integer"
# The same conditions, from the charges of each set instead of from its people. A charge has a standing of its own, for
# which the one that is asked for would be taken.
CHARGED = """
DO $do$
DECLARE
  charged text := pg_get_functiondef('records_under_statute({signature})'::regprocedure);
BEGIN
  charged := replace(charged, 'FROM records_participant p JOIN records_record r ON r.id = p.record_id',
    'FROM unnest((SELECT o.sets FROM open o)) AS s(id)
    JOIN records_charge c ON c.record_set_id = s.id
      AND records_keys_in_set(c.statute_keys, c.record_set_id) && records_keys_in_set(words, s.id)
    JOIN records_participant p ON p.id = c.participant_id
    JOIN records_record r ON r.id = p.record_id');
  charged := regexp_replace(charged,
    'EXISTS \\(\\s*SELECT 1 FROM records_charge c\\s*WHERE .* AND \\(p.role = ANY \\(unconvicted\\)',
    '(p.role = ANY (unconvicted)');
  charged := replace(charged, 'r.filed_on, r.details)))', 'r.filed_on, r.details))');
  charged := replace(charged, '(standing = '''' OR (standing =',
    '(records_under_statute.standing = '''' OR (records_under_statute.standing =');
  IF position('EXISTS (' || chr(10) || '        SELECT 1 FROM records_charge' IN charged) > 0
     OR position('records_keys_in_set(words' IN charged) = 0 OR position('&& words' IN charged) > 0
     OR position('records_nonconviction(' IN charged) = 0
     OR charged ~ '[ (]standing = ' THEN
    RAISE EXCEPTION 'The search by statute reads otherwise now.';
  END IF;
  EXECUTE charged;
END $do$;
""".replace("{signature}", SIGNATURE)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0046_names_within_their_set")]

    operations = [
        migrations.RunSQL(IN_SET, migrations.RunSQL.noop),
        AddIndexConcurrently(
            "charge",
            GinIndex(
                models.Func(
                    "statute_keys",
                    "record_set_id",
                    function="records_keys_in_set",
                    output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
                ),
                name="charge_statutes_in_set",
            ),
        ),
        run(CHARGED),
        RemoveIndexConcurrently("charge", "charge_statutes"),
    ]
