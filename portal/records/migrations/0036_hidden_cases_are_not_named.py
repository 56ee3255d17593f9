"""A case that is hidden is named on no other record: as before where it is sealed, now also where it is juvenile or
nonconviction data alone and not there for the viewer. And what tells of an expunged record by its number is found with
zeros before it and without the court too."""

from django.db import migrations

from portal.kernel.roles import run

HIDDEN = """
-- Whether a case of this number is hidden from the viewer. In the owner's rights, as row-level security hides what it
-- looks for.
CREATE FUNCTION records_is_hidden(named text, sealed_sets uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT named <> '' AND EXISTS (
    SELECT 1 FROM records_record c
    WHERE (c.sealed OR c.juvenile OR c.nonconviction_from IS NOT NULL)
      AND (c.docket_key = named OR c.docket_tail = named)
      AND ((c.sealed
            AND NOT (c.record_set_id = ANY (sealed_sets) AND c.record_set_id = ANY (records_open_sets('sealed'))))
        OR (c.juvenile AND c.record_set_id <> ALL (records_open_sets('juvenile')))
        OR (c.nonconviction_from <= statement_timestamp()
            AND c.record_set_id <> ALL (records_open_sets('nonconviction')))))
$$;
REVOKE EXECUTE ON FUNCTION records_is_hidden(text, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_is_hidden(text, uuid[]) TO {runtime};

CREATE OR REPLACE FUNCTION records_own_details(details jsonb, named text, sealed_sets uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT CASE WHEN records_is_hidden(named, sealed_sets) THEN details - 'case_number' ELSE details END
$$;
"""

TELLS = """
CREATE OR REPLACE FUNCTION records_tells(text text, numbers text[], words text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public AS $$
  SELECT tsvector_to_array(to_tsvector('simple', text)) && words
    OR EXISTS (
      SELECT 1 FROM unnest(numbers) AS n
      WHERE position(n IN records_plain(text)) > 0
         OR position(n IN records_plain(regexp_replace(text, '(^|[^0-9])0+(?=[0-9])', '\\1', 'g'))) > 0)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0035_lists_by_what_is_there")]
    operations = [run(HIDDEN), run(TELLS)]
