"""Records found by what somebody on them is charged with, under the second lock, as they are by name; and by the agency
that they name."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from portal.kernel.roles import run

SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
OWN = SIGNATURE.replace("text[], text,", "text[], text[], text[],")
BY_NAME = "p.name_forms @@ to_tsquery(''simple'', words)"
# Of people in `roles` each charge counts but those without conviction, which count of people in `unconvicted`.
BY_STATUTE = """EXISTS (
        SELECT 1 FROM records_charge c
        WHERE c.participant_id = p.id AND c.statute_keys && words
          AND c.record_set_id = ANY ((SELECT o.sets FROM open o)::uuid[])
          AND (p.role = ANY (unconvicted) OR NOT records_nonconviction(
            c.outcome, c.disposition, c.filed_on, r.record_class, r.filed_on, r.details)))"""

CHARGED = f"""
DO $do$
DECLARE
  charged text := pg_get_functiondef('records_named({SIGNATURE})'::regprocedure);
BEGIN
  charged := replace(charged, 'public.records_named(', 'public.records_under_statute(');
  charged := replace(charged, ' words text,', ' words text[], unconvicted text[],');
  charged := replace(charged, '{BY_NAME}', '{BY_STATUTE}');
  IF position('to_tsquery' IN charged) > 0 OR position('unconvicted text[]' IN charged) = 0 THEN
    RAISE EXCEPTION 'The search by name reads otherwise now.';
  END IF;
  EXECUTE charged;
END $do$;
REVOKE EXECUTE ON FUNCTION records_under_statute({OWN}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_under_statute({OWN}) TO {{runtime}};
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0041_statutes_and_agencies")]

    operations = [
        AddIndexConcurrently(
            "charge",
            GinIndex(
                fields=["record_set", "statute_keys"], name="charge_statutes", opclasses=["uuid_ops", "array_ops"]
            ),
        ),
        AddIndexConcurrently(
            "record",
            models.Index(
                models.F("record_set"),
                models.F("agency_key"),
                models.OrderBy(models.F("ordered_on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("agency_key", ""), _negated=True),
                name="record_agency",
            ),
        ),
        run(CHARGED),
    ]
