"""Of an inquiry only its end is written later: what was stated, when, and for how long stays as it was."""

import datetime

import django.db.models.functions.datetime
from django.db import migrations, models

from portal.kernel.roles import run

ONLY_ITS_END = """
REVOKE UPDATE, DELETE ON records_inquiry FROM {runtime};
GRANT UPDATE (ended_at) ON records_inquiry TO {runtime};
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0006_refusals_have_owners")]
    operations = [
        migrations.AlterField(
            model_name="inquiry",
            name="opened_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "open_until__lte",
                        models.expressions.CombinedExpression(
                            models.F("opened_at"), "+", models.Value(datetime.timedelta(seconds=43200))
                        ),
                    )
                ),
                name="inquiry_a_working_day",
            ),
        ),
        run(ONLY_ITS_END),
    ]
