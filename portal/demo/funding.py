"""A grant that pays a part of the exchange until it ends, with its report due; and an application that is a draft."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from agencies.models import Agency, User
from sharing_agreements.budgets import years
from sharing_agreements.funding import commands
from sharing_agreements.funding.models import Award, Program

GRANT = "State justice technology grant"
JAG = "Edward Byrne Memorial Justice Assistance Grant, state solicitation"


def load(court: Agency, keeper: User, begins_month: int) -> Award:
    """What is there already is left alone. The award runs for the first two fiscal years of the budget."""
    if known := Award.objects.filter(application__program__name=GRANT).first():
        return known
    first, _ = years.span(years.of_day(localdate(), begins_month), begins_month)
    last = date(first.year + 2, first.month, 1) - timedelta(days=1)
    program = commands.save_program(
        actor=keeper,
        agency_id=court.pk,
        name=GRANT,
        funder="State Office of Justice Programs",
        kind=Program.Kind.STATE,
        eligibility="Courts and law enforcement agencies that exchange records under an agreement.",
        match_percent=Decimal("25.00"),
        match_kind=Program.Match.ANY,
        no_supplanting=True,
        first_on=first,
        last_on=last,
    )
    asked = commands.apply(
        actor=keeper,
        agency_id=court.pk,
        program_id=program.pk,
        purpose="The exchange point, its interfaces and a first security assessment.",
        requested=Decimal("185000.00"),
        match_in_kind=Decimal("124000.00"),
    )
    commands.submit(actor=keeper, application_id=asked.pk, supplants_nothing=True)
    award = commands.record_award(
        actor=keeper,
        application_id=asked.pk,
        number="SJT-2026-0417",
        amount=Decimal("185000.00"),
        first_on=first,
        last_on=last,
    )
    drawn_on = max(first, localdate() - timedelta(days=40))
    commands.draw(
        actor=keeper, award_id=award.pk, amount=Decimal("38500.00"), drawn_on=drawn_on, reference="State warrant 771204"
    )
    due_on = localdate() + timedelta(days=10)
    commands.expect_report(actor=keeper, award_id=award.pk, what="Financial report, last quarter", due_on=due_on)
    _draft(court, keeper)
    return award


def _draft(court: Agency, keeper: User) -> None:
    """Another application, of which one task of two is done."""
    today = localdate()
    program = commands.save_program(
        actor=keeper,
        agency_id=court.pk,
        name=JAG,
        funder="Bureau of Justice Assistance, U.S. Department of Justice",
        kind=Program.Kind.FEDERAL,
        eligibility="States; one application from each. Local agencies are funded through the state.",
        deadline_on=today + timedelta(days=45),
        no_supplanting=True,
        one_a_state=True,
        link="https://bja.ojp.gov/program/jag/overview",
    )
    draft = commands.apply(
        actor=keeper,
        agency_id=court.pk,
        program_id=program.pk,
        purpose="Interfaces to two more sheriffs, once the state grant has ended.",
        requested=Decimal("96000.00"),
    )
    done = commands.add_task(
        actor=keeper,
        application_id=draft.pk,
        text="Letters of support of two sheriffs",
        due_on=today + timedelta(days=20),
    )
    commands.finish_task(actor=keeper, task_id=done.pk)
    commands.add_task(actor=keeper, application_id=draft.pk, text="Budget narrative", due_on=today + timedelta(days=30))
