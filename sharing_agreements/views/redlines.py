"""What changed between two texts of an agreement, word by word."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from portal.kernel.parts import part
from sharing_agreements import redline
from sharing_agreements.models import Agreement, AgreementVersion

from .shared import find, followed_text, head, version_asked, versions_of


@members
@require_GET
def redlined(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed from one version to another, or from the agreement that it follows, word by word."""
    agreement = find(request, pk)
    followed = followed_text(request, agreement)
    versions = versions_of(request, agreement)
    new = followed if followed and request.GET.get("to") == FOLLOWED else version_asked(request, agreement, "to")
    old = _compared(request, agreement, new, versions, followed)
    changes, rest = redline.clauses_changed(old, new), redline.rest_changed(old, new)
    context = {
        **head(request, agreement, tab="redline"),
        "old": _named(old, agreement),
        "new": _named(new, agreement),
        "swapped": urlencode({"from": _key(new, agreement), "to": _key(old, agreement)}),
        "changes": changes,
        "rest": [(each.field, part("redline", pieces=each.pieces)) for each in rest],
        "count": new.clauses.count(),
    }
    return render(request, "sharing_agreements/agreement_redline.html", context)


FOLLOWED = "followed"
"""In an address, the text of the agreement that this one follows."""


def _compared(
    request: HttpRequest,
    agreement: Agreement,
    new: AgreementVersion,
    versions: list[AgreementVersion],
    followed: AgreementVersion | None,
) -> AgreementVersion:
    """What to compare with: what the address names, else the version before, else the text that it follows."""
    asked = request.GET.get("from", "")
    if asked and asked != FOLLOWED:
        return version_asked(request, agreement, "from")
    others = [each for each in versions if each.pk != new.pk]
    before = [each for each in others if each.agreement_id == new.agreement_id and each.number < new.number]
    found = followed if asked else next(iter([*before[-1:], *filter(None, [followed]), *others[-1:]]), None)
    if found is None:
        raise Http404
    return found


def _named(version: AgreementVersion, agreement: Agreement) -> str:
    return f"version {version.number}" if version.agreement_id == agreement.pk else str(version)


def _key(version: AgreementVersion, agreement: Agreement) -> str:
    return str(version.number) if version.agreement_id == agreement.pk else FOLLOWED
