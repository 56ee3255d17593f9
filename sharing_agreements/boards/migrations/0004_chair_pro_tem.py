"""A member may take the chair pro tem; no ballot opens at a meeting before the time for which it was noticed."""

from django.db import migrations, models

from portal.kernel import migrating

GUARDS = """
CREATE OR REPLACE FUNCTION boards_attendance_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE meeting boards_meeting%ROWTYPE;
BEGIN
  SELECT * INTO meeting FROM boards_meeting WHERE id = NEW.meeting_id;
  IF meeting.status <> 'in_session' THEN
    RAISE EXCEPTION 'Attendance is recorded while the board is in session.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.move = 'arrived' AND NOT EXISTS (
    SELECT 1 FROM boards_seat s WHERE s.id = NEW.seat_id AND s.board_id = meeting.board_id
    AND NEW.person_id IN (s.holder_id, s.alternate_id)
  ) THEN
    RAISE EXCEPTION 'Only the holder or the alternate takes a seat.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.move = 'arrived' AND EXISTS (
    SELECT 1 FROM (SELECT DISTINCT ON (a.seat_id) a.seat_id, a.person_id, a.move FROM boards_attendance a
                   WHERE a.meeting_id = NEW.meeting_id ORDER BY a.seat_id, a.sequence DESC) newest
    WHERE newest.move <> 'left' AND (newest.seat_id = NEW.seat_id OR newest.person_id = NEW.person_id)
  ) THEN
    RAISE EXCEPTION 'A seat takes one person, and a person one seat.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.move = 'presides' AND NOT EXISTS (
    SELECT 1 FROM boards_seat s
      JOIN LATERAL (SELECT a.person_id, a.move FROM boards_attendance a WHERE a.meeting_id = NEW.meeting_id
                    AND a.seat_id = s.id ORDER BY a.sequence DESC LIMIT 1) newest ON newest.move <> 'left'
    WHERE s.id = NEW.seat_id AND s.board_id = meeting.board_id AND s.is_voting AND NOT s.is_chair
      AND s.holder_id = NEW.person_id AND newest.person_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'Only a member who sits in a voting seat of their own presides pro tem.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION boards_ballot_in_its_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM boards_meeting m WHERE m.id = NEW.meeting_id AND m.starts_at > statement_timestamp()) THEN
    RAISE EXCEPTION 'No vote is taken at a meeting before the time for which it was noticed.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_in_its_time BEFORE INSERT ON boards_ballot
  FOR EACH ROW EXECUTE FUNCTION boards_ballot_in_its_time();
"""


class Migration(migrating.Migration):
    dependencies = [("boards", "0003_reminders")]
    operations = [
        migrations.AlterField(
            model_name="attendance",
            name="move",
            field=models.CharField(
                choices=[("arrived", "Arrived"), ("presides", "Took the chair pro tem"), ("left", "Left")],
                max_length=8,
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
