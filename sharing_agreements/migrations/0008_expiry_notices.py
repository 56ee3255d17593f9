"""That who must act was told of an end that comes near: each threshold once, and none that has not come."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only

GUARDS = """
CREATE FUNCTION sharing_agreements_end_is_near() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_agreement a
    JOIN sharing_agreements_agreementversion v ON v.id = a.current_version_id
    JOIN agencies_agency g ON g.id = a.lead_agency_id
    WHERE a.id = NEW.agreement_id AND a.status = 'in_force' AND timezone(g.time_zone, clock_timestamp()) < v.ends_on
      AND v.ends_on - timezone(g.time_zone, clock_timestamp())::date <= NEW.days
  ) THEN
    RAISE EXCEPTION 'An end is announced of an agreement in force, when so many days are left.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM sharing_agreements_expirynotice n WHERE n.agreement_id = NEW.agreement_id AND n.days < NEW.days
  ) THEN
    RAISE EXCEPTION 'A nearer threshold was told of already.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER end_is_near BEFORE INSERT ON sharing_agreements_expirynotice
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_end_is_near();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0007_comments_and_attachments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpiryNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(choices=[(180, "180 days"), (90, "90 days"), (30, "30 days")]),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_notices",
                        to="sharing_agreements.agreement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "days"), name="expiry_notice_once"),
                    models.CheckConstraint(condition=models.Q(("days__in", (180, 90, 30))), name="expiry_notice_days"),
                ],
            },
        ),
        append_only("sharing_agreements_expirynotice"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
