"""That members were reminded: each step once a ballot, and once a suspension by the chair."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only

STEPS = [
    ("half", "At half time"),
    ("last", "Before the close"),
    ("escalated", "To the alternates and the chair"),
    ("overdue", "Past the day by which the board was to decide"),
]


def key(to: str) -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to=f"boards.{to}"
    )


class Migration(migrating.Migration):
    dependencies = [("boards", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ballot", key("ballot")),
                ("suspension", key("chairsuspension")),
                ("step", models.CharField(choices=STEPS, max_length=10)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ballot", "step"), name="reminder_once_a_ballot"),
                    models.UniqueConstraint(fields=("suspension", "step"), name="reminder_once_a_suspension"),
                    models.CheckConstraint(
                        name="reminder_of_one_thing",
                        condition=models.Q(ballot__isnull=False, suspension=None)
                        | models.Q(ballot=None, suspension__isnull=False),
                    ),
                ],
            },
        ),
        append_only("boards_reminder"),
    ]
