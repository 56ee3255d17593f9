"""Sources that are money of an award."""

import django.db.models.deletion
from django.db import migrations, models

from portal.kernel import migrating


def _award(on_delete, related_name, **more):
    return models.ForeignKey(
        blank=True,
        help_text="Whose money it is, if a grant's",
        null=True,
        on_delete=on_delete,
        related_name=related_name,
        to="funding.award",
        **more,
    )


class Migration(migrating.Migration):
    dependencies = [("budgets", "0002_guards"), ("funding", "0002_guards")]

    operations = [
        migrations.AddField("budgetsource", "award", _award(django.db.models.deletion.PROTECT, "budgeted")),
        migrations.AddField(
            "historicalbudgetsource",
            "award",
            _award(django.db.models.deletion.DO_NOTHING, "+", db_constraint=False),
        ),
    ]
