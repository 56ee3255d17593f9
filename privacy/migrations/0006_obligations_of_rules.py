import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("privacy", "0005_index_of_provisions_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosurerule",
            name="handling",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Shown beside the data: how to handle it",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="disclosurerule",
            name="obligations",
            field=django.contrib.postgres.fields.ArrayField(
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
                help_text="Of other agencies, with what is shown",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="historicaldisclosurerule",
            name="handling",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Shown beside the data: how to handle it",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="historicaldisclosurerule",
            name="obligations",
            field=django.contrib.postgres.fields.ArrayField(
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
                help_text="Of other agencies, with what is shown",
                size=None,
            ),
        ),
    ]
