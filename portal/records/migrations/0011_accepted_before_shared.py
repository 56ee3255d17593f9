"""The second lock keeps shared records closed to whoever has not accepted the policies and rules in force."""

from django.db import migrations

OPEN_SETS = """
CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public AS $$
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody') THEN
    RETURN ARRAY[NULLIF(current_setting('portal.job_set', true), '')::uuid];
  END IF;
  RETURN (
    WITH me AS MATERIALIZED (
      SELECT m.agency_id, m.person_id, m.roles, a.group_id
      FROM agencies_membership m
      JOIN agencies_user u ON u.id = m.person_id
      JOIN agencies_agency a ON a.id = m.agency_id
      WHERE m.id = NULLIF(current_setting('portal.membership', true), '')::uuid
        AND u.is_active AND NOT u.is_portal_administrator AND a.status = 'active'
        AND m.started_at <= statement_timestamp() AND (m.ended_at IS NULL OR m.ended_at > statement_timestamp())
        AND m.roles && ARRAY['clerk', 'records_custodian', 'privacy_officer']::varchar[]
        AND EXISTS (
          SELECT 1 FROM agencies_training t
          WHERE t.person_id = m.person_id
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
      UNION
      SELECT g.record_set_id
      FROM sharing_agreements_grant g
      JOIN agencies_recordset s ON s.id = g.record_set_id
        AND (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
      WHERE restriction <> 'sealed' AND (restriction <> 'juvenile' OR g.includes_juvenile)
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


class Migration(migrations.Migration):
    dependencies = [("records", "0010_index_of_numbers"), ("acknowledgement", "0002_guards")]
    operations = [migrations.RunSQL(OPEN_SETS, migrations.RunSQL.noop)]
