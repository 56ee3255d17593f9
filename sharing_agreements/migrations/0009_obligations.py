"""Obligations of clauses, that they were done, and what the database itself refuses of both."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only

GUARDS = """
CREATE TRIGGER obligation_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_obligation
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();

CREATE FUNCTION sharing_agreements_obligation_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_clause c WHERE c.id = NEW.clause_id AND c.version_id = NEW.version_id
  ) THEN
    RAISE EXCEPTION 'An obligation stands under a clause of its own version.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER obligation_fits BEFORE INSERT OR UPDATE ON sharing_agreements_obligation
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_obligation_fits();

CREATE FUNCTION sharing_agreements_fulfilment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_obligation o
    JOIN sharing_agreements_agreement a ON a.current_version_id = o.version_id
    JOIN sharing_agreements_party p ON p.version_id = o.version_id AND p.agency_id = NEW.agency_id
    WHERE o.id = NEW.obligation_id AND o.key = NEW.key AND a.id = NEW.agreement_id AND a.in_force_at IS NOT NULL
      AND (o.owes = 'each' OR (o.owes = 'lead' AND a.lead_agency_id = NEW.agency_id) OR o.agency_id = NEW.agency_id)
  ) THEN
    RAISE EXCEPTION 'Only what a party owes under the text in force is marked as done.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.turn <> 1 AND NOT EXISTS (
    SELECT 1 FROM sharing_agreements_fulfilment f
    JOIN sharing_agreements_fulfilmentwithdrawal w ON w.fulfilment_id = f.id
    WHERE f.key = NEW.key AND f.agency_id = NEW.agency_id AND f.due_on = NEW.due_on AND f.turn = NEW.turn - 1
  ) THEN
    RAISE EXCEPTION 'It is marked as done already; that is taken back first.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fulfilment_fits BEFORE INSERT ON sharing_agreements_fulfilment
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_fulfilment_fits();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0002_append_only"),
        ("sharing_agreements", "0008_expiry_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalObligation",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                (
                    "key",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7,
                        editable=False,
                        help_text="The same in every version and change of the text",
                    ),
                ),
                ("code", models.CharField(help_text="O1", max_length=8)),
                ("what", models.CharField(help_text="What is to be done", max_length=500)),
                (
                    "owes",
                    models.CharField(
                        choices=[("each", "Each party"), ("lead", "The lead agency"), ("party", "One party")],
                        max_length=8,
                    ),
                ),
                (
                    "every_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="None: once",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                    ),
                ),
                (
                    "first_on",
                    models.DateField(
                        blank=True,
                        help_text="None: the first time is one interval after the agreement came into force",
                        null=True,
                    ),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=30, validators=[django.core.validators.MaxValueValidator(365)]
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
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sharing_agreements.clause",
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
                    "version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sharing_agreements.agreementversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical obligation",
                "verbose_name_plural": "historical obligations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7,
                        editable=False,
                        help_text="The same in every version and change of the text",
                    ),
                ),
                ("code", models.CharField(help_text="O1", max_length=8)),
                ("what", models.CharField(help_text="What is to be done", max_length=500)),
                (
                    "owes",
                    models.CharField(
                        choices=[("each", "Each party"), ("lead", "The lead agency"), ("party", "One party")],
                        max_length=8,
                    ),
                ),
                (
                    "every_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="None: once",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                    ),
                ),
                (
                    "first_on",
                    models.DateField(
                        blank=True,
                        help_text="None: the first time is one interval after the agreement came into force",
                        null=True,
                    ),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=30, validators=[django.core.validators.MaxValueValidator(365)]
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="sharing_agreements.clause",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="obligations",
                        to="sharing_agreements.agreementversion",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Fulfilment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(help_text="That of the obligation, by which it is known after an amendment")),
                ("due_on", models.DateField()),
                ("turn", models.PositiveSmallIntegerField(default=1, help_text="2 where the first was taken back")),
                ("note", models.CharField(help_text="What was done", max_length=1000)),
                ("file", models.UUIDField(editable=False, help_text="In the private store", null=True)),
                ("file_name", models.CharField(blank=True, max_length=120)),
                (
                    "file_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pdf", "PDF"),
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("gz", "gzip"),
                            ("txt", "plain text"),
                        ],
                        max_length=4,
                    ),
                ),
                ("size", models.PositiveBigIntegerField(default=0, help_text="Bytes")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fulfilments",
                        to="sharing_agreements.agreement",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fulfilments",
                        to="sharing_agreements.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObligationReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(help_text="That of the obligation")),
                ("due_on", models.DateField()),
                ("step", models.CharField(choices=[("soon", "Due soon"), ("overdue", "Overdue")], max_length=8)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FulfilmentWithdrawal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=1000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "fulfilment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="sharing_agreements.fulfilment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="fulfilment_withdrawal_reason"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["key"], name="obligation_key"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(fields=("version", "code"), name="obligation_code"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(fields=("version", "key"), name="obligation_key_once"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", False), ("owes", "party")),
                    models.Q(models.Q(("owes", "party"), _negated=True), ("agency", None)),
                    _connector="OR",
                ),
                name="obligation_names_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("every_months__gte", 1),
                    models.Q(("every_months", None), ("first_on__isnull", False)),
                    _connector="OR",
                ),
                name="obligation_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="obligation_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.UniqueConstraint(fields=("key", "agency", "due_on", "turn"), name="fulfilment_once"),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="fulfilment_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file", None), ("file_kind", ""), ("file_name", ""), ("sha256", ""), ("size", 0)),
                    models.Q(
                        ("file__isnull", False),
                        models.Q(("file_name", ""), _negated=True),
                        models.Q(("file_kind", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="fulfilment_file_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligationreminder",
            constraint=models.UniqueConstraint(
                fields=("key", "agency", "due_on", "step"), name="obligation_reminder_once"
            ),
        ),
        append_only(
            "sharing_agreements_fulfilment",
            "sharing_agreements_fulfilmentwithdrawal",
            "sharing_agreements_obligationreminder",
            "sharing_agreements_historicalobligation",
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
