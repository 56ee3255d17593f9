"""The draft of an agency's privacy policy before a board: given to it, and read by its members."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import Auditor
from agencies.views.shared import membership_of, person_of, posted, refused, say, sent
from portal.kernel.access import members
from portal.kernel.errors import Refused
from privacy import policy as drafts
from privacy.assessment import state as assessment
from privacy.comparing import compared
from privacy.development import policy as development
from privacy.development import progress
from privacy.development.fingerprint import COVERS, version_sha256
from privacy.models import PolicyVersion
from privacy.rules import sentence
from privacy.sections import SECTIONS, in_order
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Board, PolicyReferral

from .shared import crumbs


class ReferForm(forms.Form):
    """Which board is to adopt a draft."""

    board = forms.ModelChoiceField(
        Board.objects.none(), empty_label="Choose", help_text="Its members read the draft from now on, as it is then."
    )

    def __init__(self, version: PolicyVersion, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choice = self.fields["board"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  (declared above)
        before = PolicyReferral.objects.standing().filter(version=version).values("board")
        choice.queryset = Board.objects.exclude(charters=None).exclude(pk__in=before).order_by("name")


@members
@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a reviewed draft to a board that is to adopt it in place of the head."""
    kept = PolicyVersion.objects.kept_by(membership_of(request)).select_related("policy__agency")
    version = get_object_or_404(kept, pk=pk)
    if refused(request, drafts.may_edit, person_of(request), version):
        return redirect("privacy:version", pk)
    if refused(request, development.ready_for_adoption, version):
        return redirect("privacy:version", pk)
    form = ReferForm(version, posted(request))

    def command() -> PolicyReferral:
        board = form.cleaned_data["board"]
        return commands.refer_policy(actor=person_of(request), board_id=board.pk, version_id=version.pk)

    if answer := sent(
        request, form, command, "The board has the draft. A member makes the motion.", "boards:refer", pk
    ):
        return answer
    context = {
        "version": version,
        "policy": version.policy,
        "keeps": True,
        "form": form,
        "before": PolicyReferral.objects.filter(version=version)
        .select_related("board", "by", "taken_back_by")
        .order_by("at"),
    }
    return render(request, "boards/policy_refer.html", context)


@members
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a draft back from a board that has not adopted it."""
    kept = PolicyVersion.objects.kept_by(membership_of(request))
    referral = get_object_or_404(PolicyReferral.objects.filter(version__in=kept), pk=pk)
    try:
        commands.take_back_policy(actor=person_of(request), referral_id=referral.pk)
    except Refused as no:
        say(request, no)
    else:
        messages.success(request, "The draft is taken back. The members of the board are told, and read it no more.")
    return redirect("boards:refer", referral.version_id)


def _before(request: HttpRequest, pk: UUID, version: UUID) -> tuple[Board, PolicyVersion]:
    """A draft that a board has, for its members and the auditors of the portal."""
    person = person_of(request)
    boards = Board.objects.of_member(person)
    if Auditor.objects.current().filter(person=person, agency=None).exists():
        boards = Board.objects.all()
    board = get_object_or_404(boards, pk=pk)
    given = PolicyReferral.objects.standing().filter(board=board).values("version")
    found = PolicyVersion.objects.filter(pk__in=given).select_related("policy__agency")
    return board, get_object_or_404(found, pk=version)


@members
@require_GET
def changes(request: HttpRequest, pk: UUID, version: UUID) -> HttpResponse:
    """What the draft changes against the version in force, or another that everybody reads."""
    board, found = _before(request, pk, version)
    *above, here = crumbs(request, board, "Changes")
    page = {"label": str(found), "href": reverse("boards:policy_draft", args=[pk, version])}
    context = {
        "version": found,
        "policy": found.policy,
        "crumbs": [*above, page, here],
        **compared(found, PolicyVersion.objects.public(), request.GET.get("against", "")),
    }
    return render(request, "boards/policy_changes.html", context)


@members
@require_GET
def draft(request: HttpRequest, pk: UUID, version: UUID) -> HttpResponse:
    """What the board is asked to adopt, word by word."""
    board, found = _before(request, pk, version)
    provisions = in_order(found.provisions.prefetch_related("citations__authority"))
    context = {
        "board": board,
        "version": found,
        "stage": progress.stage(found),
        "policy": found.policy,
        "crumbs": crumbs(request, board, f"{found.policy}, version {found.number}"),
        "motion": board.motions.filter(policy_version=found).order_by("-made_at").first(),
        "earlier": PolicyVersion.objects.public().filter(policy=found.policy_id).exclude(pk=found.pk).exists(),
        "may_read_effects": Board.objects.of_member(person_of(request)).filter(pk=pk).exists(),
        "parts": [(each, [p for p in provisions if p.section == each.number]) for each in SECTIONS],
        "rules": [(rule, sentence(rule)) for rule in in_order(found.rules.all())],
        "sha256": version_sha256(found),
        "covers": COVERS,
        "assessment": assessment.of(found),
        "move": f"{reverse('boards:move', args=[pk])}?matter=policy",
    }
    return render(request, "boards/policy_draft.html", context)
