"""The conditions of access as one SQL text: filtered they decide, unfiltered they explain."""

# Each row is one way in which a record set could be open to the membership: owned by its agency, or through one term.
# `%(at)s` NULL means now. Of the past, dates answer; roles, guardian's rows and an agency's status are today's.
# Kept apart from the row-level security functions on purpose: two locks, two hands.
# The viewer stands in a table of one row, so that what holds of a person is asked once, not once for each way.
# Accepted texts count for 365 days (portal.acknowledgement): the portal's rules of behavior, the policy of the agency
# for which one acts, and that of the owner.
VIEWER = """
WITH me AS MATERIALIZED (
  SELECT n.moment, m.agency_id, h.group_id, u.id AS person_id, h.kind AS agency_kind,
         'records_custodian' = ANY (m.roles) AS custodian,
         (u.is_active OR (%(at)s::timestamptz IS NOT NULL AND COALESCE(u.deactivated_at > n.moment, false)))
           AND NOT u.is_portal_administrator AND h.status = 'active' AS person_active,
         m.started_at <= n.moment AND (m.ended_at IS NULL OR n.moment < m.ended_at) AS membership_current,
         m.roles && %(record_roles)s::varchar[] AS role_fits,
         EXISTS (SELECT 1 FROM agencies_training q WHERE q.person_id = u.id AND q.kind = 'awareness'
                 AND (n.moment AT TIME ZONE h.time_zone)::date BETWEEN q.completed_on AND q.expires_on) AS trained,
         EXISTS (SELECT 1 FROM agencies_training q WHERE q.person_id = u.id AND q.kind = 'intelligence'
                 AND (n.moment AT TIME ZONE h.time_zone)::date BETWEEN q.completed_on AND q.expires_on) AS certified,
         EXISTS (SELECT 1 FROM records_inquiry i WHERE i.id = %(inquiry)s AND i.membership_id = m.id
                 AND i.purpose = %(purpose)s AND i.opened_at <= n.moment
                 AND n.moment < LEAST(i.open_until, i.ended_at)) AS needs_to_know
  FROM (SELECT COALESCE(%(at)s::timestamptz, statement_timestamp()) AS moment) AS n
  JOIN agencies_membership m ON m.id = %(membership)s
  JOIN agencies_user u ON u.id = m.person_id
  JOIN agencies_agency h ON h.id = m.agency_id
), permits AS MATERIALIZED (
  SELECT p.content_object_id AS record_set_id
  FROM agencies_recordsetgroupobjectpermission p JOIN auth_permission w ON w.id = p.permission_id
  WHERE p.group_id = (SELECT me.group_id FROM me) AND w.codename = 'view_recordset'
), accepted AS MATERIALIZED (
  SELECT c.policy_version_id, c.rules_id
  FROM me JOIN acknowledgement_acceptance c ON c.person_id = me.person_id
  WHERE c.accepted_at <= me.moment AND me.moment < c.accepted_at + interval '8760 hours'
), unaccepted AS MATERIALIZED (
  SELECT p.agency_id
  FROM me CROSS JOIN privacy_policyversion v JOIN privacy_privacypolicy p ON p.id = v.policy_id
  WHERE v.status <> 'draft' AND v.published_at <= me.moment
    AND (v.superseded_at IS NULL OR me.moment < v.superseded_at)
    AND v.id NOT IN (SELECT c.policy_version_id FROM accepted c WHERE c.policy_version_id IS NOT NULL)
), on_nonconviction AS MATERIALIZED (
  SELECT t.id FROM sharing_agreements_term t
  WHERE t.recipient_id = (SELECT me.agency_id FROM me) AND t.data_categories @> ARRAY['nonconviction']::varchar[]
), ready AS MATERIALIZED (
  SELECT me.agency_id NOT IN (SELECT n.agency_id FROM unaccepted n)
         AND COALESCE((SELECT b.id IN (SELECT c.rules_id FROM accepted c WHERE c.rules_id IS NOT NULL)
                       FROM acknowledgement_behaviorrules b WHERE b.published_at <= me.moment
                       ORDER BY b.number DESC LIMIT 1), true) AS for_sharing
  FROM me
)
"""

WAYS = """
SELECT s.id AS record_set_id, s.name AS set_name, s.record_class,
       s.owner_id, o.name AS owner_name, o.kind AS owner_kind, s.owner_id = me.agency_id AS own,
       g.id AS grant_id, g.not_before, g.not_after, g.suspended_at, g.revoked_at,
       t.code AS term_code, t.data_categories, t.participant_roles, t.conditions, t.handling, g.actions, g.purposes,
       c.number AS clause_number, v.number AS version_number, b.id AS agreement_id, b.number AS agreement_number,
       l.time_zone AS agreement_zone, me.agency_kind, me.custodian,
       COALESCE(g.includes_juvenile, false) AS includes_juvenile,
       COALESCE(g.includes_intelligence, false) AS includes_intelligence,
       g.term_id IN (SELECT n.id FROM on_nonconviction n) AS on_nonconviction,
       me.moment, me.person_active, me.membership_current, me.role_fits, me.trained, me.certified, me.needs_to_know,
       s.closed_at IS NULL OR me.moment < s.closed_at AS set_open,
       g.not_before <= me.moment AND (g.not_after IS NULL OR me.moment < g.not_after)
         AND (g.suspended_at IS NULL OR (%(at)s::timestamptz IS NOT NULL AND me.moment < g.suspended_at))
         AND (g.revoked_at IS NULL OR (%(at)s::timestamptz IS NOT NULL AND me.moment < g.revoked_at)) AS grant_live,
       %(action)s = ANY (g.actions) AS action_fits,
       %(purpose)s = ANY (g.purposes) AS purpose_fits,
       %(at)s::timestamptz IS NOT NULL OR s.id IN (SELECT record_set_id FROM permits) AS permitted,
       ready.for_sharing AND s.owner_id NOT IN (SELECT n.agency_id FROM unaccepted n) AS acknowledged
FROM me CROSS JOIN ready
"""

