"""How far a draft has come: what is covered, what is reviewed as it reads, whether the head adopted it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from privacy.assessment.models import Answer, Assessment, Risk
from privacy.law.models import ProvisionAuthority
from privacy.models import DisclosureRule, PolicyVersion, Provision
from privacy.sections import SECTIONS, in_order

from .fingerprint import version_sha256, words_sha256
from .models import SHORT_OF, Adoption, Finding, ProvisionMark


@dataclass(frozen=True)
class Progress:
    """A version's provisions in order, with the mark that holds for each."""

    provisions: list[Provision]
    marks: dict[UUID, ProvisionMark]
    sections: int = field(default=len(SECTIONS))

    @property
    def covered(self) -> int:
        """Sections that say something."""
        return len({each.section for each in self.provisions if each.text.strip()})

    @property
    def unreviewed(self) -> list[Provision]:
        return [each for each in self.provisions if each.pk not in self.marks]

    @property
    def reviewed(self) -> int:
        return len(self.provisions) - len(self.unreviewed)

    @property
    def found(self) -> list[tuple[Finding, int]]:
        """How often each finding holds, in the order of the findings; those that never do are left out."""
        findings = [mark.finding for mark in self.marks.values()]
        return [(each, findings.count(each)) for each in Finding if each in findings]

    @property
    def short(self) -> list[tuple[Provision, ProvisionMark]]:
        """Provisions of which the reviewer says that something is missing."""
        held = [(each, self.marks[each.pk]) for each in self.provisions if each.pk in self.marks]
        return [(provision, mark) for provision, mark in held if mark.finding in SHORT_OF]


def of(version: PolicyVersion) -> Progress:
    """Read anew: a mark holds while words and rules are those that it was given for, and somebody else wrote them."""
    provisions = in_order(version.provisions.prefetch_related("rules"))
    now = {each.pk: (words_sha256(each), each.writers) for each in provisions}
    marks: dict[UUID, ProvisionMark] = {}
    for mark in ProvisionMark.objects.filter(provision__version=version).select_related("by").order_by("at"):
        sha256, writers = now[mark.provision_id]
        if mark.words_sha256 == sha256 and mark.by_id not in writers:
            marks[mark.provision_id] = mark
    return Progress(provisions, marks)


def asked(version: PolicyVersion) -> bool:
    """Whether the draft was given to review."""
    return version.review_requests.exists()


def adoption_of(version: PolicyVersion) -> Adoption | None:
    """The adoption that holds for the version as it reads now; any change ends it. A published text is final."""
    newest = version.adoptions.select_related("by").order_by("-at").first()
    if newest is None or version.status != PolicyVersion.Status.DRAFT:
        return newest
    return newest if newest.sha256 == version_sha256(version) else None


def stage(version: PolicyVersion) -> str:
    """The state of the version as people know it: a draft that was given to review is in it until it is adopted."""
    if version.status != PolicyVersion.Status.DRAFT:
        return version.status
    return stage_of_draft(adopted=adoption_of(version) is not None, asked=asked(version))


def stage_of_draft(*, adopted: bool, asked: bool) -> str:
    return "adopted" if adopted else "in_review" if asked else PolicyVersion.Status.DRAFT


def drafters(version: PolicyVersion) -> set[UUID]:
    """Whoever began the version or wrote any part of it, and is not to adopt it."""
    people: set[UUID] = set()
    for past in _pasts(version):
        people |= set(past.filter(history_user__isnull=False).values_list("history_user", flat=True))
    return people | set(Answer.objects.filter(version=version, taken_over=False).values_list("by", flat=True))


def changed_at(version: PolicyVersion) -> datetime:
    """When any part of the version was last written."""
    found = [past.aggregate(last=Max("history_date"))["last"] for past in _pasts(version)]
    found.append(version.answers.aggregate(last=Max("at"))["last"])
    last: datetime = max(each for each in found if each is not None)
    return last


def _pasts(version: PolicyVersion) -> list[Any]:
    """The histories of the version and of all its parts, of those too that are gone."""
    provisions = Provision.history.filter(version_id=version.pk)
    return [
        PolicyVersion.history.filter(id=version.pk),
        provisions,
        DisclosureRule.history.filter(version_id=version.pk),
        ProvisionAuthority.history.filter(provision_id__in=provisions.values("id")),
        Assessment.history.filter(version_id=version.pk),
        Risk.history.filter(version_id=version.pk),
    ]
