"""An inquiry that is over is neither approved nor refused any more."""

from django.db import migrations

APPROVALS = """
CREATE OR REPLACE FUNCTION records_approval_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.decided_at IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID)
     AND NEW.reason IN (OLD.reason, 'Expunged') AND NEW.note IN (OLD.note, 'Expunged')
     AND (OLD.id, OLD.inquiry_id, OLD.asked_at, OLD.approved, OLD.decided_by_id, OLD.decided_at)
         IS NOT DISTINCT FROM
         (NEW.id, NEW.inquiry_id, NEW.asked_at, NEW.approved, NEW.decided_by_id, NEW.decided_at) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'An inquiry is approved or refused once.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.id, OLD.inquiry_id, OLD.reason, OLD.asked_at)
                          IS DISTINCT FROM (NEW.id, NEW.inquiry_id, NEW.reason, NEW.asked_at) THEN
    RAISE EXCEPTION 'What was asked stays as it was.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM records_inquiry i
    JOIN agencies_membership m ON m.id = i.membership_id
    JOIN agencies_membership d ON d.agency_id = m.agency_id AND d.person_id = NEW.decided_by_id
    JOIN agencies_user u ON u.id = d.person_id
    WHERE i.id = NEW.inquiry_id AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
      AND m.person_id <> NEW.decided_by_id AND u.is_active
      AND 'supervisor' = ANY (d.roles)
      AND d.started_at <= statement_timestamp() AND (d.ended_at IS NULL OR d.ended_at > statement_timestamp())
  ) THEN
    RAISE EXCEPTION 'A supervisor of the same agency decides, and not who inquires.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0017_expungements")]
    operations = [migrations.RunSQL(APPROVALS, migrations.RunSQL.noop)]
