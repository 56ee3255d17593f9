"""Searches that people keep, each for themselves."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0004_role_of_supervisors"),
        ("records", "0017_expungements"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "by_name",
                    models.BooleanField(default=False, help_text="Whether words with a digit are a name, not a number"),
                ),
                ("standing", models.CharField(blank=True, max_length=8)),
                ("saved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_searches",
                        to="agencies.membership",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "saved searches",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("membership", "name"),
                        name="saved_search_name",
                        violation_error_message="You have a search of this name already. Choose another name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(
                                models.Q(("words", ""), _negated=True),
                                ("since__isnull", False),
                                ("until__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="saved_search_asks",
                    ),
                ],
            },
        ),
    ]
