"""State and FBI numbers are compared without what stands between their letters and digits, however a source writes
them."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from portal.kernel.roles import run

SIGNATURE = "uuid[], uuid[], uuid[], uuid[], text[], text, date, date, text, date, uuid, boolean, integer"
NUMBERED = """
DO $do$
DECLARE
  numbered text := pg_get_functiondef('records_numbered({signature})'::regprocedure);
BEGIN
  numbered := replace(
    numbered, 'p.state_id IN (words, upper(words))', 'records_plain(p.state_id) = records_plain(words)');
  numbered := replace(numbered, 'p.fbi_id IN (words, upper(words))', 'records_plain(p.fbi_id) = records_plain(words)');
  IF numbered ~ 'upper\\(words' OR numbered !~ 'plain\\(p.state_id\\)' OR numbered !~ 'plain\\(p.fbi_id\\)' THEN
    RAISE EXCEPTION 'The search by number of a person reads otherwise now.';
  END IF;
  EXECUTE numbered;
END $do$;
""".replace("{signature}", SIGNATURE)


def of(field: str, name: str) -> models.Index:
    plain = models.Func(field, function="records_plain", output_field=models.TextField())
    return models.Index("record_set", plain, name=name, condition=models.Q((field, ""), _negated=True))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0048_lists_by_standing")]

    operations = [
        AddIndexConcurrently("participant", of("state_id", "participant_state_number")),
        AddIndexConcurrently("participant", of("fbi_id", "participant_fbi_number")),
        run(NUMBERED),
        RemoveIndexConcurrently("participant", "participant_state_id"),
        RemoveIndexConcurrently("participant", "participant_fbi_id"),
    ]
