"""A grant is suspended once and revoked once; nothing else of it changes, and it stays on record."""

from django.db import migrations

CLOSES = """
CREATE FUNCTION sharing_agreements_grant_closes_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A grant stays on record; close it instead.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
     OR OLD.suspended_at IS NOT NULL AND NEW.suspended_at IS DISTINCT FROM OLD.suspended_at
  THEN
    RAISE EXCEPTION 'A grant that was closed stays closed; what opens again is a new one.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.version_id, NEW.term_id, NEW.recipient_id, NEW.record_set_id, NEW.actions, NEW.purposes,
      NEW.includes_juvenile, NEW.not_before, NEW.not_after)
     IS DISTINCT FROM (OLD.version_id, OLD.term_id, OLD.recipient_id, OLD.record_set_id, OLD.actions, OLD.purposes,
      OLD.includes_juvenile, OLD.not_before, OLD.not_after)
  THEN
    RAISE EXCEPTION 'A grant opens what it opened when it was made, and nothing else.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_closes_for_good BEFORE UPDATE OR DELETE ON sharing_agreements_grant
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_grant_closes_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing_agreements", "0002_guards")]
    operations = [migrations.RunSQL(CLOSES, migrations.RunSQL.noop)]
