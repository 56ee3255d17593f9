from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("privacy", "0006_obligations_of_rules"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="disclosurerule",
            name="rule_once",
        ),
        migrations.AddField(
            model_name="disclosurerule",
            name="effective_from",
            field=models.DateField(blank=True, help_text="First day, by the agency's clock; none: at once", null=True),
        ),
        migrations.AddField(
            model_name="disclosurerule",
            name="effective_to",
            field=models.DateField(blank=True, help_text="Last day; none: while the version is in force", null=True),
        ),
        migrations.AddField(
            model_name="historicaldisclosurerule",
            name="effective_from",
            field=models.DateField(blank=True, help_text="First day, by the agency's clock; none: at once", null=True),
        ),
        migrations.AddField(
            model_name="historicaldisclosurerule",
            name="effective_to",
            field=models.DateField(blank=True, help_text="Last day; none: while the version is in force", null=True),
        ),
        migrations.AddConstraint(
            model_name="disclosurerule",
            constraint=models.UniqueConstraint(
                models.F("version"),
                models.F("recipient"),
                models.F("participant_role"),
                models.F("data_category"),
                models.F("purposes"),
                models.F("effective_from"),
                name="rule_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_to__gte", models.F("effective_from")),
                    ("effective_from__isnull", True),
                    ("effective_to__isnull", True),
                    _connector="OR",
                ),
                name="rule_days",
            ),
        ),
    ]
