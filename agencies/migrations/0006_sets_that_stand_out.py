"""Indexes of the few record sets that are closed or hold criminal intelligence: each look asks which they are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("agencies", "0005_classes_and_certification")]
    operations = [
        AddIndexConcurrently(
            model_name="recordset",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="record_set_closed"
            ),
        ),
        AddIndexConcurrently(
            model_name="recordset",
            index=models.Index(
                condition=models.Q(("record_class", "intelligence")), fields=["id"], name="record_set_apart"
            ),
        ),
    ]
