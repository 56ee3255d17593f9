"""Drafts that are shown to their named parties, and what those say of them."""

import django.db.models.deletion
from django.db import migrations, models

from portal.kernel import migrating

GUARDS = """
CREATE FUNCTION sharing_agreements_party_is_asked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.party_id IS DISTINCT FROM OLD.party_id THEN
      RAISE EXCEPTION 'For whom somebody said something does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.party_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM sharing_agreements_agreement a
    JOIN sharing_agreements_party p ON p.version_id = a.current_version_id
    WHERE a.current_version_id = NEW.version_id AND a.status = 'draft' AND a.shown_at IS NOT NULL
      AND p.agency_id = NEW.party_id AND a.lead_agency_id <> NEW.party_id
  ) THEN
    RAISE EXCEPTION 'A party comments on a draft that names it and is shown to it.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_party_is_asked BEFORE INSERT OR UPDATE ON sharing_agreements_comment
  FOR EACH ROW EXECUTE FUNCTION sharing_agreements_party_is_asked();
"""

SHOWN = "Since when the named parties read the draft to comment on it"
FOR = "For which named party it was said; None: within the lead agency, or by a reviewer"


def _shown(model: str) -> migrations.AddField:
    field = models.DateTimeField(editable=False, null=True, help_text=SHOWN)
    return migrations.AddField(model_name=model, name="shown_at", field=field)


def _of_history(**index: bool) -> migrations.AddField:
    field = models.ForeignKey(
        blank=True,
        db_constraint=False,
        help_text=FOR,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="agencies.agency",
        **index,
    )
    return migrations.AddField(model_name="historicalcomment", name="party", field=field)


class Migration(migrating.Migration):
    dependencies = [("agencies", "0003_roles_of_reviewers"), ("sharing_agreements", "0012_clause_text_length")]

    operations = [
        _shown("agreement"),
        _shown("historicalagreement"),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_at", None), ("status", "draft"), _connector="OR"),
                name="agreement_shown_draft",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="party",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text=FOR,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        # The index of the history comes with the next migration, which locks nothing.
        migrations.SeparateDatabaseAndState([_of_history(db_index=False)], [_of_history()]),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
