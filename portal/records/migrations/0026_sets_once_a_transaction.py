"""The second lock works out which sets are open once a transaction, when the viewer is named, instead of at each
statement; what it found stands in settings of the transaction, beside whom it holds for. Newest entries are found by a
function that holds the same lock, so that those which others' records stand between are passed over in the index."""

from django.db import migrations

from portal.kernel.roles import run

# Grants are read in one pass; what rarely holds of a set (closed, apart, owned by an agency whose policy is unread) is
# asked once for all. Plans are kept, since planning costs more than running.
VIEWERS_SETS = """
CREATE FUNCTION records_sets_of_viewer(OUT open uuid[], OUT sealed uuid[], OUT juvenile uuid[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  acting CONSTANT uuid := NULLIF(current_setting('portal.membership', true), '')::uuid;
  doing CONSTANT text := NULLIF(current_setting('portal.action', true), '');
  meant CONSTANT text := NULLIF(current_setting('portal.purpose', true), '');
  me record;
  unread uuid[];
  shut uuid[];
  apart uuid[];
  shared boolean;
BEGIN
  SELECT m.agency_id, m.person_id, a.group_id, 'records_custodian' = ANY (m.roles) AS custodian,
         EXISTS (
           SELECT 1 FROM agencies_training t
           WHERE t.person_id = m.person_id AND t.kind = 'intelligence'
             AND (statement_timestamp() AT TIME ZONE a.time_zone)::date BETWEEN t.completed_on AND t.expires_on
         ) AS certified,
         EXISTS (
           SELECT 1 FROM records_inquiry i
           WHERE i.membership_id = m.id AND i.purpose = meant
             AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
         ) AS inquires
  INTO me
  FROM agencies_membership m
  JOIN agencies_user u ON u.id = m.person_id
  JOIN agencies_agency a ON a.id = m.agency_id
  WHERE m.id = acting
    AND u.is_active AND NOT u.is_portal_administrator AND a.status = 'active'
    AND m.started_at <= statement_timestamp() AND (m.ended_at IS NULL OR m.ended_at > statement_timestamp())
    AND m.roles && ARRAY['clerk', 'records_custodian', 'privacy_officer']::varchar[]
    AND EXISTS (
      SELECT 1 FROM agencies_training t
      WHERE t.person_id = m.person_id AND t.kind = 'awareness'
        AND (statement_timestamp() AT TIME ZONE a.time_zone)::date BETWEEN t.completed_on AND t.expires_on);
  IF NOT FOUND THEN
    open := '{}'; sealed := '{}'; juvenile := '{}';
    RETURN;
  END IF;
  unread := ARRAY (
    SELECT p.agency_id FROM privacy_privacypolicy p JOIN privacy_policyversion v ON v.policy_id = p.id
    WHERE v.status = 'published' AND NOT EXISTS (
      SELECT 1 FROM acknowledgement_acceptance c
      WHERE c.policy_version_id = v.id AND c.person_id = me.person_id
        AND c.accepted_at > statement_timestamp() - interval '8760 hours'));
  shared := me.agency_id <> ALL (unread) AND NOT EXISTS (
    SELECT 1 FROM acknowledgement_behaviorrules b
    WHERE NOT EXISTS (SELECT 1 FROM acknowledgement_behaviorrules n WHERE n.number > b.number)
      AND NOT EXISTS (
        SELECT 1 FROM acknowledgement_acceptance c
        WHERE c.rules_id = b.id AND c.person_id = me.person_id
          AND c.accepted_at > statement_timestamp() - interval '8760 hours'));
  shut := ARRAY (SELECT s.id FROM agencies_recordset s WHERE s.closed_at <= statement_timestamp());
  apart := ARRAY (SELECT s.id FROM agencies_recordset s WHERE s.record_class = 'intelligence');
  SELECT COALESCE(array_agg(f.id), '{}'),
         COALESCE(array_agg(f.id) FILTER (WHERE f.sealed), '{}'),
         COALESCE(array_agg(f.id) FILTER (WHERE f.juvenile), '{}')
  INTO open, sealed, juvenile
  FROM (
    SELECT s.id, me.custodian AS sealed, true AS juvenile
    FROM agencies_recordset s
    WHERE s.owner_id = me.agency_id AND s.id <> ALL (shut)
      AND (s.id <> ALL (apart)
           OR (me.certified AND (me.inquires OR (me.custodian AND doing = 'custody'))))
    UNION ALL
    SELECT g.record_set_id, false, g.includes_juvenile
    FROM sharing_agreements_grant g
    WHERE shared AND g.recipient_id = me.agency_id
      AND g.not_before <= statement_timestamp() AND (g.not_after IS NULL OR g.not_after > statement_timestamp())
      AND g.suspended_at IS NULL AND g.revoked_at IS NULL
      AND doing = ANY (g.actions) AND meant = ANY (g.purposes)
      AND (g.record_set_id IN (
        SELECT p.content_object_id
        FROM agencies_recordsetgroupobjectpermission p
        JOIN auth_permission w ON w.id = p.permission_id AND w.codename = 'view_recordset'
        WHERE p.group_id = me.group_id)) IS TRUE
      AND g.record_set_id <> ALL (shut)
      AND (g.record_set_id <> ALL (apart) OR (g.includes_intelligence AND me.certified AND me.inquires))
      AND (g.record_set_id NOT IN (SELECT s.id FROM agencies_recordset s WHERE s.owner_id = ANY (unread))) IS TRUE
  ) AS f;
END $$;

-- For whom sets are remembered: for this viewer, action and purpose, within this transaction.
CREATE FUNCTION records_viewer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat_ws('|', current_setting('portal.membership', true), current_setting('portal.action', true),
                   current_setting('portal.purpose', true), transaction_timestamp())
$$;

CREATE FUNCTION records_see_as(membership text, action text, purpose text) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  found record;
BEGIN
  PERFORM set_config('portal.membership', membership, true), set_config('portal.action', action, true),
          set_config('portal.purpose', purpose, true), set_config('portal.job', '', true),
          set_config('portal.job_set', '', true), set_config('plan_cache_mode', 'force_generic_plan', true);
  found := records_sets_of_viewer();
  PERFORM set_config('portal.sets_of', records_viewer(), true),
          set_config('portal.sets_open', found.open::text, true),
          set_config('portal.sets_sealed', found.sealed::text, true),
          set_config('portal.sets_juvenile', found.juvenile::text, true);
END $$;

CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public AS $$
DECLARE
  found record;
BEGIN
  IF NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody') THEN
    RETURN ARRAY[NULLIF(current_setting('portal.job_set', true), '')::uuid];
  END IF;
  IF current_setting('portal.sets_of', true) = records_viewer() THEN
    RETURN current_setting(
      CASE restriction WHEN 'sealed' THEN 'portal.sets_sealed' WHEN 'juvenile' THEN 'portal.sets_juvenile'
                       ELSE 'portal.sets_open' END)::uuid[];
  END IF;
  found := records_sets_of_viewer();
  RETURN CASE restriction WHEN 'sealed' THEN found.sealed WHEN 'juvenile' THEN found.juvenile ELSE found.open END;
END $$;

GRANT EXECUTE ON FUNCTION records_sets_of_viewer(), records_viewer(), records_see_as(text, text, text) TO {runtime};
"""

