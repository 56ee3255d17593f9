"""What the database itself refuses: rows that change, marks of other words or of one's own, and a draft that nobody
reviewed and adopted becoming the policy in force."""

from django.db import migrations

from portal.kernel.roles import run

GUARDS = """
CREATE FUNCTION development_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_version uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM privacy_policyversion v WHERE v.id = of_version AND v.status <> 'draft') THEN
    RAISE EXCEPTION 'Only a draft is given to review and adopted; what was said of it stays.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER review_request_of_a_draft BEFORE INSERT OR DELETE ON development_reviewrequest
  FOR EACH ROW EXECUTE FUNCTION development_of_a_draft();
CREATE TRIGGER adoption_of_a_draft BEFORE INSERT OR DELETE ON development_adoption
  FOR EACH ROW EXECUTE FUNCTION development_of_a_draft();

CREATE FUNCTION development_mark_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  marked privacy_provision;
  of_provision uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.provision_id ELSE NEW.provision_id END;
BEGIN
  SELECT p.* INTO marked FROM privacy_provision p WHERE p.id = of_provision;
  IF EXISTS (SELECT 1 FROM privacy_policyversion v WHERE v.id = marked.version_id AND v.status <> 'draft') THEN
    RAISE EXCEPTION 'Only a draft is reviewed; what was found stays.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.by_id IS NOT DISTINCT FROM marked.written_by_id THEN
    RAISE EXCEPTION 'Nobody marks words of their own.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.words_sha256 <> encode(sha256(convert_to(
       marked.number || E'\\n' || marked.heading || E'\\n' || marked.text, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'A mark is of the words as they read.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mark_fits BEFORE INSERT OR DELETE ON development_provisionmark
  FOR EACH ROW EXECUTE FUNCTION development_mark_fits();

CREATE FUNCTION development_before_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM development_adoption a WHERE a.version_id = NEW.id) THEN
    RAISE EXCEPTION 'Only what the head of the agency adopted is published.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM privacy_provision p
    WHERE p.version_id = NEW.id AND NOT EXISTS (
      SELECT 1 FROM development_provisionmark m
      WHERE m.provision_id = p.id AND m.by_id IS DISTINCT FROM p.written_by_id
        AND m.words_sha256 = encode(sha256(convert_to(
          p.number || E'\\n' || p.heading || E'\\n' || p.text, 'UTF8')), 'hex')
    )
  ) THEN
    RAISE EXCEPTION 'Only what a second person reviewed as it reads is published.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_developed BEFORE UPDATE ON privacy_policyversion FOR EACH ROW
  WHEN (OLD.status = 'draft' AND NEW.status = 'published')
  EXECUTE FUNCTION development_before_publication();
"""


class Migration(migrations.Migration):
    dependencies = [("development", "0001_initial"), ("privacy", "0004_provision_written_by_and_principles")]
    operations = [
        run(
            "REVOKE UPDATE ON development_reviewrequest, development_provisionmark, development_adoption"
            " FROM {runtime};"
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
