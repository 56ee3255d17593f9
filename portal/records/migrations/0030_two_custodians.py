"""A record is destroyed where two of its custodians say so, by the order of a court or since it is kept no longer; and
what of criminal intelligence its reviewer reads.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, row_level_security, run

OF_CUSTODIAN = "record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[])"
JOB = """NULLIF(current_setting('portal.job', true), '') = 'custody'
  AND record_set_id = NULLIF(current_setting('portal.job_set', true), '')::uuid"""

# Its name lets it run before `before_destroys` (0025) and `destroys` (0017): what was asked goes with the record.
TWO = """
CREATE FUNCTION records_asked_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  DELETE FROM records_expungementrequest q
  WHERE q.record_id = NEW.id AND q.record_set_id = NEW.record_set_id
    AND q.asked_by_id = NEW.asked_by_id AND q.asked_by_id <> NEW.expunged_by_id
    AND (q.ground, q.authority, q.order_number, q.ordered_on)
        IS NOT DISTINCT FROM (NEW.ground, NEW.authority, NEW.order_number, NEW.ordered_on);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'One custodian asks for a record to be destroyed, and another confirms it.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM records_record r JOIN agencies_recordset s ON s.id = r.record_set_id
    JOIN agencies_agency a ON a.id = s.owner_id
    WHERE r.id = NEW.id AND (NEW.ground = 'order' OR (NEW.ground = 'purge' AND r.record_class = 'intelligence')
      OR (NEW.ground = 'retention' AND r.retain_until < (statement_timestamp() AT TIME ZONE a.time_zone)::date))
  ) THEN
    RAISE EXCEPTION 'Without an order a record is destroyed once it is kept no longer, or as intelligence.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER asked_by_another BEFORE INSERT ON records_expungement
  FOR EACH ROW EXECUTE FUNCTION records_asked_by_another();
