"""What the database itself refuses: a conflicted elector, a vote of one, a vote on a closed ballot, changing a vote."""

from django.db import migrations

from portal.kernel.roles import append_only

WRITTEN_ONCE = ("ballot", "elector", "vote", "decision", "attendance", "remark")
HISTORIES = (
    "board",
    "charter",
    "seat",
    "meeting",
    "agendaitem",
    "minutes",
    "calendarfeed",
    "motion",
    "chairsuspension",
    "sanction",
)

GUARDS = """
-- Agencies whose people do not vote on a motion, and the author of what it is about.
CREATE FUNCTION boards_interested_agencies(motion uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT a.lead_agency_id FROM boards_motion m
    JOIN sharing_agreements_agreement a ON a.id = m.agreement_id WHERE m.id = motion
  UNION SELECT p.agency_id FROM boards_motion m
    JOIN sharing_agreements_party p ON p.version_id = m.version_id WHERE m.id = motion
  UNION SELECT y.agency_id FROM boards_motion m
    JOIN privacy_policyversion v ON v.id = m.policy_version_id
    JOIN privacy_privacypolicy y ON y.id = v.policy_id WHERE m.id = motion
  UNION SELECT m.agency_id FROM boards_motion m WHERE m.id = motion AND m.agency_id IS NOT NULL
$$;
CREATE FUNCTION boards_has_conflict(motion uuid, person uuid, seat_agency uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM boards_motion m JOIN sharing_agreements_agreement a ON a.id = m.agreement_id
                 WHERE m.id = motion AND a.author_id = person)
    OR seat_agency IN (SELECT boards_interested_agencies(motion))
    OR EXISTS (SELECT 1 FROM agencies_membership w
               WHERE w.person_id = person AND (w.ended_at IS NULL OR w.ended_at > statement_timestamp())
                 AND w.agency_id IN (SELECT boards_interested_agencies(motion)))
$$;

-- Who sits in a seat on a ballot: its holder, or at a meeting whoever took the seat there last.
CREATE FUNCTION boards_sits_in(seat uuid, person uuid, meeting uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM boards_seat s WHERE s.id = seat AND s.holder_id = person)
    OR person IS NOT DISTINCT FROM (
      SELECT a.person_id FROM boards_attendance a WHERE a.meeting_id = meeting AND a.seat_id = seat
                                    ORDER BY a.sequence DESC LIMIT 1)
$$;

CREATE FUNCTION boards_elector_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot boards_ballot%ROWTYPE;
BEGIN
  SELECT * INTO ballot FROM boards_ballot WHERE id = NEW.ballot_id;
  -- A ballot is opened and its electors are written in one transaction, so the ballot is never older than it.
  IF ballot.opened_at < transaction_timestamp() THEN
    RAISE EXCEPTION 'The electorate froze when the ballot opened.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.conflict <> '' AND NOT boards_has_conflict(ballot.motion_id, NEW.person_id, NEW.agency_id) THEN
    RAISE EXCEPTION 'Nobody is kept from a vote without an interest in it.' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.conflict = '' AND boards_has_conflict(ballot.motion_id, NEW.person_id, NEW.agency_id))
     OR (NEW.alternate_id IS NOT NULL AND boards_has_conflict(ballot.motion_id, NEW.alternate_id, NEW.agency_id)) THEN
    RAISE EXCEPTION 'Whoever has an interest in a motion may not vote on it.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM agencies_user u
             WHERE u.id IN (NEW.person_id, NEW.alternate_id) AND u.is_portal_administrator) THEN
    RAISE EXCEPTION 'A portal administrator casts no vote.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM boards_seat s JOIN boards_motion m ON m.board_id = s.board_id
                 WHERE m.id = ballot.motion_id AND s.id = NEW.seat_id AND s.agency_id = NEW.agency_id AND s.is_voting
                   AND (NEW.alternate_id IS NULL OR NEW.alternate_id = s.alternate_id))
     OR NOT boards_sits_in(NEW.seat_id, NEW.person_id, ballot.meeting_id)
     OR (NEW.present IS NULL) <> (ballot.meeting_id IS NULL) THEN
    RAISE EXCEPTION 'An elector is a voting seat of the board, as it is held.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER elector_conflict BEFORE INSERT ON boards_elector
  FOR EACH ROW EXECUTE FUNCTION boards_elector_conflict();

CREATE FUNCTION boards_vote_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot boards_ballot%ROWTYPE; elector boards_elector%ROWTYPE;
BEGIN
  SELECT * INTO elector FROM boards_elector WHERE id = NEW.elector_id;
  SELECT * INTO ballot FROM boards_ballot WHERE id = elector.ballot_id;
  IF elector.conflict <> '' OR elector.present IS FALSE THEN
    RAISE EXCEPTION 'A conflicted or absent elector casts no vote.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.by_id <> elector.person_id AND NEW.by_id IS DISTINCT FROM elector.alternate_id THEN
    RAISE EXCEPTION 'Only the elector or the alternate casts this vote.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.by_id <> elector.person_id
     AND EXISTS (SELECT 1 FROM boards_vote v WHERE v.elector_id = elector.id AND v.by_id = elector.person_id) THEN
    RAISE EXCEPTION 'An alternate votes only while the holder has not.' USING ERRCODE = 'check_violation';
  END IF;
  IF ballot.closes_at <= statement_timestamp()
     OR NOT EXISTS (SELECT 1 FROM boards_motion m WHERE m.id = ballot.motion_id AND m.status = 'voting')
     OR EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = ballot.id) THEN
    RAISE EXCEPTION 'The ballot is closed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_allowed BEFORE INSERT ON boards_vote
  FOR EACH ROW EXECUTE FUNCTION boards_vote_allowed();

CREATE FUNCTION boards_one_ballot_at_a_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM boards_ballot b WHERE b.motion_id = NEW.motion_id
             AND NOT EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'A ballot on this motion is open.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_alone BEFORE INSERT ON boards_ballot
  FOR EACH ROW EXECUTE FUNCTION boards_one_ballot_at_a_time();

CREATE FUNCTION boards_no_seat_for_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM agencies_user u
             WHERE u.id IN (NEW.holder_id, NEW.alternate_id) AND u.is_portal_administrator) THEN
    RAISE EXCEPTION 'A portal administrator holds no seat.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seat_holder BEFORE INSERT OR UPDATE ON boards_seat
  FOR EACH ROW EXECUTE FUNCTION boards_no_seat_for_administrators();

CREATE FUNCTION boards_attendance_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
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
    WHERE newest.move = 'arrived' AND (newest.seat_id = NEW.seat_id OR newest.person_id = NEW.person_id)
  ) THEN
    RAISE EXCEPTION 'A seat takes one person, and a person one seat.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attendance_allowed BEFORE INSERT ON boards_attendance
  FOR EACH ROW EXECUTE FUNCTION boards_attendance_allowed();

CREATE FUNCTION boards_minutes_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.approved_at IS NOT NULL THEN
    RAISE EXCEPTION 'Approved minutes are not changed.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.meeting_id <> OLD.meeting_id OR NEW.approved_in_id = NEW.meeting_id OR (
    NEW.approved_in_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM boards_meeting here JOIN boards_meeting of ON of.board_id = here.board_id
      WHERE of.id = NEW.meeting_id AND here.id = NEW.approved_in_id AND here.status = 'in_session'
      AND here.opened_at > of.adjourned_at)
  ) THEN
    RAISE EXCEPTION 'Minutes are approved at a later meeting of the board.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER minutes_final BEFORE UPDATE OR DELETE ON boards_minutes
  FOR EACH ROW EXECUTE FUNCTION boards_minutes_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0001_initial"),
        ("sharing_agreements", "0002_guards"),
        ("privacy", "0003_final_versions"),
    ]
    operations = [
        append_only(*(f"boards_{name}" for name in WRITTEN_ONCE)),
        append_only(*(f"boards_historical{name}" for name in HISTORIES)),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
