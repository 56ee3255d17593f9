"""That somebody was told before a change takes effect."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only


class Migration(migrating.Migration):
    dependencies = [
        ("law", "0003_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LawChangeReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_on", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="law.lawchange"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("change", "effective_on"), name="law_change_reminder_once")
                ],
            },
        ),
        append_only("law_lawchangereminder"),
    ]
