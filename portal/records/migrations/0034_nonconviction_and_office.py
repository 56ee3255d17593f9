"""Both locks learn three things: criminal intelligence opens to its custodians by office for what they do by it alone;
what is overdue for review is neither printed nor exported nor told of; and a record that is nonconviction data alone
(28 CFR 20.3) is there for those alone to whom terms and rules show such data of everybody who can be charged on it.
"""

from django.db import migrations

from portal.kernel.roles import run

# Asked when a statement first meets a record that is nonconviction data alone. Shares no code with the decision: the
# exactest rule decides (recipient, role, kind of data, purposes, in this order), the strictest of equals.
SHOWS = """
CREATE FUNCTION records_shows_nonconviction(
  owner uuid, reader text, person text, meant text, doing text, approved boolean
) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public AS $$
  SELECT COALESCE(bool_and(f.treatment = 'shown') AND (reader = 'own_agency' OR NOT (
           (bool_or('stays' = ANY (f.obligations)) AND doing IN ('print', 'export', 'redisclose'))
           OR (bool_or('supervisor' = ANY (f.obligations)) AND NOT approved))), reader = 'own_agency')
  FROM (
    SELECT r.treatment, r.obligations, rank() OVER (
             ORDER BY r.recipient <> '*' DESC, r.participant_role <> '*' DESC, r.data_category <> '*' DESC,
                      cardinality(r.purposes) > 0 DESC) AS place
    FROM privacy_privacypolicy p
    JOIN agencies_agency a ON a.id = p.agency_id
    JOIN privacy_policyversion v ON v.policy_id = p.id AND v.status = 'published'
    JOIN privacy_disclosurerule r ON r.version_id = v.id
    WHERE p.agency_id = owner AND r.recipient IN ('*', reader) AND r.participant_role IN ('*', person)
      AND r.data_category IN ('*', 'nonconviction') AND (r.purposes = '{}' OR meant = ANY (r.purposes))
      AND (statement_timestamp() AT TIME ZONE a.time_zone)::date
          BETWEEN COALESCE(r.effective_from, '-infinity') AND COALESCE(r.effective_to, 'infinity')
  ) AS f WHERE f.place = 1
$$;

-- Who can be charged on a record of a class.
CREATE FUNCTION records_charged(record_class text, juveniles boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE record_class
    WHEN 'case' THEN ARRAY['defendant']
    WHEN 'warrant' THEN ARRAY['subject']
    WHEN 'protection_order' THEN ARRAY['respondent']
    WHEN 'custody' THEN ARRAY['detainee']
    WHEN 'arrest' THEN ARRAY['arrestee']
    WHEN 'incident' THEN ARRAY['suspect']
    WHEN 'supervision' THEN ARRAY['supervised_person']
    WHEN 'intelligence' THEN ARRAY['subject'] END
  || CASE WHEN juveniles AND record_class IN ('case', 'custody', 'arrest', 'incident')
     THEN ARRAY['juvenile'] ELSE '{}' END
$$;

CREATE FUNCTION records_sets_on_nonconviction() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public AS $$
  WITH me AS MATERIALIZED (
    SELECT m.agency_id, a.kind, 'records_custodian' = ANY (m.roles) AS custodian,
           NULLIF(current_setting('portal.action', true), '') AS doing,
           NULLIF(current_setting('portal.purpose', true), '') AS meant,
           EXISTS (
             SELECT 1 FROM records_inquiry i JOIN records_inquiryapproval v ON v.inquiry_id = i.id AND v.approved
             WHERE i.membership_id = m.id AND i.purpose = NULLIF(current_setting('portal.purpose', true), '')
               AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
           ) AS approved
    FROM agencies_membership m JOIN agencies_agency a ON a.id = m.agency_id
    WHERE m.id = NULLIF(current_setting('portal.membership', true), '')::uuid
  ), asked AS MATERIALIZED (
    SELECT s.id, s.owner_id, s.owner_id = me.agency_id AS own, x.person
    FROM me CROSS JOIN unnest(records_open_sets('')) AS o(id) JOIN agencies_recordset s ON s.id = o.id,
         unnest(records_charged(s.record_class, s.id = ANY (records_open_sets('juvenile')))) AS x(person)
  ), ruled AS MATERIALIZED (
    SELECT d.owner_id, d.own, d.person, records_shows_nonconviction(
             d.owner_id, CASE WHEN d.own THEN 'own_agency' ELSE me.kind END, d.person, me.meant, me.doing, me.approved
           ) AS shown
    FROM me CROSS JOIN (SELECT DISTINCT owner_id, own, person FROM asked) AS d
  )
  SELECT ARRAY (SELECT unnest(records_open_sets('sealed'))) || ARRAY (
    SELECT q.id FROM asked q JOIN ruled r ON r.owner_id = q.owner_id AND r.own = q.own AND r.person = q.person
    GROUP BY q.id
    HAVING bool_and(r.shown AND (q.own OR EXISTS (
      SELECT 1 FROM me JOIN sharing_agreements_grant g ON g.recipient_id = me.agency_id AND g.record_set_id = q.id
      JOIN sharing_agreements_term t ON t.id = g.term_id
      WHERE g.not_before <= statement_timestamp() AND (g.not_after IS NULL OR g.not_after > statement_timestamp())
        AND g.suspended_at IS NULL AND g.revoked_at IS NULL
        AND me.doing = ANY (g.actions) AND me.meant = ANY (g.purposes)
        AND 'nonconviction' = ANY (t.data_categories) AND q.person = ANY (t.participant_roles)
        AND NOT ('stays' = ANY (t.conditions) AND me.doing IN ('print', 'export', 'redisclose'))
        AND NOT ('supervisor' = ANY (t.conditions) AND NOT me.approved)))))
$$;
"""

