import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0003_roles_of_reviewers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalinvitation",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("clerk", "Clerk"),
                        ("records_custodian", "Records custodian"),
                        ("privacy_officer", "Privacy officer"),
                        ("counsel", "Legal counsel"),
                        ("security_officer", "Security officer"),
                        ("supervisor", "Supervisor"),
                        ("signatory", "Signatory"),
                        ("drafter", "Agreement drafter"),
                        ("agency_administrator", "Agency administrator"),
                    ],
                    max_length=32,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="historicalmembership",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("clerk", "Clerk"),
                        ("records_custodian", "Records custodian"),
                        ("privacy_officer", "Privacy officer"),
                        ("counsel", "Legal counsel"),
                        ("security_officer", "Security officer"),
                        ("supervisor", "Supervisor"),
                        ("signatory", "Signatory"),
                        ("drafter", "Agreement drafter"),
                        ("agency_administrator", "Agency administrator"),
                    ],
                    max_length=32,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("clerk", "Clerk"),
                        ("records_custodian", "Records custodian"),
                        ("privacy_officer", "Privacy officer"),
                        ("counsel", "Legal counsel"),
                        ("security_officer", "Security officer"),
                        ("supervisor", "Supervisor"),
                        ("signatory", "Signatory"),
                        ("drafter", "Agreement drafter"),
                        ("agency_administrator", "Agency administrator"),
                    ],
                    max_length=32,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("clerk", "Clerk"),
                        ("records_custodian", "Records custodian"),
                        ("privacy_officer", "Privacy officer"),
                        ("counsel", "Legal counsel"),
                        ("security_officer", "Security officer"),
                        ("supervisor", "Supervisor"),
                        ("signatory", "Signatory"),
                        ("drafter", "Agreement drafter"),
                        ("agency_administrator", "Agency administrator"),
                    ],
                    max_length=32,
                ),
                default=list,
                size=None,
            ),
        ),
    ]
