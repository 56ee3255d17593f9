"""Of which records a look showed specially protected data; of looks before this it is not known."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [("records", "0028_orders_in_order")]

    operations = [
        migrations.AddField(
            model_name="accessentry",
            name="protected_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                help_text="Those of which specially protected data was shown; null where that was not noted",
                null=True,
                size=None,
            ),
        ),
    ]