# The newest entries of all sets, of which those of the given and open sets are kept: at most `most` among `probed`.
# They are read under row-level security before anybody sees them; here it would pass over others' rows without end.
NEWEST = """
CREATE FUNCTION records_newest{name}(
  sets uuid[], since date, until date, place_day date, place_id uuid, probed integer, most integer
) RETURNS TABLE (ordered_on date, id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  opened CONSTANT uuid[] := records_open_sets('');
BEGIN
  RETURN QUERY
  SELECT c.ordered_on, c.id FROM (
    SELECT r.ordered_on, r.id, r.record_set_id FROM records_record r
    WHERE r.ordered_on BETWEEN COALESCE(since, '-infinity') AND COALESCE(until, 'infinity')
      AND (r.ordered_on, r.id) {beyond}
    ORDER BY r.ordered_on {way}, r.id {way} LIMIT probed) AS c
  WHERE (c.record_set_id IN (SELECT unnest(sets))) IS TRUE AND (c.record_set_id IN (SELECT unnest(opened))) IS TRUE
  LIMIT most;
END $$;
REVOKE EXECUTE ON FUNCTION records_newest{name}(uuid[], date, date, date, uuid, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_newest{name}(uuid[], date, date, date, uuid, integer, integer) TO {runtime};
"""
FORWARDS = {
    "{name}": "",
    "{way}": "DESC",
    "{beyond}": "< (COALESCE(place_day, 'infinity'), COALESCE(place_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))",
}
BACKWARDS = {
    "{name}": "_before",
    "{way}": "ASC",
    "{beyond}": "> (COALESCE(place_day, '-infinity'), COALESCE(place_id, '00000000-0000-0000-0000-000000000000'))",
}


def written(texts: dict[str, str]) -> str:
    sql = NEWEST
    for name, text in texts.items():
        sql = sql.replace(name, text)
    return sql


class Migration(migrations.Migration):
    dependencies = [("records", "0025_sealed_cases_are_not_named"), ("agencies", "0006_sets_that_stand_out")]
    operations = [run(VIEWERS_SETS), run(written(FORWARDS)), run(written(BACKWARDS))]
