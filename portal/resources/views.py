"""What anybody may read without signing in: who shares what, policies in force, agreements in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from portal.kernel.access import public
from portal.kernel.parts import part
from portal.kernel.pdf import answer
from portal.kernel.sheets import csv_answer
from privacy.assessment.levels import HIGH
from privacy.assessment.state import shown
from privacy.comparing import compared
from privacy.development.progress import adoption_of
from privacy.law.models import LawChange, LawGap
from privacy.models import PolicyVersion, PrivacyPolicy, Purpose
from privacy.principles import served
from privacy.rules import sentence
from privacy.sections import SECTIONS, in_order
from sharing_agreements.boards import decisions
from sharing_agreements.boards.answering import boards_for
from sharing_agreements.models import Agreement, AgreementVersion
from sharing_agreements.wording import GROUNDS

from . import pages, pictures, published, tables
from .policy_pdf import document_of
from .sharing import MOST_PLACES, flows, sharing_map

View = Callable[..., HttpResponse]


def kept(seconds: int) -> Callable[[View], View]:
    """Let caches keep an answer to a stranger so long; what a signed-in person gets names them, and is not kept."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            given = view(request, *args, **kwargs)
            patch_vary_headers(given, ["Cookie"])
            if request.user.is_authenticated or given.status_code != 200:
                patch_cache_control(given, private=True, no_store=True)
            else:
                patch_cache_control(given, public=True, max_age=seconds, must_revalidate=True)
            return given

        return answer

    return decorate


AT_ONCE = 0
"""For what must be gone the moment an agreement lapses: caches ask again each time."""
FIVE_MINUTES = 300


# --- Home -----------------------------------------------------------------------------------------------------------


