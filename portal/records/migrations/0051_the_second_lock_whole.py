"""Functions in the owner's rights ask the whole second lock, and what they tell is no test of what is hidden.

The newest entries were found where their set was open, sealed and juvenile ones among them, and whether all who stand
on a record may be named was told of any record. A case that another agency hides was left out of the records of one's
own agency too, which had written its number there: so one could ask of any number whether such a case was hidden.
Informants stand in no history that a custodian reads, as they stand in no list.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from portal.kernel.roles import run

# What the policy of row-level security asks of a record whose set is open, of an alias.
THERE = """(NOT {r}.sealed OR {r}.record_set_id IN (SELECT unnest(records_open_sets('sealed'))))
    AND ({r}.closes_at IS NULL OR {r}.closes_at > statement_timestamp()
         OR (NOT (current_setting('portal.action', true) IN ('print', 'export', 'redisclose'))
             AND {r}.record_set_id IN (SELECT unnest(records_open_sets('sealed')))))
    AND (NOT {r}.juvenile OR {r}.record_set_id IN (SELECT unnest(records_open_sets('juvenile'))))
    AND ({r}.nonconviction_from IS NULL OR {r}.nonconviction_from > statement_timestamp()
         OR {r}.record_set_id IN (SELECT unnest(records_open_sets('nonconviction'))))"""

NEWEST = """
DO $do$
DECLARE
  found record;
  written text;
BEGIN
  FOR found IN SELECT p.oid FROM pg_proc p WHERE p.proname IN ('records_newest', 'records_newest_before') LOOP
    written := pg_get_functiondef(found.oid);
    written := replace(written, 'r.record_set_id FROM',
      'r.record_set_id, r.sealed, r.juvenile, r.closes_at, r.nonconviction_from FROM');
    written := replace(written, 'unnest(opened))) IS TRUE', $q$unnest(opened))) IS TRUE
    AND {there}$q$);
    IF position('NOT c.juvenile' IN written) = 0 OR position('r.juvenile' IN written) = 0 THEN
      RAISE EXCEPTION 'The newest entries are found otherwise now.';
    END IF;
    EXECUTE written;
  END LOOP;
END $do$;
""".replace("{there}", THERE.replace("{r}", "c"))

# Asked of each row of a list: a restriction that a record is not under is not looked up.
ALL_NAMED = """
CREATE OR REPLACE FUNCTION records_all_named(record uuid, roles text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r record;
BEGIN
  SELECT c.record_set_id, c.sealed, c.juvenile, c.closes_at, c.nonconviction_from INTO r
  FROM records_record c WHERE c.id = record;
  IF NOT FOUND OR r.record_set_id <> ALL (records_open_sets('')) OR NOT ({there}) THEN
    RETURN false;
  END IF;
  RETURN NOT EXISTS (SELECT 1 FROM records_participant p WHERE p.record_id = record AND NOT p.role = ANY (roles));
END $$;
""".replace("{there}", THERE.replace("{r}", "r").replace("IN (SELECT unnest(", "= ANY (("))

# `within`: on a record of one's own agency its own cases alone are left out; on others' (none given) any hidden one.
HIDDEN = """
CREATE FUNCTION records_is_hidden(named text, sealed_sets uuid[], within uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT named <> '' AND EXISTS (
    SELECT 1 FROM records_record c
    WHERE (c.sealed OR c.juvenile OR c.nonconviction_from IS NOT NULL)
      AND (c.docket_key = named OR c.docket_tail = named)
      AND (within IS NULL OR c.record_set_id = ANY (within))
      AND ((c.sealed
            AND NOT (c.record_set_id = ANY (sealed_sets) AND c.record_set_id = ANY (records_open_sets('sealed'))))
        OR (c.juvenile AND c.record_set_id <> ALL (records_open_sets('juvenile')))
        OR (c.nonconviction_from <= statement_timestamp()
            AND c.record_set_id <> ALL (records_open_sets('nonconviction')))))
$$;
REVOKE EXECUTE ON FUNCTION records_is_hidden(text, uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_is_hidden(text, uuid[], uuid[]) TO {runtime};

CREATE FUNCTION records_own_details(details jsonb, named text, sealed_sets uuid[], within uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN records_is_hidden(named, sealed_sets, within) THEN details - 'case_number' ELSE details END
$$;
DROP FUNCTION records_own_details(jsonb, text, uuid[]);
DROP FUNCTION records_is_hidden(text, uuid[]);
"""

INFORMANTS = """
ALTER POLICY custodian ON records_historicalparticipant USING (
  role <> 'informant' AND record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[]));
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0050_temporary_tables_come_last")]

    operations = [
        AddIndexConcurrently(
            "record",
            models.Index(
                models.OrderBy(models.F("ordered_on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                include=("record_set", "sealed", "juvenile", "closes_at", "nonconviction_from"),
                name="record_there_newest",
            ),
        ),
        run(NEWEST),
        RemoveIndexConcurrently("record", "record_newest"),
        run(ALL_NAMED),
        run(HIDDEN),
        run(INFORMANTS),
    ]
