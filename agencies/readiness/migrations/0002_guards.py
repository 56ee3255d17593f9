"""What the database itself refuses of readiness: what is reviewed changes, answers are written over or given while
somebody reviews them, and a review by whoever wrote a part."""

from django.db import migrations

from portal.kernel.roles import append_only, run

GUARDS = """
CREATE FUNCTION readiness_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'reviewed' THEN
    RAISE EXCEPTION 'A reviewed assessment is final; begin the next version.' USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.agency_id, OLD.number, OLD.questionnaire) IS DISTINCT FROM (NEW.agency_id, NEW.number, NEW.questionnaire)
     OR (OLD.status = 'draft' AND NEW.status = 'reviewed') THEN
    RAISE EXCEPTION 'An assessment keeps its agency and number, and is reviewed after it was given to review.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status = 'reviewed' AND (
    EXISTS (SELECT 1 FROM readiness_answer a
            WHERE a.assessment_id = NEW.id AND NOT a.taken_over AND a.by_id = NEW.reviewed_by_id)
    OR EXISTS (SELECT 1 FROM readiness_evidence e
               WHERE e.assessment_id = NEW.id AND NOT e.taken_over AND e.added_by_id = NEW.reviewed_by_id)
  ) THEN
    RAISE EXCEPTION 'Nobody reviews an assessment of which they wrote a part.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assessment_moves BEFORE UPDATE ON readiness_assessment
  FOR EACH ROW EXECUTE FUNCTION readiness_moves();

CREATE FUNCTION readiness_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted varchar := TG_ARGV[0];
  of_assessment uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
BEGIN
  -- The lock lets no review end between this look and the end of the transaction.
  PERFORM 1 FROM readiness_assessment a WHERE a.id = of_assessment AND a.status = wanted FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Answers and evidence belong to a draft, scores to a review.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER answer_of_a_draft BEFORE INSERT ON readiness_answer
  FOR EACH ROW EXECUTE FUNCTION readiness_of_a_draft('draft');
CREATE TRIGGER evidence_of_a_draft BEFORE INSERT OR DELETE ON readiness_evidence
  FOR EACH ROW EXECUTE FUNCTION readiness_of_a_draft('draft');
CREATE TRIGGER score_of_a_review BEFORE INSERT ON readiness_dimensionscore
  FOR EACH ROW EXECUTE FUNCTION readiness_of_a_draft('in_review');
"""


class Migration(migrations.Migration):
    dependencies = [("readiness", "0001_initial")]
    operations = [
        append_only(
            "readiness_answer",
            "readiness_dimensionscore",
            "readiness_reminder",
            "readiness_historicalassessment",
            "readiness_historicalevidence",
            "readiness_historicalplanaction",
        ),
        run(
            "REVOKE UPDATE ON readiness_evidence FROM {runtime};"
            "REVOKE DELETE ON readiness_assessment, readiness_planaction FROM {runtime};"
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
