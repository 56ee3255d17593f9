"""What somebody disputes of a record: a note that lies under row-level security with the field that it stands beside.
The words are kept back once who is on the record has changed, or the field: they were read beside what stood there."""

import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, row_level_security, run

ON_SHOWN_FIELD = """EXISTS (SELECT 1 FROM records_record r WHERE r.id = record_id)
  AND (participant_id IS NULL OR EXISTS (SELECT 1 FROM records_participant p WHERE p.id = participant_id))
  AND (charge_id IS NULL OR EXISTS (SELECT 1 FROM records_charge c WHERE c.id = charge_id))
  AND (entry_id IS NULL OR EXISTS (SELECT 1 FROM records_docketentry e WHERE e.id = entry_id))"""
OF_CUSTODIAN = "record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[])"
JOB = """NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody')
  AND record_set_id = NULLIF(current_setting('portal.job_set', true), '')::uuid"""

UNREAD = """
CREATE FUNCTION records_dispute_people_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_dispute d SET unread_since = statement_timestamp()
  FROM (SELECT DISTINCT record_id FROM written) n
  WHERE d.record_id = n.record_id AND d.ended_at IS NULL AND d.unread_since IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER people_added_to_disputed AFTER INSERT ON records_participant REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_dispute_people_added();

CREATE FUNCTION records_dispute_people_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_dispute d SET unread_since = statement_timestamp()
  FROM (
    SELECT w.record_id, w.id,
           (w.role, w.name, w.aliases) IS DISTINCT FROM (b.role, b.name, b.aliases) AS somebody_else
    FROM written w JOIN before b ON b.id = w.id
    WHERE (w.role, w.name, w.aliases, w.birth_date, w.contact)
      IS DISTINCT FROM (b.role, b.name, b.aliases, b.birth_date, b.contact)
  ) n WHERE d.record_id = n.record_id AND (n.somebody_else OR d.participant_id = n.id)
    AND d.ended_at IS NULL AND d.unread_since IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER people_changed_on_disputed AFTER UPDATE ON records_participant
  REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_dispute_people_changed();

CREATE FUNCTION records_dispute_field_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_dispute d SET unread_since = statement_timestamp()
  WHERE d.record_id = NEW.record_id AND NEW.id IN (d.charge_id, d.entry_id)
    AND d.ended_at IS NULL AND d.unread_since IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER disputed_charge_changed AFTER UPDATE ON records_charge FOR EACH ROW
  WHEN ((NEW.participant_id, NEW.description, NEW.disposition)
        IS DISTINCT FROM (OLD.participant_id, OLD.description, OLD.disposition))
  EXECUTE FUNCTION records_dispute_field_changed();
CREATE TRIGGER disputed_entry_changed AFTER UPDATE ON records_docketentry FOR EACH ROW
  WHEN (NEW.description IS DISTINCT FROM OLD.description)
  EXECUTE FUNCTION records_dispute_field_changed();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0003_roles_of_reviewers"),
        ("records", "0015_approvals_of_inquiries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalDispute",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("record", "The record itself"),
                            ("name", "Name and aliases"),
                            ("birth_date", "Date of birth"),
                            ("contact", "Address, phone and email"),
                            ("charge", "Charge"),
                            ("entry", "Docket entry"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(max_length=500)),
                (
                    "words_of",
                    models.CharField(
                        choices=[
                            ("subject", "In the words of who disputes it"),
                            ("agency", "In the words of the agency"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "request_number",
                    models.CharField(blank=True, help_text="Of the redress request that asks for it", max_length=20),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("unread_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("corrected", "It was corrected"), ("stands", "It stands as it was")],
                        max_length=10,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.charge",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.docketentry",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.participant",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.record",
                    ),
                ),
                (
                    "record_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.recordset",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical dispute",
                "verbose_name_plural": "historical disputes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("record", "The record itself"),
                            ("name", "Name and aliases"),
                            ("birth_date", "Date of birth"),
                            ("contact", "Address, phone and email"),
                            ("charge", "Charge"),
                            ("entry", "Docket entry"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(max_length=500)),
                (
                    "words_of",
                    models.CharField(
                        choices=[
                            ("subject", "In the words of who disputes it"),
                            ("agency", "In the words of the agency"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "request_number",
                    models.CharField(blank=True, help_text="Of the redress request that asks for it", max_length=20),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("unread_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("corrected", "It was corrected"), ("stands", "It stands as it was")],
                        max_length=10,
                    ),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="records.charge",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="records.docketentry",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="records.participant",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="disputes", to="records.record"
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("record", "field", "participant", "charge", "entry"),
                        name="dispute_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("charge", None), ("entry", None), ("field", "record"), ("participant", None)),
                            models.Q(
                                ("charge", None),
                                ("entry", None),
                                ("field__in", ["name", "birth_date", "contact"]),
                                ("participant__isnull", False),
                            ),
                            models.Q(
                                ("charge__isnull", False), ("entry", None), ("field", "charge"), ("participant", None)
                            ),
                            models.Q(
                                ("charge", None), ("entry__isnull", False), ("field", "entry"), ("participant", None)
                            ),
                            _connector="OR",
                        ),
                        name="dispute_of_one_field",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dispute_ended_whole",
                    ),
                ],
            },
        ),
        row_level_security("records_dispute", ("viewer", "SELECT", ON_SHOWN_FIELD), ("job", "ALL", JOB)),
        row_level_security("records_historicaldispute", ("custodian", "SELECT", OF_CUSTODIAN), ("job", "ALL", JOB)),
        append_only("records_historicaldispute"),
        run(UNREAD),
    ]
