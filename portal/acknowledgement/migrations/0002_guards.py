"""What the database itself refuses of acknowledgement: rows that change, a text that is not in force, and rules of
behavior that take the number or the moment of others."""

from django.db import migrations

from portal.kernel.roles import append_only

GUARDS = """
CREATE FUNCTION acknowledgement_of_what_is_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.policy_version_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM privacy_policyversion v WHERE v.id = NEW.policy_version_id AND v.status = 'published')
     OR NEW.rules_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM acknowledgement_behaviorrules b
       WHERE b.id = NEW.rules_id AND b.number = (SELECT max(n.number) FROM acknowledgement_behaviorrules n)) THEN
    RAISE EXCEPTION 'Only a text in force is accepted.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.accepted_at > statement_timestamp() THEN
    RAISE EXCEPTION 'Nobody accepts ahead of time.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER acceptance_in_force BEFORE INSERT ON acknowledgement_acceptance
  FOR EACH ROW EXECUTE FUNCTION acknowledgement_of_what_is_in_force();
CREATE FUNCTION acknowledgement_rules_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> (SELECT coalesce(max(n.number), 0) + 1 FROM acknowledgement_behaviorrules n)
     OR NEW.published_at > statement_timestamp() THEN
    RAISE EXCEPTION 'Rules follow those before, and are in force at once.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules_follow BEFORE INSERT ON acknowledgement_behaviorrules
  FOR EACH ROW EXECUTE FUNCTION acknowledgement_rules_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("acknowledgement", "0001_initial"), ("privacy", "0005_index_of_provisions_history")]
    operations = [
        append_only(
            "acknowledgement_acceptance", "acknowledgement_acceptancereminder", "acknowledgement_behaviorrules"
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
