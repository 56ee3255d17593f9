"""The second lock again: a training ends at midnight by the clock of the agency for which the person acts."""

from django.db import migrations

OPEN_SETS = """
CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public AS $$
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody') THEN
    RETURN ARRAY[NULLIF(current_setting('portal.job_set', true), '')::uuid];
  END IF;
  RETURN (
    WITH me AS (
      SELECT m.agency_id, m.roles, a.group_id
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
    )
    SELECT coalesce(array_agg(found.id), '{}') FROM (
      SELECT s.id FROM agencies_recordset s JOIN me ON me.agency_id = s.owner_id
      WHERE (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
        AND (restriction <> 'sealed' OR 'records_custodian' = ANY (me.roles))
      UNION
      SELECT g.record_set_id
      FROM sharing_agreements_grant g
      JOIN me ON me.agency_id = g.recipient_id
      JOIN agencies_recordset s ON s.id = g.record_set_id
        AND (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
      WHERE restriction <> 'sealed' AND (restriction <> 'juvenile' OR g.includes_juvenile)
        AND NULLIF(current_setting('portal.action', true), '') = ANY (g.actions)
        AND NULLIF(current_setting('portal.purpose', true), '') = ANY (g.purposes)
        AND g.not_before <= statement_timestamp() AND (g.not_after IS NULL OR g.not_after > statement_timestamp())
        AND g.suspended_at IS NULL AND g.revoked_at IS NULL
        AND EXISTS (
          SELECT 1 FROM agencies_recordsetgroupobjectpermission p JOIN auth_permission n ON n.id = p.permission_id
          WHERE p.group_id = me.group_id AND p.content_object_id = g.record_set_id AND n.codename = 'view_recordset')
    ) AS found
  );
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0006_inquiries_are_final")]
    operations = [migrations.RunSQL(OPEN_SETS, migrations.RunSQL.noop)]
