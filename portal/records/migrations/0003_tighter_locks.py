"""The second lock again, where its first writing let something slip: closing dates, informants, search by name, and
free text. A clearing ends when what was cleared changes, and a release stays as it was made."""

from django.db import migrations

from portal.kernel.roles import append_only, run

# As before, but that a set closes when its date passes, as every other deadline does.
OPEN_SETS = """
CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[]
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
    WHERE (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
      AND (restriction <> 'sealed' OR 'records_custodian' = ANY (me.roles))
    UNION
    SELECT g.record_set_id
    FROM sharing_agreements_grant g
    JOIN me ON me.agency_id = g.recipient_id
    JOIN agencies_recordset s ON s.id = g.record_set_id AND (s.closed_at IS NULL OR s.closed_at > statement_timestamp())
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
"""

# A confidential informant is nobody's to see, nor what is charged against one.
INFORMANTS = """
DROP POLICY viewer ON records_participant;
CREATE POLICY viewer ON records_participant FOR SELECT TO {runtime}
  USING (role <> 'informant' AND EXISTS (SELECT 1 FROM records_record r WHERE r.id = record_id));
DROP POLICY viewer ON records_charge;
CREATE POLICY viewer ON records_charge FOR SELECT TO {runtime}
  USING (EXISTS (SELECT 1 FROM records_participant p WHERE p.id = participant_id));
"""

# One page of a search by name, or the ids to count. It filters, orders and cuts by itself: cut before the order, a
# common name would lose its newest records. Text search operators are not leakproof, so that under row-level security
# they would be tried on every row; here they use the index. The function keeps the second lock by itself, and the rows
# are then read under row-level security as well. Nobody is found by an informant's name, or that of who acts for one.
NAMED = """
DROP FUNCTION records_named(uuid[], text[], tsquery, integer);
CREATE FUNCTION records_named(
  sets uuid[], sealed_sets uuid[], juvenile_sets uuid[], roles text[], words text, class text, since date, until date,
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
      AND (NOT r.sealed OR r.record_set_id = ANY ((SELECT o.sealed_sets FROM open o)::uuid[]))
      AND (NOT r.juvenile OR r.record_set_id = ANY ((SELECT o.juvenile_sets FROM open o)::uuid[]))
      AND r.record_class = class
      AND (since IS NULL OR r.ordered_on >= since) AND (until IS NULL OR r.ordered_on <= until)
      AND (standing = '' OR (standing = 'open') = (r.terminated_on IS NULL))
      AND (place_id IS NULL OR CASE WHEN backwards THEN (r.ordered_on, r.id) > (place_day, place_id)
                                    ELSE (r.ordered_on, r.id) < (place_day, place_id) END)
  )
  SELECT f.ordered_on, f.id FROM found f
  ORDER BY CASE WHEN backwards THEN f.ordered_on END, CASE WHEN backwards THEN f.id END,
           CASE WHEN NOT backwards THEN f.ordered_on END DESC, CASE WHEN NOT backwards THEN f.id END DESC
  LIMIT most
$$;
REVOKE EXECUTE ON FUNCTION
  records_named(uuid[], uuid[], uuid[], text[], text, text, date, date, text, date, uuid, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  records_named(uuid[], uuid[], uuid[], text[], text, text, date, date, text, date, uuid, boolean, integer)
  TO {runtime};
"""

# Free text is withheld where anybody on the record is. The record's own list of roles says so at once; the people
# themselves are asked too, past row-level security, which hides informants: a list too short must open nothing.
# And a custodian clears an entry as it reads, beside the people known then: when either changes, the clearing ends.
PEOPLE = """
CREATE FUNCTION records_all_named(record uuid, roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT EXISTS (SELECT 1 FROM records_participant p WHERE p.record_id = record AND NOT p.role = ANY (roles))
$$;
REVOKE EXECUTE ON FUNCTION records_all_named(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_all_named(uuid, text[]) TO {runtime};

CREATE FUNCTION records_people_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_docketentry e SET cleared_at = NULL, cleared_by_id = NULL
  FROM (SELECT DISTINCT record_id FROM written) n WHERE e.record_id = n.record_id AND e.cleared_at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER people_added AFTER INSERT ON records_participant REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_people_added();

CREATE FUNCTION records_people_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE records_docketentry e SET cleared_at = NULL, cleared_by_id = NULL
  FROM (
    SELECT DISTINCT w.record_id FROM written w JOIN before b ON b.id = w.id
    WHERE (w.record_id, w.role, w.name, w.aliases) IS DISTINCT FROM (b.record_id, b.role, b.name, b.aliases)
  ) n WHERE e.record_id = n.record_id AND e.cleared_at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER people_changed AFTER UPDATE ON records_participant
  REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION records_people_changed();

CREATE FUNCTION records_clearing_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.cleared_at := NULL;
  NEW.cleared_by_id := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER clearing_ends BEFORE UPDATE ON records_docketentry FOR EACH ROW
  WHEN (OLD.cleared_at IS NOT NULL AND NEW.cleared_at IS NOT DISTINCT FROM OLD.cleared_at
        AND NEW.description IS DISTINCT FROM OLD.description)
  EXECUTE FUNCTION records_clearing_ends();

CREATE INDEX entry_cleared ON records_docketentry (record_id) WHERE cleared_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_second_lock")]
    operations = [
        run(OPEN_SETS),
        run(INFORMANTS),
        run(NAMED),
        run(PEOPLE),
        append_only("records_release"),
    ]
