"""Records that are nonconviction data alone (28 CFR 20.3), by a moment from which they are. The database keeps it, from
the charges; what passes by itself, the year of an arrest without a disposition, is compared with the clock by queries.
"""

from django.db import migrations, models

from portal.kernel import migrating

# From when a charge is nonconviction data: since ever, or once the year has passed; null: it is none. As
# `records_nonconviction` (0019) says of a moment.
FROM = """
CREATE FUNCTION records_nonconviction_from(
  outcome text, disposition text, filed_on date, record_class text, begun_on date, details jsonb
) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN outcome IN ('dismissed', 'acquitted', 'not_prosecuted') THEN timestamptz '1900-01-01 00:00:00+00'
    WHEN record_class IN ('arrest', 'custody') AND outcome = '' AND disposition = ''
         AND details->'prosecution_active' IS DISTINCT FROM 'true'::jsonb
      THEN COALESCE((COALESCE(begun_on, filed_on) + interval '1 year') AT TIME ZONE 'UTC',
                    timestamptz '1900-01-01 00:00:00+00')
  END
$$;

-- Of a record: from when all its charges are. An arrest or a booking without any is one without a disposition.
CREATE FUNCTION records_wholly_nonconviction(record uuid, record_class text, begun_on date, details jsonb)
RETURNS timestamptz LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT CASE
    WHEN count(*) = 0 THEN records_nonconviction_from('', '', NULL, record_class, begun_on, details)
    WHEN bool_and(each.since IS NOT NULL) THEN max(each.since)
  END
  FROM (
    SELECT records_nonconviction_from(
      c.outcome, c.disposition, c.filed_on, record_class, begun_on, details) AS since
    FROM records_charge c WHERE c.record_id = record
  ) AS each
$$;

CREATE FUNCTION records_keep_nonconviction() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  NEW.nonconviction_from := records_wholly_nonconviction(NEW.id, NEW.record_class, NEW.filed_on, NEW.details);
  RETURN NEW;
END $$;
CREATE TRIGGER keep_nonconviction BEFORE UPDATE ON records_record
  FOR EACH ROW EXECUTE FUNCTION records_keep_nonconviction();
-- A new record has no charges yet.
CREATE TRIGGER begin_nonconviction BEFORE INSERT ON records_record
  FOR EACH ROW WHEN (NEW.record_class IN ('arrest', 'custody') OR NEW.nonconviction_from IS NOT NULL)
  EXECUTE FUNCTION records_keep_nonconviction();

-- Written again, the record works it out by the trigger above.
CREATE FUNCTION records_charges_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_record r SET nonconviction_from = NULL
  WHERE r.id IN (SELECT w.record_id FROM written w)
    AND r.nonconviction_from IS DISTINCT FROM
        records_wholly_nonconviction(r.id, r.record_class, r.filed_on, r.details);
  RETURN NULL;
END $$;
CREATE TRIGGER charges_added AFTER INSERT ON records_charge REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_charges_added();
CREATE TRIGGER charges_changed AFTER UPDATE ON records_charge REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_charges_added();
CREATE TRIGGER charges_removed AFTER DELETE ON records_charge REFERENCING OLD TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_charges_added();
"""
KNOWN = """
UPDATE records_record r SET nonconviction_from = NULL
WHERE r.record_class IN ('arrest', 'custody') OR EXISTS (SELECT 1 FROM records_charge c WHERE c.record_id = r.id);
"""


class Migration(migrating.Migration):
    dependencies = [("records", "0032_outcomes_in_entries")]
    operations = [
        migrations.AddField(
            model_name="record",
            name="nonconviction_from",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="From when it is nonconviction data alone; kept by the database",
                null=True,
            ),
        ),
        migrations.RunSQL(FROM, migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
