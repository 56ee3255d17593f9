"""Lists and counts of a set read its index alone, which says of each record whether it is sealed, juvenile or overdue,
and from when it is nonconviction data alone; built while records are written."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0034_nonconviction_and_office")]
    operations = [
        AddIndexConcurrently(
            model_name="record",
            index=models.Index(
                models.F("record_set"),
                models.OrderBy(models.F("ordered_on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                include=("sealed", "juvenile", "closes_at", "nonconviction_from"),
                name="record_set_there_newest",
            ),
        ),
        RemoveIndexConcurrently(model_name="record", name="record_set_newest"),
    ]
