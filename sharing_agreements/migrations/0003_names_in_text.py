"""Names of parties and record sets become part of the text, so that a later rename changes no signed text."""

from django.db import migrations, models

NAME_PARTIES = """
ALTER TABLE sharing_agreements_party DISABLE TRIGGER party_final;
UPDATE sharing_agreements_party p SET name = a.name FROM agencies_agency a WHERE a.id = p.agency_id;
ALTER TABLE sharing_agreements_party ENABLE TRIGGER party_final;
UPDATE sharing_agreements_historicalparty p SET name = a.name FROM agencies_agency a WHERE a.id = p.agency_id;
"""
NAME_SETS = """
ALTER TABLE sharing_agreements_term DISABLE TRIGGER term_final;
UPDATE sharing_agreements_term t SET record_set_name = s.name FROM agencies_recordset s WHERE s.id = t.record_set_id;
ALTER TABLE sharing_agreements_term ENABLE TRIGGER term_final;
UPDATE sharing_agreements_historicalterm t SET record_set_name = s.name
  FROM agencies_recordset s WHERE s.id = t.record_set_id;
"""
PARTY = {"max_length": 250, "help_text": "The agency's name as it stands in the text"}
TERM = {"max_length": 120, "help_text": "The set's name as it stands in the text"}


class Migration(migrations.Migration):
    dependencies = [("sharing_agreements", "0002_guards")]
    operations = [
        *(
            migrations.AddField(model, "name", models.CharField(default="", **PARTY), preserve_default=False)
            for model in ("party", "historicalparty")
        ),
        *(
            migrations.AddField(model, "record_set_name", models.CharField(default="", **TERM), preserve_default=False)
            for model in ("term", "historicalterm")
        ),
        migrations.AlterField(
            "agreementversion",
            "ends_on",
            models.DateField(blank=True, help_text="First day on which nothing is shared any more", null=True),
        ),
        migrations.AlterField(
            "historicalagreementversion",
            "ends_on",
            models.DateField(blank=True, help_text="First day on which nothing is shared any more", null=True),
        ),
        migrations.RunSQL(NAME_PARTIES, migrations.RunSQL.noop),
        migrations.RunSQL(NAME_SETS, migrations.RunSQL.noop),
    ]
