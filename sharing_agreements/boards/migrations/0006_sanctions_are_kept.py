"""A sanction is lifted by a decision and never deleted; a meeting keeps the notice that its charter asked."""

from django.db import migrations

from portal.kernel.roles import run

GUARDS = """
CREATE FUNCTION boards_meeting_keeps_its_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A meeting keeps the time of notice under which it was called.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER meeting_notice BEFORE UPDATE ON boards_meeting FOR EACH ROW
  WHEN (NEW.notice_hours IS DISTINCT FROM OLD.notice_hours) EXECUTE FUNCTION boards_meeting_keeps_its_notice();

CREATE FUNCTION boards_sanction_is_lifted_by_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM boards_motion m
    JOIN boards_ballot b ON b.motion_id = m.id JOIN boards_decision d ON d.ballot_id = b.id
    WHERE m.lifts_id = NEW.id AND d.outcome = 'carried'
  ) THEN
    RAISE EXCEPTION 'A sanction is lifted by a decision of the board.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sanction_lifted BEFORE UPDATE ON boards_sanction FOR EACH ROW
  WHEN (NEW.lifted_at IS DISTINCT FROM OLD.lifted_at) EXECUTE FUNCTION boards_sanction_is_lifted_by_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("boards", "0005_tighter_guards")]
    operations = [
        run("REVOKE DELETE ON boards_sanction FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
