"""A published version keeps its own words too, and its fate moves one way."""

from django.db import migrations

FINAL = """
CREATE FUNCTION privacy_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' THEN
      RAISE EXCEPTION 'A policy version begins as a draft.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.status = 'draft' THEN
    IF TG_OP = 'UPDATE' AND NEW.status = 'superseded' THEN
      RAISE EXCEPTION 'A draft is published before it is superseded.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'superseded'
     AND (OLD.id, OLD.policy_id, OLD.number, OLD.summary, OLD.officer_name, OLD.officer_email, OLD.officer_phone,
          OLD.published_at)
       = (NEW.id, NEW.policy_id, NEW.number, NEW.summary, NEW.officer_name, NEW.officer_email, NEW.officer_phone,
          NEW.published_at)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A published policy version cannot change; draft a new one.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER policy_version_final BEFORE INSERT OR UPDATE OR DELETE ON privacy_policyversion
  FOR EACH ROW EXECUTE FUNCTION privacy_version_is_final();
"""

UNDO = """
DROP TRIGGER policy_version_final ON privacy_policyversion;
DROP FUNCTION privacy_version_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_append_only")]
    operations = [
        migrations.RunSQL(FINAL, UNDO),
    ]
