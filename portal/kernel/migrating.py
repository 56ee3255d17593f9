"""Migrations that a fresh database takes in seconds, however many models there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    RenameModel,
    RunPython,
    operations,
)
from django.db.migrations.operations.models import ModelOperation
from django.db.migrations.state import ProjectState

Operation = operations.base.Operation


class Together(Operation):
    """Changes of which none needs the state that another leaves, carried out between two states.

    After each operation Django renders anew every model that is related to the one concerned, here nearly all: most of
    the time of a fresh database. This renders the models concerned alone, once for all of these. Relations from others
    go on to end at what these models were, which none of their statements depends on.
    """

    def __init__(self, *operations: Operation) -> None:
        self.operations = operations

    @property
    def reduces_to_sql(self) -> bool:  # type: ignore[override]
        return all(each.reduces_to_sql for each in self.operations)

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        return all(each.reversible for each in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        rendered = state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            state._reload({(app_label, _model(each)) for each in self.operations})  # type: ignore[attr-defined]

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in self.operations:
            each.database_forwards(app_label, editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in reversed(self.operations):
            each.database_backwards(app_label, editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(each.describe() for each in self.operations)

    def deconstruct(self) -> tuple[str, tuple[Operation, ...], dict[str, Any]]:
        return (self.__class__.__qualname__, self.operations, {})


class Afresh(Together):
    """An operation in Python, for which every model is rendered anew."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        from_state.__dict__.pop("apps", None)
        super().database_forwards(app_label, editor, from_state, to_state)


class Migration(migrations.Migration):
    """One that takes the operations of which it consists in as few steps as they allow, in the same order."""

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        self.operations = list(map(_step, groups(self.operations)))  # type: ignore[misc]  # Django sets it so too


def _step(group: list[Operation]) -> Operation:
    if isinstance(group[0], RunPython):
        return Afresh(*group)
    return Together(*group) if _model(group[0]) else group[0]


def groups(given: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Each group ends before what is no addition, or builds on a model or a field that the group adds."""
    group: list[Operation] = []
    added: set[tuple[str, str]] = set()
    for each in given:
        model, field = _concerned(each)
        if group and (not model or {(model, ""), (model, field)} & added):
            yield group
            group, added = [], set()
        group.append(each)
        if field or isinstance(each, CreateModel):
            added.add((model, field))
        if not model:
            yield group
            group = []
    if group:
        yield group


def _concerned(operation: Operation) -> tuple[str, str]:
    """The model and the field that an operation adds or adds to, in lower case; neither if it does something else."""
    if isinstance(operation, CreateModel | AddIndex | AddConstraint):
        return _model(operation), ""
    if isinstance(operation, AddField | AlterField):
        return _model(operation), operation.name_lower
    return "", ""


def _model(operation: Operation) -> str:
    """The one model that an operation changes, in lower case."""
    if isinstance(operation, RenameModel | DeleteModel):
        return ""
    named = operation.name if isinstance(operation, ModelOperation) else getattr(operation, "model_name", "")
    return str(named).lower()
