"""What a record says to one viewer, as a keyed hash: to tell whether what they see of it has changed, and of nothing
else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from .case import CaseFile
from .values import Shown


def digest(case: CaseFile) -> str:
    """Equal as long as every value that is shown stays the same; when it was written, and why something is withheld, do
    not count. `case` is a whole one."""
    envelope = {each.name: getattr(case.envelope, each.name) for each in fields(case.envelope)}
    del envelope["updated_at"], envelope["nonconviction_from"]
    parts = (envelope, case.title, case.heading, case.details, case.people, case.charges, case.entries, case.disputes)
    said = json.dumps(_plain(parts), sort_keys=True)
    return salted_hmac("portal.records.said", said, algorithm="sha256").hexdigest()


def _plain(thing: Any) -> Any:
    """Values alone: what stands beside one, its ruling, is not said of the record."""
    if isinstance(thing, Shown):
        return _plain(thing.value)
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_plain(each) for each in thing]
    if is_dataclass(thing):
        return [_plain(getattr(thing, each.name)) for each in fields(thing)]
    return str(thing)
