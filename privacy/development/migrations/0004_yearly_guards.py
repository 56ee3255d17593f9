"""What the database itself refuses of yearly reviews: rows that change, and a review of what is not in force."""

from django.db import migrations

from portal.kernel.roles import append_only

GUARDS = """
CREATE FUNCTION development_of_the_policy_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM privacy_policyversion v WHERE v.id = NEW.version_id AND v.status = 'published') THEN
    RAISE EXCEPTION 'Only the version in force is looked through each year.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER yearly_review_in_force BEFORE INSERT ON development_yearlyreview
  FOR EACH ROW EXECUTE FUNCTION development_of_the_policy_in_force();
CREATE TRIGGER yearly_reminder_in_force BEFORE INSERT ON development_yearlyreminder
  FOR EACH ROW EXECUTE FUNCTION development_of_the_policy_in_force();
"""


class Migration(migrations.Migration):
    dependencies = [("development", "0003_yearly_review")]
    operations = [
        append_only("development_yearlyreview", "development_yearlyreminder"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
