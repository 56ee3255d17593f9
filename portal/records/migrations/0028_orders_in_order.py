"""What opens a record is not older than what sealed it."""

from django.db import migrations

from portal.kernel.roles import run

# In the owner's rights, as whoever enters the order need not be shown the one before.
IN_ORDER = """
CREATE FUNCTION records_orders_in_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.effect = 'unseal' AND NEW.ordered_on < (
    SELECT o.ordered_on FROM records_courtorder o
    WHERE o.record_id = NEW.record_id AND o.effect = 'seal' ORDER BY o.entered_at DESC, o.id DESC LIMIT 1
  ) THEN
    RAISE EXCEPTION 'An order that opens a record is not older than the one that sealed it.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER courtorder_in_order BEFORE INSERT ON records_courtorder
  FOR EACH ROW EXECUTE FUNCTION records_orders_in_order();
REVOKE EXECUTE ON FUNCTION records_orders_in_order() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0026_sets_once_a_transaction")]
    operations = [run(IN_ORDER)]
