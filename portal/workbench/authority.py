"""What rests on an authority, and is to be looked at when that law changes: provisions, rules, clauses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, membership_of, person_of
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import anchor
from privacy.law import policy
from privacy.law.models import LegalAuthority
from privacy.models import DisclosureRule, PolicyVersion, Provision
from privacy.rules import sentence
from sharing_agreements.models import Agreement, Clause
from sharing_agreements.views.shared import state

MOST = 500
"""Rows of one table."""
S = Agreement.Status
OVER = (S.TERMINATED, S.SUPERSEDED, S.REJECTED, S.WITHDRAWN)
"""Agreements of which no text has to change any more."""


@members
@require_GET
def authority(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An authority with what rests on it: of policies in force, and of agreements that the person reads or anybody."""
    found, person = get_object_or_404(LegalAuthority.objects.select_related("entered_by"), pk=pk), person_of(request)
    in_force = PolicyVersion.objects.published()
    provisions = Provision.objects.filter(version__in=in_force, citations__authority=found)
    rules = DisclosureRule.objects.filter(version__in=in_force, provision__citations__authority=found)
    by_agency = ("version__policy__agency__name", "pk")
    context = {
        "authority": found,
        "facts": [
            *([part("chip", tone="gone", icon="none", text="Retired")] if found.retired_at else []),
            found.get_kind_display(),
            found.get_jurisdiction_display(),
            f"Entered by {found.entered_by}",
        ],
        "keeps": allows(policy.may_keep_authority, person, found),
        "provision_columns": columns("Provision", "Policy of"),
        "provisions": [
            [_of_policy(each, f"{each}", f"c{anchor(each.number)}"), _agency(each)]
            for each in provisions.select_related("version__policy__agency").order_by(*by_agency)[:MOST]
        ],
        "rule_columns": columns("Rule", "What it says", "Provision", "Policy of"),
        "rules": [
            [_of_policy(each, each.code, each.code), sentence(each), each.provision.number, _agency(each)]
            for each in rules.select_related("provision", "version__policy__agency").order_by(*by_agency)[:MOST]
        ],
        "clause_columns": columns("Clause", "Agreement", "State", "Led by"),
        "clauses": [_clause_row(*each) for each in _clauses(request, found)],
    }
    return render(request, "workbench/authority.html", context)


def _of_policy(each: Provision | DisclosureRule, text: str, to: str) -> Part:
    """The way to a provision or a rule on the public page of its policy."""
    return part("link", text=text, href=f"{reverse('public:policy', args=[each.version.policy_id])}#{to}")


def _agency(each: Provision | DisclosureRule) -> str:
    return each.version.policy.agency.name


def _clauses(request: HttpRequest, found: LegalAuthority) -> list[tuple[Clause, Agreement]]:
    """Clauses that rest on the authority, of agreements that the person reads, and of those that everybody does."""
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request)).exclude(status__in=OVER)
    public = Agreement.objects.sharing()
    agreements = {
        each.current_version_id: each
        for each in Agreement.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=public.values("pk")))
        .filter(current_version__citations__authority=found)
        .annotate(reads=Exists(seen.filter(pk=OuterRef("pk"))))
        .select_related("current_version", "lead_agency")
        .distinct()
    }
    clauses = Clause.objects.filter(version__in=agreements, citations__authority=found)
    return [(each, agreements[each.version_id]) for each in clauses.order_by("version", "position")[:MOST]]


def _clause_row(clause: Clause, agreement: Agreement) -> list[Any]:
    page = "agreements:text" if vars(agreement)["reads"] else "public:agreement"
    href = f"{reverse(page, args=[agreement.pk])}#c{anchor(clause.number)}"
    return [
        part("link", text=str(clause), href=href),
        part("lines", text=agreement.number, under=agreement.title),
        state(agreement),
        agreement.lead_agency.name,
    ]
