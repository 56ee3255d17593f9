"""What the database itself refuses: changing a frozen version, a signature, or the past."""

from django.db import migrations

from portal.kernel.roles import append_only

HISTORIES = ("agreement", "agreementversion", "party", "clause", "term", "grant")

FROZEN = """
CREATE FUNCTION sharing_agreements_frozen_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM sharing_agreements_agreementversion v
    WHERE v.id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END,
                   CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END)
      AND v.frozen_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'A submitted version cannot change; draft a new one.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER party_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_party
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();
CREATE TRIGGER clause_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_clause
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();
CREATE TRIGGER term_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_term
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();

CREATE FUNCTION sharing_agreements_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL THEN
    RAISE EXCEPTION 'A submitted version cannot change; draft a new one.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER version_final BEFORE UPDATE OR DELETE ON sharing_agreements_agreementversion
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_version_is_final();

CREATE FUNCTION sharing_agreements_signature_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_agreementversion v JOIN sharing_agreements_party p ON p.version_id = v.id
    WHERE v.id = NEW.version_id AND p.id = NEW.party_id AND v.sha256 = NEW.sha256 AND v.frozen_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'A signature is given to the exact frozen text by one of its parties.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signature_fits BEFORE INSERT ON sharing_agreements_signature
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_signature_fits();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing_agreements", "0001_initial")]
    operations = [
        append_only("sharing_agreements_signature", *(f"sharing_agreements_historical{name}" for name in HISTORIES)),
        migrations.RunSQL(FROZEN, migrations.RunSQL.noop),
    ]
