"""Who wrote a rule, so that somebody else reviews it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.kernel import migrating

WHY = "Who wrote it as it is; somebody else reviews the provision on which it rests"


def _of_history(**index: bool) -> migrations.AddField:
    field = models.ForeignKey(
        blank=True,
        db_constraint=False,
        editable=False,
        help_text=WHY,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **index,
    )
    return migrations.AddField(model_name="historicaldisclosurerule", name="written_by", field=field)


class Migration(migrating.Migration):
    dependencies = [
        ("privacy", "0007_days_of_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The index of the history comes with the next migration, which locks nothing.
        migrations.SeparateDatabaseAndState([_of_history(db_index=False)], [_of_history()]),
        migrations.AddField(
            model_name="disclosurerule",
            name="written_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                help_text=WHY,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
