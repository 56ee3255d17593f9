"""What the database refuses besides: an unknown position, a vote at another time than its own, rules and words that
change after the fact, a motion that is decided without a decision."""

from django.db import migrations, models

from portal.kernel import migrating
from portal.kernel.roles import run

KEPT = ("board", "charter", "meeting", "minutes", "motion", "seat")

GUARDS = """
CREATE FUNCTION boards_vote_is_timed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := statement_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER vote_timed BEFORE INSERT ON boards_vote FOR EACH ROW EXECUTE FUNCTION boards_vote_is_timed();

CREATE FUNCTION boards_motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.board_id, NEW.number, NEW.kind, NEW.agreement_id, NEW.version_id, NEW.policy_version_id, NEW.agency_id,
      NEW.lifts_id, NEW.measure, NEW.text, NEW.grounds, NEW.conditions, NEW.proposed, NEW.effective_on, NEW.mover_id)
     IS DISTINCT FROM
     (OLD.board_id, OLD.number, OLD.kind, OLD.agreement_id, OLD.version_id, OLD.policy_version_id, OLD.agency_id,
      OLD.lifts_id, OLD.measure, OLD.text, OLD.grounds, OLD.conditions, OLD.proposed, OLD.effective_on, OLD.mover_id)
  THEN
    RAISE EXCEPTION 'A motion is decided in the words in which it was made.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status IN ('carried', 'lost') AND NEW.status <> OLD.status AND NOT EXISTS (
    SELECT 1 FROM boards_decision d JOIN boards_ballot b ON b.id = d.ballot_id
    WHERE b.motion_id = NEW.id AND d.outcome = NEW.status
  ) THEN
    RAISE EXCEPTION 'A motion is carried or lost by a decision of the board.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_words BEFORE UPDATE ON boards_motion
  FOR EACH ROW EXECUTE FUNCTION boards_motion_keeps_its_words();
"""


class Migration(migrating.Migration):
    dependencies = [("boards", "0004_chair_pro_tem")]
    operations = [
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                name="vote_position", condition=models.Q(position__in=["yes", "no", "abstain", "recused"])
            ),
        ),
        run("".join(f"REVOKE DELETE ON boards_{name} FROM {{runtime}};" for name in KEPT)),
        run("REVOKE UPDATE ON boards_charter FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
