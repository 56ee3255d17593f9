"""Indexes of lists across classes, and of what belongs together; built while records are written. A set is of one
class, so that the indexes by class have nothing left to say."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0019_record_classes")]
    operations = [
        RemoveIndexConcurrently(
            model_name="record",
            name="record_set_class_newest",
        ),
        RemoveIndexConcurrently(
            model_name="record",
            name="record_class_newest",
        ),
        AddIndexConcurrently(
            model_name="participant",
            index=models.Index(
                condition=models.Q(("state_id", ""), _negated=True),
                fields=["record_set", "state_id"],
                name="participant_state_id",
            ),
        ),
        AddIndexConcurrently(
            model_name="participant",
            index=models.Index(
                condition=models.Q(("fbi_id", ""), _negated=True),
                fields=["record_set", "fbi_id"],
                name="participant_fbi_id",
            ),
        ),
        AddIndexConcurrently(
            model_name="record",
            index=models.Index(
                models.OrderBy(models.F("ordered_on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                include=("record_set",),
                name="record_newest",
            ),
        ),
        AddIndexConcurrently(
            model_name="record",
            index=models.Index(
                condition=models.Q(("case_key", ""), _negated=True),
                fields=["record_set", "case_key"],
                name="record_case",
            ),
        ),
    ]
