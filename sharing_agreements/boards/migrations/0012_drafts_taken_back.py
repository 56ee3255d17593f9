"""A draft that was taken back is before no board: no motion on it is open."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION boards_taken_back_leaves_no_motion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM boards_motion m
             WHERE m.board_id = NEW.board_id AND m.policy_version_id = NEW.version_id
               AND m.status IN ('moved', 'pending', 'voting')) THEN
    RAISE EXCEPTION 'A motion on this draft is open; it ends first.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER taken_back_without_motion BEFORE UPDATE ON boards_policyreferral
  FOR EACH ROW WHEN (NEW.taken_back_at IS NOT NULL) EXECUTE FUNCTION boards_taken_back_leaves_no_motion();

CREATE FUNCTION boards_motion_on_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM privacy_policyversion v WHERE v.id = NEW.policy_version_id AND v.status = 'draft')
     AND NOT EXISTS (SELECT 1 FROM boards_policyreferral r WHERE r.board_id = NEW.board_id
                     AND r.version_id = NEW.policy_version_id AND r.taken_back_at IS NULL) THEN
    RAISE EXCEPTION 'A board decides on a draft that it was given.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_on_a_draft BEFORE INSERT ON boards_motion
  FOR EACH ROW WHEN (NEW.kind = 'policy') EXECUTE FUNCTION boards_motion_on_a_draft();
CREATE TRIGGER ballot_on_a_draft BEFORE UPDATE ON boards_motion
  FOR EACH ROW WHEN (NEW.kind = 'policy' AND NEW.status = 'voting' AND OLD.status <> 'voting')
  EXECUTE FUNCTION boards_motion_on_a_draft();
"""

UNDO = """
DROP TRIGGER ballot_on_a_draft ON boards_motion;
DROP TRIGGER motion_on_a_draft ON boards_motion;
DROP FUNCTION boards_motion_on_a_draft();
DROP TRIGGER taken_back_without_motion ON boards_policyreferral;
DROP FUNCTION boards_taken_back_leaves_no_motion();
"""


class Migration(migrations.Migration):
    dependencies = [("boards", "0011_initiatives_and_law")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
