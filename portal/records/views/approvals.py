"""A supervisor's approval of an inquiry: asked by who looks, decided by a supervisor of the same agency."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import Role
from agencies.views.shared import columns, membership_of, person_of, posted, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.records import commands, policy
from portal.records.carried import question
from portal.records.forms import ApprovalForm, AskApprovalForm
from portal.records.looking import current_inquiry
from portal.records.models import InquiryApproval

MOST_LISTED = 50
ANSWERS = {True: ("good", "check", "Approved"), False: ("stop", "none", "Refused")}
COLUMNS = columns("Inquiry", "Who", "Purpose", "Why", "Asked", "Answer")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the supervisors for the open inquiry; then how that stands."""
    inquiry = current_inquiry(request)
    if asked_first := question(request, inquiry):
        return asked_first
    if inquiry is None:
        messages.info(request, "State first why you look; a supervisor approves that inquiry.")
        return redirect("records:inquiry")
    form = AskApprovalForm(posted(request))

    def command() -> InquiryApproval:
        reason = form.cleaned_data["reason"]
        return commands.ask_approval(actor=person_of(request), inquiry_id=inquiry.pk, reason=reason)

    done = "Your supervisors are asked, and you are told of the answer."
    if answer := sent(request, form, command, done, "records:ask_approval"):
        return answer
    approval = InquiryApproval.objects.filter(inquiry=inquiry).select_related("decided_by").first()
    supervisors = [str(each.person) for each in policy.supervisors(inquiry)]
    context = {"form": form, "asking": inquiry, "approval": approval, "supervisors": supervisors}
    return render(request, "records/approval_ask.html", context)


@members
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What awaits a supervisor, and what supervisors of the agency decided lately."""
    membership = membership_of(request)
    if membership is None or not membership.has(Role.SUPERVISOR):
        raise Http404
    related = ("inquiry__membership__person", "decided_by")
    decided = InquiryApproval.objects.at(membership).exclude(decided_at=None).order_by("-decided_at")
    context = {
        "waiting": InquiryApproval.objects.awaiting(membership).select_related(*related).order_by("asked_at"),
        "columns": COLUMNS,
        "decided": [_row(each) for each in decided.select_related(*related)[:MOST_LISTED]],
    }
    return render(request, "records/approvals.html", context)


def _row(approval: InquiryApproval) -> list[object]:
    inquiry = approval.inquiry
    tone, icon, text = ANSWERS[bool(approval.approved)]
    return [
        part("lines", text=part("link", text=inquiry.number, mono=True), under=inquiry.case_number),
        str(inquiry.membership.person),
        inquiry.purpose_label,
        approval.reason,
        approval.asked_at,
        part(
            "lines",
            text=part("chip", tone=tone, icon=icon, text=text),
            under=". ".join(filter(None, [str(approval.decided_by), approval.note])),
        ),
    ]


@members
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One inquiry with who asks, for what and why, and the two answers. `pk`: the inquiry's."""
    membership = membership_of(request)
    if membership is None:
        raise Http404
    found = InquiryApproval.objects.at(membership).select_related("inquiry__membership__person", "decided_by")
    approval = get_object_or_404(found, inquiry=pk)
    form = ApprovalForm(posted(request))

    def command() -> InquiryApproval:
        approved = form.cleaned_data["answer"] == "approve"
        note = form.cleaned_data["note"]
        return commands.decide_approval(actor=person_of(request), inquiry_id=pk, approved=approved, note=note)

    if answer := sent(request, form, command, "Your colleague is told.", "records:approvals"):
        return answer
    waits = InquiryApproval.objects.awaiting(membership).filter(pk=approval.pk).exists()
    return render(request, "records/approval.html", {"form": form, "approval": approval, "waits": waits})
