"""A refusal says whose records were asked for, so that the owner's auditor sees it. Who is refused cannot look that up,
so the database does; an id that never existed stays nobody's."""

from django.db import migrations

OWNED = """
CREATE FUNCTION records_refusal_has_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.record_sets := ARRAY (SELECT DISTINCT r.record_set_id FROM records_record r WHERE r.id = ANY (NEW.record_ids));
  RETURN NEW;
END $$;
CREATE TRIGGER refusal_has_owner BEFORE INSERT ON records_accessentry FOR EACH ROW
  WHEN (NEW.outcome = 'refused') EXECUTE FUNCTION records_refusal_has_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0004_plan_once")]
    operations = [migrations.RunSQL(OWNED, migrations.RunSQL.noop)]
