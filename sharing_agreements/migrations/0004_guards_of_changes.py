"""What the database itself refuses of changes: a signature of who is not asked, another predecessor, a changed word."""

from django.db import migrations

from portal.kernel.roles import append_only

GUARDS = """
CREATE OR REPLACE FUNCTION sharing_agreements_signature_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_agreementversion v JOIN sharing_agreements_party p ON p.version_id = v.id
    WHERE v.id = NEW.version_id AND p.id = NEW.party_id AND v.sha256 = NEW.sha256 AND v.frozen_at IS NOT NULL
      AND p.signs
  ) THEN
    RAISE EXCEPTION 'A signature is given to the exact frozen text by one of the parties that are asked.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION sharing_agreements_follows_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.follows_id, NEW.change) IS DISTINCT FROM (OLD.follows_id, OLD.change) THEN
    RAISE EXCEPTION 'What an agreement follows is said when it is drafted, and does not change.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER follows_for_good BEFORE UPDATE ON sharing_agreements_agreement
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_follows_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing_agreements", "0003_grants_close_for_good")]
    operations = [
        append_only("sharing_agreements_certificate", "sharing_agreements_historicalwithdrawal"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
