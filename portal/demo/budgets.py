"""What the exchange costs over three fiscal years, the last without a grant; how the board shares it, and invoices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from agencies.models import Agency, User
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Ballot, Board, Motion
from sharing_agreements.budgets import commands, years
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Award

from . import funding

Find = Callable[[str], User]
TITLE = "Cedar Basin exchange, shared costs"
BEGINS = 7
POPULATION = ("212400", "88300", "96100", "212400", "212400", "212400")
OFFICERS = ("18", "142", "187", "12", "41", "63")
TODAY = ("24000.00", "18500.00", "31000.00", "9000.00", "6500.00", "11000.00")
"""In the order of the parties: court, police, sheriff, prosecutor, probation, corrections."""


def load(board: Board, find: Find, parties: Sequence[Agency]) -> None:
    """What is there already is left alone."""
    if board.budgets.exists():
        return
    chair, court = find("r.abernathy@corrections.example"), parties[0]
    keeper = find("k.adeyemi@court.example")
    award = funding.load(court, keeper, BEGINS)
    first = years.of_day(localdate(), BEGINS)
    budget = commands.open_budget(
        actor=chair,
        board_id=board.pk,
        owner_id=court.pk,
        title=TITLE,
        about="The exchange point, its interfaces, its security, and the people who keep it.",
        first_year=first,
        last_year=first + 2,
        begins_month=BEGINS,
    )
    for agency, today in zip(parties, TODAY, strict=True):
        commands.add_party(actor=chair, budget_id=budget.pk, agency_id=agency.pk, pays_today=Decimal(today))
    _lines(budget, chair, court, parties[2])
    _sources(budget, chair, keeper, award)
    _formulas(budget, chair, parties)
    _adopted(budget, chair)
    _invoiced(budget, keeper)


def _lines(budget: Budget, chair: User, court: Agency, sheriff: Agency) -> None:
    first = budget.first_year
    for name, planned, provider in (
        ("Hosting of the exchange point", "84000.00", None),
        ("Support and maintenance", "46500.00", None),
        ("Security assessment", "18000.00", None),
        ("Exchange coordinator, half a position", "62000.00", court),
        ("Network line between the sites", "9600.00", sheriff),
    ):
        commands.save_line(
            actor=chair, budget_id=budget.pk, name=name, recurrence="recurring", year=first, through=first + 2,
            planned=Decimal(planned), provided_by_id=provider.pk if provider else None,
        )  # fmt: skip
    for name, year, planned in (
        ("Interface to the jail system", first, "55000.00"),
        ("Training of clerks", first + 1, "12400.00"),
    ):
        commands.save_line(
            actor=chair, budget_id=budget.pk, name=name, recurrence="one_time", year=year, planned=Decimal(planned)
        )


def _sources(budget: Budget, chair: User, keeper: User, award: Award) -> None:
    """The grant of the court for two years, and a fee that goes on."""
    first = budget.first_year
    for year, planned in ((first, "110000.00"), (first + 1, "75000.00")):
        commands.save_source(
            actor=keeper,
            budget_id=budget.pk,
            name=funding.GRANT,
            year=year,
            planned=Decimal(planned),
            award_id=award.pk,
        )
    for year in budget.years:
        commands.save_source(
            actor=chair, budget_id=budget.pk, name="Court automation fee", year=year, planned=Decimal("14000.00")
        )


def _formulas(budget: Budget, chair: User, parties: Sequence[Agency]) -> None:
    ends = date(budget.first_year - 1, 1, 1)
    for basis, source, values in (
        ("population", "Census Bureau, population estimates, table of places and counties", POPULATION),
        ("officers", "Personnel reports of the agencies to the state, full time sworn", OFFICERS),
    ):
        figures = {agency.pk: Decimal(value) for agency, value in zip(parties, values, strict=True)}
        commands.save_figures(actor=chair, budget_id=budget.pk, basis=basis, source=source, as_of=ends, values=figures)
    since = localdate() - timedelta(days=365)
    commands.count_figures(actor=chair, budget_id=budget.pk, basis="users", first=since, last=localdate())
    for name, basis, base, floor, cap in (
        ("Population", "population", "0", None, None),
        ("Sworn officers, base 4,000", "officers", "4000.00", None, "30000.00"),
        ("Users, at least 5,000", "users", "0", "5000.00", None),
    ):
        commands.save_formula(
            actor=chair, budget_id=budget.pk, name=name, basis=basis, base=Decimal(base),
            floor=Decimal(floor) if floor else None, cap=Decimal(cap) if cap else None,
        )  # fmt: skip


def _adopted(budget: Budget, chair: User) -> None:
    formula = budget.formulas.get(basis="officers")
    version = commands.propose(
        actor=chair,
        budget_id=budget.pk,
        formula_id=formula.pk,
        reason="The base keeps the exchange open to small agencies; the cap keeps the sheriff's share in its budget.",
    )
    motion = boards.move_motion(
        actor=chair,
        board_id=budget.board_id,
        kind=Motion.Kind.BUDGET,
        budget_version_id=version.pk,
        grounds="Shares that follow the size of each agency, with a base for all.",
    )
    ballot = boards.open_ballot(actor=chair, motion_id=motion.pk)
    for elector in ballot.electors.filter(conflict="").select_related("person").order_by("seat__number"):
        if Ballot.objects.get(pk=ballot.pk).motion.status == Motion.Status.VOTING:
            boards.cast_vote(actor=elector.person, ballot_id=ballot.pk, position="yes")


def _invoiced(budget: Budget, keeper: User) -> None:
    version = budget.versions.get()
    due_on = localdate() + timedelta(days=30)
    sent = commands.issue_invoices(actor=keeper, version_id=version.pk, year=budget.first_year, due_on=due_on)
    commands.pay_invoice(actor=keeper, invoice_id=sent[0].pk, paid_on=localdate(), reference="Warrant 20418")
