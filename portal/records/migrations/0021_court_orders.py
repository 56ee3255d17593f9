"""Orders of courts by which records are sealed and opened: read by custodians alone, destroyed with the record."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, row_level_security

OF_CUSTODIAN = "record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[])"
JOB = """NULLIF(current_setting('portal.job', true), '') = 'custody'
  AND record_set_id = NULLIF(current_setting('portal.job_set', true), '')::uuid"""

# Beside `destroys` of migration 0017, which asks whether the record may be: either undoes the statement of both.
DESTROYED = """
CREATE FUNCTION records_destroy_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  DELETE FROM records_courtorder o WHERE o.record_id = NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER destroys_orders BEFORE INSERT ON records_expungement
  FOR EACH ROW EXECUTE FUNCTION records_destroy_orders();
REVOKE EXECUTE ON FUNCTION records_destroy_orders() FROM PUBLIC;
"""
UNDO = "DROP TRIGGER destroys_orders ON records_expungement; DROP FUNCTION records_destroy_orders();"


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0005_classes_and_certification"),
        ("records", "0020_indexes_of_classes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CourtOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effect", models.CharField(choices=[("seal", "Sealed"), ("unseal", "Opened again")], max_length=8)),
                ("authority", models.CharField(help_text="The court that ordered it", max_length=120)),
                ("order_number", models.CharField(max_length=64)),
                ("ordered_on", models.DateField()),
                ("scope", models.CharField(help_text="What the order covers", max_length=400)),
                (
                    "file",
                    models.UUIDField(editable=False, help_text="Where the order lies in the private store", null=True),
                ),
                ("file_name", models.CharField(blank=True, editable=False, max_length=120)),
                ("size", models.PositiveBigIntegerField(default=0, editable=False)),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="orders", to="records.record"
                    ),
                ),
                (
                    "record_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.recordset"
                    ),
                ),
            ],
            options={
                "ordering": ["entered_at", "id"],
            },
        ),
        row_level_security("records_courtorder", ("custodian", "SELECT", OF_CUSTODIAN), ("job", "ALL", JOB)),
        append_only("records_courtorder"),
        migrations.RunSQL(DESTROYED, UNDO),
    ]
