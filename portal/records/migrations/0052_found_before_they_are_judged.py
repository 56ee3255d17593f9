"""What bears a name, a number or a statute is found first, by its index, and judged after.

The planner thinks that few records pass all conditions of the second lock, and in tables of some ten or a hundred
thousand rows began with those: then each name was compared with each open set. The order is said now (OFFSET 0).
"""

from django.db import migrations

from portal.kernel.roles import run

NAMED = (
    """CROSS JOIN records_participant p JOIN records_record r ON r.id = p.record_id
    WHERE p.record_set_id = s.id
      AND records_in_set(p.name_forms, p.record_set_id)
          @@ replace(a.words, chr(1), right(s.id::text, 12))::tsquery
      AND""",
    """CROSS JOIN LATERAL (
      SELECT p.id, p.record_id, p.role, p.represents_id FROM records_participant p
      WHERE p.record_set_id = s.id
        AND records_in_set(p.name_forms, p.record_set_id)
            @@ replace(a.words, chr(1), right(s.id::text, 12))::tsquery
      OFFSET 0) AS p
    JOIN records_record r ON r.id = p.record_id
    WHERE""",
)
NUMBERED = (
    """FROM records_participant p JOIN records_record r ON r.id = p.record_id
    WHERE p.record_set_id = ANY ((SELECT o.sets FROM open o)::uuid[])
      AND (p.state_id <> '' AND records_plain(p.state_id) = records_plain(words)
                                 OR p.fbi_id <> '' AND records_plain(p.fbi_id) = records_plain(words))
      AND""",
    """FROM (
      SELECT p.id, p.record_id, p.role, p.represents_id FROM records_participant p
      WHERE p.record_set_id = ANY ((SELECT o.sets FROM open o)::uuid[])
        AND (p.state_id <> '' AND records_plain(p.state_id) = records_plain(words)
             OR p.fbi_id <> '' AND records_plain(p.fbi_id) = records_plain(words))
      OFFSET 0) AS p
    JOIN records_record r ON r.id = p.record_id
    WHERE""",
)
CHARGED = (
    """JOIN records_charge c ON c.record_set_id = s.id
      AND records_keys_in_set(c.statute_keys, c.record_set_id) && records_keys_in_set(words, s.id)
    JOIN""",
    """CROSS JOIN LATERAL (
      SELECT c.participant_id, c.outcome, c.disposition, c.filed_on FROM records_charge c
      WHERE c.record_set_id = s.id
        AND records_keys_in_set(c.statute_keys, c.record_set_id) && records_keys_in_set(words, s.id)
      OFFSET 0) AS c
    JOIN""",
)
REWRITTEN = """
DO $do$
DECLARE
  found record;
  written text;
BEGIN
  FOR found IN
    SELECT p.oid FROM pg_proc p
    WHERE p.proname IN ('records_named', 'records_named_tally', 'records_numbered', 'records_under_statute')
  LOOP
    written := pg_get_functiondef(found.oid);
{replacements}
    IF position('OFFSET 0' IN written) = 0 THEN
      RAISE EXCEPTION 'A search reads otherwise now.';
    END IF;
    EXECUTE written;
  END LOOP;
END $do$;
""".replace(
    "{replacements}",
    "\n".join(
        f"    written := replace(written, $q${before}$q$, $q${after}$q$);"
        for before, after in (NAMED, NUMBERED, CHARGED)
    ),
)


class Migration(migrations.Migration):
    dependencies = [("records", "0051_the_second_lock_whole")]

    operations = [run(REWRITTEN)]