class AgencyChoice(forms.Form):
    """One agency of the map."""

    agency = forms.ChoiceField(label="Agency", required=False)

    def __init__(self, data: Any, agencies: list[Any]) -> None:
        super().__init__(data)
        self.by_id = {str(agency.pk): agency for agency in agencies}
        choices = [(key, agency.name) for key, agency in self.by_id.items()]
        self.fields["agency"].choices = [("", "Choose an agency"), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Any:
        return self.by_id.get(self.cleaned_data["agency"]) if self.is_valid() else None


@public
@require_safe
@kept(AT_ONCE)
def home(request: HttpRequest) -> HttpResponse:
    """Who shares what with whom; who has signed in goes on to their own page."""
    if request.user.is_authenticated:
        return redirect("workbench:home")
    found = sharing_map()
    choice = AgencyChoice(request.GET or None, found.agencies)
    chosen = choice.chosen
    context: dict[str, Any] = {
        "section": "home",
        "map": found,
        "picture": pictures.sharing(found) if found.places else None,
        "table": pictures.sharing_table(found),
        "most": MOST_PLACES,
        "tally": _tally(found.sharing),
        "newest": [
            (each, published.since(each))
            for each in published.agreements_in_force().prefetch_related(None).order_by("-in_force_at", "-number")[:4]
        ],
        "choice": choice,
        "chosen": chosen,
    }
    if chosen:
        given, received = flows(chosen)
        context["given"] = tables.flows(given, f"What {chosen} gives", "To")
        context["received"] = tables.flows(received, f"What {chosen} receives", "From")
    return render(request, "public/home.html", context)


def _tally(agencies: int) -> list[tuple[int, str]]:
    agreements = published.agreements_in_force().count()
    suspended = published.suspended_agreements()
    policies = PolicyVersion.objects.published().count()
    return [
        (agencies, "agency shares" if agencies == 1 else "agencies share"),
        (agreements, "agreement in force" if agreements == 1 else "agreements in force"),
        (suspended, "suspended"),
        (policies, "privacy policy in force" if policies == 1 else "privacy policies in force"),
    ]


# --- Policies -------------------------------------------------------------------------------------------------------


@public
@require_safe
@kept(FIVE_MINUTES)
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy in force, found by agency."""
    words = request.GET.get("q", "").replace("\x00", "").strip()
    found = PolicyVersion.objects.published().select_related("policy__agency")
    for word in words.split():
        found = found.filter(policy__agency__name__icontains=word)
    page = pages.of(found, request.GET, by="policy__agency__name")
    context = {
        "section": "policies",
        "words": words,
        "page": page,
        "columns": [
            {"label": "Agency", "head": True},
            {"label": "Kind"},
            {"label": "Policy"},
            {"label": "In force since"},
            {"label": "Privacy officer"},
        ],
        "rows": [_policy_row(version) for version in page.items],
    }
    return render(request, "public/policies.html", context)


def _policy_row(version: PolicyVersion) -> list[Any]:
    agency = version.policy.agency
    href = reverse("public:policy", args=[version.policy_id])
    return [
        part("link", text=agency.name, href=href),
        agency.get_kind_display(),
        part("lines", text=version.policy.title, under=f"Version {version.number}"),
        timezone.localdate(version.published_at, ZoneInfo(agency.time_zone)) if version.published_at else None,
        part("link", text=version.officer_email, href=f"mailto:{version.officer_email}"),
    ]


@public
@require_safe
@kept(FIVE_MINUTES)
def policy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The policy in force of one agency."""
    version = get_object_or_404(PolicyVersion.objects.published().select_related("policy__agency"), policy=pk)
    return _policy_page(request, version)


@public
@require_safe
@kept(FIVE_MINUTES)
def policy_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An earlier version, as it was published; the one in force has one address only."""
    version = get_object_or_404(PolicyVersion.objects.public().select_related("policy__agency"), pk=pk)
    if version.status == PolicyVersion.Status.PUBLISHED:
        return redirect("public:policy", pk=version.policy_id)
    return _policy_page(request, version)


@public
@require_safe
def policy_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A version as PDF, the one in force or an earlier one."""
    version = get_object_or_404(PolicyVersion.objects.public().select_related("policy__agency"), pk=pk)
    return answer(document_of(version), name=f"privacy-policy-version-{version.number}")


@public
@require_safe
@kept(FIVE_MINUTES)
def policy_changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a published version changed against another one."""
    version = get_object_or_404(PolicyVersion.objects.public().select_related("policy__agency"), pk=pk)
    context = {
        "section": "policies",
        "version": version,
        "policy": version.policy,
        "heading": f"What version {version.number} changed",
        **compared(version, PolicyVersion.objects.public(), request.GET.get("against", "")),
    }
    return render(request, "public/policy_changes.html", context)


def _policy_page(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    owner: PrivacyPolicy = version.policy
    in_force = version.status == PolicyVersion.Status.PUBLISHED
    provisions = in_order(version.provisions.prefetch_related("citations__authority"))
    rules = version.rules.select_related("provision").prefetch_related("provision__citations__authority")
    gaps = LawGap.objects.public().filter(agency=owner.agency_id).select_related("authority") if in_force else []
    risks = shown(version)
    under = published.owned_by(published.agreements_in_force(), owner.agency_id).order_by("number")
    context = {
        "section": "policies",
        "policy": owner,
        "version": version,
        "label": f"version {version.number}",
        "contents": _contents(in_force, gaps=bool(gaps), risks=bool(risks)),
        "gaps": gaps,
        "risks": risks,
        "high": HIGH,
        "in_force": in_force,
        "summary": [line.strip() for line in version.summary.splitlines() if line.strip()],
        "table": tables.who_sees_what(version),
        "rules": [(rule, sentence(rule)) for rule in in_order(rules)],
        "parts": [(each, [p for p in provisions if p.section == each.number]) for each in SECTIONS],
        "principles": served(provisions),
        "adoption": adoption_of(version),
        "boards": boards_for(version) if in_force else [],
        "agreements": tables.agreements_under(under[:50], owner.agency),
        "all_agreements": f"{reverse('public:agreements')}?{urlencode({'agency': owner.agency_id})}",
        "decisions": tables.decisions(decisions.on_policy(decisions.public(), version.pk)),
        "versions": owner.versions.public().order_by("-number"),
    }
    with timezone.override(owner.agency.time_zone):
        return render(request, "public/policy.html", context)


def _contents(in_force: bool, *, gaps: bool, risks: bool) -> list[dict[str, str]]:
    """The headings of a policy's page."""
    found = [("In short", "#short"), ("Who may see it", "#share"), ("The policy in full", "#words")]
    found += [("Principles", "#principles")]
    found += [("Impact assessment", "#risks")] if risks else []
    found += [("Agreements in force", "#agreements")] if in_force else []
    found += [("Gaps in the law", "#gaps")] if gaps else []
    return [
        {"label": label, "href": href} for label, href in [*found, ("Versions", "#versions"), ("Contact", "#contact")]
    ]


@public
@require_safe
@kept(AT_ONCE)
def law_changes(request: HttpRequest) -> HttpResponse:
    """Changes in law and practice that agencies show everybody."""
    changes = LawChange.objects.public().select_related("agency", "authority")
    return render(request, "public/law_changes.html", {"section": "policies", "changes": changes})


# --- Agreements -----------------------------------------------------------------------------------------------------


ENDED = 20
"""Agreements that boards ended, the newest, that stand below those in force."""


class AgreementFilter(forms.Form):
    """Which agreements in force to list."""

    q = forms.CharField(label="Number, title or party", required=False, max_length=200)
    purpose = forms.ChoiceField(label="Purpose", required=False, choices=[("", "Any"), *Purpose.choices])
    agency = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def narrow(self, agreements: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_valid():
            return agreements.none()
        asked = self.cleaned_data
        return published.found(agreements, words=asked["q"], purpose=asked["purpose"], agency_id=asked["agency"])


@public
@require_safe
@kept(AT_ONCE)
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement in force, and what it shares."""
    asked = AgreementFilter(request.GET)
    page = pages.of(asked.narrow(published.agreements_in_force()), request.GET, by="number")
    csv_query = urlencode({key: value for key, value in request.GET.items() if key in asked.fields and value})
    first = not request.GET
    context = {
        "section": "agreements",
        "form": asked,
        "page": page,
        "table": tables.agreements(page.items),
        "csv": f"{reverse('public:agreements_csv')}?{csv_query}",
        "narrowed": bool(csv_query),
        "ended": tables.terminated(published.terminated()[:ENDED]) if first else None,
    }
    return render(request, "public/agreements.html", context)


@public
@require_safe
def agreements_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list, one row for each term."""
    found = AgreementFilter(request.GET).narrow(published.agreements_in_force()).order_by("number")
    return csv_answer("agreements-in-force", published.CSV_COLUMNS, published.csv_rows(found.iterator(chunk_size=200)))


@public
@require_safe
@kept(AT_ONCE)
def agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text in force of one agreement, its parties and its terms; of one that a board ended, that it did so."""
    found = published.agreements_in_force().filter(pk=pk).first()
    if found is None:
        return _ended(request, get_object_or_404(published.terminated(), pk=pk))
    version = published.version_of(found)
    with timezone.override(found.lead_agency.time_zone):
        return render(request, "public/agreement.html", _agreement_page(found, version))


def _ended(request: HttpRequest, found: Agreement) -> HttpResponse:
    """Who shared by it from when to when, and the ground on which a board ended it, in one word."""
    with timezone.override(found.lead_agency.time_zone):
        context = {
            "section": "agreements",
            "agreement": found,
            "since": published.since(found),
            "ended_at": vars(found)["ended_at"],
            "ground": GROUNDS.get(vars(found)["ended_on_ground"], ""),
            "parties": tables.parties(published.version_of(found)),
        }
        return render(request, "public/agreement_ended.html", context)


def _agreement_page(found: Agreement, version: AgreementVersion) -> dict[str, Any]:
    return {
        "section": "agreements",
        "agreement": found,
        "version": version,
        "label": f"version {version.number}",
        "contents": [
            *([{"label": "Why they share", "href": "#why"}] if version.purpose else []),
            {"label": "Parties", "href": "#parties"},
            {"label": "What is shared", "href": "#terms"},
            {"label": "The text in force", "href": "#text"},
            {"label": "Decisions", "href": "#decisions"},
            {"label": "Fingerprint", "href": "#print"},
        ],
        "fingerprint": [version.sha256[start : start + 8] for start in range(0, len(version.sha256), 8)],
        "since": published.since(found),
        "until": published.until(found),
        "parties": tables.parties(version),
        "terms": tables.terms(version),
        "clauses": list(version.clauses.with_law()),
        "decisions": tables.decisions(decisions.on_agreement(decisions.public(), found.pk)),
        "policies": PolicyVersion.objects.published()
        .filter(policy__agency__in=version.terms.values("record_set__owner"))
        .select_related("policy__agency")
        .order_by("policy__agency__name"),
    }
