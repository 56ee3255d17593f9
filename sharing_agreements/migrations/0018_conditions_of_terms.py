"""What a term asks of who sees data by it, beside what the owner's policy asks."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


def _conditions() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(
            choices=[
                ("stays", "It is read in the portal only: not printed, exported or passed on"),
                ("supervisor", "A supervisor of theirs approves the inquiry first"),
                ("notify_owner", "Privacy officers of the owner are told of each inquiry that was shown it"),
            ],
            max_length=12,
        ),
        blank=True,
        db_default=[],
        default=list,
        help_text="What goes with the data, beside what the owner's privacy policy asks",
        size=None,
    )


def _handling() -> models.Field:
    return models.CharField(
        blank=True, db_default="", default="", help_text="Shown beside the data: how to handle it", max_length=200
    )


class Migration(migrating.Migration):
    dependencies = [("sharing_agreements", "0017_terms_on_intelligence")]

    operations = [
        migrations.AddField(model_name="historicalterm", name="conditions", field=_conditions()),
        migrations.AddField(model_name="historicalterm", name="handling", field=_handling()),
        migrations.AddField(model_name="term", name="conditions", field=_conditions()),
        migrations.AddField(model_name="term", name="handling", field=_handling()),
    ]
