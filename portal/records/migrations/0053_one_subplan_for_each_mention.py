"""Row-level security looks up once what is open with which restrictions, where it looked up each by itself.

Each mention of what hangs on a record brings the subplans of the policy on records, five of them: 621 in one statement
of a record's page, which took longer to begin than to run. What a set is open with is one list of pairs now; sets that
show nonconviction data stay apart, since rules must be worked out for them, where a record is nothing else.

Reading the ids of what is open as an array takes a microsecond for each: a third of a millisecond for a viewer of 300
sets, and `records_all_named` did so for each row of a list. It looks for its set in the text.
"""

from django.db import migrations

from portal.kernel.roles import run

# Restrictions as bits: 1 sealed, 2 overdue, 4 juvenile. A job's set is open with all of them.
OPEN_WITH = """
CREATE FUNCTION records_open_with(OUT record_set uuid, OUT restrictions integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
  opened CONSTANT uuid[] := records_open_sets('');
  sealed CONSTANT uuid[] := records_open_sets('sealed');
  juvenile CONSTANT uuid[] := records_open_sets('juvenile');
  leaving CONSTANT boolean := COALESCE(current_setting('portal.action', true), '') IN ('print', 'export', 'redisclose');
BEGIN
  RETURN QUERY SELECT s, 0 FROM unnest(opened) AS s;
  RETURN QUERY SELECT s, 4 FROM unnest(juvenile) AS s WHERE s = ANY (opened);
  RETURN QUERY SELECT s, n FROM unnest(sealed) AS s, unnest(ARRAY[1, 2, 3, 5, 6, 7]) AS n
    WHERE s = ANY (opened) AND (n & 2 = 0 OR NOT leaving) AND (n & 4 = 0 OR s = ANY (juvenile));
END $$;
GRANT EXECUTE ON FUNCTION records_open_with() TO {runtime};

ALTER POLICY viewer ON records_record USING (
  (record_set_id,
   sealed::integer + CASE WHEN closes_at <= statement_timestamp() THEN 2 ELSE 0 END + 4 * juvenile::integer)
    IN (SELECT o.record_set, o.restrictions FROM records_open_with() AS o)
  AND (nonconviction_from IS NULL OR nonconviction_from > statement_timestamp() OR record_set_id IN (
    SELECT unnest(records_open_sets(a.restriction)) FROM (SELECT 'nonconviction' AS restriction OFFSET 0) AS a)));
"""

SET_IS_OPEN = """
CREATE FUNCTION records_set_is_open(record_set uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IS NULL
     AND current_setting('portal.sets_of', true) = records_viewer() THEN
    RETURN position(record_set::text IN current_setting('portal.sets_open')) > 0;
  END IF;
  RETURN COALESCE(record_set = ANY (records_open_sets('')), false);
END $$;

DO $do$
DECLARE
  written text := pg_get_functiondef('records_all_named'::regproc);
  asks CONSTANT text := $q$r.record_set_id <> ALL (records_open_sets(''))$q$;
BEGIN
  IF position(asks IN written) = 0 THEN
    RAISE EXCEPTION 'Whether all may be named is asked otherwise now.';
  END IF;
  EXECUTE replace(written, asks, 'NOT records_set_is_open(r.record_set_id)');
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0052_found_before_they_are_judged")]

    operations = [run(OPEN_WITH), run(SET_IS_OPEN)]
