"""Three more kinds of agreements, and the clause library, whose versions are written once."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0005_signature_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LibraryClause",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.SlugField(help_text="hit-confirmation", max_length=40, unique=True)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("audit", "Audit"),
                            ("dissemination", "Dissemination"),
                            ("hit_confirmation", "Hit confirmation"),
                            ("logging", "Logging"),
                            ("quality_assurance", "Quality assurance"),
                            ("screening", "Screening"),
                            ("security", "Security"),
                            ("timeliness", "Timeliness"),
                            ("training", "Training"),
                            ("use_of_system", "Use of the system"),
                            ("validation", "Validation"),
                            ("purpose", "Purpose"),
                            ("authority", "Legal authority"),
                            ("sharing", "What is shared"),
                            ("term", "Term and ending"),
                            ("management_control", "Management control"),
                            ("breach", "Breach notice"),
                            ("sanctions", "Sanctions"),
                            ("return", "Return or destruction"),
                            ("particulars", "Particulars"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mou", "Information exchange agreement (MOU)"),
                                ("user_agreement", "Criminal justice user agreement"),
                                ("management", "Management control agreement"),
                                ("addendum", "CJIS security addendum"),
                                ("data_use", "Data use agreement"),
                            ],
                            max_length=16,
                        ),
                        help_text="Agreements that it is for",
                        size=None,
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="Where it stands in the standard text; empty: it is inserted by choice only",
                        max_length=12,
                    ),
                ),
                (
                    "is_fixed",
                    models.BooleanField(default=False, help_text="No draft may change, remove or renumber it"),
                ),
                ("retired_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.AlterField(
            model_name="agreement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mou", "Information exchange agreement (MOU)"),
                    ("user_agreement", "Criminal justice user agreement"),
                    ("management", "Management control agreement"),
                    ("addendum", "CJIS security addendum"),
                    ("data_use", "Data use agreement"),
                ],
                default="mou",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="clause",
            name="topic",
            field=models.CharField(
                choices=[
                    ("audit", "Audit"),
                    ("dissemination", "Dissemination"),
                    ("hit_confirmation", "Hit confirmation"),
                    ("logging", "Logging"),
                    ("quality_assurance", "Quality assurance"),
                    ("screening", "Screening"),
                    ("security", "Security"),
                    ("timeliness", "Timeliness"),
                    ("training", "Training"),
                    ("use_of_system", "Use of the system"),
                    ("validation", "Validation"),
                    ("purpose", "Purpose"),
                    ("authority", "Legal authority"),
                    ("sharing", "What is shared"),
                    ("term", "Term and ending"),
                    ("management_control", "Management control"),
                    ("breach", "Breach notice"),
                    ("sanctions", "Sanctions"),
                    ("return", "Return or destruction"),
                    ("particulars", "Particulars"),
                    ("other", "Other"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="historicalagreement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mou", "Information exchange agreement (MOU)"),
                    ("user_agreement", "Criminal justice user agreement"),
                    ("management", "Management control agreement"),
                    ("addendum", "CJIS security addendum"),
                    ("data_use", "Data use agreement"),
                ],
                default="mou",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="historicalclause",
            name="topic",
            field=models.CharField(
                choices=[
                    ("audit", "Audit"),
                    ("dissemination", "Dissemination"),
                    ("hit_confirmation", "Hit confirmation"),
                    ("logging", "Logging"),
                    ("quality_assurance", "Quality assurance"),
                    ("screening", "Screening"),
                    ("security", "Security"),
                    ("timeliness", "Timeliness"),
                    ("training", "Training"),
                    ("use_of_system", "Use of the system"),
                    ("validation", "Validation"),
                    ("purpose", "Purpose"),
                    ("authority", "Legal authority"),
                    ("sharing", "What is shared"),
                    ("term", "Term and ending"),
                    ("management_control", "Management control"),
                    ("breach", "Breach notice"),
                    ("sanctions", "Sanctions"),
                    ("return", "Return or destruction"),
                    ("particulars", "Particulars"),
                    ("other", "Other"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="HistoricalLibraryClause",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("code", models.SlugField(help_text="hit-confirmation", max_length=40)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("audit", "Audit"),
                            ("dissemination", "Dissemination"),
                            ("hit_confirmation", "Hit confirmation"),
                            ("logging", "Logging"),
                            ("quality_assurance", "Quality assurance"),
                            ("screening", "Screening"),
                            ("security", "Security"),
                            ("timeliness", "Timeliness"),
                            ("training", "Training"),
                            ("use_of_system", "Use of the system"),
                            ("validation", "Validation"),
                            ("purpose", "Purpose"),
                            ("authority", "Legal authority"),
                            ("sharing", "What is shared"),
                            ("term", "Term and ending"),
                            ("management_control", "Management control"),
                            ("breach", "Breach notice"),
                            ("sanctions", "Sanctions"),
                            ("return", "Return or destruction"),
                            ("particulars", "Particulars"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mou", "Information exchange agreement (MOU)"),
                                ("user_agreement", "Criminal justice user agreement"),
                                ("management", "Management control agreement"),
                                ("addendum", "CJIS security addendum"),
                                ("data_use", "Data use agreement"),
                            ],
                            max_length=16,
                        ),
                        help_text="Agreements that it is for",
                        size=None,
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="Where it stands in the standard text; empty: it is inserted by choice only",
                        max_length=12,
                    ),
                ),
                (
                    "is_fixed",
                    models.BooleanField(default=False, help_text="No draft may change, remove or renumber it"),
                ),
                ("retired_at", models.DateTimeField(editable=False, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical library clause",
                "verbose_name_plural": "historical library clauses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LibraryVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("heading", models.CharField(max_length=160)),
                ("text", models.TextField()),
                ("note", models.CharField(help_text="Why it says something else now", max_length=300)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="sharing_agreements.libraryclause",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="clause",
            name="library_version",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sharing_agreements.libraryversion",
            ),
        ),
        migrations.AddField(
            model_name="historicalclause",
            name="library_version",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sharing_agreements.libraryversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="libraryversion",
            constraint=models.UniqueConstraint(fields=("clause", "number"), name="library_version_number"),
        ),
        append_only("sharing_agreements_libraryversion", "sharing_agreements_historicallibraryclause"),
    ]
