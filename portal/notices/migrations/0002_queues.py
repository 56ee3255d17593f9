from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One index for each queue that is read: what is owed by channel, an inbox, what failed."""

    atomic = False  # indexes are made beside running workers

    dependencies = [("notices", "0001_initial")]

    operations = [
        RemoveIndexConcurrently(model_name="notice", name="notice_owed"),
        RemoveIndexConcurrently(model_name="notice", name="notice_inbox"),
        migrations.AlterField(
            model_name="notice",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="How often a worker began on it"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="claimed_at",
            field=models.DateTimeField(help_text="Since when a worker has it to itself", null=True),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(condition=Q(status="owed"), fields=["channel", "next_try_at"], name="notice_owed"),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                condition=Q(channel="portal", status="sent"), fields=["recipient", "-id"], name="notice_inbox"
            ),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(condition=Q(status="failed"), fields=["-id"], name="notice_failed"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(status="owed", settled_at=None) | ~Q(status="owed") & Q(settled_at__isnull=False),
                name="notice_settled_or_owed",
            ),
        ),
    ]
