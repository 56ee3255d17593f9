"""The tracking number of an arrest as searches compare it."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("records", "0055_watched_searches_stay")]

    operations = [
        migrations.AddField(
            "record",
            "tracking_key",
            models.GeneratedField(
                db_persist=True,
                expression=Coalesce(
                    models.Func(KeyTextTransform("tracking_number", "details"), function="records_plain"),
                    models.Value("", models.TextField()),
                ),
                help_text="The letters and digits of its tracking number, small: what is searched by",
                output_field=models.TextField(),
            ),
        ),
    ]
