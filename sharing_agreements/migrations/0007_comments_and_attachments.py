"""Comments on clauses, and files that belong to a text; what the database itself refuses of both."""

import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, run

GUARDS = """
CREATE TRIGGER attachment_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_attachment
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();

CREATE FUNCTION sharing_agreements_nothing_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.frozen_at IS NULL AND NEW.frozen_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM sharing_agreements_comment c WHERE c.version_id = NEW.id AND c.resolved_at IS NULL
  ) THEN
    RAISE EXCEPTION 'A version with open comments is not submitted.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER version_nothing_open BEFORE UPDATE ON sharing_agreements_agreementversion
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_nothing_open();

CREATE FUNCTION sharing_agreements_comment_stays_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.text, NEW.author_id, NEW.at) IS DISTINCT FROM (OLD.text, OLD.author_id, OLD.at) THEN
    RAISE EXCEPTION 'What somebody said of a clause does not change; say more in an answer.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_stays_said BEFORE UPDATE ON sharing_agreements_comment
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_comment_stays_said();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0006_clause_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.CharField(help_text="The clause as it was called: 4.2 Security", max_length=175)),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("resolved_at", models.DateTimeField(editable=False, null=True)),
                ("resolution", models.CharField(blank=True, help_text="How it was settled", max_length=500)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: removed",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="sharing_agreements.clause",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="sharing_agreements.agreementversion",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CommentReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="sharing_agreements.comment",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "comment replies",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAttachment",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("title", models.CharField(max_length=160)),
                ("file", models.UUIDField(editable=False, help_text="In the private store")),
                ("file_name", models.CharField(max_length=120)),
                (
                    "file_kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("gz", "gzip"),
                            ("txt", "plain text"),
                        ],
                        max_length=4,
                    ),
                ),
                ("size", models.PositiveBigIntegerField(help_text="Bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("attached_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "attached_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "historical attachment",
                "verbose_name_plural": "historical attachments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComment",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("about", models.CharField(help_text="The clause as it was called: 4.2 Security", max_length=175)),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("resolved_at", models.DateTimeField(editable=False, null=True)),
                ("resolution", models.CharField(blank=True, help_text="How it was settled", max_length=500)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="None: removed",
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
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
                "verbose_name": "historical comment",
                "verbose_name_plural": "historical comments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("file", models.UUIDField(editable=False, help_text="In the private store")),
                ("file_name", models.CharField(max_length=120)),
                (
                    "file_kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("gz", "gzip"),
                            ("txt", "plain text"),
                        ],
                        max_length=4,
                    ),
                ),
                ("size", models.PositiveBigIntegerField(help_text="Bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("attached_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "attached_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="sharing_agreements.agreementversion",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "indexes": [models.Index(fields=["file"], name="agreement_attachment_file")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "title"),
                        name="agreement_attachment_title",
                        violation_error_message="Another attachment has this title. Choose a different one.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("clause__isnull", False), ("resolution", ""), ("resolved_at", None), ("resolved_by", None)
                    ),
                    models.Q(
                        ("resolved_at__isnull", False),
                        ("resolved_by__isnull", False),
                        models.Q(("resolution", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="comment_resolved",
            ),
        ),
        append_only(
            "sharing_agreements_commentreply",
            "sharing_agreements_historicalcomment",
            "sharing_agreements_historicalattachment",
        ),
        run("REVOKE DELETE ON sharing_agreements_comment FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
