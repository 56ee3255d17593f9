"""Records are found by their tracking number through an index of those that have one."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0056_tracking_numbers")]

    operations = [
        AddIndexConcurrently(
            "record",
            models.Index(
                fields=["record_set", "tracking_key"],
                condition=models.Q(("tracking_key", ""), _negated=True),
                name="record_tracking",
            ),
        ),
    ]
