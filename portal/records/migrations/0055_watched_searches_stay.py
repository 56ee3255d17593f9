"""What a watched search asks for stays: its watch was set for it, under a purpose that was stated for it."""

from django.db import migrations

STAYS = """
CREATE FUNCTION records_watched_search_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM records_watch w
             WHERE w.saved_id = OLD.id AND w.ended_at IS NULL AND w.expires_at > statement_timestamp()) THEN
    RAISE EXCEPTION 'A watch runs on this search. End it before the search asks for something else.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON records_savedsearch FOR EACH ROW
  WHEN ((OLD.words, OLD.since, OLD.until, OLD.by_name, OLD.standing, OLD.record_class, OLD.owner_id)
        IS DISTINCT FROM (NEW.words, NEW.since, NEW.until, NEW.by_name, NEW.standing, NEW.record_class, NEW.owner_id))
  EXECUTE FUNCTION records_watched_search_stays();
"""
GOES = """
DROP TRIGGER stays ON records_savedsearch;
DROP FUNCTION records_watched_search_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0054_what_an_export_leaves_behind")]
    operations = [migrations.RunSQL(STAYS, GOES)]
