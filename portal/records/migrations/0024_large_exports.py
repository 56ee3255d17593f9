"""Exports that a worker writes: large ones, with progress, behind a release that is logged batch by batch."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import run


class Migration(migrating.Migration):
    dependencies = [
        ("records", "0023_watches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("writing", "Being written"),
                            ("ready", "Ready"),
                            ("stopped", "Stopped"),
                            ("cancelled", "Cancelled"),
                            ("removed", "Removed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked", models.JSONField(blank=True, default=dict, help_text="The query; emptied once it is over")),
                ("extent", models.JSONField(help_text="What was open when it began")),
                (
                    "about",
                    models.PositiveIntegerField(
                        help_text="Number of records found when it began, as far as was counted"
                    ),
                ),
                ("records", models.PositiveIntegerField(default=0)),
                (
                    "size",
                    models.BigIntegerField(
                        default=0, help_text="Bytes of the file that count; what lies behind is of a crash"
                    ),
                ),
                ("place_day", models.DateField(blank=True, null=True)),
                ("place_id", models.UUIDField(blank=True, null=True)),
                ("source_address", models.GenericIPAddressField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="job", to="records.release"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "writing"]), ("asked", {}), _connector="OR"),
                        name="export_forgets_what_was_asked",
                    )
                ],
            },
        ),
        run("REVOKE DELETE ON records_export FROM {runtime};"),
    ]
