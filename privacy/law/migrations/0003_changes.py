"""Changes in law and practice, the gaps that they close, and how far they are: what is said of a move stays."""

import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, run


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0004_role_of_supervisors"),
        ("law", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalLawChange",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statute", "A change in statute"),
                            ("rule", "A change in a rule or regulation"),
                            ("practice", "A change in practice"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "today",
                    models.TextField(blank=True, help_text="How it reads today, where that matters", max_length=4000),
                ),
                ("text", models.TextField(help_text="The proposed text, or what it is to say", max_length=8000)),
                ("unblocks", models.TextField(help_text="What becomes possible by it", max_length=2000)),
                ("sponsor", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("drafted", "Drafted"),
                            ("introduced", "Introduced"),
                            ("enacted", "Enacted"),
                            ("rejected", "Rejected"),
                        ],
                        default="idea",
                        max_length=10,
                    ),
                ),
                (
                    "bill",
                    models.CharField(blank=True, help_text="Number of the bill or rulemaking: AB 1331", max_length=60),
                ),
                ("effective_on", models.DateField(blank=True, null=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("agency", "The agency alone"),
                            ("partners", "Partner agencies and boards"),
                            ("public", "Everybody"),
                        ],
                        default="agency",
                        max_length=8,
                    ),
                ),
                ("on_agenda", models.BooleanField(default=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="law.legalauthority",
                    ),
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
                "verbose_name": "historical law change",
                "verbose_name_plural": "historical law changes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LawChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statute", "A change in statute"),
                            ("rule", "A change in a rule or regulation"),
                            ("practice", "A change in practice"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "today",
                    models.TextField(blank=True, help_text="How it reads today, where that matters", max_length=4000),
                ),
                ("text", models.TextField(help_text="The proposed text, or what it is to say", max_length=8000)),
                ("unblocks", models.TextField(help_text="What becomes possible by it", max_length=2000)),
                ("sponsor", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("drafted", "Drafted"),
                            ("introduced", "Introduced"),
                            ("enacted", "Enacted"),
                            ("rejected", "Rejected"),
                        ],
                        default="idea",
                        max_length=10,
                    ),
                ),
                (
                    "bill",
                    models.CharField(blank=True, help_text="Number of the bill or rulemaking: AB 1331", max_length=60),
                ),
                ("effective_on", models.DateField(blank=True, null=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("agency", "The agency alone"),
                            ("partners", "Partner agencies and boards"),
                            ("public", "Everybody"),
                        ],
                        default="agency",
                        max_length=8,
                    ),
                ),
                ("on_agenda", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="law_changes", to="agencies.agency"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="law.legalauthority",
                    ),
                ),
            ],
            options={
                "ordering": ["agency__name", "number"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalLawChangeGap",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "gap",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="law.lawgap",
                    ),
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
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="law.lawchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical law change gap",
                "verbose_name_plural": "historical law change gaps",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LawChangeGap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closes", to="law.lawchange"
                    ),
                ),
                (
                    "gap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closed_by", to="law.lawgap"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LawChangeMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("drafted", "Drafted"),
                            ("introduced", "Introduced"),
                            ("enacted", "Enacted"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="law.lawchange"
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.AddConstraint(
            model_name="lawchange",
            constraint=models.UniqueConstraint(fields=("agency", "number"), name="law_change_number"),
        ),
        migrations.AddConstraint(
            model_name="lawchange",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("unblocks", ""), _negated=True)),
                name="law_change_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="lawchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "introduced"), _negated=True),
                    models.Q(("bill", ""), _negated=True),
                    _connector="OR",
                ),
                name="law_change_introduced",
            ),
        ),
        migrations.AddConstraint(
            model_name="lawchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effective_on__isnull", False), ("status", "enacted")),
                    models.Q(models.Q(("status", "enacted"), _negated=True), ("effective_on", None)),
                    _connector="OR",
                ),
                name="law_change_enacted",
            ),
        ),
        migrations.AddConstraint(
            model_name="lawchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_agenda", False), models.Q(("audience", "agency"), _negated=True), _connector="OR"
                ),
                name="law_change_agenda_is_shown",
            ),
        ),
        migrations.AddConstraint(
            model_name="lawchangegap",
            constraint=models.UniqueConstraint(fields=("change", "gap"), name="law_change_gap_once"),
        ),
        append_only("law_lawchangemove", "law_historicallawchange", "law_historicallawchangegap"),
        run("REVOKE DELETE ON law_lawchange FROM {runtime}; REVOKE UPDATE ON law_lawchangegap FROM {runtime};"),
    ]
