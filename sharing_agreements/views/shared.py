"""What the pages of one agreement have in common: finding it, its head, its tabs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format

from agencies.models import User
from agencies.views.shared import membership_of, person_of, say
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import anchor, in_days
from sharing_agreements import closing, comment_policy, governance, policy, succession, wording
from sharing_agreements.models import SUBMITTED, Agreement, AgreementVersion, Comment, Party
from sharing_agreements.models.comments import CommentQuerySet, reads
from sharing_agreements.wording import lower, party_names, term_in_words

View = Callable[..., HttpResponse]


def find(request: HttpRequest, pk: UUID) -> Agreement:
    """The agreement, or the 404 of one that never existed."""
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen.select_related("current_version", "lead_agency", "author"), pk=pk)


def current(agreement: Agreement) -> AgreementVersion:
    """Its current version, which drafting makes."""
    version = agreement.current_version
    assert version is not None  # noqa: S101  (drafting makes one)
    version.agreement = agreement
    return version


def version_asked(request: HttpRequest, agreement: Agreement, name: str = "version") -> AgreementVersion:
    """The version that the address asks for, else the current one. Others than the lead agency's see submitted ones."""
    asked = request.GET.get(name, "")
    if not asked:
        return current(agreement)
    versions = agreement.versions.all() if leads(request, agreement) else agreement.versions.exclude(frozen_at=None)
    found = versions.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 6 else None
    if found is None:
        raise Http404
    found.agreement = agreement
    return found


def versions_of(request: HttpRequest, agreement: Agreement) -> list[AgreementVersion]:
    """The versions that the viewer reads, oldest first."""
    seen = agreement.versions.order_by("number")
    return list(seen if leads(request, agreement) else seen.exclude(frozen_at=None))


def followed_text(request: HttpRequest, agreement: Agreement) -> AgreementVersion | None:
    """The text of the agreement that this one follows, where the viewer reads that one."""
    if agreement.follows_id is None:
        return None
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    old = seen.select_related("current_version", "lead_agency").filter(pk=agreement.follows_id).first()
    return current(old) if old else None


def seen_line(request: HttpRequest, agreement: Agreement) -> list[Agreement]:
    """The agreement with what it follows and what follows it, as far as the viewer reads it, oldest first."""
    keys = [each.pk for each in succession.line(agreement)]
    if len(keys) == 1:
        return [agreement]
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    return list(seen.filter(pk__in=keys).select_related("current_version", "lead_agency").order_by("pk"))


