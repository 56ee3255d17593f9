"""The review of criminal intelligence."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from agencies.views.shared import membership_of, put_on
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import commands, policy
from portal.records.forms import ReviewForm
from portal.records.looking import decision_of, looking, person_of, shown
from portal.records.pages.record import summary_of
from portal.records.shown import case_file
from sharing_agreements.models import Action

from .custody import run


@members
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep criminal intelligence until its next review, with the reason."""
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run(request, pk, commands.review_intelligence, **form.cleaned_data)
        except ValidationError as error:
            put_on(form, error)
        except Refused as error:
            messages.info(request, str(error))
            return redirect("records:detail", pk=pk)
        else:
            messages.success(request, "The review is written down. The record stays until the next one is due.")
            return redirect("records:detail", pk=pk)
    return _page(request, pk=pk, form=form)


@looking(Action.VIEW)
def _page(request: HttpRequest, *, pk: UUID, form: ReviewForm) -> HttpResponse:
    """What is reviewed, and the form; a look, logged as any other."""
    decision, membership = decision_of(request), membership_of(request)
    case = case_file(decision, pk)
    if case is None or membership is None or case.envelope.closes_at is None:
        raise Http404
    policy.may_keep(person_of(request), membership, decision, case.envelope.record_set_id)
    shown(
        request,
        decision,
        records=[pk],
        sets=[case.envelope.record_set_id],
        found=1,
        withheld=case.withheld,
        seen=case.seen,
    )
    return TemplateResponse(
        request, "records/record_review.html", {"form": form, "case": case, "summary": summary_of(case)}
    )
