"""What an auditor may read: who, when, which record id, under which rule; never what a record says."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from agencies.models import Agency, Auditor, RecordSet, User
from portal.records.models import AccessEntry
from privacy.models import PrivacyPolicy
from sharing_agreements.models import Agreement


@dataclass(frozen=True)
class Scope:
    """An auditor's appointments: the whole portal, or some agencies."""

    portal: bool
    agencies: tuple[UUID, ...]

    def agreements(self) -> QuerySet[Agreement]:
        """Agreements whose history the auditor reads: all, or those of the agencies."""
        if self.portal:
            return Agreement.objects.all()
        party = Q(lead_agency__in=self.agencies) | Q(versions__parties__agency__in=self.agencies)
        return Agreement.objects.filter(party).distinct()

    def policies(self) -> QuerySet[PrivacyPolicy]:
        """Privacy policies whose history the auditor reads: all, or those of the agencies."""
        return PrivacyPolicy.objects.all() if self.portal else PrivacyPolicy.objects.filter(agency__in=self.agencies)

    def speaking(self) -> QuerySet[Agency]:
        """Agencies that said something of readiness or law, of those whose history the auditor reads."""
        said = Q(readiness_assessments__isnull=False) | Q(law_gaps__isnull=False) | Q(law_changes__isnull=False)
        found = Agency.objects.filter(said).distinct()
        return found if self.portal else found.filter(pk__in=self.agencies)

    def accesses(self) -> QuerySet[AccessEntry]:
        """Log entries on the agencies' record sets, and of the agencies' own people."""
        if self.portal:
            return AccessEntry.objects.all()
        sets = list(RecordSet.objects.filter(owner__in=self.agencies).values_list("pk", flat=True))
        return AccessEntry.objects.filter(Q(record_sets__overlap=sets) | Q(agency__in=self.agencies))


def scope_of(person: User) -> Scope:
    """The person's scope; whoever is no auditor gets the 404 of an absent page."""
    found = list(Auditor.objects.current().filter(person=person).values_list("agency", flat=True))
    if not found:
        raise Http404
    return Scope(portal=None in found, agencies=tuple(pk for pk in found if pk is not None))
