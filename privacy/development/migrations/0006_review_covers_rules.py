"""A mark is of a provision with the rules that rest on it, and an adoption of what is marked whole.

A mark that was given before is of the words alone, and holds on for a provision without rules.
"""

from django.db import migrations, models

from portal.kernel import migrating

GUARDS = """
-- As privacy.development.fingerprint.words_sha256 reckons it.
CREATE FUNCTION development_words_sha256(p privacy_provision) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    p.number || E'\n' || p.heading || E'\n' || p.text || COALESCE((
      SELECT string_agg(chr(30) || concat_ws(chr(31),
               r.code, r.recipient, r.participant_role, r.data_category, array_to_string(r.purposes, ','), r.treatment,
               r.reason, array_to_string(r.obligations, ','), r.handling,
               COALESCE(to_char(r.effective_from, 'YYYY-MM-DD'), ''),
               COALESCE(to_char(r.effective_to, 'YYYY-MM-DD'), '')), '' ORDER BY r.code COLLATE "C")
      FROM privacy_disclosurerule r WHERE r.provision_id = p.id), ''), 'UTF8')), 'hex')
$$;
CREATE FUNCTION development_wrote(p privacy_provision, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p.written_by_id IS NOT DISTINCT FROM person
    OR EXISTS (SELECT 1 FROM privacy_disclosurerule r WHERE r.provision_id = p.id AND r.written_by_id = person)
$$;
CREATE FUNCTION development_unreviewed(version uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM privacy_provision p
    WHERE p.version_id = version AND NOT EXISTS (
      SELECT 1 FROM development_provisionmark m
      WHERE m.provision_id = p.id AND m.words_sha256 = development_words_sha256(p)
        AND NOT development_wrote(p, m.by_id)
    )
  )
$$;

CREATE OR REPLACE FUNCTION development_mark_fits() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF development_wrote(marked, NEW.by_id) THEN
    RAISE EXCEPTION 'Nobody marks words or rules of their own.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.words_sha256 <> development_words_sha256(marked) THEN
    RAISE EXCEPTION 'A mark is of words and rules as they read.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION development_adopts_what_is_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF development_unreviewed(NEW.version_id) THEN
    RAISE EXCEPTION 'Only what a second person reviewed as it reads is adopted.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adoption_reviewed BEFORE INSERT ON development_adoption
  FOR EACH ROW EXECUTE FUNCTION development_adopts_what_is_reviewed();

CREATE OR REPLACE FUNCTION development_before_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM development_adoption a WHERE a.version_id = NEW.id) THEN
    RAISE EXCEPTION 'Only what the head of the agency adopted is published.' USING ERRCODE = 'check_violation';
  END IF;
  IF development_unreviewed(NEW.id) THEN
    RAISE EXCEPTION 'Only what a second person reviewed as it reads is published.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrating.Migration):
    dependencies = [("development", "0005_adopted_by_boards"), ("privacy", "0009_index_of_rules_history")]
    operations = [
        migrations.AlterField(
            model_name="provisionmark",
            name="words_sha256",
            field=models.CharField(editable=False, help_text="Of number, heading, text and rules", max_length=64),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
