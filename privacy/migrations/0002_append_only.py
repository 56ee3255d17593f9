"""Histories are written once, and a published policy keeps its text and its rules."""

from django.db import migrations

from portal.kernel.roles import append_only

HISTORIES = ("privacypolicy", "policyversion", "provision", "disclosurerule")

FROZEN = """
CREATE FUNCTION privacy_published_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM privacy_policyversion v
    WHERE v.id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END,
                   CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END)
      AND v.status <> 'draft'
  ) THEN
    RAISE EXCEPTION 'A published policy version cannot change; draft a new one.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER provision_final BEFORE INSERT OR UPDATE OR DELETE ON privacy_provision
  FOR EACH ROW EXECUTE FUNCTION privacy_published_is_final();
CREATE TRIGGER rule_final BEFORE INSERT OR UPDATE OR DELETE ON privacy_disclosurerule
  FOR EACH ROW EXECUTE FUNCTION privacy_published_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [
        append_only(*(f"privacy_historical{name}" for name in HISTORIES)),
        migrations.RunSQL(FROZEN, migrations.RunSQL.noop),
    ]
