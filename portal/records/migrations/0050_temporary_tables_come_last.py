"""No function of the portal takes a temporary table of whoever calls it for one of its own.

PostgreSQL looks for tables among the temporary ones first, unless they stand in the search path, last: whoever can run
statements as the runtime role would otherwise have had their own run in the rights of the owner.
"""

from django.db import migrations

# What is immutable reads no table; two that read none either are written out where they are called.
LAST = """
DO $do$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname = 'public' AND l.lanname IN ('sql', 'plpgsql')
      AND p.provolatile <> 'i' AND p.proname NOT IN ('records_viewer', 'records_nonconviction')
      AND COALESCE(array_to_string(p.proconfig, ' '), '') NOT LIKE ALL (ARRAY['%pg_temp%', '%search_path=pg_catalog%'])
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', each.name);
  END LOOP;
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0049_numbers_of_people_in_any_writing"),
        ("acknowledgement", "0002_guards"),
        ("agencies", "0006_sets_that_stand_out"),
        ("assessment", "0002_guards"),
        ("boards", "0012_drafts_taken_back"),
        ("budgets", "0004_in_kind_investments_parts"),
        ("development", "0006_review_covers_rules"),
        ("funding", "0002_guards"),
        ("initiatives", "0002_guards"),
        ("law", "0004_takes_effect"),
        ("privacy", "0009_index_of_rules_history"),
        ("readiness", "0002_guards"),
        ("redress", "0002_guards"),
        ("reviews", "0003_remark_comments"),
        ("sharing_agreements", "0018_conditions_of_terms"),
    ]
    operations = [migrations.RunSQL(LAST, migrations.RunSQL.noop)]
