"""What the database itself refuses: an assessment that changes once its version is published, answers that are written
over, and a draft that becomes the policy in force with questions or high risks left open."""

from django.db import migrations

from portal.kernel.roles import append_only, run

GUARDS = """
CREATE TRIGGER assessment_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_assessment
  FOR EACH ROW EXECUTE FUNCTION privacy_published_is_final();
CREATE TRIGGER answer_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_answer
  FOR EACH ROW EXECUTE FUNCTION privacy_published_is_final();
CREATE TRIGGER risk_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_risk
  FOR EACH ROW EXECUTE FUNCTION privacy_published_is_final();

CREATE FUNCTION assessment_keeps_its_questions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An assessment keeps its version and its questions.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER assessment_keeps_its_questions BEFORE UPDATE ON assessment_assessment FOR EACH ROW
  WHEN ((OLD.version_id, OLD.questionnaire, OLD.questions)
        IS DISTINCT FROM (NEW.version_id, NEW.questionnaire, NEW.questions))
  EXECUTE FUNCTION assessment_keeps_its_questions();

-- Begun anew it could ask less: it goes with its draft alone, which is asked at the end of the transaction.
CREATE FUNCTION assessment_stays_with_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM privacy_policyversion v WHERE v.id = OLD.version_id) THEN
    RAISE EXCEPTION 'An assessment goes with its draft, not before it.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assessment_stays_with_its_version AFTER DELETE ON assessment_assessment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessment_stays_with_its_version();

-- The number 10 is the lowest score of a high risk (privacy/assessment/levels.py).
CREATE FUNCTION assessment_before_publication() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked varchar[];
BEGIN
  SELECT a.questions INTO asked FROM assessment_assessment a WHERE a.version_id = NEW.id;
  IF asked IS NULL OR EXISTS (
    SELECT 1 FROM unnest(asked) AS key LEFT JOIN LATERAL (
      SELECT w.taken_over FROM assessment_answer w
      WHERE w.version_id = NEW.id AND w.question = key ORDER BY w.at DESC, w.id DESC LIMIT 1
    ) newest ON true
    WHERE newest.taken_over IS NOT FALSE
  ) THEN
    RAISE EXCEPTION 'Only a policy whose impact assessment is answered whole is published.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM assessment_risk r WHERE r.version_id = NEW.id)
     OR EXISTS (SELECT 1 FROM assessment_risk r WHERE r.version_id = NEW.id AND r.taken_over) THEN
    RAISE EXCEPTION 'Only a policy whose risks were looked through is published.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessment_risk r
    WHERE r.version_id = NEW.id AND r.likelihood * r.impact >= 10
      AND (btrim(r.mitigation) = '' OR btrim(r.owner) = '' OR r.residual_likelihood * r.residual_impact >= 10)
  ) THEN
    RAISE EXCEPTION 'No policy is published with a high risk that is not mitigated.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_assessed BEFORE UPDATE ON privacy_policyversion FOR EACH ROW
  WHEN (OLD.status = 'draft' AND NEW.status = 'published')
  EXECUTE FUNCTION assessment_before_publication();
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial"), ("privacy", "0003_final_versions")]
    operations = [
        append_only("assessment_historicalassessment", "assessment_historicalrisk"),
        run("REVOKE UPDATE ON assessment_answer FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
