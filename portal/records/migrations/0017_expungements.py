"""Expungement: the row that says so destroys the record in the statement that writes it, whatever else holds its words
included. The runtime role may write that row, in the job of the record's custody, and never change or remove it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, row_level_security

# Everything in the owner's rights: past row-level security, and past what the runtime role may not delete. It knows one
# record only, that of the row being written. What people typed beside it (their own case numbers, whom they gave it to
# and why) stays, but for what says its number or somebody's name.
DESTROYED = """
CREATE FUNCTION records_plain(text text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(lower(text), '[^a-z0-9]', '', 'g')
$$;
CREATE FUNCTION records_tells(text text, numbers text[], words text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public AS $$
  SELECT tsvector_to_array(to_tsvector('simple', text)) && words
    OR EXISTS (SELECT 1 FROM unnest(numbers) AS n WHERE position(n IN records_plain(text)) > 0)
$$;

CREATE FUNCTION records_destroy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  gone records_record;
  numbers text[];
  words text[];
  looks uuid[];
BEGIN
  SELECT * INTO gone FROM records_record r WHERE r.id = NEW.id AND r.record_set_id = NEW.record_set_id FOR UPDATE;
  IF gone.id IS NULL OR current_setting('portal.job', true) IS DISTINCT FROM 'custody'
     OR current_setting('portal.job_set', true) IS DISTINCT FROM NEW.record_set_id::text THEN
    RAISE EXCEPTION 'Its custodian expunges a record that there is.' USING ERRCODE = 'check_violation';
  END IF;
  -- With and without the office before the colon and the zeros; what is shorter would be found in anything.
  SELECT coalesce(array_agg(n), '{}') INTO numbers FROM unnest(ARRAY[
    records_plain(regexp_replace(gone.docket_number, '^ *[0-9]{1,2} *:', '')), records_plain(gone.docket_key),
    records_plain(gone.docket_tail)]) AS n WHERE length(n) > 3;
  SELECT coalesce(array_agg(DISTINCT w), '{}') INTO words
  FROM records_participant p,
       unnest(tsvector_to_array(p.name_words || to_tsvector('simple', p.name || ' ' || p.aliases))) AS w
  WHERE p.record_id = gone.id AND p.role <> 'plaintiff' AND length(w) > 2
    AND w NOT IN ('and', 'for', 'inc', 'llc', 'the', 'also', 'known', 'terminated');
  SELECT array_agg(a.id) INTO looks FROM records_accessentry a WHERE a.record_ids @> ARRAY[gone.id];

  UPDATE records_inquiry i SET case_number = 'Expunged'
  WHERE records_tells(i.case_number, numbers, words)
    AND i.id IN (SELECT a.inquiry_id FROM records_accessentry a WHERE a.id = ANY (looks));
  UPDATE records_release l SET
    reason = CASE WHEN records_tells(l.reason, numbers, words) THEN 'Expunged' ELSE l.reason END,
    recipient = CASE WHEN records_tells(l.recipient, numbers, words) THEN 'Expunged' ELSE l.recipient END
  WHERE l.id IN (SELECT a.release_id FROM records_accessentry a WHERE a.id = ANY (looks));
  UPDATE records_inquiryapproval v SET
    reason = CASE WHEN records_tells(v.reason, numbers, words) THEN 'Expunged' ELSE v.reason END,
    note = CASE WHEN records_tells(v.note, numbers, words) THEN 'Expunged' ELSE v.note END
  WHERE v.inquiry_id IN (SELECT a.inquiry_id FROM records_accessentry a WHERE a.id = ANY (looks))
    AND (records_tells(v.reason, numbers, words) OR records_tells(v.note, numbers, words));
  UPDATE records_importproblem b SET place = 'Expunged'
  WHERE records_tells(b.place, numbers, words)
    AND b.batch_id IN (SELECT m.id FROM records_import m WHERE m.record_set_id = gone.record_set_id);
  UPDATE records_import m SET stored_as = 'expunged'
  WHERE m.record_set_id = gone.record_set_id AND records_tells(m.stored_as, numbers, words);
  UPDATE records_historicalimport m SET stored_as = 'expunged'
  WHERE m.record_set_id = gone.record_set_id AND records_tells(m.stored_as, numbers, words);

  DELETE FROM records_stagedcase s WHERE s.record_set_id = gone.record_set_id AND s.source_id = gone.source_id;
  DELETE FROM records_dispute d WHERE d.record_id = gone.id;
  DELETE FROM records_docketentry e WHERE e.record_id = gone.id;
  DELETE FROM records_charge c WHERE c.record_id = gone.id;
  DELETE FROM records_participant p WHERE p.record_id = gone.id;
  DELETE FROM records_record r WHERE r.id = gone.id;
  DELETE FROM records_historicaldispute h WHERE h.record_id = gone.id;
  DELETE FROM records_historicaldocketentry h WHERE h.record_id = gone.id;
  DELETE FROM records_historicalcharge h WHERE h.record_id = gone.id;
  DELETE FROM records_historicalparticipant h WHERE h.record_id = gone.id;
  DELETE FROM records_historicalrecord h WHERE h.id = gone.id;
  RETURN NEW;
END $$;
CREATE TRIGGER destroys BEFORE INSERT ON records_expungement FOR EACH ROW EXECUTE FUNCTION records_destroy();
REVOKE EXECUTE ON FUNCTION records_destroy() FROM PUBLIC;
"""

# As before, but that the owner of the table, in whose rights a record is destroyed, takes words out.
APPROVALS = """
CREATE OR REPLACE FUNCTION records_approval_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.decided_at IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID)
     AND NEW.reason IN (OLD.reason, 'Expunged') AND NEW.note IN (OLD.note, 'Expunged')
     AND (OLD.id, OLD.inquiry_id, OLD.asked_at, OLD.approved, OLD.decided_by_id, OLD.decided_at)
         IS NOT DISTINCT FROM
         (NEW.id, NEW.inquiry_id, NEW.asked_at, NEW.approved, NEW.decided_by_id, NEW.decided_at) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'An inquiry is approved or refused once.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.id, OLD.inquiry_id, OLD.reason, OLD.asked_at)
                          IS DISTINCT FROM (NEW.id, NEW.inquiry_id, NEW.reason, NEW.asked_at) THEN
    RAISE EXCEPTION 'What was asked stays as it was.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM records_inquiry i
    JOIN agencies_membership m ON m.id = i.membership_id
    JOIN agencies_membership d ON d.agency_id = m.agency_id AND d.person_id = NEW.decided_by_id
    JOIN agencies_user u ON u.id = d.person_id
    WHERE i.id = NEW.inquiry_id AND i.ended_at IS NULL AND i.open_until > statement_timestamp()
      AND m.person_id <> NEW.decided_by_id AND u.is_active
      AND 'supervisor' = ANY (d.roles)
      AND d.started_at <= statement_timestamp() AND (d.ended_at IS NULL OR d.ended_at > statement_timestamp())
  ) THEN
    RAISE EXCEPTION 'A supervisor of the same agency decides, and not who inquires.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# A look that ends after its record was expunged has shown nobody anything: it is undone as a whole, and asked again.
