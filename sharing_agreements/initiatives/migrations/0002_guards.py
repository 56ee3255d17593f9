"""What the database itself refuses of initiatives: proposals and histories stay, none goes on that no board approved,
and milestones wait for no ring of others."""

from django.db import migrations

from portal.kernel.roles import append_only, run

PASTS = ("initiative", "initiativepartner", "milestone", "block", "link", "offer")

GUARDS = """
CREATE FUNCTION initiatives_goes_by_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'idea' THEN
      RAISE EXCEPTION 'An initiative begins as an idea.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.status <> 'idea' AND (NEW.board_id, NEW.lead_id, NEW.title, NEW.purpose)
     IS DISTINCT FROM (OLD.board_id, OLD.lead_id, OLD.title, OLD.purpose) THEN
    RAISE EXCEPTION 'An initiative stays in the words that were put before its board.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status IN ('approved', 'running', 'completed') AND NOT EXISTS (
    SELECT 1 FROM initiatives_approval a JOIN initiatives_proposal p ON p.id = a.proposal_id
    WHERE p.initiative_id = NEW.id
  ) THEN
    RAISE EXCEPTION 'An initiative goes on once its board approved it.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER goes_by_approval BEFORE INSERT OR UPDATE ON initiatives_initiative
  FOR EACH ROW EXECUTE FUNCTION initiatives_goes_by_approval();

CREATE FUNCTION initiatives_waits_for_no_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.by_milestone_id IS NULL THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM initiatives_milestone a JOIN initiatives_milestone b ON a.initiative_id = b.initiative_id
    WHERE a.id = NEW.milestone_id AND b.id = NEW.by_milestone_id
  ) THEN
    RAISE EXCEPTION 'A milestone waits for another of its initiative.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    WITH RECURSIVE ahead AS (
      SELECT NEW.by_milestone_id AS id
      UNION
      SELECT b.by_milestone_id FROM initiatives_block b JOIN ahead ON b.milestone_id = ahead.id
      WHERE b.by_milestone_id IS NOT NULL
    )
    SELECT 1 FROM ahead WHERE id = NEW.milestone_id
  ) THEN
    RAISE EXCEPTION 'Milestones do not wait for each other in a ring.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER waits_for_no_ring BEFORE INSERT OR UPDATE ON initiatives_block
  FOR EACH ROW EXECUTE FUNCTION initiatives_waits_for_no_ring();
"""

UNDO = """
DROP TRIGGER goes_by_approval ON initiatives_initiative;
DROP TRIGGER waits_for_no_ring ON initiatives_block;
DROP FUNCTION initiatives_goes_by_approval();
DROP FUNCTION initiatives_waits_for_no_ring();
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial")]
    operations = [
        append_only(
            "initiatives_proposal",
            "initiatives_approval",
            "initiatives_milestonereminder",
            *(f"initiatives_historical{name}" for name in PASTS),
        ),
        run("REVOKE DELETE ON initiatives_initiative FROM {runtime};"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
