"""What was told by word of mouth is a release too: to whom, why, and which kinds of data."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0003_roles_of_reviewers"),
        ("records", "0011_accepted_before_shared"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="told",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("record", "That there is such a record: its number, court and dates"),
                        ("name", "Name and aliases"),
                        ("birth_date", "Date of birth"),
                        ("contact", "Address, phone and email"),
                        ("charges", "Charges and dispositions"),
                        ("free_text", "Free text"),
                    ],
                    max_length=16,
                ),
                blank=True,
                db_default=[],
                default=list,
                help_text="By word of mouth: which kinds of data, never what they say",
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="accessentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("search", "Search"),
                    ("view", "View"),
                    ("print", "Print"),
                    ("export", "Export"),
                    ("redisclose", "By word of mouth"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="kind",
            field=models.CharField(
                choices=[("print", "Print"), ("export", "Export"), ("told", "By word of mouth")], max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "told"), models.Q(("told", []), _negated=True)),
                    models.Q(models.Q(("kind", "told"), _negated=True), ("told", [])),
                    _connector="OR",
                ),
                name="release_told_what",
            ),
        ),
    ]