# It waits for an expungement under way on that set, which waits for the looks that end before it, to count them in.
LOOKS = """
CREATE FUNCTION records_look_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('look ' || s, 0))
  FROM unnest(NEW.record_sets) AS s ORDER BY s;
  IF EXISTS (SELECT 1 FROM records_expungement e WHERE e.id = ANY (NEW.record_ids)) THEN
    RAISE EXCEPTION 'What was looked at is not there any more.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'look_stands';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION records_look_stands() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER look_stands AFTER INSERT ON records_accessentry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.outcome = 'shown') EXECUTE FUNCTION records_look_stands();
"""

# A record that was expunged is nobody's any more; who asks for it is still written down for its owner's auditor.
REFUSALS = """
CREATE OR REPLACE FUNCTION records_refusal_has_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.record_sets := ARRAY (
    SELECT r.record_set_id FROM records_record r WHERE r.id = ANY (NEW.record_ids)
    UNION
    SELECT e.record_set_id FROM records_expungement e WHERE e.id = ANY (NEW.record_ids));
  RETURN NEW;
END $$;
"""


JOB = """NULLIF(current_setting('portal.job', true), '') IN ('import', 'custody')
  AND record_set_id = NULLIF(current_setting('portal.job_set', true), '')::uuid"""
READ = f"current_setting('portal.job', true) = 'destruction' OR ({JOB})"


class Migration(migrating.Migration):
    dependencies = [("records", "0016_disputes")]

    operations = [
        migrations.CreateModel(
            name="Expungement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        editable=False, help_text="The id that the record had", primary_key=True, serialize=False
                    ),
                ),
                ("authority", models.CharField(help_text="The court that ordered it", max_length=120)),
                (
                    "order_number",
                    models.CharField(help_text="The number of the order, never of the case", max_length=64),
                ),
                ("ordered_on", models.DateField()),
                (
                    "source_mac",
                    models.CharField(
                        help_text="By which an import knows it again: says nothing by itself", max_length=64
                    ),
                ),
                ("key_name", models.CharField(help_text="Which of the portal's keys made it", max_length=16)),
                ("expunged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "expunged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "record_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expungements",
                        to="agencies.recordset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DestructionCertificate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "manner",
                    models.CharField(
                        choices=[
                            ("destroyed", "All copies are destroyed"),
                            ("nothing", "Nothing was kept outside the portal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        help_text="How and by whom; names nobody whom the record was about", max_length=1000
                    ),
                ),
                ("title", models.CharField(help_text="The authority under which the person certifies", max_length=120)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "expungement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="records.expungement",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="expungement",
            index=models.Index(fields=["record_set", "source_mac"], name="expunged_source"),
        ),
        migrations.AddConstraint(
            model_name="destructioncertificate",
            constraint=models.UniqueConstraint(fields=("expungement", "agency"), name="destruction_certified_once"),
        ),
        row_level_security("records_expungement", ("read", "SELECT", READ), ("job", "INSERT", JOB)),
        append_only("records_expungement", "records_destructioncertificate"),
        migrations.RunSQL(APPROVALS, migrations.RunSQL.noop),
        migrations.RunSQL(DESTROYED, migrations.RunSQL.noop),
        migrations.RunSQL(LOOKS, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSALS, migrations.RunSQL.noop),
    ]
