"""The review of criminal intelligence."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from agencies.views.shared import put_on
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import commands
from portal.records.decision import BY_OFFICE
from portal.records.forms import ReviewForm
from portal.records.looking import decision_of, looking
from portal.records.pages.record import people_of, summary_of
from portal.records.shown.reviewing import to_review

from .custody import kept_case, run


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
            return redirect("records:keeping")
        else:
            messages.success(request, "The review is written down. The record stays until the next one is due.")
            return redirect("records:keeping")
    return _page(request, pk=pk, form=form)


@looking(BY_OFFICE)
def _page(request: HttpRequest, *, pk: UUID, form: ReviewForm) -> HttpResponse:
    """What is reviewed, with every text that the rules show its custodian, and the form."""
    case = kept_case(request, pk, whole=True)
    if case.envelope.closes_at is None:
        raise Http404
    read = to_review(decision_of(request), case)
    return TemplateResponse(
        request,
        "records/record_review.html",
        {"form": form, "case": read, "summary": summary_of(read), "without_names": read is not case, **people_of(read)},
    )
