"""A superseded version says when: the check of 0003 let a missing date pass."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_final_versions")]
    operations = [
        migrations.RemoveConstraint("policyversion", "policy_version_superseded_at"),
        migrations.AddConstraint(
            "policyversion",
            models.CheckConstraint(
                name="policy_version_superseded_at",
                condition=models.Q(
                    status="superseded", superseded_at__isnull=False, superseded_at__gte=models.F("published_at")
                )
                | (~models.Q(status="superseded") & models.Q(superseded_at=None)),
            ),
        ),
    ]
