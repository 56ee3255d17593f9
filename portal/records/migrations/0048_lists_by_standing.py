"""Lists of what is open, and of what is closed, read an index of their own: where sets hold none of the one that is
asked for, they would be walked whole."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

KEY = (
    models.F("record_set"),
    models.OrderBy(models.F("ordered_on"), descending=True),
    models.OrderBy(models.F("id"), descending=True),
)
DECIDES = ("sealed", "juvenile", "closes_at", "nonconviction_from")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0047_statutes_within_their_set")]

    operations = [
        AddIndexConcurrently(
            "record",
            models.Index(
                *KEY,
                condition=models.Q(("terminated_on__isnull", True)),
                include=(*DECIDES, "expires_at"),
                name="record_set_open_newest",
            ),
        ),
        AddIndexConcurrently(
            "record",
            models.Index(
                *KEY,
                condition=models.Q(("terminated_on__isnull", False), ("expires_at__isnull", False), _connector="OR"),
                include=(*DECIDES, "terminated_on", "expires_at"),
                name="record_set_closed_newest",
            ),
        ),
    ]
