"""What a source says without a column, and how it wrote the rest, so that a docket can be written out again."""

from django.db import migrations, models

from portal.kernel import migrating

KEPT = "Values of the source without a column, and how it wrote the others; may name anybody, so it is free text"


class Migration(migrating.Migration):
    dependencies = [("records", "0021_court_orders")]

    operations = [
        migrations.AddField(model, "kept", models.JSONField(blank=True, db_default={}, default=dict, help_text=KEPT))
        for name in ("record", "participant", "charge", "docketentry")
        for model in (name, f"historical{name}")
    ] + [
        migrations.AddField(
            model,
            "families",
            models.JSONField(
                db_default={}, default=dict, help_text="How many dockets of each family were read and refused"
            ),
        )
        for model in ("import", "historicalimport")
    ]
