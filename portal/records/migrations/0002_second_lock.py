"""The second lock: row-level security that decides by itself, from the viewer that the transaction names.

It shares no code with the queryset's decision, so that a mistake in one line of either lets nothing out.
"""

from django.db import migrations

from portal.kernel.roles import append_only, row_level_security, run

FUNCTIONS = """
CREATE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public AS $$
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
          AND (statement_timestamp() AT TIME ZONE 'UTC')::date BETWEEN t.completed_on AND t.expires_on)
  )
  SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT s.id FROM agencies_recordset s JOIN me ON me.agency_id = s.owner_id
    WHERE s.closed_at IS NULL AND (restriction <> 'sealed' OR 'records_custodian' = ANY (me.roles))
    UNION
    SELECT g.record_set_id
    FROM sharing_agreements_grant g
    JOIN me ON me.agency_id = g.recipient_id
    JOIN agencies_recordset s ON s.id = g.record_set_id AND s.closed_at IS NULL
    WHERE restriction <> 'sealed' AND (restriction <> 'juvenile' OR g.includes_juvenile)
      AND NULLIF(current_setting('portal.action', true), '') = ANY (g.actions)
      AND NULLIF(current_setting('portal.purpose', true), '') = ANY (g.purposes)
      AND g.not_before <= statement_timestamp() AND (g.not_after IS NULL OR g.not_after > statement_timestamp())
      AND g.suspended_at IS NULL AND g.revoked_at IS NULL
      AND EXISTS (
        SELECT 1 FROM agencies_recordsetgroupobjectpermission p JOIN auth_permission n ON n.id = p.permission_id
        WHERE p.group_id = me.group_id AND p.content_object_id = g.record_set_id AND n.codename = 'view_recordset')
  ) AS found
$$;

-- Candidate ids for a search by name. Text search operators are not leakproof, so that under row-level security they
-- would be tried on every row; here they use the index. The rows themselves are then read under row-level security.
CREATE FUNCTION records_named(sets uuid[], roles text[], words tsquery, most integer) RETURNS TABLE (record_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT p.record_id
  FROM records_participant p JOIN records_record r ON r.id = p.record_id
  WHERE p.record_set_id = ANY (sets) AND p.record_set_id = ANY (records_open_sets(''))
    AND p.role = ANY (roles) AND p.name_words @@ words
    AND (NOT r.sealed OR r.record_set_id = ANY (records_open_sets('sealed')))
    AND (NOT r.juvenile OR r.record_set_id = ANY (records_open_sets('juvenile')))
  LIMIT most
$$;
REVOKE EXECUTE ON FUNCTION records_named(uuid[], text[], tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_named(uuid[], text[], tsquery, integer) TO {runtime};
"""

OPEN = """record_set_id = ANY ((SELECT records_open_sets(''))::uuid[])
  AND (NOT sealed OR record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[]))
  AND (NOT juvenile OR record_set_id = ANY ((SELECT records_open_sets('juvenile'))::uuid[]))"""
ON_OPEN_RECORD = "EXISTS (SELECT 1 FROM records_record r WHERE r.id = record_id)"
OF_CUSTODIAN = "record_set_id = ANY ((SELECT records_open_sets('sealed'))::uuid[])"
JOB = """NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody')
  AND record_set_id = NULLIF(current_setting('portal.job_set', true), '')::uuid"""

HANGING = ("records_participant", "records_charge", "records_docketentry")
PASTS = (
    "records_historicalrecord",
    "records_historicalparticipant",
    "records_historicalcharge",
    "records_historicaldocketentry",
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("agencies", "0002_append_only"),
        ("sharing_agreements", "0002_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        run(FUNCTIONS),
        row_level_security("records_record", ("viewer", "SELECT", OPEN), ("job", "ALL", JOB)),
        *(row_level_security(table, ("viewer", "SELECT", ON_OPEN_RECORD), ("job", "ALL", JOB)) for table in HANGING),
        *(row_level_security(table, ("custodian", "SELECT", OF_CUSTODIAN), ("job", "ALL", JOB)) for table in PASTS),
        row_level_security("records_stagedcase", ("custodian", "SELECT", OF_CUSTODIAN), ("job", "ALL", JOB)),
        append_only("records_accessentry", "records_historicalimport", *PASTS),
    ]
