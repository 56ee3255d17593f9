"""What the database itself refuses of funding: what was drawn, reminded and written down stays; no more is drawn than
was awarded."""

from django.db import migrations

from portal.kernel.roles import append_only, run

PASTS = ("program", "application", "task", "document", "award", "report")

GUARDS = """
CREATE FUNCTION funding_within_award() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  given numeric;
  drawn numeric;
BEGIN
  SELECT amount INTO given FROM funding_award WHERE id = NEW.award_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO drawn FROM funding_drawdown WHERE award_id = NEW.award_id;
  IF drawn + NEW.amount > given OR drawn + NEW.amount < 0 THEN
    RAISE EXCEPTION 'No more is drawn than was awarded, and no more set off than was drawn.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER within_award BEFORE INSERT ON funding_drawdown
  FOR EACH ROW EXECUTE FUNCTION funding_within_award();
"""

UNDO = """
DROP TRIGGER within_award ON funding_drawdown;
DROP FUNCTION funding_within_award();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]
    operations = [
        append_only("funding_drawdown", "funding_fundingreminder", *(f"funding_historical{name}" for name in PASTS)),
        run(
            "REVOKE DELETE ON funding_program, funding_application, funding_document, funding_award, funding_report"
            " FROM {runtime};"
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
