"""The electorate closes when the ballot opens, and a vote needs a motion that is before the board."""

from django.db import migrations

ELECTORS = """
CREATE OR REPLACE FUNCTION boards_elector_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A ballot is opened and its electors are written in one transaction, so the ballot is never older than it.
  IF EXISTS (SELECT 1 FROM boards_ballot b WHERE b.id = NEW.ballot_id AND b.opened_at < transaction_timestamp()) THEN
    RAISE EXCEPTION 'The electorate froze when the ballot opened.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.conflict = '' AND EXISTS (
    SELECT 1 FROM boards_ballot b
    JOIN boards_motion m ON m.id = b.motion_id
    JOIN sharing_agreements_agreement a ON a.id = m.agreement_id
    WHERE b.id = NEW.ballot_id AND (
      a.author_id = NEW.person_id OR a.lead_agency_id = NEW.agency_id
      OR EXISTS (SELECT 1 FROM sharing_agreements_party p
                 WHERE p.version_id = m.version_id AND p.agency_id = NEW.agency_id)
      OR EXISTS (SELECT 1 FROM agencies_membership w
                 WHERE w.person_id = NEW.person_id AND (w.ended_at IS NULL OR w.ended_at > statement_timestamp())
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

CREATE OR REPLACE FUNCTION boards_vote_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot boards_ballot%ROWTYPE; elector boards_elector%ROWTYPE;
BEGIN
  SELECT * INTO elector FROM boards_elector WHERE id = NEW.elector_id;
  SELECT * INTO ballot FROM boards_ballot WHERE id = elector.ballot_id;
  IF elector.conflict <> '' THEN
    RAISE EXCEPTION 'A conflicted elector casts no vote.' USING ERRCODE = 'check_violation';
  END IF;
  IF ballot.closes_at <= statement_timestamp()
     OR NOT EXISTS (SELECT 1 FROM boards_motion m WHERE m.id = ballot.motion_id AND m.status = 'voting')
     OR EXISTS (SELECT 1 FROM boards_decision d WHERE d.ballot_id = ballot.id) THEN
    RAISE EXCEPTION 'The ballot is closed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("boards", "0002_guards"), ("sharing_agreements", "0002_guards")]
    operations = [
        migrations.RunSQL(ELECTORS, migrations.RunSQL.noop),
    ]
