"""A draft is adopted by the head of the agency or by a board's decision."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("development", "0004_yearly_guards"),
        ("privacy", "0006_obligations_of_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="motion",
            field=models.CharField(
                blank=True, default="", db_default="", help_text="Number of the motion that carried", max_length=16
            ),
        ),
        migrations.AlterField(
            model_name="adoption",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="adoption",
            name="title",
            field=models.CharField(
                blank=True, help_text="What that person was at the agency; or the board", max_length=200
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", False), ("motion", "")),
                    models.Q(
                        ("by", None), models.Q(("motion", ""), _negated=True), models.Q(("title", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="adoption_by_head_or_board",
            ),
        ),
    ]
