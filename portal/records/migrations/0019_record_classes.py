"""Records of every class under one envelope. Criminal intelligence is kept apart by both locks: its sets are open to
certified people who inquire, under a term that names it, and to the custodians of its owner; a record whose review is
overdue to these alone. Each record is of the class of its set, so that what is asked of a set is asked of its records.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.kernel import migrating
from portal.kernel.roles import run

# As before, but that criminal intelligence asks more.
OPEN_SETS = """
CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public AS $$
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody') THEN
    RETURN ARRAY[NULLIF(current_setting('portal.job_set', true), '')::uuid];
  END IF;
  RETURN (
    WITH me AS MATERIALIZED (
      SELECT m.agency_id, m.person_id, m.roles, a.group_id,
             EXISTS (
               SELECT 1 FROM agencies_training t
               WHERE t.person_id = m.person_id AND t.kind = 'intelligence'
                 AND (statement_timestamp() AT TIME ZONE a.time_zone)::date BETWEEN t.completed_on AND t.expires_on
             ) AS certified,
             EXISTS (
               SELECT 1 FROM records_inquiry i
               WHERE i.membership_id = m.id AND i.purpose = NULLIF(current_setting('portal.purpose', true), '')
                 AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
             ) AS inquires
      FROM agencies_membership m
      JOIN agencies_user u ON u.id = m.person_id
      JOIN agencies_agency a ON a.id = m.agency_id
      WHERE m.id = NULLIF(current_setting('portal.membership', true), '')::uuid
        AND u.is_active AND NOT u.is_portal_administrator AND a.status = 'active'
        AND m.started_at <= statement_timestamp() AND (m.ended_at IS NULL OR m.ended_at > statement_timestamp())
        AND m.roles && ARRAY['clerk', 'records_custodian', 'privacy_officer']::varchar[]
        AND EXISTS (
          SELECT 1 FROM agencies_training t
          WHERE t.person_id = m.person_id AND t.kind = 'awareness'
            AND (statement_timestamp() AT TIME ZONE a.time_zone)::date BETWEEN t.completed_on AND t.expires_on)
    ), unread AS MATERIALIZED (
      SELECT p.agency_id
      FROM privacy_privacypolicy p JOIN privacy_policyversion v ON v.policy_id = p.id
      WHERE v.status = 'published' AND p.agency_id IN (
        SELECT me.agency_id FROM me
        UNION SELECT s.owner_id FROM sharing_agreements_grant g JOIN agencies_recordset s ON s.id = g.record_set_id
        WHERE g.recipient_id = (SELECT me.agency_id FROM me)
      ) AND NOT EXISTS (
        SELECT 1 FROM acknowledgement_acceptance c
        WHERE c.policy_version_id = v.id AND c.person_id = (SELECT me.person_id FROM me)
          AND c.accepted_at > statement_timestamp() - interval '8760 hours')
    )
    SELECT coalesce(array_agg(found.id), '{}') FROM (
      SELECT s.id FROM agencies_recordset s
      WHERE s.owner_id = (SELECT me.agency_id FROM me)
        AND (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
        AND (restriction <> 'sealed' OR 'records_custodian' = ANY ((SELECT me.roles FROM me)::varchar[]))
        AND (s.record_class <> 'intelligence' OR (
          (SELECT me.certified FROM me)
          AND ((SELECT me.inquires FROM me) OR 'records_custodian' = ANY ((SELECT me.roles FROM me)::varchar[]))))
      UNION
      SELECT g.record_set_id
      FROM sharing_agreements_grant g
      JOIN agencies_recordset s ON s.id = g.record_set_id
        AND (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
      WHERE restriction <> 'sealed' AND (restriction <> 'juvenile' OR g.includes_juvenile)
        AND (s.record_class <> 'intelligence' OR (
          g.includes_intelligence AND (SELECT me.certified FROM me) AND (SELECT me.inquires FROM me)))
        AND g.recipient_id = (SELECT me.agency_id FROM me)
        AND NULLIF(current_setting('portal.action', true), '') = ANY (g.actions)
        AND NULLIF(current_setting('portal.purpose', true), '') = ANY (g.purposes)
        AND g.not_before <= statement_timestamp() AND (g.not_after IS NULL OR g.not_after > statement_timestamp())
        AND g.suspended_at IS NULL AND g.revoked_at IS NULL
        AND (SELECT me.agency_id FROM me) NOT IN (SELECT unread.agency_id FROM unread)
        AND s.owner_id NOT IN (SELECT unread.agency_id FROM unread)
        AND NOT EXISTS (
          SELECT 1 FROM acknowledgement_behaviorrules b
          WHERE NOT EXISTS (SELECT 1 FROM acknowledgement_behaviorrules n WHERE n.number > b.number)
            AND NOT EXISTS (
              SELECT 1 FROM acknowledgement_acceptance c
              WHERE c.rules_id = b.id AND c.person_id = (SELECT me.person_id FROM me)
                AND c.accepted_at > statement_timestamp() - interval '8760 hours'))
        AND g.record_set_id IN (
          SELECT p.content_object_id FROM agencies_recordsetgroupobjectpermission p
          WHERE p.group_id = (SELECT me.group_id FROM me)
            AND p.permission_id IN (SELECT n.id FROM auth_permission n WHERE n.codename = 'view_recordset'))
    ) AS found
  );
END $$;
"""

OPEN = """record_set_id IN (SELECT unnest(records_open_sets('')))
  AND ((NOT sealed AND (closes_at IS NULL OR closes_at > statement_timestamp()))
       OR record_set_id IN (SELECT unnest(records_open_sets('sealed'))))
  AND (NOT juvenile OR record_set_id IN (SELECT unnest(records_open_sets('juvenile'))))"""

POLICY = f"""
DROP POLICY viewer ON records_record;
CREATE POLICY viewer ON records_record FOR SELECT TO {{runtime}} USING ({OPEN});
"""

# As before, but that what is overdue for review is closed, and what has expired counts as closed. The class of a search
# is said by its sets.
SIGNATURE = "uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
NAMED = """
DROP FUNCTION records_named(
  uuid[], uuid[], uuid[], text[], text, text, date, date, text, date, uuid, boolean, integer);
CREATE FUNCTION records_named(
  sets uuid[], sealed_sets uuid[], juvenile_sets uuid[], roles text[], words text, since date, until date,
  standing text, place_day date, place_id uuid, backwards boolean, most integer
) RETURNS TABLE (ordered_on date, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH open AS MATERIALIZED (
    SELECT ARRAY (SELECT unnest(sets) INTERSECT SELECT unnest(records_open_sets(''))) AS sets,
           ARRAY (SELECT unnest(sealed_sets) INTERSECT SELECT unnest(records_open_sets('sealed'))) AS sealed_sets,
           ARRAY (SELECT unnest(juvenile_sets) INTERSECT SELECT unnest(records_open_sets('juvenile'))) AS juvenile_sets
  ), found AS (
    SELECT DISTINCT r.ordered_on, r.id
    FROM records_participant p JOIN records_record r ON r.id = p.record_id
    WHERE p.record_set_id = ANY ((SELECT o.sets FROM open o)::uuid[])
      AND p.name_words @@ to_tsquery('simple', words)
      AND p.role = ANY (roles) AND p.role <> 'informant'
      AND NOT EXISTS (SELECT 1 FROM records_participant q WHERE q.id = p.represents_id AND q.role = 'informant')
      AND r.record_set_id = ANY ((SELECT o.sets FROM open o)::uuid[])
      AND ((NOT r.sealed AND (r.closes_at IS NULL OR r.closes_at > statement_timestamp()))
           OR r.record_set_id = ANY ((SELECT o.sealed_sets FROM open o)::uuid[]))
      AND (NOT r.juvenile OR r.record_set_id = ANY ((SELECT o.juvenile_sets FROM open o)::uuid[]))
      AND (since IS NULL OR r.ordered_on >= since) AND (until IS NULL OR r.ordered_on <= until)
      AND (standing = '' OR (standing = 'open') = (r.terminated_on IS NULL
            AND (r.expires_at IS NULL OR r.expires_at > statement_timestamp())))
      AND (place_id IS NULL OR CASE WHEN backwards THEN (r.ordered_on, r.id) > (place_day, place_id)
                                    ELSE (r.ordered_on, r.id) < (place_day, place_id) END)
  )
  SELECT f.ordered_on, f.id FROM found f
  ORDER BY CASE WHEN backwards THEN f.ordered_on END, CASE WHEN backwards THEN f.id END,
           CASE WHEN NOT backwards THEN f.ordered_on END DESC, CASE WHEN NOT backwards THEN f.id END DESC
  LIMIT most
$$;
REVOKE EXECUTE ON FUNCTION records_named({signature}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_named({signature}) TO {runtime};
""".replace("{signature}", SIGNATURE)

CLASSES = """
CREATE FUNCTION records_class_of_set() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM written w JOIN agencies_recordset s ON s.id = w.record_set_id
    WHERE w.record_class <> s.record_class OR (w.record_class = 'intelligence' AND w.closes_at IS NULL)
  ) THEN
    RAISE EXCEPTION 'A record is of the class of its set, and criminal intelligence has a day of review.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER class_of_set_added AFTER INSERT ON records_record REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_class_of_set();
CREATE TRIGGER class_of_set_changed AFTER UPDATE ON records_record REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_class_of_set();
"""

# 28 CFR 20.3: an arrest without disposition counts once a year has passed and no prosecution is under way; without a
# day nobody can say that the year has not passed.
NONCONVICTION = """
CREATE FUNCTION records_nonconviction(
  outcome text, disposition text, filed_on date, record_class text, begun_on date, details jsonb
) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT outcome IN ('dismissed', 'acquitted', 'not_prosecuted')
    OR (record_class IN ('arrest', 'custody') AND outcome = '' AND disposition = ''
        AND details->'prosecution_active' IS DISTINCT FROM 'true'::jsonb
        AND COALESCE(begun_on, filed_on, '-infinity') < statement_timestamp() AT TIME ZONE 'UTC' - interval '1 year')
$$;
"""


class Migration(migrating.Migration):
    dependencies = [
        ("agencies", "0005_classes_and_certification"),
        ("sharing_agreements", "0017_terms_on_intelligence"),
        ("records", "0018_saved_searches"),
    ]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="degree",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="j:ChargeDegreeText", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="disposed_on",
            field=models.DateField(blank=True, help_text="nc:DispositionDate", null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="filed_on",
            field=models.DateField(blank=True, help_text="j:ChargeFilingDate", null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="fine",
            field=models.DecimalField(
                blank=True, decimal_places=2, help_text="j:SentenceFineAmount, in dollars", max_digits=11, null=True
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("convicted", "Convicted"),
                    ("dismissed", "Dismissed"),
                    ("acquitted", "Acquitted"),
                    ("not_prosecuted", "Not prosecuted"),
                    ("deferred", "Deferred"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="plea",
            field=models.CharField(blank=True, db_default="", default="", help_text="j:ChargePlea", max_length=120),
        ),
        migrations.AddField(
            model_name="charge",
            name="sentence",
            field=models.TextField(blank=True, db_default="", default="", help_text="j:SentenceDescriptionText"),
        ),
        migrations.AddField(
            model_name="charge",
            name="sentenced_on",
            field=models.DateField(blank=True, help_text="j:SentenceDate", null=True),
        ),
        migrations.AddField(
            model_name="docketentry",
            name="hearing",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of a hearing its kind; empty for others",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="docketentry",
            name="held_at",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Of a hearing the hour and the place", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="degree",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="j:ChargeDegreeText", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="disposed_on",
            field=models.DateField(blank=True, help_text="nc:DispositionDate", null=True),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="filed_on",
            field=models.DateField(blank=True, help_text="j:ChargeFilingDate", null=True),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="fine",
            field=models.DecimalField(
                blank=True, decimal_places=2, help_text="j:SentenceFineAmount, in dollars", max_digits=11, null=True
            ),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("convicted", "Convicted"),
                    ("dismissed", "Dismissed"),
                    ("acquitted", "Acquitted"),
                    ("not_prosecuted", "Not prosecuted"),
                    ("deferred", "Deferred"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="plea",
            field=models.CharField(blank=True, db_default="", default="", help_text="j:ChargePlea", max_length=120),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="sentence",
            field=models.TextField(blank=True, db_default="", default="", help_text="j:SentenceDescriptionText"),
        ),
        migrations.AddField(
            model_name="historicalcharge",
            name="sentenced_on",
            field=models.DateField(blank=True, help_text="j:SentenceDate", null=True),
        ),
        migrations.AddField(
            model_name="historicaldocketentry",
            name="hearing",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of a hearing its kind; empty for others",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="historicaldocketentry",
            name="held_at",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Of a hearing the hour and the place", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="historicalparticipant",
            name="fbi_id",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="j:PersonFBIIdentification", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="historicalparticipant",
            name="state_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="j:PersonStateFingerprintIdentification",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="historicalrecord",
            name="case_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Docket key of the case that it belongs to",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="historicalrecord",
            name="closes_at",
            field=models.DateTimeField(
                blank=True,
                help_text="First moment after its review was due: from then on it is its owner's custodians' alone",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="historicalrecord",
            name="details",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="Fields of its class by name, as described; never shown whole",
            ),
        ),
        migrations.AddField(
            model_name="historicalrecord",
            name="expires_at",
            field=models.DateTimeField(
                blank=True,
                help_text="First moment after its last day, by its owner's clock: it counts as closed",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="historicalrecord",
            name="retain_until",
            field=models.DateField(blank=True, help_text="Last day on which its owner keeps it", null=True),
        ),
        migrations.AddField(
            model_name="participant",
            name="fbi_id",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="j:PersonFBIIdentification", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="state_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="j:PersonStateFingerprintIdentification",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="case_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Docket key of the case that it belongs to",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="closes_at",
            field=models.DateTimeField(
                blank=True,
                help_text="First moment after its review was due: from then on it is its owner's custodians' alone",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="details",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="Fields of its class by name, as described; never shown whole",
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="expires_at",
            field=models.DateTimeField(
                blank=True,
                help_text="First moment after its last day, by its owner's clock: it counts as closed",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="retain_until",
            field=models.DateField(blank=True, help_text="Last day on which its owner keeps it", null=True),
        ),
        migrations.AlterField(
            model_name="historicalparticipant",
            name="role",
            field=models.CharField(
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
        ),
        migrations.AlterField(
            model_name="historicalrecord",
            name="docket_number",
            field=models.CharField(
                help_text="nc:CaseDocketID; of other classes their own number, nc:ActivityIdentification", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="historicalrecord",
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
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="historicalrecord",
            name="record_class",
            field=models.CharField(
                choices=[
                    ("case", "Case"),
                    ("warrant", "Warrant"),
                    ("protection_order", "Protection order"),
                    ("custody", "Custody and booking"),
                    ("arrest", "Arrest"),
                    ("incident", "Incident"),
                    ("supervision", "Supervision"),
                    ("intelligence", "Criminal intelligence"),
                ],
                default="case",
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="participant",
            name="role",
            field=models.CharField(
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
        ),
        migrations.AlterField(
            model_name="record",
            name="docket_number",
            field=models.CharField(
                help_text="nc:CaseDocketID; of other classes their own number, nc:ActivityIdentification", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="record",
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
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="record_class",
            field=models.CharField(
                choices=[
                    ("case", "Case"),
                    ("warrant", "Warrant"),
                    ("protection_order", "Protection order"),
                    ("custody", "Custody and booking"),
                    ("arrest", "Arrest"),
                    ("incident", "Incident"),
                    ("supervision", "Supervision"),
                    ("intelligence", "Criminal intelligence"),
                ],
                default="case",
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="told",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("record", "That there is such a record: its number, court and dates"),
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
                blank=True,
                db_default=[],
                default=list,
                help_text="By word of mouth: which kinds of data, never what they say",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="record_class",
            field=models.CharField(
                blank=True,
                choices=[
                    ("case", "Case"),
                    ("warrant", "Warrant"),
                    ("protection_order", "Protection order"),
                    ("custody", "Custody and booking"),
                    ("arrest", "Arrest"),
                    ("incident", "Incident"),
                    ("supervision", "Supervision"),
                    ("intelligence", "Criminal intelligence"),
                ],
                db_default="",
                default="",
                help_text="Empty: all but criminal intelligence",
                max_length=24,
            ),
        ),
        migrations.RunSQL(OPEN_SETS, migrations.RunSQL.noop),
        run(POLICY),
        run(NAMED),
        migrations.RunSQL(CLASSES, migrations.RunSQL.noop),
        migrations.RunSQL(NONCONVICTION, migrations.RunSQL.noop),
    ]
