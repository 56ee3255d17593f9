"""How many records bear a name, by owner, class and standing: counted where they are found, under the same locks."""

from django.db import migrations

from portal.kernel.roles import run

SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
STANDS = """r.terminated_on IS NULL
            AND (r.expires_at IS NULL OR r.expires_at > statement_timestamp())"""

# The same function but for what it gives of what it found.
TALLY = f"""
DO $do$
DECLARE
  named text := pg_get_functiondef('records_named({SIGNATURE})'::regprocedure);
  tally text := named;
BEGIN
  tally := replace(tally, 'public.records_named(', 'public.records_named_tally(');
  tally := replace(tally, 'RETURNS TABLE(ordered_on date, id uuid)',
    'RETURNS TABLE(owner_id uuid, record_class text, is_open boolean, number bigint)');
  tally := replace(tally, 'SELECT DISTINCT r.ordered_on, r.id',
    'SELECT DISTINCT r.id, r.record_set_id, ({STANDS}) AS is_open');
  tally := regexp_replace(tally, 'SELECT f.ordered_on, f.id FROM found f.*LIMIT most',
    'SELECT s.owner_id, s.record_class::text, f.is_open, count(*)
     FROM found f JOIN agencies_recordset s ON s.id = f.record_set_id GROUP BY 1, 2, 3');
  IF tally !~ 'GROUP BY' OR tally !~ 'AS is_open' OR tally !~ 'number bigint' THEN
    RAISE EXCEPTION 'The search by name reads otherwise now.';
  END IF;
  EXECUTE tally;
END $do$;
REVOKE EXECUTE ON FUNCTION records_named_tally({SIGNATURE}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_named_tally({SIGNATURE}) TO {{runtime}};
"""  # noqa: S608  (texts of this file alone)


class Migration(migrations.Migration):
    dependencies = [("records", "0043_open_sets_when_asked")]

    operations = [run(TALLY)]
