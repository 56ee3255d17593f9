"""A charter's rule as a ballot freezes it: what it needs, in numbers and in plain words. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Charter

SHARES = {"majority": Fraction(1, 2), "two_thirds": Fraction(2, 3), "unanimous": Fraction(1)}


@dataclass(frozen=True)
class Rule:
    """The values of these fields are those of `Charter`; what each means for a count is said here and nowhere else."""

    quorum: str = "majority_in_office"
    quorum_number: int | None = None
    threshold: str = "majority"
    charter: int = 1
    seats: int = 0
    minimum_present: int = 0
    vacancy: str = "ignored"
    recusal: str = "neither"
    denominator: str = "present"
    abstention: str = "leaves"
    tie: str = "lost"
    chair_vote: str = "always"
    delegated: bool = False
    """Whether the charter leaves this to the chair, who is then the only elector."""

    @classmethod
    def of(cls, frozen: dict[str, Any]) -> Rule:
        """From what a ballot stored; a rule that it does not name has its usual meaning."""
        return cls(**{field.name: frozen[field.name] for field in fields(cls) if field.name in frozen})

    @classmethod
    def under(cls, charter: Charter, kind: str = "") -> Rule:
        """What the charter asks of a motion of this kind."""
        return cls(
            quorum=charter.quorum,
            quorum_number=charter.quorum_number,
            threshold=charter.special_threshold if kind and kind in charter.special_for else charter.threshold,
            charter=charter.number,
            seats=charter.voting_seats,
            minimum_present=charter.minimum_present,
            vacancy=charter.vacancy,
            recusal=charter.recusal,
            denominator=charter.denominator,
            abstention=charter.abstention,
            tie=charter.tie,
            chair_vote=charter.chair_vote,
        )

    @classmethod
    def delegated_to_chair(cls, charter: Charter) -> Rule:
        """The chair's position decides, whatever the charter asks of a vote of the board."""
        return cls(quorum="fixed", quorum_number=1, charter=charter.number, delegated=True)

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    def all_seats(self, in_office: int) -> int:
        """Voting seats, vacant ones too."""
        return max(self.seats, in_office)

    def needed_for_quorum(self, in_office: int, recused: int = 0) -> int:
        """How many must take part."""
        of = self.all_seats(in_office) if self.vacancy == "counted" else in_office
        if self.recusal == "reduces":
            of -= recused
        enough = (self.quorum_number or 1) if self.quorum == "fixed" else of // 2 + 1
        return max(enough, self.minimum_present)

    def carries(self, yes: int, of: int) -> bool:
        """Whether this many approvals of so many carry; nothing carries where there is nothing to count."""
        if of == 0:
            return False
        share = Fraction(yes, of)
        return share > SHARES["majority"] if self.threshold == "majority" else share >= SHARES[self.threshold]

    def is_tie(self, yes: int, of: int) -> bool:
        """Exactly half, where more than half is needed: one approval more would carry."""
        return self.threshold == "majority" and of > 0 and 2 * yes == of

    @property
    def chair_breaks_ties(self) -> bool:
        return self.chair_vote == "tie" or self.tie == "chair"

    # --- In plain words ---------------------------------------------------------------------------------------------

    def in_words(self, in_office: int) -> str:
        """What a ballot of so many members needs, in two or three sentences."""
        if self.delegated:
            return "The charter leaves this to the chair: the chair's position decides."
        needed = self.needed_for_quorum(in_office)
        of = f"{in_office} members in office"
        if self.vacancy == "counted" and self.quorum != "fixed":
            of = f"{self.all_seats(in_office)} voting seats"
        return f"At least {needed} of the {of} take part. {self.share_in_words} approve. " + " ".join(self.effects)

    @property
    def share_in_words(self) -> str:
        """What must approve: `Two thirds of the votes cast`."""
        share = {"majority": "More than half of", "two_thirds": "Two thirds of", "unanimous": "All of"}[self.threshold]
        return f"{share} {self.denominator_in_words}"

    @property
    def denominator_in_words(self) -> str:
        if self.denominator == "present":
            return "the members who take part" if self.abstention == "against" else "the votes cast"
        of = "the members in office" if self.denominator == "in_office" else "all voting seats, vacant ones too"
        return of if self.abstention != "leaves" else f"{of}, without those who abstain"

    @property
    def effects(self) -> list[str]:
        """What recusal, abstention, a tie and the chair's vote do."""
        recusal = {
            "neither": "Recused members count toward neither",
            "quorum": "Recused members who take part count toward the quorum only",
            "reduces": "The seats of recused members are left out, for the quorum too",
        }[self.recusal]
        abstention = {
            "leaves": "an abstention counts toward the quorum only",
            "against": "an abstention weighs like a vote against",
            "absent": "an abstention counts as if the member were absent",
        }[self.abstention]
        tie = {
            "lost": [],
            "chair": ["On a tie the chair's vote decides."],
            "undecided": ["On a tie the motion stays before the board."],
        }[self.tie]
        chair = {
            "always": [],
            "tie": ["The chair votes to break a tie only."],
            "never": ["The chair does not vote."],
        }[self.chair_vote]
        return [f"{recusal}; {abstention}.", *chair, *tie]
