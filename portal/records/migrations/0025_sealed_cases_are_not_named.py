"""A sealed case stands in no other record for those to whom it does not exist, and an expunged one in none at all."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from portal.kernel.roles import run

# In the owner's rights, since row-level security hides what it looks for; it says only what is left of the fields.
OWN_DETAILS = """
CREATE FUNCTION records_own_details(details jsonb, named text, sealed_sets uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT CASE WHEN named <> '' AND EXISTS (
    SELECT 1 FROM records_record c
    WHERE c.sealed AND (c.docket_key = named OR c.docket_tail = named)
      AND NOT (c.record_set_id = ANY (sealed_sets) AND c.record_set_id = ANY (records_open_sets('sealed')))
  ) THEN details - 'case_number' ELSE details END
$$;
REVOKE EXECUTE ON FUNCTION records_own_details(jsonb, text, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_own_details(jsonb, text, uuid[]) TO {runtime};

-- Before `destroys` (migration 0017), which asks whether the record may be: either undoes the statement of both.
CREATE FUNCTION records_unname_expunged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE keys text[];
BEGIN
  SELECT ARRAY[r.docket_key, r.docket_tail] INTO keys FROM records_record r WHERE r.id = NEW.id;
  UPDATE records_record r SET details = r.details - 'case_number', case_key = ''
  WHERE r.case_key <> '' AND r.case_key = ANY (keys) AND r.id <> NEW.id;
  UPDATE records_historicalrecord h SET details = h.details - 'case_number', case_key = ''
  WHERE h.case_key <> '' AND h.case_key = ANY (keys) AND h.id <> NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER before_destroys BEFORE INSERT ON records_expungement
  FOR EACH ROW EXECUTE FUNCTION records_unname_expunged();
REVOKE EXECUTE ON FUNCTION records_unname_expunged() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0024_large_exports")]
    operations = [
        AddIndexConcurrently(
            "record", models.Index(fields=["docket_key"], condition=models.Q(sealed=True), name="record_sealed_key")
        ),
        AddIndexConcurrently(
            "record", models.Index(fields=["docket_tail"], condition=models.Q(sealed=True), name="record_sealed_tail")
        ),
        run(OWN_DETAILS),
    ]
