"""Terms that say that they are on criminal intelligence; kinds of data and roles that the classes of records need."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating

# As before, but that what is opened of criminal intelligence stays too.
CLOSES = """
CREATE OR REPLACE FUNCTION sharing_agreements_grant_closes_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A grant stays on record; close it instead.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
     OR OLD.suspended_at IS NOT NULL AND NEW.suspended_at IS DISTINCT FROM OLD.suspended_at
  THEN
    RAISE EXCEPTION 'A grant that was closed stays closed; what opens again is a new one.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.version_id, NEW.term_id, NEW.recipient_id, NEW.record_set_id, NEW.actions, NEW.purposes,
      NEW.includes_juvenile, NEW.includes_intelligence, NEW.not_before, NEW.not_after)
     IS DISTINCT FROM (OLD.version_id, OLD.term_id, OLD.recipient_id, OLD.record_set_id, OLD.actions, OLD.purposes,
      OLD.includes_juvenile, OLD.includes_intelligence, OLD.not_before, OLD.not_after)
  THEN
    RAISE EXCEPTION 'A grant opens what it opened when it was made, and nothing else.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrating.Migration):
    dependencies = [
        ("sharing_agreements", "0016_awaited_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="includes_intelligence",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="historicalgrant",
            name="includes_intelligence",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="historicalterm",
            name="includes_intelligence",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Without it no criminal intelligence opens (28 CFR part 23)"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="includes_intelligence",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Without it no criminal intelligence opens (28 CFR part 23)"
            ),
        ),
        migrations.AlterField(
            model_name="historicalterm",
            name="data_categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("name", "Name and aliases"),
                        ("birth_date", "Date of birth"),
                        ("contact", "Address, phone and email"),
                        ("charges", "Charges and dispositions"),
                        ("free_text", "Free text"),
                        ("identifiers", "State and FBI numbers"),
                        ("nonconviction", "Nonconviction data"),
                        ("orders", "Terms of warrants and orders"),
                        ("custody", "Custody, release and supervision"),
                        ("incident", "Incidents and arrests"),
                        ("intelligence", "Criminal intelligence"),
                    ],
                    max_length=16,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="historicalterm",
            name="participant_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("defendant", "Defendant"),
                        ("plaintiff", "Plaintiff"),
                        ("victim", "Victim"),
                        ("witness", "Witness"),
                        ("informant", "Confidential informant"),
                        ("juvenile", "Juvenile"),
                        ("guardian", "Guardian"),
                        ("petitioner", "Petitioner"),
                        ("respondent", "Respondent"),
                        ("judge", "Judge"),
                        ("prosecution_attorney", "Prosecuting attorney"),
                        ("defense_attorney", "Defense attorney"),
                        ("attorney", "Attorney"),
                        ("arrest_official", "Arrest official"),
                        ("special_master", "Special master"),
                        ("movant", "Movant"),
                        ("intervenor", "Intervenor"),
                        ("interested_party", "Interested party"),
                        ("arrestee", "Arrestee"),
                        ("detainee", "Person in custody"),
                        ("supervised_person", "Supervised person"),
                        ("subject", "Subject"),
                        ("suspect", "Suspect"),
                        ("protected_person", "Protected person"),
                        ("reporting_person", "Reporting person"),
                        ("officer", "Officer"),
                        ("other", "Other"),
                    ],
                    max_length=24,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="term",
            name="data_categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("name", "Name and aliases"),
                        ("birth_date", "Date of birth"),
                        ("contact", "Address, phone and email"),
                        ("charges", "Charges and dispositions"),
                        ("free_text", "Free text"),
                        ("identifiers", "State and FBI numbers"),
                        ("nonconviction", "Nonconviction data"),
                        ("orders", "Terms of warrants and orders"),
                        ("custody", "Custody, release and supervision"),
                        ("incident", "Incidents and arrests"),
                        ("intelligence", "Criminal intelligence"),
                    ],
                    max_length=16,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="term",
            name="participant_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("defendant", "Defendant"),
                        ("plaintiff", "Plaintiff"),
                        ("victim", "Victim"),
                        ("witness", "Witness"),
                        ("informant", "Confidential informant"),
                        ("juvenile", "Juvenile"),
                        ("guardian", "Guardian"),
                        ("petitioner", "Petitioner"),
                        ("respondent", "Respondent"),
                        ("judge", "Judge"),
                        ("prosecution_attorney", "Prosecuting attorney"),
                        ("defense_attorney", "Defense attorney"),
                        ("attorney", "Attorney"),
                        ("arrest_official", "Arrest official"),
                        ("special_master", "Special master"),
                        ("movant", "Movant"),
                        ("intervenor", "Intervenor"),
                        ("interested_party", "Interested party"),
                        ("arrestee", "Arrestee"),
                        ("detainee", "Person in custody"),
                        ("supervised_person", "Supervised person"),
                        ("subject", "Subject"),
                        ("suspect", "Suspect"),
                        ("protected_person", "Protected person"),
                        ("reporting_person", "Reporting person"),
                        ("officer", "Officer"),
                        ("other", "Other"),
                    ],
                    max_length=24,
                ),
                size=None,
            ),
        ),
        migrations.RunSQL(CLOSES, migrations.RunSQL.noop),
    ]
