"""The change history of a privacy policy: its events, and what changed in its versions, their law and assessments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models

from agencies.models import Agency
from portal.audit.models import Event
from privacy.assessment import questionnaire
from privacy.assessment.models import Answer, Assessment, Risk
from privacy.law.models import Harmed, LegalAuthority, ProvisionAuthority
from privacy.models import DisclosureRule, PolicyVersion, PrivacyPolicy, Provision

from .past import CHANGED, DELETED, Difference, Entry, Past, Value

ROWS_TELL = frozenset(
    f"policy.{step}"
    for step in (
        "assessment_answered",
        "assessment_shown",
        "assessment_hidden",
        "risk_entered",
        "risk_changed",
        "risk_removed",
    )
)
"""Events of which the rows that they wrote tell more."""


class PolicyPast(Past):
    """Everything that happened to one policy, drafts that were discarded included; newest first."""

    unshown = Past.unshown | {"policy", "questions", "written_by"}

    def __init__(self, policy: PrivacyPolicy) -> None:
        self.policy, self.unread = policy, frozenset()
        self.numbers = dict(PolicyVersion.history.filter(policy=policy.pk).values_list("id", "number"))
        self.versions = list(self.numbers)

    @cached_property
    def events(self) -> list[Event]:
        mine = Event.objects.filter(subject_label=PrivacyPolicy._meta.label, subject_id=self.policy.pk)
        return list(mine.exclude(kind__in=ROWS_TELL).select_related("actor"))

    def _rows(self) -> Iterator[Entry]:
        of_version = {"version__in": self.versions}
        yield from self._changes(PrivacyPolicy, {"id": self.policy.pk})
        yield from self._changes(PolicyVersion, {"policy": self.policy.pk})
        for model in (Provision, DisclosureRule, Assessment, Risk):
            yield from self._changes(model, of_version)
        yield from self._changes(ProvisionAuthority, {"provision__in": list(self.provisions)})
        for version in self.versions:
            yield from self._answers(version)

    def _change(self, model: type[models.Model], fields: list[Any], row: Any, before: Any) -> Entry:
        """Of a risk that came or went, what was said of it."""
        entry = super()._change(model, fields, row, before)
        if model is not Risk or row.history_type == CHANGED:
            return entry
        said = [(str(each.verbose_name).capitalize(), self.words(each, getattr(row, each.attname))) for each in fields]
        gone = row.history_type == DELETED
        pairs = [Difference(name, value, "") if gone else Difference(name, "", value) for name, value in said if value]
        return replace(entry, differences=tuple(pairs))

    def _answers(self, version: UUID) -> Iterator[Entry]:
        """Answers that were given at once are one entry; one that was taken over stands where it was given."""
        before: dict[str, str] = {}
        given = Answer.objects.filter(version=version).select_related("by").order_by("at", "id")
        for (at, who), group in groupby(given, key=lambda each: (each.at, each.by)):
            rows, differences = [each for each in group], []
            for each in rows:
                text = f"{each.get_choice_display()}. {each.text}" if each.choice else each.text
                if not each.taken_over:
                    differences.append(Difference(self._question(each.question), before.get(each.question, ""), text))
                before[each.question] = text
            if differences:
                title = f"Impact assessment of version {self.numbers[version]}: {len(differences)} answered"
                yield Entry(at, "answer added", title, who.pk, str(who), "", "", tuple(differences))

    def _question(self, key: str) -> str:
        found = questionnaire.questions(questionnaire.NEWEST).get(key)
        return found.text if found else key

    def _which(self, row: Any) -> str:
        if row.instance_type is ProvisionAuthority:
            return f": {self.provisions.get(row.provision_id, '')} rests on {self.names.get(row.authority_id, '')}"
        if row.instance_type is Risk:
            return f": {row.number}. {row.title}, version {self.numbers.get(row.version_id, '')}"
        if row.instance_type is Assessment:
            return f": version {self.numbers.get(row.version_id, '')}"
        return super()._which(row)

    def words(self, field: Any, value: Any) -> Value:
        if field.name == "harmed":
            return ", ".join(str(each.label) for each in Harmed if each.value in value)
        return super().words(field, value)

    @cached_property
    def provisions(self) -> dict[UUID, str]:
        """Number and heading of each, as they were last."""
        rows = Provision.history.filter(version__in=self.versions).order_by("history_date", "history_id")
        return {key: f"{number} {heading}" for key, number, heading in rows.values_list("id", "number", "heading")}

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        acting = [self.policy.agency_id, *(e.acting_agency_id for e in self.events if e.acting_agency_id)]
        found: dict[UUID | None, str] = {each.pk: each.name for each in Agency.objects.filter(pk__in=acting)}
        rules = DisclosureRule.history.filter(version__in=self.versions)
        found |= {key: f"rule {code}" for key, code in rules.values_list("id", "code")}
        cited = ProvisionAuthority.history.filter(provision__in=list(self.provisions)).values("authority")
        found |= {each.pk: each.citation for each in LegalAuthority.objects.filter(pk__in=cited)}
        return found | self.provisions
