"""That parties were reminded of their signature, each step once; signatures are dated by the database."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0004_guards_of_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.CreateModel(
            name="SignatureReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("first", "A week after it was asked for"),
                            ("second", "Two weeks after"),
                            ("escalated", "To administrators of the party and drafters of the lead agency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="sharing_agreements.party",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("party", "step"), name="signature_reminder_once")],
            },
        ),
        append_only("sharing_agreements_signaturereminder"),
    ]
