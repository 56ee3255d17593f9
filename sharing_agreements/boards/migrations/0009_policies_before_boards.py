"""Drafts of privacy policies that boards adopt, and nothing adopted by a board that no board decided."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.kernel.ids
from portal.kernel import migrating
from portal.kernel.roles import append_only, run

ONCE = """
GRANT UPDATE (taken_back_at, taken_back_by_id) ON boards_policyreferral TO {runtime};
CREATE FUNCTION boards_taken_back_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was taken back stays so.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER taken_back_once BEFORE UPDATE ON boards_policyreferral
  FOR EACH ROW WHEN (OLD.taken_back_at IS NOT NULL) EXECUTE FUNCTION boards_taken_back_once();
"""

GUARD = """
CREATE FUNCTION boards_adopted_by_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.by_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM boards_motion m
    JOIN boards_policyreferral r ON r.board_id = m.board_id AND r.version_id = NEW.version_id
         AND r.taken_back_at IS NULL
    WHERE m.number = NEW.motion AND m.kind = 'policy' AND m.status = 'carried' AND m.policy_version_id = NEW.version_id
  ) THEN
    RAISE EXCEPTION 'A board adopts by a motion that carried.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adopted_by_decision BEFORE INSERT ON development_adoption
  FOR EACH ROW EXECUTE FUNCTION boards_adopted_by_decision();
"""

UNDO = """
DROP TRIGGER adopted_by_decision ON development_adoption;
DROP FUNCTION boards_adopted_by_decision();
"""


class Migration(migrating.Migration):
    dependencies = [
        ("boards", "0008_termination_ground"),
        ("development", "0005_adopted_by_boards"),
        ("privacy", "0006_obligations_of_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyReferral",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policy_referrals", to="boards.board"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("taken_back_at", models.DateTimeField(editable=False, null=True)),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="board_referrals",
                        to="privacy.policyversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("board", "version"),
                        name="policy_referred_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at", None), ("taken_back_by", None)),
                            models.Q(("taken_back_at__gte", models.F("at")), ("taken_back_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="policy_taken_back_by_somebody",
                    ),
                ],
            },
        ),
        append_only("boards_policyreferral"),
        run(ONCE),
        migrations.RunSQL(GUARD, UNDO),
    ]
