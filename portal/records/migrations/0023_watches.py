"""Watches. Of a watch its dates and what it compared are written later; who set it, when and why stays as it was."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import run

# An expungement takes a case number out that says who or what was expunged; else nobody changes it.
STATED = """
CREATE FUNCTION records_watch_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.case_number NOT IN (OLD.case_number, 'Expunged')
     OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
    RAISE EXCEPTION 'What a watch states stays, and one that ended is over.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON records_watch FOR EACH ROW EXECUTE FUNCTION records_watch_stays();
"""
ONLY_ITS_DATES = """
REVOKE UPDATE, DELETE ON records_watch FROM {runtime};
GRANT UPDATE (saved_id, case_number, confirmed_until, ended_at, reminded_of, baselined_at, ran_at, next_run_at, capped)
  ON records_watch TO {runtime};
REVOKE UPDATE ON records_watchnews FROM {runtime};
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0004_role_of_supervisors"),
        ("records", "0022_kept_of_sources"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField(blank=True, help_text="The one record that is watched", null=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("A", "A, file maintenance"),
                            ("C", "C, criminal justice"),
                            ("D", "D, domestic violence and stalking"),
                            ("F", "F, firearms"),
                            ("H", "H, public housing"),
                            ("I", "I, noncriminal licensing or employment"),
                            ("J", "J, criminal justice employment"),
                            ("S", "S, national security"),
                            ("V", "V, visa"),
                            ("X", "X, caregiver or exigent"),
                        ],
                        max_length=2,
                    ),
                ),
                ("case_number", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "confirmed_until",
                    models.DateTimeField(help_text="Its validation date: until then its need counts as confirmed"),
                ),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reminded_of",
                    models.DateTimeField(blank=True, help_text="The validation date that was reminded of", null=True),
                ),
                (
                    "baselined_at",
                    models.DateTimeField(blank=True, help_text="When what matched already was noted", null=True),
                ),
                ("ran_at", models.DateTimeField(blank=True, null=True)),
                ("next_run_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("capped", models.BooleanField(default=False, help_text="Whether it finds more than it compares")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="agencies.membership"
                    ),
                ),
                (
                    "saved",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="watches",
                        to="records.savedsearch",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
            },
        ),
        migrations.AddField(
            model_name="accessentry",
            name="watch",
            field=models.ForeignKey(
                help_text="For which the portal looked",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accesses",
                to="records.watch",
            ),
        ),
        migrations.CreateModel(
            name="WatchMatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("updated_at", models.DateTimeField()),
                ("record_set_id", models.UUIDField()),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="matches", to="records.watch"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watch matches",
            },
        ),
        migrations.CreateModel(
            name="WatchNews",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField()),
                (
                    "what",
                    models.CharField(
                        choices=[("added", "New"), ("changed", "Changed"), ("gone", "No longer open to you")],
                        max_length=8,
                    ),
                ),
                ("event_id", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("record_set_id", models.UUIDField()),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="news", to="records.watch"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watch news",
            },
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["next_run_at"], name="watch_due"),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(fields=["membership", "-made_at"], name="watch_newest"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("saved",), name="watch_search_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("membership", "record_id"), name="watch_record_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("saved", None), ("record_id", None), _connector="OR"),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("saved__isnull", False),
                        ("record_id__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="watch_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("made_at"), "+", models.Value(datetime.timedelta(days=180))
                        ),
                    ),
                    ("confirmed_until__lte", models.F("expires_at")),
                ),
                name="watch_runs_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", ""), _negated=True), models.Q(("case_number", ""), _negated=True)
                ),
                name="watch_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchmatch",
            constraint=models.UniqueConstraint(fields=("watch", "record_id"), name="watch_match_once"),
        ),
        migrations.AddIndex(
            model_name="watchnews",
            index=models.Index(fields=["watch", "-at"], name="watch_news_newest"),
        ),
        migrations.AddConstraint(
            model_name="watchnews",
            constraint=models.UniqueConstraint(fields=("event_id", "record_id"), name="watch_told_once"),
        ),
        run(ONLY_ITS_DATES),
        migrations.RunSQL(STATED, migrations.RunSQL.noop),
    ]
