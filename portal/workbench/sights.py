"""How data is seen by a ruling, compared before and after: the treatment, and what a rule asks of who sees it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.kernel.parts import Part, part
from portal.records.decision import Ruling
from portal.records.decision.rules import STRICTNESS
from privacy.models import Obligation, Treatment

ASKED: dict[str, str] = {
    Obligation.STAYS: "in the portal only",
    Obligation.SUPERVISOR: "once a supervisor approved",
    Obligation.NOTIFY_OWNER: "the owner is told",
}


@dataclass(frozen=True)
class Sight:
    """A treatment with its obligations and words on handling."""

    treatment: str
    obligations: tuple[str, ...] = ()
    handling: str = ""

    @classmethod
    def of(cls, ruling: Ruling) -> Sight:
        if ruling.treatment == Treatment.WITHHELD:
            return cls(ruling.treatment)
        return cls(ruling.treatment, ruling.obligations, ruling.handling)

    def shows_more_than(self, other: Sight) -> bool:
        """Whether more is seen than by the other, or as much with less asked for it."""
        mine, theirs = STRICTNESS.index(self.treatment), STRICTNESS.index(other.treatment)
        return mine < theirs or (mine == theirs and bool({*other.obligations} - {*self.obligations}))

    @property
    def label(self) -> str:
        return str(Treatment(self.treatment).label)

    @property
    def asked(self) -> str:
        """What is asked of who sees it, in a line; empty for most."""
        return ", ".join([ASKED[each] for each in self.obligations] + ([f"“{self.handling}”"] if self.handling else []))

    @property
    def as_it_is(self) -> Part | str:
        return part("lines", text=self.label, under=self.asked) if self.asked else self.label

    def after(self, before: Sight) -> Part:
        """As what it comes to be: marked where more is seen than before."""
        tone, icon = ("warn", "plus") if self.shows_more_than(before) else ("good", "minus")
        return part("lines", text=part("chip", tone=tone, icon=icon, text=self.label), under=self.asked)
