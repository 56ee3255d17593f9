"""A fixed quorum without its number passed the check, since a comparison with null is neither true nor false."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("boards", "0003_moot_motions_frozen_electorate")]
    operations = [
        migrations.RemoveConstraint("charter", "charter_fixed_quorum"),
        migrations.AddConstraint(
            "charter",
            models.CheckConstraint(
                condition=models.Q(("quorum", "majority_in_office"), ("quorum_number", None))
                | models.Q(("quorum", "fixed"), ("quorum_number__gte", 1), ("quorum_number__isnull", False)),
                name="charter_fixed_quorum",
            ),
        ),
    ]
