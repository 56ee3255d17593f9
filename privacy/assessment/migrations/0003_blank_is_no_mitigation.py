"""A blank stands for no mitigation and for nobody who answers for it."""

from django.db import migrations

GUARD = """
-- The number 10 is the lowest score of a high risk (privacy/assessment/levels.py).
CREATE OR REPLACE FUNCTION assessment_before_publication() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0002_guards")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