def line_of(request: HttpRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """What it follows and what follows it, as far as the viewer reads it, oldest first; empty where it stands alone."""
    line = [
        {
            "label": f"{each.number}{', ' + lower(each.get_change_display()) if each.change else ''}",
            "href": link("detail", each),
            "here": each.pk == agreement.pk,
            "term": term_of(current(each)),
            "state": state(each),
        }
        for each in seen_line(request, agreement)
    ]
    return line if len(line) > 1 else []


def leads(request: HttpRequest, agreement: Agreement) -> bool:
    """Whether the viewer acts for the lead agency."""
    membership = membership_of(request)
    return membership is not None and membership.agency_id == agreement.lead_agency_id


def governs(request: HttpRequest, agreement: Agreement) -> bool:
    """Whether the viewer sits on a board before which the agreement is or was, or audits it: they open its motions."""
    person = person_of(request)
    mine = Agreement.objects.filter(governance.before_a_board_of(person) & SUBMITTED)
    return (
        mine.filter(pk=agreement.pk).exists() or Agreement.objects.audited_by(person).filter(pk=agreement.pk).exists()
    )


def comments_of(request: HttpRequest, agreement: Agreement) -> CommentQuerySet | None:
    """What was said of the agreement's texts; None for who does not read it, and where nothing was or can be said."""
    person, membership = person_of(request), membership_of(request)
    if not reads(person, membership, agreement.lead_agency_id):
        return None
    found = Comment.objects.visible_to(person, membership, agreement)
    return found if agreement.status in comment_policy.OPEN or found.exists() else None


def my_party(request: HttpRequest, agreement: Agreement) -> Party | None:
    """The party for which the viewer's acting membership stands, if it is one."""
    membership = membership_of(request)
    found = current(agreement).parties.select_related("agency", "version__agreement")
    return found.filter(agency=membership.agency_id).first() if membership else None


def or_back(view: View) -> View:
    """A view in which a refusal becomes a message on the agreement's page: for a request that was repeated no error."""

    @wraps(view)
    def answer(request: HttpRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except Refused as why:
            say(request, why)
            return redirect("agreements:detail", pk)

    return answer


def link(name: str, agreement: Agreement, *args: object) -> str:
    return reverse(f"agreements:{name}", args=[agreement.pk, *args])


def worded_terms(version: AgreementVersion, *, on: str = "") -> list[dict[str, Any]]:
    """Each term in plain words, with the address of its clause; `on` is the page where the clauses stand."""
    names = party_names(version)
    return [
        {"it": term, "says": term_in_words(term, names), "href": f"{on}#c{anchor(term.clause.number)}"}
        for term in version.terms.select_related("clause", "record_set__owner", "recipient")
    ]


# --- Head -----------------------------------------------------------------------------------------------------------


def state(agreement: Agreement, *, big: bool = False) -> Part:
    """The standing as a mark: `Expiring in 9 days`."""
    standing, detail = agreement.standing, ""
    if standing == "expiring":
        detail = in_days(agreement.days_left or 0)
    elif standing == "begins":
        detail = wording.on_first_day(agreement)
    elif standing == Agreement.Status.IN_FORCE:
        detail = f"version {current(agreement).number}"
    return part("state", status=standing, detail=detail, big=big)


def term_of(version: AgreementVersion) -> str:
    """`Jul 1, 2026 to Jun 30, 2028`."""
    begins = date_format(version.effective_on, "M j, Y")
    return f"{begins} to {date_format(version.last_day, 'M j, Y')}" if version.last_day else f"From {begins}"


def head(request: HttpRequest, agreement: Agreement, *, tab: str, actions: list[dict[str, Any]] | None = None) -> Any:
    """What every page of an agreement shows above its content."""
    version, duties = current(agreement), closing.of_agreement(agreement)
    parties = version.parties.count()
    return {
        "agreement": agreement,
        "duties": duties,
        "version": version,
        "eyebrow": f"{agreement.number}, {lower(agreement.get_kind_display())}",
        "facts": [
            state(agreement, big=True),
            term_of(version),
            f"{parties} part{'y' if parties == 1 else 'ies'}",
            *([] if agreement.standing in {Agreement.Status.IN_FORCE, "expiring"} else [f"Version {version.number}"]),
            f"Led by {agreement.lead_agency}",
            *([part("chip", tone="plain", icon="clock", text="Open for comment")] if agreement.shown_at else []),
        ],
        "actions": actions or [],
        "crumbs": [{"label": "Agreements", "href": reverse("agreements:list")}, {"label": agreement.number}],
        "tabs": tabs(agreement, tab, closing=bool(duties) or tab == "closing", spoken=comments_of(request, agreement)),
    }


def tabs(
    agreement: Agreement, now: str, *, closing: bool, spoken: CommentQuerySet | None = None
) -> list[dict[str, Any]]:
    """The pages of one agreement; `spoken`: the comments, for whom they are."""
    version = current(agreement)
    pages = [
        ("detail", "Overview"),
        ("text", "Exact text"),
        ("terms", f"Terms ({version.terms.count()})"),
        ("signatures", "Signatures"),
        ("history", "History"),
    ]
    if version.number > 1 or agreement.change:
        pages.insert(2, ("redline", "Redline"))
    if closing:
        pages.insert(-1, ("closing", "Closing"))
    if (asked := version.obligations.count()) or now == "obligations":
        pages.insert(-2, ("obligations", f"Obligations ({asked})"))
    if (attached := version.attachments.count()) or now == "attachments":
        pages.insert(-2, ("attachments", f"Attachments ({attached})"))
    if spoken is not None:
        pages.insert(2, ("comments", f"Comments ({spoken.open().count()} open)"))
    found = [{"label": label, "href": link(name, agreement), "current": name == now} for name, label in pages]
    impact = {"label": "What it opens", "href": reverse("workbench:impact", args=[agreement.pk])}
    found.insert(-2, {**impact, "current": now == "impact"})  # a page of a higher floor, that asks the decision
    return found


def _for_comment(person: User, agreement: Agreement) -> list[dict[str, Any]]:
    """Showing the draft to its parties, or to nobody any more."""
    if allows(comment_policy.may_show, person, agreement):
        return [{"label": "Open for comment", "href": link("show", agreement)}]
    if allows(comment_policy.may_hide, person, agreement):
        return [{"label": "Close for comment", "href": link("hide", agreement)}]
    return []


def actions_of(request: HttpRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """What this viewer can do next, the main thing last."""
    person = person_of(request)
    found: list[dict[str, Any]] = []
    if allows(policy.may_take_back, person, agreement):
        found.append({"label": "Take back to draft", "href": link("take_back", agreement)})
    if allows(policy.may_withdraw, person, agreement) and agreement.status != Agreement.Status.DRAFT:
        found.append({"label": "Withdraw", "href": link("withdraw", agreement)})
    if agreement.status == Agreement.Status.DRAFT:
        found += _for_comment(person, agreement)
    if allows(policy.may_edit, person, agreement):
        found.append({"label": "Go on with the draft", "href": link("parties", agreement), "main": True})
    if allows(policy.may_change, person, agreement):
        found.append({"label": "Amend or renew", "href": link("change", agreement)})
    party = my_party(request, agreement)
    if party and allows(policy.may_give_notice, person, party):
        found.append({"label": "Give notice to leave", "href": link("leave", agreement)})
    if party and allows(policy.may_answer, person, party):
        found.append({"label": "Read and sign", "href": link("sign", agreement), "main": True})
    return found
