"""Record sets of each class, which stays what it was; trainings that certify for criminal intelligence."""

from django.db import migrations, models

from portal.kernel import migrating

CLASS_STAYS = """
CREATE FUNCTION agencies_recordset_class_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A record set stays of the class that it was opened as.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER class_stays BEFORE UPDATE ON agencies_recordset FOR EACH ROW
  WHEN (OLD.record_class IS DISTINCT FROM NEW.record_class) EXECUTE FUNCTION agencies_recordset_class_stays();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0004_role_of_supervisors"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaltraining",
            name="kind",
            field=models.CharField(
                choices=[
                    ("awareness", "Security and privacy awareness"),
                    ("intelligence", "Criminal intelligence systems (28 CFR part 23)"),
                ],
                db_default="awareness",
                default="awareness",
                help_text="What it opens: records, or beside them criminal intelligence",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="kind",
            field=models.CharField(
                choices=[
                    ("awareness", "Security and privacy awareness"),
                    ("intelligence", "Criminal intelligence systems (28 CFR part 23)"),
                ],
                db_default="awareness",
                default="awareness",
                help_text="What it opens: records, or beside them criminal intelligence",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="historicalrecordset",
            name="record_class",
            field=models.CharField(
                choices=[
                    ("case", "Case"),
                    ("warrant", "Warrant"),
                    ("protection_order", "Protection order"),
                    ("custody", "Custody and booking"),
                    ("arrest", "Arrest"),
                    ("incident", "Incident"),
                    ("supervision", "Supervision"),
                    ("intelligence", "Criminal intelligence"),
                ],
                default="case",
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="recordset",
            name="record_class",
            field=models.CharField(
                choices=[
                    ("case", "Case"),
                    ("warrant", "Warrant"),
                    ("protection_order", "Protection order"),
                    ("custody", "Custody and booking"),
                    ("arrest", "Arrest"),
                    ("incident", "Incident"),
                    ("supervision", "Supervision"),
                    ("intelligence", "Criminal intelligence"),
                ],
                default="case",
                max_length=24,
            ),
        ),
        migrations.RunSQL(CLASS_STAYS, migrations.RunSQL.noop),
    ]
