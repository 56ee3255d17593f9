"""Which comment a reviewer's remark became."""

import django.db.models.deletion
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only


class Migration(migrating.Migration):
    dependencies = [("reviews", "0002_guards"), ("sharing_agreements", "0010_saved_filters")]

    operations = [
        migrations.CreateModel(
            name="RemarkComment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remark",
                        to="sharing_agreements.comment",
                    ),
                ),
                (
                    "remark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="reviews.reviewremark",
                    ),
                ),
            ],
        ),
        append_only("reviews_remarkcomment"),
    ]
