"""The index of docket numbers without their court, built while records are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0009_aliases_and_numbers")]
    operations = [
        AddIndexConcurrently("record", models.Index(fields=["record_set", "docket_tail"], name="record_docket_tail")),
    ]