REVOKE EXECUTE ON FUNCTION records_asked_by_another() FROM PUBLIC;
"""

# What a custodian reviews (28 CFR 23.20(h)) they must read, also where somebody is on the record whom nobody sees, or
# not they. Of those no word of a name or alias leaves the database. In the owner's rights, since row-level security
# hides informants, whose names are what is looked for.
REVIEWED = r"""
CREATE FUNCTION records_folded(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lower(regexp_replace(normalize(word, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;
CREATE FUNCTION records_without(said text, words text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public AS $$
  SELECT coalesce(string_agg(CASE WHEN records_folded(m[1]) = ANY (words) THEN '[withheld]' ELSE m[1] END, ''
                             ORDER BY n), '')
  FROM regexp_matches(said, '([[:alnum:]]+|[^[:alnum:]]+)', 'g') WITH ORDINALITY AS t(m, n)
$$;
CREATE FUNCTION records_for_review(record uuid, names text[], texts text[])
RETURNS TABLE (entry uuid, field text, said text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH r AS MATERIALIZED (
    SELECT r.id, r.details FROM records_record r
    WHERE r.id = record AND r.record_class = 'intelligence'
      AND current_setting('portal.action', true) = 'custody'
      AND r.record_set_id IN (SELECT unnest(records_open_sets('sealed')))
  ), hidden AS MATERIALIZED (
    SELECT coalesce(array_agg(DISTINCT records_folded(m[1])), '{}') AS words
    FROM r JOIN records_participant p ON p.record_id = r.id
    LEFT JOIN records_participant o ON o.id = p.represents_id,
         regexp_matches(concat_ws(' ', p.name, p.aliases, p.name_key), '([[:alnum:]]+)', 'g') AS m
    WHERE (p.role = 'informant' OR o.role = 'informant' OR NOT p.role = ANY (names)) AND length(m[1]) > 1
      AND lower(m[1]) NOT IN ('also', 'known', 'as', 'aka', 'the', 'and', 'for', 'of', 'inc', 'llc')
  )
  SELECT NULL::uuid, d.key, records_without(d.value, hidden.words)
  FROM r CROSS JOIN hidden, jsonb_each_text(r.details) AS d WHERE d.key = ANY (texts)
  UNION ALL
  SELECT e.id, '', records_without(e.description, hidden.words)
  FROM r CROSS JOIN hidden JOIN records_docketentry e ON e.record_id = r.id
$$;
REVOKE EXECUTE ON FUNCTION records_for_review(uuid, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_for_review(uuid, text[], text[]) TO {runtime};
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0006_sets_that_stand_out"),
        ("records", "0029_looks_at_protected_data"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpungementRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("order", "By order of a court"),
                            ("retention", "It is past the day until which it is kept"),
                            ("purge", "Purged: intelligence that is not relevant, or wrong (28 CFR 23.20(h))"),
                        ],
                        max_length=10,
                    ),
                ),
                ("authority", models.CharField(blank=True, help_text="The court that ordered it", max_length=120)),
                (
                    "order_number",
                    models.CharField(blank=True, help_text="The number of the order, never of the case", max_length=64),
                ),
                ("ordered_on", models.DateField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="ReviewReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_on", models.DateField()),
                ("step", models.CharField(choices=[("soon", "Due soon"), ("late", "Overdue")], max_length=4)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="expungement",
            name="asked_by",
            field=models.ForeignKey(
                help_text="Unknown of what was destroyed before two had to agree",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="expungement",
            name="ground",
            field=models.CharField(
                choices=[
                    ("order", "By order of a court"),
                    ("retention", "It is past the day until which it is kept"),
                    ("purge", "Purged: intelligence that is not relevant, or wrong (28 CFR 23.20(h))"),
                ],
                db_default="order",
                default="order",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="watchmatch",
            name="said",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Keyed hash of what it said to the watcher",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="accessentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("search", "Search"),
                    ("view", "View"),
                    ("print", "Print"),
                    ("export", "Export"),
                    ("redisclose", "By word of mouth"),
                    ("custody", "In custody"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="expungement",
            name="authority",
            field=models.CharField(blank=True, help_text="The court that ordered it", max_length=120),
        ),
        migrations.AlterField(
            model_name="expungement",
            name="order_number",
            field=models.CharField(blank=True, help_text="The number of the order, never of the case", max_length=64),
        ),
        migrations.AlterField(
            model_name="expungement",
            name="ordered_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="expungement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ground", "order"),
                        models.Q(("authority", ""), _negated=True),
                        models.Q(("order_number", ""), _negated=True),
                        ("ordered_on__isnull", False),
                    ),
                    models.Q(
                        models.Q(("ground", "order"), _negated=True),
                        ("authority", ""),
                        ("order_number", ""),
                        ("ordered_on", None),
                    ),
                    _connector="OR",
                ),
                name="expunged_by_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="expungement",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", models.F("expunged_by")), _negated=True), name="expunged_by_two"
            ),
        ),
        migrations.AddField(
            model_name="expungementrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="expungementrequest",
            name="record",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="expungement_request", to="records.record"
            ),
        ),
        migrations.AddField(
            model_name="expungementrequest",
            name="record_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.recordset"
            ),
        ),
        migrations.AddField(
            model_name="reviewreminder",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="expungementrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ground", "order"),
                        models.Q(("authority", ""), _negated=True),
                        models.Q(("order_number", ""), _negated=True),
                        ("ordered_on__isnull", False),
                    ),
                    models.Q(
                        models.Q(("ground", "order"), _negated=True),
                        ("authority", ""),
                        ("order_number", ""),
                        ("ordered_on", None),
                    ),
                    _connector="OR",
                ),
                name="expungement_asked_by_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreminder",
            constraint=models.UniqueConstraint(fields=("agency", "due_on", "step"), name="intelligence_reminder_once"),
        ),
        row_level_security("records_expungementrequest", ("custodian", "SELECT", OF_CUSTODIAN), ("job", "ALL", JOB)),
        run("REVOKE UPDATE ON records_expungementrequest FROM {runtime};"),
        append_only("records_reviewreminder"),
        migrations.RunSQL(TWO, migrations.RunSQL.noop),
        run(REVIEWED),
    ]
