"""Querysets that keep history whole."""

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class TrackedQuerySet(models.QuerySet[M]):
    """For models with history: bulk writes skip the history signal, so they are refused."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Bulk writes would leave no history. Save each object, or use kernel.bulk.insert_with_history.")

    update = bulk_create = bulk_update = delete = _refuse

    def for_update(self, pk: object) -> M:
        """Lock one row, the root that every command locks first."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)