# Joined from the left even where a row is always there: what a statement does not ask for is then not read.
OWN = (
    WAYS
    + """
JOIN agencies_recordset s ON s.owner_id = me.agency_id
LEFT JOIN agencies_agency o ON o.id = s.owner_id
LEFT JOIN sharing_agreements_grant g ON false
LEFT JOIN sharing_agreements_term t ON t.id = g.term_id
LEFT JOIN sharing_agreements_clause c ON c.id = t.clause_id
LEFT JOIN sharing_agreements_agreementversion v ON v.id = g.version_id
LEFT JOIN sharing_agreements_agreement b ON b.id = v.agreement_id
LEFT JOIN agencies_agency l ON l.id = b.lead_agency_id
"""
)

GRANTED = (
    WAYS
    + """
JOIN sharing_agreements_grant g ON g.recipient_id = me.agency_id
JOIN agencies_recordset s ON s.id = g.record_set_id AND s.owner_id <> me.agency_id
LEFT JOIN agencies_agency o ON o.id = s.owner_id
LEFT JOIN sharing_agreements_term t ON t.id = g.term_id
LEFT JOIN sharing_agreements_clause c ON c.id = t.clause_id
LEFT JOIN sharing_agreements_agreementversion v ON v.id = g.version_id
LEFT JOIN sharing_agreements_agreement b ON b.id = v.agreement_id
LEFT JOIN agencies_agency l ON l.id = b.lead_agency_id
"""
)

# Criminal intelligence asks more (28 CFR 23.20(e), (f)): that one is certified and needs to know, and that the term
# names it. The owner's custodians need to know by their office, for what they do by it: else nobody could review it.
INTELLIGENCE = """record_class <> 'intelligence'
  OR (certified AND (needs_to_know OR (own AND custodian AND %(action)s = 'custody'))
      AND (own OR includes_intelligence))"""

# `reached`: open for some action; `OPENS`: for the one asked.
REACHED = f"""(
  SELECT ways.*, person_active AND membership_current AND role_fits AND trained AND set_open
                 AND (own OR (grant_live AND permitted AND purpose_fits AND acknowledged))
                 AND ({INTELLIGENCE}) AS reached
  FROM ({OWN} UNION ALL {GRANTED}) AS ways
) AS w"""  # noqa: S608  (texts of this file alone)
OPENS = "(w.reached AND (w.own OR w.action_fits))"

# By class: which sets are open, in which of them sealed and juvenile records are, which are one's own, and which are
# that or shared with nonconviction data. A set stands there once for each of its ways. As text, since most go back to
# the database as they came.
OPEN_SETS = f"""{VIEWER}
SELECT w.record_class, array_agg(w.record_set_id)::text AS open,
       COALESCE(array_agg(w.record_set_id) FILTER (WHERE w.own AND w.custodian), '{{}}')::text AS sealed,
       COALESCE(array_agg(w.record_set_id) FILTER (WHERE w.own OR w.includes_juvenile), '{{}}')::text AS juvenile,
       COALESCE(array_agg(w.record_set_id) FILTER (WHERE w.own), '{{}}')::text AS own,
       COALESCE(array_agg(w.record_set_id) FILTER (WHERE w.own OR w.on_nonconviction), '{{}}')::text AS covering
FROM {REACHED} WHERE {OPENS} GROUP BY w.record_class
"""  # noqa: S608

# The ways of some sets.
OPEN_WAYS = f"""{VIEWER}
SELECT w.* FROM {REACHED} WHERE {OPENS} AND w.record_set_id = ANY (%(sets)s::uuid[])
ORDER BY record_set_id, grant_id
"""  # noqa: S608

# What the terms cover by which some sets are open: sets of one owner that are alike in it stand together.
COVERED = f"""{VIEWER}
SELECT s.owner_id, s.own, s.agency_kind, s.covered::text AS covered, array_agg(s.record_set_id)::text AS sets
FROM (
  SELECT w.record_set_id, w.owner_id, w.agency_kind, w.own,
         jsonb_agg(DISTINCT jsonb_build_array(w.data_categories, w.participant_roles, w.conditions)) AS covered
  FROM {REACHED} WHERE {OPENS} AND w.record_set_id = ANY (%(sets)s::uuid[])
  GROUP BY 1, 2, 3, 4
) AS s
GROUP BY 1, 2, 3, 4
"""  # noqa: S608

WAYS_TO_ONE = f"""{VIEWER}
SELECT w.*, {OPENS} AS opens FROM {REACHED} WHERE w.record_set_id = %(record_set)s
ORDER BY not_before DESC NULLS FIRST, grant_id
"""  # noqa: S608
