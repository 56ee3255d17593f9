"""The changes in law for which agreements wait."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, run


class Migration(migrating.Migration):
    dependencies = [
        ("law", "0003_changes"),
        ("sharing_agreements", "0015_citations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalAwaitedChange",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sharing_agreements.agreement",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="law.lawchange",
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
            ],
            options={
                "verbose_name": "historical awaited change",
                "verbose_name_plural": "historical awaited changes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="AwaitedChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awaits",
                        to="sharing_agreements.agreement",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awaited_by", to="law.lawchange"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agreement", "change"), name="agreement_awaits_once")],
            },
        ),
        append_only("sharing_agreements_historicalawaitedchange"),
        run("REVOKE UPDATE ON sharing_agreements_awaitedchange FROM {runtime};"),
    ]
