"""The change history of what an agency says of itself: readiness and plan, gaps in law, changes that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from agencies.models import Agency, User
from agencies.readiness import questionnaire
from agencies.readiness.models import Answer, Assessment, Evidence, PlanAction
from portal.audit.models import Event
from privacy.law.models import Harmed, LawChange, LawChangeGap, LawGap, LegalAuthority

from .past import Difference, Entry, Past, Value

NUMBERED = {PlanAction: "action", LawGap: "title", LawChange: "title"}
"""Models whose rows are known by a number and what they say."""


class AgencyPast(Past):
    """Everything that happened to it, newest first."""

    unshown = Past.unshown | {"agency", "questionnaire", "assessment", "file", "change"}

    def __init__(self, agency: Agency) -> None:
        self.agency, self.unread = agency, frozenset()
        self.numbers = dict(Assessment.objects.filter(agency=agency).values_list("pk", "number"))
        self.changes = {each.pk: str(each) for each in LawChange.objects.filter(agency=agency)}

    @cached_property
    def events(self) -> list[Event]:
        """Events of what is the agency's; what rows tell better is left to them."""
        kept = Event.objects.filter(acting_agency_id=self.agency.pk) | Event.objects.filter(subject_id__in=self.numbers)
        mine = [each._meta.label for each in (Assessment, PlanAction, LawGap, LawChange)]
        told = kept.filter(subject_label__in=mine).exclude(kind="readiness.answered")
        return list(told.select_related("actor"))

    def _rows(self) -> Iterator[Entry]:
        of_agency, of_version = {"agency": self.agency.pk}, {"assessment__in": list(self.numbers)}
        for model in (Assessment, PlanAction, LawGap, LawChange):
            yield from self._changes(model, of_agency)
        yield from self._changes(Evidence, of_version)
        yield from self._changes(LawChangeGap, {"change__in": list(self.changes)})
        for version in self.numbers:
            yield from self._answers(version)

    def _answers(self, version: UUID) -> Iterator[Entry]:
        """Answers that were given at once are one entry; one that was taken over stands where it was given."""
        before: dict[str, str] = {}
        asked = questionnaire.questions(questionnaire.NEWEST)
        given = Answer.objects.filter(assessment=version).select_related("by").order_by("at", "id")
        for (at, who), group in groupby(given, key=lambda each: (each.at, each.by)):
            differences = []
            for each in group:
                text = f"Level {each.level}, confidence {each.get_confidence_display().lower()}. {each.note}".strip()
                if not each.taken_over:
                    question = asked[each.question].text if each.question in asked else each.question
                    differences.append(Difference(question, before.get(each.question, ""), text))
                before[each.question] = text
            if differences:
                title = f"Readiness, version {self.numbers[version]}: {len(differences)} answered"
                yield Entry(at, "answer added", title, who.pk, str(who), "", "", tuple(differences))

    def _which(self, row: Any) -> str:
        model = row.instance_type
        if model in NUMBERED:
            return f": {row.number}. {getattr(row, NUMBERED[model])}"
        if model is Assessment:
            return f": version {row.number}"
        if model is LawChangeGap:
            return f": {self.changes.get(row.change_id, '')}"
        return super()._which(row)

    def words(self, field: Any, value: Any) -> Value:
        if field.name == "harmed":
            return ", ".join(str(each.label) for each in Harmed if each.value in value)
        return super().words(field, value)

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        acting = [self.agency.pk, *(each.acting_agency_id for each in self.events if each.acting_agency_id)]
        found: dict[UUID | None, str] = {each.pk: each.name for each in Agency.objects.filter(pk__in=acting)}
        people = PlanAction.history.filter(agency=self.agency.pk).values("owner")
        officers = LawGap.history.filter(agency=self.agency.pk).values("owner")
        signed = Assessment.history.filter(agency=self.agency.pk)
        for keys in (people, officers, signed.values("submitted_by"), signed.values("reviewed_by")):
            found |= {each.pk: str(each) for each in User.objects.filter(pk__in=keys)}
        cited = LawChange.history.filter(agency=self.agency.pk).values("authority")
        gapped = LawGap.history.filter(agency=self.agency.pk).values("authority")
        for keys in (cited, gapped):
            found |= {each.pk: each.citation for each in LegalAuthority.objects.filter(pk__in=keys)}
        return found
