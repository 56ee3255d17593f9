"""What an award asks for: money drawn, reports sent, and reminding of both deadlines and reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.dateformat import format as spell

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.funding import policy, reminding
from sharing_agreements.funding.models import Application, Award, Drawdown, FundingReminder, Report

from .applying import locked, note


def _award(award_id: UUID) -> tuple[Application, Award]:
    application = locked(Award.objects.get(pk=award_id).application_id)
    award = Award.objects.get(pk=award_id)
    award.application = application
    return application, award


@transaction.atomic(durable=True)
def draw(*, actor: User, award_id: UUID, amount: Decimal, drawn_on: date, reference: str) -> Drawdown:
    """Record money that was drawn; never more than the award in all, nor less than nothing."""
    application, award = _award(award_id)
    policy.may_keep_award(actor, application)
    drawn = award.drawdowns.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    if drawn + amount > award.amount:
        raise ValidationError({"amount": f"${award.amount - drawn:,.2f} of the award is left to draw."})
    if drawn + amount < 0:
        raise ValidationError({"amount": f"Only ${drawn:,.2f} was drawn; no more than that can be set off."})
    if not award.first_on <= drawn_on <= timezone.localdate():
        raise ValidationError({"drawn_on": "Choose a day since the award began, and not one to come."})
    made = Drawdown(award=award, amount=amount, drawn_on=drawn_on, reference=" ".join(reference.split()), by=actor)
    if award.drawdowns.filter(amount=amount, drawn_on=drawn_on, reference=made.reference).exists():
        raise Refused("This drawdown is recorded: the same sum, day and reference.", code="recorded", repeated=True)
    made.full_clean()
    made.save(force_insert=True)
    note("drawn", application, actor=actor, drawdown=str(made.pk))
    return made


@transaction.atomic(durable=True)
def expect_report(*, actor: User, award_id: UUID, what: str, due_on: date) -> Report:
    """Note a report that the funder asks for."""
    application, award = _award(award_id)
    policy.may_keep_award(actor, application)
    report = Report(award=award, what=" ".join(what.split()), due_on=due_on)
    report.full_clean()
    history.save(report, actor=actor, reason="Noted")
    note("report_expected", application, actor=actor, funding_report=str(report.pk))
    return report


@transaction.atomic(durable=True)
def send_report(*, actor: User, report_id: UUID) -> Report:
    """Record that a report was sent."""
    application, report = _report(report_id)
    policy.may_keep_award(actor, application)
    if report.sent_on is not None:
        raise Refused("The report is marked as sent already.", code="sent", repeated=True)
    report.sent_on = timezone.localdate()
    history.save(report, actor=actor, reason="Sent")
    note("report_sent", application, actor=actor, funding_report=str(report.pk))
    return report


def _report(report_id: UUID) -> tuple[Application, Report]:
    application = locked(Report.objects.get(pk=report_id).award.application_id)
    return application, Report.objects.for_update(report_id)


# --- Reminding ------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def remind_of_deadline(*, application_id: UUID) -> FundingReminder | None:
    """Say that a program's deadline comes near, once."""
    application = locked(application_id)
    step = reminding.of_application(application, timezone.localdate())
    if step is None or application.reminders.filter(step=step).exists():
        return None
    deadline = application.program.deadline_on
    day = spell(deadline, "M j, Y") if deadline else ""
    tell(note("deadline_near", application, actor=None, day=day))
    return FundingReminder.objects.create(application=application, step=step)


@transaction.atomic(durable=True)
def remind_of_report(*, report_id: UUID) -> FundingReminder | None:
    """Say that a report is due soon, or late; each once."""
    application, report = _report(report_id)
    step = reminding.of_report(report, timezone.localdate())
    if step is None or report.reminders.filter(step=step).exists():
        return None
    day = spell(report.due_on, "M j, Y")
    kind = "report_late" if step == FundingReminder.Step.LATE else "report_due"
    tell(note(kind, application, actor=None, funding_report=str(report.pk), day=day))
    return FundingReminder.objects.create(report=report, step=step)
