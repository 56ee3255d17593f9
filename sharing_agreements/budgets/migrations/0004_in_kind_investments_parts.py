"""In kind that counts against a share, lines that come from a readiness plan, and shares billed in parts."""

import django.db.models.deletion
from django.db import migrations, models

from portal.kernel import migrating

GUARDS = """
CREATE OR REPLACE FUNCTION budgets_invoice_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE share numeric;
BEGIN
  SELECT (v.content -> 'shares' -> NEW.year::text ->> NEW.agency_id::text)::numeric INTO share
    FROM budgets_budgetversion v JOIN budgets_budgetadoption a ON a.version_id = v.id
    WHERE v.id = NEW.version_id AND v.budget_id = NEW.budget_id;
  IF share IS NULL OR NEW.amount * 100 <>
     floor(share / NEW.instalments) + (NEW.instalment <= mod(share, NEW.instalments))::int
  THEN
    RAISE EXCEPTION 'An invoice is of a share in a version that the board adopted, or of a part of it.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM budgets_invoice i
    WHERE i.budget_id = NEW.budget_id AND i.agency_id = NEW.agency_id AND i.year = NEW.year
      AND i.cancelled_at IS NULL AND i.instalments <> NEW.instalments
  ) THEN
    RAISE EXCEPTION 'A share is billed in parts of one size.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION budgets_invoice_is_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.paid_on IS NOT NULL OR OLD.cancelled_at IS NOT NULL
    OR (NEW.budget_id, NEW.version_id, NEW.number, NEW.agency_id, NEW.year, NEW.instalment, NEW.instalments,
        NEW.amount, NEW.issued_on, NEW.due_on)
      IS DISTINCT FROM
      (OLD.budget_id, OLD.version_id, OLD.number, OLD.agency_id, OLD.year, OLD.instalment, OLD.instalments,
       OLD.amount, OLD.issued_on, OLD.due_on)
  THEN
    RAISE EXCEPTION 'An invoice stays as it was sent; it is paid or taken back once.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrating.Migration):
    dependencies = [
        ("budgets", "0003_awards"),
        ("readiness", "0002_guards"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invoice",
            name="invoice_once",
        ),
        migrations.AddField(
            model_name="budget",
            name="credits_in_kind",
            field=models.BooleanField(
                db_default=False, default=False, help_text="What a party gives in kind counts against its share"
            ),
        ),
        migrations.AddField(
            model_name="budgetline",
            name="investment",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Of a partner's readiness plan, if it came from there",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budget_lines",
                to="readiness.planaction",
            ),
        ),
        migrations.AddField(
            model_name="historicalbudget",
            name="credits_in_kind",
            field=models.BooleanField(
                db_default=False, default=False, help_text="What a party gives in kind counts against its share"
            ),
        ),
        migrations.AddField(
            model_name="historicalbudgetline",
            name="investment",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                help_text="Of a partner's readiness plan, if it came from there",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="readiness.planaction",
            ),
        ),
        migrations.AddField(
            model_name="historicalinvoice",
            name="instalment",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text="Which part of the year's share"),
        ),
        migrations.AddField(
            model_name="historicalinvoice",
            name="instalments",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text="Of how many parts"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="instalment",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text="Which part of the year's share"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="instalments",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text="Of how many parts"),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.UniqueConstraint(fields=("investment", "year"), name="budget_line_investment_once"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at", None)),
                fields=("budget", "agency", "year", "instalment"),
                name="invoice_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("instalment__gte", 1), ("instalment__lte", models.F("instalments")), ("instalments__lte", 12)
                ),
                name="invoice_instalment",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
