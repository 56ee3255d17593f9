"""Motions to approve an initiative and to support a change in law; no initiative approved that no board decided on."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from portal.kernel import migrating

GUARDS = """
CREATE OR REPLACE FUNCTION boards_motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.board_id, NEW.number, NEW.kind, NEW.agreement_id, NEW.version_id, NEW.policy_version_id,
      NEW.budget_version_id, NEW.initiative_proposal_id, NEW.law_change_id, NEW.agency_id, NEW.lifts_id,
      NEW.measure, NEW.text, NEW.grounds, NEW.conditions,
      NEW.proposed, NEW.effective_on, NEW.mover_id, NEW.ground, NEW.breach, NEW.after_sanction_id, NEW.noticed_on)
     IS DISTINCT FROM
     (OLD.board_id, OLD.number, OLD.kind, OLD.agreement_id, OLD.version_id, OLD.policy_version_id,
      OLD.budget_version_id, OLD.initiative_proposal_id, OLD.law_change_id, OLD.agency_id, OLD.lifts_id,
      OLD.measure, OLD.text, OLD.grounds, OLD.conditions,
      OLD.proposed, OLD.effective_on, OLD.mover_id, OLD.ground, OLD.breach, OLD.after_sanction_id, OLD.noticed_on)
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

CREATE FUNCTION boards_initiative_by_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM boards_motion m
    JOIN initiatives_proposal p ON p.id = NEW.proposal_id
    JOIN initiatives_initiative i ON i.id = p.initiative_id AND i.board_id = m.board_id
    WHERE m.number = NEW.motion AND m.kind = 'initiative' AND m.status = 'carried' AND m.initiative_proposal_id = p.id
  ) THEN
    RAISE EXCEPTION 'A board approves an initiative by a motion that carried.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER initiative_by_decision BEFORE INSERT ON initiatives_approval
  FOR EACH ROW EXECUTE FUNCTION boards_initiative_by_decision();
"""

KINDS = [
    ("approve", "Approve"),
    ("send_back", "Send back with conditions"),
    ("reject", "Reject"),
    ("suspend", "Suspend"),
    ("ratify", "Ratify the chair's suspension"),
    ("resume", "Resume"),
    ("terminate", "Terminate"),
    ("charter", "Amend the charter"),
    ("policy", "Adopt a policy"),
    ("budget", "Adopt a budget"),
    ("initiative", "Approve an initiative"),
    ("law", "Support a change in law"),
    ("sanction", "Sanction an agency"),
    ("lift", "Lift a sanction"),
]
ON_AGREEMENTS = ["approve", "send_back", "reject", "suspend", "ratify", "resume", "terminate"]


def _kind():
    return models.CharField(choices=KINDS, max_length=12)


def _special():
    return django.contrib.postgres.fields.ArrayField(
        base_field=_kind(), default=list, help_text="What the other threshold is for", size=None
    )


def _about(to):
    """A column of motions and of their history."""
    past = {"db_constraint": False, "on_delete": django.db.models.deletion.DO_NOTHING, "related_name": "+"}
    here = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "motions"}
    return [models.ForeignKey(blank=True, null=True, to=to, **each) for each in (past, here)]


PROPOSALS, CHANGES = _about("initiatives.proposal"), _about("law.lawchange")


class Migration(migrating.Migration):
    dependencies = [
        ("boards", "0010_budgets_before_boards"),
        ("initiatives", "0001_initial"),
        ("law", "0004_takes_effect"),
    ]

    operations = [
        migrations.AddField("historicalmotion", "initiative_proposal", PROPOSALS[0]),
        migrations.AddField("historicalmotion", "law_change", CHANGES[0]),
        migrations.AddField("motion", "initiative_proposal", PROPOSALS[1]),
        migrations.AddField("motion", "law_change", CHANGES[1]),
        migrations.AlterField("charter", "special_for", _special()),
        migrations.AlterField("historicalcharter", "special_for", _special()),
        migrations.AlterField("historicalmotion", "kind", _kind()),
        migrations.AlterField("motion", "kind", _kind()),
        migrations.RemoveConstraint(model_name="motion", name="motion_has_its_subject"),
        migrations.AddConstraint(
            model_name="motion",
            constraint=models.CheckConstraint(
                name="motion_has_its_subject",
                condition=models.Q(kind__in=ON_AGREEMENTS, agreement__isnull=False, version__isnull=False)
                | models.Q(kind="charter", agreement=None, proposed__isnull=False)
                | models.Q(kind="policy", agreement=None, policy_version__isnull=False)
                | models.Q(kind="budget", agreement=None, budget_version__isnull=False)
                | models.Q(kind="initiative", agreement=None, initiative_proposal__isnull=False)
                | models.Q(kind="law", agreement=None, law_change__isnull=False)
                | (models.Q(kind="sanction", agreement=None, agency__isnull=False) & ~models.Q(measure=""))
                | models.Q(kind="lift", agreement=None, agency__isnull=False, lifts__isnull=False),
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
