"""Filters of registers that people saved for themselves."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0009_obligations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("agreements", "Agreements"),
                            ("decisions", "Decisions"),
                            ("obligations", "Obligations"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.JSONField(help_text="Field of the register's form -> what it is asked for")),
                ("is_start", models.BooleanField(default=False, help_text="Whether the register opens with it")),
                ("saved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "register", "name"),
                        name="saved_filter_name",
                        violation_error_message="You have a filter of this name already. Choose another name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_start", True)),
                        fields=("person", "register"),
                        name="saved_filter_one_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("query", {}), _negated=True)
                        ),
                        name="saved_filter_says_something",
                    ),
                ],
            },
        ),
    ]
