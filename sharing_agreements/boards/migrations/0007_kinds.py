"""Charters may name the three more kinds of agreements."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("boards", "0006_sanctions_are_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="charter",
            name="responsible_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("mou", "Information exchange agreement (MOU)"),
                        ("user_agreement", "Criminal justice user agreement"),
                        ("management", "Management control agreement"),
                        ("addendum", "CJIS security addendum"),
                        ("data_use", "Data use agreement"),
                    ],
                    max_length=16,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="historicalcharter",
            name="responsible_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("mou", "Information exchange agreement (MOU)"),
                        ("user_agreement", "Criminal justice user agreement"),
                        ("management", "Management control agreement"),
                        ("addendum", "CJIS security addendum"),
                        ("data_use", "Data use agreement"),
                    ],
                    max_length=16,
                ),
                size=None,
            ),
        ),
    ]
