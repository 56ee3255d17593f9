from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0053_one_subplan_for_each_mention")]
    operations = [
        migrations.AddField(
            model_name="export",
            name="stays",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="How many of the list stay behind, and why; empty for none",
            ),
        ),
    ]
