"""Docket text that tells how something ended without conviction (28 CFR 20.3): kept back, unless its custodian cleared
that entry, from whoever is not shown nonconviction data. What it says is found when it is written (migration 0032)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.records.decision import Decision
from portal.records.decision.matrix import CHARGED
from privacy.models import DataCategory

from .values import rows


def _kept_back(shown: str, not_shown: str) -> str:
    """Of the record `r` and its entry `e`: kept back from whom nonconviction data of the roles `shown` is shown. What
    says so is kept back wherever somebody is charged; what can't be told apart from it, where there is nonconviction
    data. Not of civil cases, in which nobody is."""
    return f"""(e.tells <> '' AND CASE WHEN e.tells = 'said' THEN
    EXISTS (SELECT 1 FROM records_charge k JOIN records_participant q ON q.id = k.participant_id
            WHERE k.record_id = r.id AND q.role <> ALL ({shown}))
    OR (r.participant_roles && {not_shown} AND (r.record_class <> 'case' OR r.docket_key ~ '(^|-)(cr|mj)-')
        AND NOT EXISTS (SELECT 1 FROM records_charge k WHERE k.record_id = r.id))
  ELSE
    EXISTS (SELECT 1 FROM records_charge k JOIN records_participant q ON q.id = k.participant_id
            WHERE k.record_id = r.id AND q.role <> ALL ({shown}) AND records_nonconviction(
              k.outcome, k.disposition, k.filed_on, r.record_class, r.filed_on, r.details))
  END)"""  # noqa: S608  (texts of this file alone)


KEPT_BACK = _kept_back("%(nonconviction)s", "%(not_shown)s::varchar[]")
"""From one viewer."""
TELLS = _kept_back("'{}'::varchar[]", "%(charged)s::varchar[]")
"""From whom no nonconviction data is shown."""

ONE = f"""
SELECT {KEPT_BACK} AS kept_back FROM records_docketentry e JOIN records_record r ON r.id = e.record_id
WHERE e.id = %(entry)s
"""  # noqa: S608


def roles(decision: Decision, record_set_id: UUID) -> dict[str, Any]:
    """What `KEPT_BACK` asks of a viewer's decision."""
    return of_roles(decision.disclosure.roles_shown(record_set_id, DataCategory.NONCONVICTION))


def of_roles(shown: list[str]) -> dict[str, Any]:
    charged = [str(each) for each in CHARGED]
    return {"nonconviction": shown, "charged": charged, "not_shown": [each for each in charged if each not in shown]}


def keeps_back(entry_id: UUID, shown: list[str]) -> bool:
    """Whether one entry is kept back from whom nonconviction data of these roles are shown, unless it is cleared."""
    return any(row["kept_back"] for row in rows(ONE, {"entry": entry_id, **of_roles(shown)}))
