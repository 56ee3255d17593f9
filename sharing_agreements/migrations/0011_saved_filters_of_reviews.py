"""Filters of the register of reviews can be saved too."""

from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [("sharing_agreements", "0010_saved_filters")]

    operations = [
        migrations.AlterField(
            model_name="savedfilter",
            name="register",
            field=models.CharField(
                choices=[
                    ("agreements", "Agreements"),
                    ("decisions", "Decisions"),
                    ("obligations", "Obligations"),
                    ("reviews", "Reviews"),
                ],
                max_length=12,
            ),
        ),
    ]
