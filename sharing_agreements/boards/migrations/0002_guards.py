"""What the database itself refuses: a conflicted elector, a vote of one, a vote on a closed ballot, changing a vote."""

from django.db import migrations

from portal.kernel.roles import append_only

HISTORIES = ("board", "charter", "seat", "meeting", "motion", "chairsuspension")

CONFLICTS = """
CREATE FUNCTION boards_elector_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.conflict = '' AND EXISTS (
    SELECT 1 FROM boards_ballot b
    JOIN boards_motion m ON m.id = b.motion_id
    JOIN sharing_agreements_agreement a ON a.id = m.agreement_id
    WHERE b.id = NEW.ballot_id AND (
      a.author_id = NEW.person_id OR a.lead_agency_id = NEW.agency_id
      OR EXISTS (SELECT 1 FROM sharing_agreements_party p
                 WHERE p.version_id = m.version_id AND p.agency_id = NEW.agency_id)
      OR EXISTS (SELECT 1 FROM agencies_membership w
                 WHERE w.person_id = NEW.person_id AND w.ended_at IS NULL
                   AND (w.agency_id = a.lead_agency_id OR w.agency_id IN (
                     SELECT p.agency_id FROM sharing_agreements_party p WHERE p.version_id = m.version_id))))
  ) THEN
    RAISE EXCEPTION 'An elector of the author''s or a party''s agency may not vote on it.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM agencies_user u WHERE u.id = NEW.person_id AND u.is_portal_administrator) THEN
    RAISE EXCEPTION 'A portal administrator casts no vote.' USING ERRCODE = 'check_violation';
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
  IF elector.conflict <> '' THEN
    RAISE EXCEPTION 'A conflicted elector casts no vote.' USING ERRCODE = 'check_violation';
  END IF;
  IF ballot.closes_at <= statement_timestamp()
     OR EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = ballot.id) THEN
    RAISE EXCEPTION 'The ballot is closed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_allowed BEFORE INSERT ON boards_vote
  FOR EACH ROW EXECUTE FUNCTION boards_vote_allowed();

CREATE FUNCTION boards_no_seat_for_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM agencies_user u WHERE u.id = NEW.holder_id AND u.is_portal_administrator) THEN
    RAISE EXCEPTION 'A portal administrator holds no seat.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seat_holder BEFORE INSERT OR UPDATE ON boards_seat
  FOR EACH ROW EXECUTE FUNCTION boards_no_seat_for_administrators();
"""


class Migration(migrations.Migration):
    dependencies = [("boards", "0001_initial"), ("sharing_agreements", "0002_guards")]
    operations = [
        append_only("boards_ballot", "boards_elector", "boards_vote", "boards_decision"),
        append_only(*(f"boards_historical{name}" for name in HISTORIES)),
        migrations.RunSQL(CONFLICTS, migrations.RunSQL.noop),
    ]
