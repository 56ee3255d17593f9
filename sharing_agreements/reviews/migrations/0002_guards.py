"""What the database itself refuses of reviews: plans and decided reviews stay, an approval is of the text that stands,
and no board takes up what is not through."""

from django.db import migrations

from portal.kernel.roles import append_only, run

GUARDS = """
CREATE FUNCTION reviews_begins_undecided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'waits' AND NEW.carried_from_id IS NULL THEN
    RETURN NEW;
  END IF;
  IF NEW.status = 'approved' AND EXISTS (
    SELECT 1 FROM reviews_review r
    JOIN reviews_reviewstage mine ON mine.id = NEW.stage_id
    JOIN reviews_reviewstage theirs ON theirs.id = r.stage_id
    WHERE r.id = NEW.carried_from_id AND r.status = 'approved' AND r.agreement_id = NEW.agreement_id
      AND r.content_sha256 = NEW.content_sha256 AND r.reviewer_id = NEW.reviewer_id
      AND r.decided_at = NEW.decided_at
      AND (mine.discipline, mine.agency_id) = (theirs.discipline, theirs.agency_id)
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A review begins undecided; only an approval of the same text by the same stage is taken over.'
    USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER review_begins BEFORE INSERT ON reviews_review
  FOR EACH ROW EXECUTE FUNCTION reviews_begins_undecided();

CREATE FUNCTION reviews_decided_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IN ('approved', 'sent_back', 'closed') THEN
    RAISE EXCEPTION 'A review that is decided or closed does not change.' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.agreement_id, NEW.version_id, NEW.stage_id, NEW.content_sha256, NEW.carried_from_id)
     IS DISTINCT FROM (OLD.agreement_id, OLD.version_id, OLD.stage_id, OLD.content_sha256, OLD.carried_from_id) THEN
    RAISE EXCEPTION 'A review is of one text, for one stage.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status IN ('approved', 'sent_back') AND NOT EXISTS (
    SELECT 1 FROM sharing_agreements_agreement a
    WHERE a.id = NEW.agreement_id AND a.status = 'in_review' AND a.current_version_id = NEW.version_id
      AND a.author_id <> NEW.reviewer_id
  ) THEN
    RAISE EXCEPTION 'Only the text that is in review is decided, and not by its author.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_final BEFORE UPDATE ON reviews_review
  FOR EACH ROW EXECUTE FUNCTION reviews_decided_is_final();

CREATE FUNCTION reviews_remark_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_review uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.review_id ELSE NEW.review_id END;
  at_clause uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.clause_id ELSE NEW.clause_id END;
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM reviews_review r JOIN sharing_agreements_clause c ON c.version_id = r.version_id
    WHERE r.id = of_review AND c.id = at_clause AND r.status = 'in_review'
  ) THEN
    RAISE EXCEPTION 'Remarks are of clauses of the text under review, and stay when it is decided.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER remark_while_open BEFORE INSERT OR DELETE ON reviews_reviewremark
  FOR EACH ROW EXECUTE FUNCTION reviews_remark_while_open();

CREATE FUNCTION reviews_before_the_board() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM reviews_review r WHERE r.version_id = NEW.current_version_id AND r.status <> 'approved'
  ) THEN
    RAISE EXCEPTION 'A board takes up only what every stage of review has approved.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_reviewed BEFORE UPDATE ON sharing_agreements_agreement FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('before_board', 'approved'))
  EXECUTE FUNCTION reviews_before_the_board();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("agencies", "0003_roles_of_reviewers")]
    operations = [
        append_only(
            "reviews_reviewplan",
            "reviews_reviewstage",
            "reviews_reviewreminder",
            "reviews_historicalreview",
            "reviews_historicalreviewremark",
        ),
        run("REVOKE DELETE ON reviews_review FROM {runtime}; REVOKE UPDATE ON reviews_reviewremark FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
