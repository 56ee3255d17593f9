"""Lists of what is kept no longer, and of what is to be reviewed, for its custodians."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0030_two_custodians")]
    operations = [
        AddIndexConcurrently(
            "record",
            models.Index(
                fields=["record_set", "retain_until"],
                condition=models.Q(retain_until__isnull=False),
                name="record_retention",
            ),
        ),
        AddIndexConcurrently(
            "record",
            models.Index(
                fields=["record_set", "closes_at"], condition=models.Q(closes_at__isnull=False), name="record_review"
            ),
        ),
    ]
