"""Whether a case is hidden is asked by its number for each record that names one; built while records are written."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

HIDDEN = models.Q(("sealed", True), ("juvenile", True), ("nonconviction_from__isnull", False), _connector="OR")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0036_hidden_cases_are_not_named")]
    operations = [
        AddIndexConcurrently("record", models.Index(fields=["docket_key"], condition=HIDDEN, name="record_hidden_key")),
        AddIndexConcurrently(
            "record", models.Index(fields=["docket_tail"], condition=HIDDEN, name="record_hidden_tail")
        ),
        RemoveIndexConcurrently("record", "record_sealed_key"),
        RemoveIndexConcurrently("record", "record_sealed_tail"),
    ]
