"""Records found by the state or FBI number of somebody on them, under the second lock, as they are by name."""

from django.db import migrations

from portal.kernel.roles import run

SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
BY_NAME = "p.name_forms @@ to_tsquery(''simple'', words)"
BY_NUMBER = """(p.state_id <> '''' AND p.state_id IN (words, upper(words))
                                 OR p.fbi_id <> '''' AND p.fbi_id IN (words, upper(words)))"""

# What is open is decided in the same words; `words` is a number here.
NUMBERED = f"""
DO $do$
DECLARE
  named text := pg_get_functiondef('records_named({SIGNATURE})'::regprocedure);
  numbered text := replace(
    replace(named, 'public.records_named(', 'public.records_numbered('), '{BY_NAME}', '{BY_NUMBER}');
BEGIN
  IF position('to_tsquery' IN numbered) > 0 OR position('records_numbered' IN numbered) = 0 THEN
    RAISE EXCEPTION 'The search by name reads otherwise now.';
  END IF;
  EXECUTE numbered;
END $do$;
REVOKE EXECUTE ON FUNCTION records_numbered({SIGNATURE}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_numbered({SIGNATURE}) TO {{runtime}};
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0039_index_of_names_that_sound_alike")]

    operations = [run(NUMBERED)]
