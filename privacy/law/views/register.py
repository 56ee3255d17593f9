"""Pages of legal authorities, and of the register of gaps in law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import columns, membership_of, person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from privacy.law import commands, policy
from privacy.law.forms import AuthorityForm, AuthoritySearch, ChangeGapForm, CiteForm, CloseForm, GapFilter, GapForm
from privacy.law.models import LawChange, LawGap, LawGapQuerySet, LegalAuthority
from privacy.models import PolicyVersion, Provision

MOST = 500
"""Rows of one page; whoever looks for more narrows the list."""
GAP_COLUMNS = (
    "Agency",
    "Number",
    "Title",
    "Law",
    "Gap",
    "Who could be harmed",
    "Safeguard",
    "Change",
    "Proposal",
    "State",
    "Shown to everybody",
    "Opened",
    "Closed",
    "Closed because",
)


def _here(request: HttpRequest) -> UUID | None:
    """The agency that the session acts for."""
    membership = membership_of(request)
    return membership.agency_id if membership else None


CRUMBS = {
    "privacy:law:authorities": ("Legal authorities", "privacy:law:authorities"),
    "privacy:law:gaps": ("Gaps in law", "privacy:law:gaps"),
    "privacy:law:gap": ("Gaps in law", "privacy:law:gaps"),
    "privacy:version": ("Privacy policy", "privacy:list"),
}
"""Under what a form stands, by the page to which it leads."""


def _one_form(
    request: HttpRequest,
    form: Form,
    command: Callable[[], object],
    done: str,
    to: str,
    *args: Any,
    template: str = "privacy/law/form.html",
    **words: Any,
) -> HttpResponse:
    """A page that is one form: what was done, or the form with what is wrong. `words`: title, lead, submit, back."""
    if answer := sent(request, form, command, done, to, *args):
        return answer
    label, name = CRUMBS[to]
    crumbs = [{"label": label, "href": reverse(name)}, {"label": words["title"]}]
    context = {"form": form, "back": reverse(to, args=args), "crumbs": crumbs, **words}
    return render(request, template, context)


# --- Authorities ----------------------------------------------------------------------------------------------------


@members
@require_GET
def authorities(request: HttpRequest) -> HttpResponse:
    """Which law is entered, how often it is cited, and by whom an entry is kept."""
    form = AuthoritySearch(request.GET)
    found = LegalAuthority.objects.in_use().filter(form.fits())
    public = Q(citations__provision__version__status=PolicyVersion.Status.PUBLISHED)
    shown = found.annotate(cited=Count("citations", filter=public, distinct=True)).select_related("entered_by")
    shown = shown.order_by("jurisdiction", "citation")  # the model's own order is lost in counting
    person = person_of(request)
    context = {
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "columns": columns("Citation", "About", "Jurisdiction", "Provisions in force", "Entered by"),
        "rows": [_authority_row(each, keeps=allows(policy.may_keep_authority, person, each)) for each in shown[:MOST]],
        "enters": allows(policy.may_enter, person, _here(request)),
    }
    return render(request, "privacy/law/authority_list.html", context)


def _authority_row(each: Any, *, keeps: bool) -> list[Any]:
    named = part("link", text=each.citation, href=reverse("workbench:authority", args=[each.pk]))
    kept: Any = each.entered_by.name
    if keeps:
        kept = part("link", text=f"Correct {each.citation}", href=reverse("privacy:law:correct", args=[each.pk]))
    return [
        part("lines", text=named, under=each.get_kind_display()),
        each.title,
        each.get_jurisdiction_display(),
        each.cited,
        part("lines", text=kept, under=each.entered_by.name) if keeps else kept,
    ]


@members
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    person, here = person_of(request), _here(request)
    policy.may_enter(person, here)
    assert here is not None  # noqa: S101  (the check asks for it)
    form = AuthorityForm(posted(request))
    return _one_form(
        request,
        form,
        lambda: commands.enter_authority(actor=person, agency_id=here, **form.cleaned_data),
        "It is entered. Every agency can cite it.",
        "privacy:law:authorities",
        title="Enter an authority",
        lead="A statute, rule or case on which policies and agreements rest. Every agency can cite it; yours keeps it.",
        submit="Enter it",
    )


@members
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = get_object_or_404(LegalAuthority, pk=pk), person_of(request)
    if refused(request, policy.may_keep_authority, person, found):
        return redirect("privacy:law:authorities")
    form = AuthorityForm.of(found, posted(request))
    return _one_form(
        request,
        form,
        lambda: commands.correct_authority(actor=person, authority_id=pk, **form.cleaned_data),
        "Saved.",
        "privacy:law:authorities",
        title=f"Correct {found.citation}",
        lead="What cites it shows the words that stand here. For another law enter another authority.",
        submit="Save",
        retires=found,
    )


@members
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = get_object_or_404(LegalAuthority, pk=pk), person_of(request)
    if refused(request, policy.may_keep_authority, person, found):
        return redirect("privacy:law:authorities")
    return _one_form(
        request,
        Form(posted(request)),
        lambda: commands.retire_authority(actor=person, authority_id=pk),
        f"{found.citation} is retired. What cites it still does.",
        "privacy:law:authorities",
        title=f"Retire {found.citation}?",
        lead="Nobody can cite it any more, and nothing brings it back. What cites it so far still does.",
        submit="Retire it",
        stop=True,
    )


@members
@require_http_methods(["GET", "POST"])
def cite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On which law a provision of a draft rests."""
    mine = PolicyVersion.objects.kept_by(membership_of(request))
    provision = get_object_or_404(Provision.objects.select_related("version__policy"), pk=pk, version__in=mine)
    if refused(request, policy.may_cite, person_of(request), provision):
        return redirect("privacy:version", provision.version_id)
    form = CiteForm(provision, posted(request), asked=request.GET if "q" in request.GET else None)

    def command() -> Provision:
        chosen = [each.pk for each in form.cleaned_data["authorities"]]
        return commands.cite(actor=person_of(request), provision_id=pk, authority_ids=chosen)

    return _one_form(
        request,
        form,
        command,
        f"The law of provision {provision.number} is saved.",
        "privacy:version",
        provision.version_id,
        title=f"Law on which provision {provision.number} rests",
        lead=provision.heading,
        template="privacy/law/cite.html",
    )


