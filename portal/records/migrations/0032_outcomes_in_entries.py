"""Whether a docket entry tells that something ended without conviction (28 CFR 20.3), worked out by the database, so
that it holds for every row, however it is written. A clearing that was given before is given anew."""

from django.db import migrations, models
from django.db.models import F, Func

from portal.kernel import migrating

# `said`: it says so. `maybe`: it can't be told apart from what does: a motion to dismiss, a plea of not guilty. Names
# of the documents that were filed with an entry are of its text.
TELLS = r"""
CREATE FUNCTION records_tells_outcome(description text, kept jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN said ~* ('\macquit'
      || '|\m(verdict|finding|found|jury)\M[^.;]{0,60}\mnot guilty\M'
      || '|\mdisposition\M[^.;]{0,60}\m(dismiss|not guilty|nolle)|\mdismissed (by|with|without|upon|on)\M'
      || '|\mno charges? (was |were )?filed\M|\mnolle\M|\mnol\W{0,3}pros|\mno (true )?bill\M'
      || '|\mdeclin\w* (to prosecut\w*|(of )?prosecution)|\mprosecution declined\M'
      || '|\m(indictments?|informations?|complaints?|counts?|charges?|cases?|actions?|defendants?|matters?)\M'
      || '[^.;]{0,80}\m(dismissed|dropped|withdrawn|rejected|quashed|not filed)\M'
      || '|\mdismiss(es|ed|al|ing)\M[^.;]{0,60}\m(indictments?|informations?|complaints?|counts?|charges?|defendant)'
      || '|\m(order|judgment|notice)\M[^.;]{0,40}\m(dismissing|of dismissal|of discharge|of acquittal)\M'
      || '|\mgrant(s|ed|ing)\M[^.;]{0,80}\mdismiss|\mdismiss[^.;]{0,60}\m(is )?granted\M|\mdischarged at\M'
      || '|\m(convictions?|judgments?|sentences?)\M[^.;]{0,30}\m(vacated|reversed|set aside)\M') THEN 'said'
    WHEN said ~* ('\m(dismiss|quash|vacat|revers|discharg|exonerat|expung|withdr[ae]w|dropp|declin)|\mset aside\M'
      || '|\mnot guilty\M|\mterminat\w* (as to|defendant|count|case)|\m(case|defendant|count)s? (was |is )?terminat')
      THEN 'maybe'
    ELSE '' END
  FROM (SELECT concat_ws('; ', description, kept #>> '{other,attachments}', kept #>> '{other,Links}') AS said) AS text
$$;
"""
ANEW = """
UPDATE records_docketentry SET cleared_at = NULL, cleared_by_id = NULL WHERE cleared_at IS NOT NULL AND tells <> '';
"""


class Migration(migrating.Migration):
    dependencies = [("records", "0031_kept_and_reviewed")]
    operations = [
        migrations.RunSQL(TELLS, "DROP FUNCTION records_tells_outcome(text, jsonb);"),
        migrations.AddField(
            model_name="docketentry",
            name="tells",
            field=models.GeneratedField(
                db_persist=True,
                expression=Func(F("description"), F("kept"), function="records_tells_outcome"),
                output_field=models.CharField(max_length=5),
                help_text="Whether it tells of an end without conviction: said, maybe, or empty",
            ),
        ),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
    ]
