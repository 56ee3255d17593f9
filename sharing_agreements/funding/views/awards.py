"""What an award asks for: money drawn, reports."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import form_page, person_of, posted, pressed, sent
from portal.kernel.access import members
from sharing_agreements.funding import commands, policy
from sharing_agreements.funding.forms import DrawForm, ReportForm

from .shared import find_award, find_report, page_of

POST_TOO = ["GET", "POST"]


@members
@require_http_methods(POST_TOO)
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record money that was drawn."""
    found, person = find_award(request, pk), person_of(request)
    policy.may_keep_award(person, found.application)
    form = DrawForm(posted(request))

    def command() -> object:
        return commands.draw(actor=person, award_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "Recorded.", "funding:application", found.application_id):
        return answer
    back = page_of(found.application)
    return form_page(request, form, title="Record a drawdown", submit="Record", back=back)


@members
@require_http_methods(POST_TOO)
def report_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note a report that is due."""
    found, person = find_award(request, pk), person_of(request)
    policy.may_keep_award(person, found.application)
    form = ReportForm(posted(request))

    def command() -> object:
        return commands.expect_report(actor=person, award_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The report is noted.", "funding:application", found.application_id):
        return answer
    return form_page(request, form, title="Add a report", submit="Add", back=page_of(found.application))


@members
@require_POST
def report_sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a report was sent."""
    found, person = find_report(request, pk), person_of(request)

    def command() -> object:
        return commands.send_report(actor=person, report_id=pk)

    return pressed(request, command, "Marked as sent.", "funding:application", found.award.application_id)
