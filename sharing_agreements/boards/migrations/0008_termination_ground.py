"""A motion to terminate says on which ground; of those that were made before, that it was not recorded."""

import django.db.models.deletion
from django.db import migrations, models

from portal.kernel import migrating

BEFORE = """
UPDATE boards_motion SET ground = 'unrecorded' WHERE kind = 'terminate';
UPDATE boards_historicalmotion SET ground = 'unrecorded' WHERE kind = 'terminate';
"""

GUARDS = """
CREATE OR REPLACE FUNCTION boards_motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.board_id, NEW.number, NEW.kind, NEW.agreement_id, NEW.version_id, NEW.policy_version_id, NEW.agency_id,
      NEW.lifts_id, NEW.measure, NEW.text, NEW.grounds, NEW.conditions, NEW.proposed, NEW.effective_on, NEW.mover_id,
      NEW.ground, NEW.breach, NEW.after_sanction_id, NEW.noticed_on)
     IS DISTINCT FROM
     (OLD.board_id, OLD.number, OLD.kind, OLD.agreement_id, OLD.version_id, OLD.policy_version_id, OLD.agency_id,
      OLD.lifts_id, OLD.measure, OLD.text, OLD.grounds, OLD.conditions, OLD.proposed, OLD.effective_on, OLD.mover_id,
      OLD.ground, OLD.breach, OLD.after_sanction_id, OLD.noticed_on)
  THEN
    RAISE EXCEPTION 'A motion is decided in the words in which it was made.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status IN ('carried', 'lost') AND NEW.status <> OLD.status AND NOT EXISTS (
    SELECT 1 FROM boards_decision d JOIN boards_ballot b ON b.id = d.ballot_id
    WHERE b.motion_id = NEW.id AND d.outcome = NEW.status
  ) THEN
    RAISE EXCEPTION 'A motion is carried or lost by a decision of the board.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION boards_ground_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ground = 'unrecorded' THEN
    RAISE EXCEPTION 'A motion to terminate names its ground.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.ground = 'sanction' AND NOT EXISTS (
    SELECT 1 FROM boards_sanction s JOIN boards_motion m ON m.id = s.motion_id
    JOIN sharing_agreements_party p ON p.agency_id = s.agency_id
    WHERE s.id = NEW.after_sanction_id AND s.lifted_at IS NULL AND m.board_id = NEW.board_id
      AND p.version_id = NEW.version_id
  ) THEN
    RAISE EXCEPTION 'A termination follows a sanction of its board that stands on a party.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.ground = 'convenience' AND EXISTS (
    SELECT 1 FROM sharing_agreements_agreementversion v
    WHERE v.id = NEW.version_id AND v.withdrawal_days > 0 AND NEW.noticed_on IS NULL
  ) THEN
    RAISE EXCEPTION 'A termination for convenience says when the notice was given that the agreement asks for.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ground_fits BEFORE INSERT ON boards_motion
  FOR EACH ROW EXECUTE FUNCTION boards_ground_fits();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("boards", "0007_kinds"),
        ("sharing_agreements", "0007_comments_and_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalmotion",
            name="after_sanction",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="boards.sanction",
            ),
        ),
        migrations.AddField(
            model_name="historicalmotion",
            name="breach",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Of what obligation, where the ground is a cause"
            ),
        ),
        migrations.AddField(
            model_name="historicalmotion",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("convenience", "Convenience"),
                    ("cause", "Cause"),
                    ("sanction", "Sanction"),
                    ("unrecorded", "Not recorded"),
                ],
                db_default="",
                default="",
                help_text="Why an agreement is to end",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="historicalmotion",
            name="noticed_on",
            field=models.DateField(
                blank=True, help_text="When notice was given, where the text asks for it", null=True
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="after_sanction",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terminations",
                to="boards.sanction",
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="breach",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Of what obligation, where the ground is a cause"
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("convenience", "Convenience"),
                    ("cause", "Cause"),
                    ("sanction", "Sanction"),
                    ("unrecorded", "Not recorded"),
                ],
                db_default="",
                default="",
                help_text="Why an agreement is to end",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="noticed_on",
            field=models.DateField(
                blank=True, help_text="When notice was given, where the text asks for it", null=True
            ),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="motion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            models.Q(
                                ("after_sanction", None), ("breach", ""), ("ground", "unrecorded"), ("noticed_on", None)
                            ),
                            models.Q(("after_sanction", None), ("breach", ""), ("ground", "convenience")),
                            models.Q(
                                ("after_sanction", None),
                                ("ground", "cause"),
                                ("noticed_on", None),
                                models.Q(("breach", ""), _negated=True),
                            ),
                            models.Q(
                                ("after_sanction__isnull", False),
                                ("breach", ""),
                                ("ground", "sanction"),
                                ("noticed_on", None),
                            ),
                            _connector="OR",
                        ),
                        ("kind", "terminate"),
                    ),
                    models.Q(
                        models.Q(("kind", "terminate"), _negated=True),
                        ("after_sanction", None),
                        ("breach", ""),
                        ("ground", ""),
                        ("noticed_on", None),
                    ),
                    _connector="OR",
                ),
                name="motion_termination_has_ground",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
