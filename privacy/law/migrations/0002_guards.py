"""What the database itself refuses of law: a published version keeps its citations, and no entry is deleted."""

from django.db import migrations

from portal.kernel.roles import append_only, run

GUARDS = """
CREATE FUNCTION law_citation_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM privacy_provision p JOIN privacy_policyversion v ON v.id = p.version_id
    WHERE p.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.provision_id ELSE NEW.provision_id END AND v.status <> 'draft'
  ) THEN
    RAISE EXCEPTION 'A published policy version cannot change; draft a new one.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER citation_final BEFORE INSERT OR DELETE ON law_provisionauthority
  FOR EACH ROW EXECUTE FUNCTION law_citation_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("law", "0001_initial"), ("privacy", "0003_final_versions")]
    operations = [
        append_only("law_historicallegalauthority", "law_historicalprovisionauthority", "law_historicallawgap"),
        run(
            "REVOKE UPDATE ON law_provisionauthority FROM {runtime};"
            "REVOKE DELETE ON law_legalauthority, law_lawgap FROM {runtime};"
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
