"""The law that clauses rest on, part of the version: final when it is submitted."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only

GUARDS = """
CREATE TRIGGER citation_final BEFORE INSERT OR UPDATE OR DELETE ON sharing_agreements_clauseauthority
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_frozen_is_final();

CREATE FUNCTION sharing_agreements_citation_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sharing_agreements_clause c WHERE c.id = NEW.clause_id AND c.version_id = NEW.version_id
  ) THEN
    RAISE EXCEPTION 'A citation belongs to a clause of its own version.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER citation_fits BEFORE INSERT OR UPDATE ON sharing_agreements_clauseauthority
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_citation_fits();
"""


def _past(to: str) -> models.ForeignKey:
    """A foreign key as a history keeps it."""
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


class Migration(migrating.Migration):
    dependencies = [
        ("law", "0002_guards"),
        ("sharing_agreements", "0014_index_of_comments_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalClauseAuthority",
            fields=[
                ("id", models.UUIDField(db_index=True, default=portal.kernel.ids.uuid7, editable=False)),
                ("citation", models.CharField(help_text="As it stands in the text", max_length=160)),
                ("title", models.CharField(help_text="As it stands in the text", max_length=250)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                ("authority", _past("law.legalauthority")),
                ("clause", _past("sharing_agreements.clause")),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("version", _past("sharing_agreements.agreementversion")),
            ],
            options={
                "verbose_name": "historical citation",
                "verbose_name_plural": "historical citations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ClauseAuthority",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("citation", models.CharField(help_text="As it stands in the text", max_length=160)),
                ("title", models.CharField(help_text="As it stands in the text", max_length=250)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clause_citations",
                        to="law.legalauthority",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="sharing_agreements.clause",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="sharing_agreements.agreementversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "citation",
                "ordering": ["citation"],
                "constraints": [
                    models.UniqueConstraint(fields=("clause", "authority"), name="clause_citation_once"),
                ],
            },
        ),
        append_only("sharing_agreements_historicalclauseauthority"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
