"""Who is told of deadlines and reports: whoever sees to the agency's money."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Membership, User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.said import Said
from sharing_agreements.obligation_notices import OWED

from .models import Application, Report
from .policy import KEEPERS


def _keepers(event: Event) -> QuerySet[User]:
    members = Membership.objects.current().with_role(*KEEPERS).filter(agency=kinds.subject(event).agency_id)
    return User.objects.filter(memberships__in=members).distinct()


def _is_draft(event: Event, person: User) -> bool:
    return Application.objects.filter(pk=event.subject_id, status=Application.Status.DRAFT).exists()


def _not_sent(event: Event, person: User) -> bool:
    return Report.objects.filter(pk=event.detail["funding_report"], sent_on=None).exists()


def _page(event: Event) -> str:
    return reverse("funding:application", args=[event.subject_id])


REPORT = "a report on a grant of your agency, if you see to its money"

SAID = (
    Said(
        "application.deadline_near",
        "{a.program}: applications are due by {d[day]}",
        "The application of your agency is a draft. Finish its tasks and submit it.",
        _keepers,
        _page,
        OWED,
        "an application that is due, if you see to the money of your agency",
        _is_draft,
    ),
    Said(
        "application.report_due",
        "A report is due soon: {a.program}",
        "A report to the funder is due by {d[day]}.",
        _keepers,
        _page,
        OWED,
        REPORT,
        _not_sent,
    ),
    Said(
        "application.report_late",
        "A report is late: {a.program}",
        "A report to the funder was due by {d[day]}. Send it, and mark it as sent.",
        _keepers,
        _page,
        OWED,
        REPORT,
        _not_sent,
    ),
)


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Application._meta.label, lambda: Application.objects.select_related("program", "agency"))
    said.register(SAID, {"a": kinds.subject, "d": lambda event: event.detail})
