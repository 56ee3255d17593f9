"""What a program's terms ask of the sums of an application. No I/O."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from .models import Program

CENT = Decimal("0.01")


def match_needed(program: Program, requested: Decimal) -> Decimal:
    """What the applicant has to pay itself: its percentage of the whole cost, to the next cent."""
    share = program.match_percent / 100
    return (requested * share / (1 - share)).quantize(CENT, ROUND_UP)


def match_given(program: Program, cash: Decimal, in_kind: Decimal) -> Decimal:
    """What of the applicant's own money and work counts toward its part."""
    Match = Program.Match
    return {Match.ANY: cash + in_kind, Match.CASH: cash, Match.IN_KIND: in_kind}[Match(program.match_kind)]
