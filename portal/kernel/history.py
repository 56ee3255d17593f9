"""Saving with an actor and a reason, so that every history row says who and why."""

from django.db import models


def save(thing: models.Model, *, actor: models.Model | None, reason: str = "") -> None:
    """Save one object of a model with history in the caller's transaction; `actor` is None for the portal itself."""
    thing._history_user = actor  # type: ignore[attr-defined]
    thing._change_reason = reason[:200]  # type: ignore[attr-defined]
    thing.save()


def delete(thing: models.Model, *, actor: models.Model | None, reason: str = "") -> None:
    """Delete one object of a model with history; its last state stays in the history."""
    thing._history_user = actor  # type: ignore[attr-defined]
    thing._change_reason = reason[:200]  # type: ignore[attr-defined]
    thing.delete()
