"""The decision finds a recipient's terms on nonconviction data by an index, and looks up no other term."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sharing_agreements", "0018_conditions_of_terms")]

    operations = [
        AddIndexConcurrently(
            "term",
            models.Index(
                fields=["recipient", "id"],
                condition=models.Q(("data_categories__contains", ["nonconviction"])),
                name="term_on_nonconviction",
            ),
        ),
    ]
