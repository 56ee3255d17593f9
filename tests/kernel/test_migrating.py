"""Operations that are taken together, and those that must not be."""

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.kernel import migrating

ROOT = Path(settings.BASE_DIR)


def create(name: str) -> CreateModel:
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True))])


def add(model: str, field: str) -> AddField:
    return AddField(model, field, models.TextField(default=""))


def index(model: str, field: str) -> AddIndex:
    return AddIndex(model, models.Index(fields=[field], name=f"{model}_{field}"))


def check(model: str, name: str) -> AddConstraint:
    return AddConstraint(model, models.CheckConstraint(condition=models.Q(id__gt=0), name=name))


def made(*given: Operation) -> list[Operation]:
    class Made(migrating.Migration):
        operations = list(given)

    return list(Made("0001_made", "house").operations)


def groups(*given: Operation) -> list[list[Operation]]:
    steps = made(*given)
    return [list(each.operations) if isinstance(each, migrating.Together) else [each] for each in steps]


def test_what_adds_to_other_models_goes_together() -> None:
    new, other, field = create("Room"), create("Door"), add("house", "colour")
    by_colour, sound = index("house", "colour"), check("house", "sound")
    assert groups(new, other, field, by_colour, sound) == [[new, other, field, by_colour, sound]]


def test_what_builds_on_what_comes_before_waits_for_it() -> None:
    # The table of a new model is made with the constraints of its state: a second time they would exist already.
    new, sound, field = create("Room"), check("room", "sound"), add("Room", "colour")
    altered = AlterField("room", "colour", models.CharField(max_length=9))
    assert groups(new, sound, field, altered) == [[new], [sound, field], [altered]]


def test_what_is_no_addition_stands_alone() -> None:
    first, sql, gone = add("house", "a"), migrations.RunSQL("SELECT 1"), migrations.RemoveField("house", "b")
    last = add("house", "c")
    assert groups(first, sql, gone, last) == [[first], [sql], [gone], [last]]


def test_the_state_is_what_the_operations_one_by_one_leave() -> None:
    given = [create("Room"), create("Door"), check("room", "sound"), add("door", "colour"), index("door", "colour")]
    one_by_one, grouped = ProjectState(), ProjectState()
    for each in given:
        each.state_forwards("house", one_by_one)
    for group in groups(*given):
        migrating.Together(*group).state_forwards("house", grouped)
    assert one_by_one == grouped


class NoDatabase:
    """What an operation in Python asks of the editor that carries migrations out."""

    connection = SimpleNamespace(alias="default")


NO_DATABASE = cast("BaseDatabaseSchemaEditor", NoDatabase())


def test_models_that_are_rendered_already_are_those_of_the_new_state() -> None:
    state = ProjectState()
    for first in (create("Room"), create("Door")):
        first.state_forwards("house", state)
    door, room = (state.apps.get_model("house", name) for name in ("door", "room"))
    migrating.Together(add("door", "colour")).state_forwards("house", state)
    assert "colour" in {field.name for field in state.apps.get_model("house", "door")._meta.fields}
    assert state.apps.get_model("house", "door") is not door
    assert state.apps.get_model("house", "room") is room, "what is not concerned stays as it was rendered"


def test_what_is_done_in_python_finds_every_model_rendered_anew() -> None:
    (step,) = made(migrations.RunPython(lambda apps, editor: found.append(apps.get_model("house", "room"))))
    found: list[type[models.Model]] = []
    before = ProjectState()
    create("Room").state_forwards("house", before)
    rendered, after = before.apps.get_model("house", "room"), before.clone()
    step.state_forwards("house", after)
    step.database_forwards("house", NO_DATABASE, before, after)
    assert len(found) == 1
    assert found[0] is not rendered


def test_migrations_of_the_portal_that_add_several_things_take_them_together() -> None:
    """Each other one costs a fresh database, and so every run of these tests, seconds. What is built beside writers,
    outside a transaction, stands alone."""
    alone = []
    for (app, name), found in MigrationLoader(None).disk_migrations.items():
        source = Path(inspect.getfile(type(found)))
        ours = source.is_relative_to(ROOT) and ".venv" not in source.parts
        several = len(list(migrating.groups(found.operations))) < len(found.operations)
        if ours and several and found.atomic and not isinstance(found, migrating.Migration):
            alone.append(f"{app}.{name}")
    assert not alone, f"Derive these from portal.kernel.migrating.Migration: {alone}"
