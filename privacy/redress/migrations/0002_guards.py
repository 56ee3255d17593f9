"""What the database itself refuses of redress: what somebody asked and what was answered does not change, nobody
decides on an appeal against their own answer, and who asked is forgotten whole."""

from django.db import migrations

from portal.kernel.roles import append_only, run

GUARDS = """
CREATE FUNCTION redress_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decided_at IS NOT NULL OR NEW.handler_id IS NOT NULL OR NEW.proven_at IS NOT NULL THEN
      RAISE EXCEPTION 'A request begins unanswered.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.agency_id, NEW.number, NEW.kind, NEW.asked_for, NEW.received_at)
     IS DISTINCT FROM (OLD.agency_id, OLD.number, OLD.kind, OLD.asked_for, OLD.received_at) THEN
    RAISE EXCEPTION 'What was asked does not change.' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.name, NEW.email, NEW.address, NEW.about, NEW.case_number)
     IS DISTINCT FROM (OLD.name, OLD.email, OLD.address, OLD.about, OLD.case_number)
     AND NOT (OLD.decided_at IS NOT NULL AND NEW.forgotten_at IS NOT NULL
              AND concat(NEW.name, NEW.email, NEW.address, NEW.about, NEW.case_number) = '') THEN
    RAISE EXCEPTION 'Who asked, and what, is kept as it came, or forgotten whole.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.decided_at IS NOT NULL AND (
       (NEW.outcome, NEW.ground, NEW.decided_by_id, NEW.decided_at, NEW.handler_id, NEW.proof, NEW.proven_at,
        NEW.due_on)
       IS DISTINCT FROM
       (OLD.outcome, OLD.ground, OLD.decided_by_id, OLD.decided_at, OLD.handler_id, OLD.proof, OLD.proven_at,
        OLD.due_on)
       OR NEW.forgotten_at IS NULL
          AND (NEW.answer, NEW.extended_because) IS DISTINCT FROM (OLD.answer, OLD.extended_because)
       OR OLD.forgotten_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'An answer does not change.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.handler_id THEN
    RAISE EXCEPTION 'Who has a request in hand answers it.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.extended_because <> '' AND NEW.forgotten_at IS NULL
     AND (NEW.due_on, NEW.extended_because) IS DISTINCT FROM (OLD.due_on, OLD.extended_because) THEN
    RAISE EXCEPTION 'A request is extended once.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER request_guard BEFORE INSERT OR UPDATE ON redress_redressrequest
  FOR EACH ROW EXECUTE FUNCTION redress_request_guard();

CREATE FUNCTION redress_appeal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decided_at IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM redress_redressrequest r
      WHERE r.id = NEW.request_id AND r.outcome IN ('partly', 'refused', 'withdrawn')
    ) THEN
      RAISE EXCEPTION 'An appeal is against what was not granted, and begins undecided.'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.request_id, NEW.received_at, NEW.due_on) IS DISTINCT FROM (OLD.request_id, OLD.received_at, OLD.due_on)
     OR NEW.reason NOT IN (OLD.reason, '') OR (OLD.decided_at IS NULL AND NEW.reason <> OLD.reason) THEN
    RAISE EXCEPTION 'What an appeal says does not change.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.decided_at IS NOT NULL AND (
       (NEW.outcome, NEW.decided_by_id, NEW.decided_at)
       IS DISTINCT FROM (OLD.outcome, OLD.decided_by_id, OLD.decided_at)
       OR NEW.answer <> OLD.answer AND NOT EXISTS (
         SELECT 1 FROM redress_redressrequest r WHERE r.id = NEW.request_id AND r.forgotten_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'A decision on an appeal does not change.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.decided_by_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM redress_redressrequest r WHERE r.id = NEW.request_id AND r.decided_by_id = NEW.decided_by_id
  ) THEN
    RAISE EXCEPTION 'Somebody else than who answered decides on an appeal.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appeal_guard BEFORE INSERT OR UPDATE ON redress_appeal
  FOR EACH ROW EXECUTE FUNCTION redress_appeal_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("redress", "0001_initial")]
    operations = [
        append_only("redress_redressreminder", "redress_historicalredressrequest", "redress_historicalappeal"),
        run("REVOKE DELETE ON redress_redressrequest, redress_appeal FROM {runtime};"),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
