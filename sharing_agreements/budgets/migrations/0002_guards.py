"""What the database itself refuses of budgets: versions, adoptions and histories stay, an invoice is of its version."""

from django.db import migrations

from portal.kernel.roles import append_only, run

PASTS = (
    "budget",
    "budgetparty",
    "budgetline",
    "budgetsource",
    "denominator",
    "weight",
    "formula",
    "bound",
    "invoice",
)

GUARDS = """
CREATE FUNCTION budgets_invoice_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM budgets_budgetversion v JOIN budgets_budgetadoption a ON a.version_id = v.id
    WHERE v.id = NEW.version_id AND v.budget_id = NEW.budget_id
      AND (v.content -> 'shares' -> NEW.year::text ->> NEW.agency_id::text)::numeric = NEW.amount * 100
  ) THEN
    RAISE EXCEPTION 'An invoice is of a share in a version that the board adopted.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_of_version BEFORE INSERT ON budgets_invoice
  FOR EACH ROW EXECUTE FUNCTION budgets_invoice_of_version();

CREATE FUNCTION budgets_invoice_is_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.paid_on IS NOT NULL OR OLD.cancelled_at IS NOT NULL
    OR (NEW.budget_id, NEW.version_id, NEW.number, NEW.agency_id, NEW.year, NEW.amount, NEW.issued_on, NEW.due_on)
      IS DISTINCT FROM
      (OLD.budget_id, OLD.version_id, OLD.number, OLD.agency_id, OLD.year, OLD.amount, OLD.issued_on, OLD.due_on)
  THEN
    RAISE EXCEPTION 'An invoice stays as it was sent; it is paid or taken back once.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_is_sent BEFORE UPDATE ON budgets_invoice
  FOR EACH ROW EXECUTE FUNCTION budgets_invoice_is_sent();
"""

UNDO = """
DROP TRIGGER invoice_of_version ON budgets_invoice;
DROP TRIGGER invoice_is_sent ON budgets_invoice;
DROP FUNCTION budgets_invoice_of_version();
DROP FUNCTION budgets_invoice_is_sent();
"""


class Migration(migrations.Migration):
    dependencies = [("budgets", "0001_initial")]
    operations = [
        append_only(
            "budgets_budgetversion",
            "budgets_budgetadoption",
            "budgets_invoicereminder",
            *(f"budgets_historical{name}" for name in PASTS),
        ),
        run("REVOKE DELETE ON budgets_budget, budgets_invoice FROM {runtime};"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