# --- Gaps -----------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> tuple[GapFilter, LawGapQuerySet]:
    """The filter, and the gaps that this person reads under it."""
    form, seen = GapFilter(request.GET), LawGap.objects.visible_to(person_of(request), membership_of(request))
    if not form.is_valid():
        return form, seen.none()
    given = form.cleaned_data
    if words := given["q"].strip():
        seen = seen.filter(Q(title__icontains=words) | Q(gap__icontains=words) | Q(proposal__icontains=words))
    if given["status"]:
        seen = seen.filter(status=given["status"])
    if given["harmed"]:
        seen = seen.filter(harmed__contains=[given["harmed"]])
    return form, seen.select_related("agency", "authority", "owner")


@members
@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """Gaps in law that this person reads: their agency's, and what others show everybody."""
    form, found = _asked(request)
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "count": found.count(),
        "filtered": bool(query),
        "columns": columns("Gap", "Law", "Who could be harmed", "State", "Agency"),
        "rows": [_gap_row(each) for each in found[:MOST]],
        "csv": f"{reverse('privacy:law:gaps_csv')}?{urlencode(query)}",
        "opens": allows(policy.may_open_gap, person_of(request), _here(request)),
    }
    return render(request, "privacy/law/gap_list.html", context)


def _gap_row(gap: LawGap) -> list[Any]:
    named = part("link", text=gap.title, href=reverse("privacy:law:gap", args=[gap.pk]))
    shown = "shown to everybody" if gap.is_public else "the agency alone reads it"
    return [
        part("lines", text=named, under=f"Gap {gap.number}, {shown}"),
        gap.authority.citation if gap.authority else None,
        gap.harms,
        part("state", status=gap.status),
        gap.agency.name,
    ]


@members
@require_GET
def gaps_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("gaps-in-law", GAP_COLUMNS, _lines(found))


def _lines(found: LawGapQuerySet) -> Iterator[tuple[object, ...]]:
    for gap in found.iterator(chunk_size=500):
        yield (
            gap.agency,
            gap.number,
            gap.title,
            gap.authority.citation if gap.authority else "",
            gap.gap,
            gap.harms,
            gap.safeguard,
            gap.get_change_display(),
            gap.proposal,
            gap.get_status_display(),
            "yes" if gap.is_public else "no",
            gap.opened_at,
            gap.closed_at,
            gap.closed_because,
        )


def _find(request: HttpRequest, pk: UUID) -> LawGap:
    seen = LawGap.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen.select_related("agency", "authority", "owner"), pk=pk)


@members
@require_GET
def gap(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    inside = _here(request) == found.agency_id
    context = {
        "gap": found,
        "inside": inside,
        "can_change": allows(policy.may_change_gap, person, found),
        "can_reopen": allows(policy.may_reopen_gap, person, found),
        "changes": LawChange.objects.visible_to(person, membership_of(request)).filter(closes__gap=found),
        "facts": [
            part("state", status=found.status, big=True),
            found.agency.name,
            "Shown to everybody" if found.is_public else "The agency alone reads it",
        ],
    }
    return render(request, "privacy/law/gap_detail.html", context)


@members
@require_http_methods(["GET", "POST"])
def open_gap(request: HttpRequest) -> HttpResponse:
    person, here = person_of(request), _here(request)
    policy.may_open_gap(person, here)
    assert here is not None  # noqa: S101  (the check asks for it)
    form = GapForm(here, posted(request), initial={"owner": person.pk})
    return _one_form(
        request,
        form,
        lambda: commands.open_gap(actor=person, agency_id=here, **form.cleaned_data),
        "The gap is entered.",
        "privacy:law:gaps",
        title="Enter a gap in law",
        lead="Where the law leaves people without protection, what your agency does about it meanwhile, and what would "
        "close it. Only your agency and its auditors read it until you show it to everybody.",
        submit="Enter it",
    )


@members
@require_http_methods(["GET", "POST"])
def change_gap(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    if refused(request, policy.may_change_gap, person, found):
        return redirect("privacy:law:gap", pk)
    form = ChangeGapForm.of(found, posted(request))
    return _one_form(
        request,
        form,
        lambda: commands.change_gap(actor=person, gap_id=pk, **form.cleaned_data),
        "Saved.",
        "privacy:law:gap",
        pk,
        title=f"Change gap {found.number}",
        lead=found.title,
        submit="Save",
    )


@members
@require_http_methods(["GET", "POST"])
def close_gap(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    if refused(request, policy.may_change_gap, person, found):
        return redirect("privacy:law:gap", pk)
    form = CloseForm(posted(request))
    return _one_form(
        request,
        form,
        lambda: commands.close_gap(actor=person, gap_id=pk, reason=form.cleaned_data["reason"]),
        "The gap is closed.",
        "privacy:law:gap",
        pk,
        title=f"Close gap {found.number}",
        lead=found.title,
        submit="Close it",
    )


@members
@require_POST
def reopen_gap(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _find(request, pk)
    command = lambda: commands.reopen_gap(actor=person_of(request), gap_id=found.pk)  # noqa: E731
    return pressed(request, command, "The gap is open again.", "privacy:law:gap", pk)
