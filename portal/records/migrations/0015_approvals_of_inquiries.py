"""A supervisor approves an open inquiry, once, and never their own."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import run

GUARDS = """
CREATE FUNCTION records_approval_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.decided_at IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'An inquiry is approved or refused once.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.id, OLD.inquiry_id, OLD.reason, OLD.asked_at)
                          IS DISTINCT FROM (NEW.id, NEW.inquiry_id, NEW.reason, NEW.asked_at) THEN
    RAISE EXCEPTION 'What was asked stays as it was.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM records_inquiry i
    JOIN agencies_membership m ON m.id = i.membership_id
    JOIN agencies_membership d ON d.agency_id = m.agency_id AND d.person_id = NEW.decided_by_id
    JOIN agencies_user u ON u.id = d.person_id
    WHERE i.id = NEW.inquiry_id AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
      AND m.person_id <> NEW.decided_by_id AND u.is_active
      AND 'supervisor' = ANY (d.roles)
      AND d.started_at <= statement_timestamp() AND (d.ended_at IS NULL OR d.ended_at > statement_timestamp())
  ) THEN
    RAISE EXCEPTION 'A supervisor of the same agency decides, and not who inquires.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_is_anothers BEFORE INSERT OR UPDATE ON records_inquiryapproval
  FOR EACH ROW EXECUTE FUNCTION records_approval_is_anothers();
"""

UNDO = """
DROP TRIGGER approval_is_anothers ON records_inquiryapproval;
DROP FUNCTION records_approval_is_anothers();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("records", "0012_releases_by_word_of_mouth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InquiryApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(help_text="Why the protected data is needed; no name of a person", max_length=300),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved", models.BooleanField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inquiry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="records.inquiry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved", None), ("decided_at", None), ("decided_by", None), ("note", "")),
                            models.Q(
                                ("approved__isnull", False),
                                ("decided_at__gte", models.F("asked_at")),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved", False), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_refused_with_a_note",
                    ),
                ],
            },
        ),
        run("REVOKE DELETE ON records_inquiryapproval FROM {runtime};"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