OPEN_SETS = """
-- As before, and which sets show nonconviction data.
CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public AS $$
DECLARE
  found record;
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody') THEN
    RETURN ARRAY[NULLIF(current_setting('portal.job_set', true), '')::uuid];
  END IF;
  IF restriction = 'nonconviction' THEN
    RETURN records_sets_on_nonconviction();
  END IF;
  IF current_setting('portal.sets_of', true) = records_viewer() THEN
    RETURN current_setting(
      CASE restriction WHEN 'sealed' THEN 'portal.sets_sealed' WHEN 'juvenile' THEN 'portal.sets_juvenile'
                       ELSE 'portal.sets_open' END)::uuid[];
  END IF;
  found := records_sets_of_viewer();
  RETURN CASE restriction WHEN 'sealed' THEN found.sealed WHEN 'juvenile' THEN found.juvenile ELSE found.open END;
END $$;
"""

LEAVING = "(current_setting('portal.action', true) IN ('print', 'export', 'redisclose'))"

# As before, but for what leaves and is overdue, and what is nonconviction data alone.
SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
NAMED = """
DROP FUNCTION records_named(
  uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer);
CREATE FUNCTION records_named(
  sets uuid[], sealed_sets uuid[], juvenile_sets uuid[], nonconviction_sets uuid[], roles text[], words text,
  since date, until date, standing text, place_day date, place_id uuid, backwards boolean, most integer
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
      AND (NOT r.sealed OR r.record_set_id = ANY ((SELECT o.sealed_sets FROM open o)::uuid[]))
      AND (r.closes_at IS NULL OR r.closes_at > statement_timestamp()
           OR (r.record_set_id = ANY ((SELECT o.sealed_sets FROM open o)::uuid[]) AND NOT {leaving}))
      AND (NOT r.juvenile OR r.record_set_id = ANY ((SELECT o.juvenile_sets FROM open o)::uuid[]))
      AND (r.nonconviction_from IS NULL OR r.nonconviction_from > statement_timestamp()
           OR (r.record_set_id = ANY (nonconviction_sets)
               AND r.record_set_id IN (SELECT unnest(records_open_sets('nonconviction')))))
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
""".replace("{leaving}", LEAVING).replace("{signature}", SIGNATURE)

OPEN = f"""record_set_id IN (SELECT unnest(records_open_sets('')))
  AND (NOT sealed OR record_set_id IN (SELECT unnest(records_open_sets('sealed'))))
  AND (closes_at IS NULL OR closes_at > statement_timestamp()
       OR (NOT {LEAVING} AND record_set_id IN (SELECT unnest(records_open_sets('sealed')))))
  AND (NOT juvenile OR record_set_id IN (SELECT unnest(records_open_sets('juvenile'))))
  AND (nonconviction_from IS NULL OR nonconviction_from > statement_timestamp()
       OR record_set_id IN (SELECT unnest(records_open_sets('nonconviction'))))"""
POLICY = f"""
DROP POLICY viewer ON records_record;
CREATE POLICY viewer ON records_record FOR SELECT TO {{runtime}} USING ({OPEN});
GRANT EXECUTE ON FUNCTION records_sets_on_nonconviction() TO {{runtime}};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0033_wholly_nonconviction"),
        ("sharing_agreements", "0018_conditions_of_terms"),
    ]
    operations = [
        migrations.RunSQL(SHOWS, migrations.RunSQL.noop),
        migrations.RunSQL(OPEN_SETS, migrations.RunSQL.noop),
        run(NAMED),
        run(POLICY),
    ]
