"""What a charter's words make of a ballot, written from the words alone. Shares no code with the portal.

Charter: "A quorum is a majority of the members in office" (or a fixed number of members). "Recused members count toward
neither the quorum nor the votes; an abstention counts toward the quorum only." "More than half (two thirds; all) of the
votes cast carry a motion." Nothing carries without a vote cast.
"""

from __future__ import annotations

from itertools import product

Elector = tuple[bool, list[str]]
"""(has a conflict, the positions that the member took, oldest first)."""


def outcome(quorum: int | None, threshold: str, electors: list[Elector]) -> str:
    """carried, lost, or no_quorum: then the board has decided nothing.

    `quorum`: the fixed number, or None for a majority of the members in office.
    """
    final = [taken[-1] if taken and not conflict else "" for conflict, taken in electors]
    present = sum(position in ("yes", "no", "abstain") for position in final)
    enough = present >= quorum if quorum is not None else present * 2 > len(electors)
    for_it, against = final.count("yes"), final.count("no")
    if not enough:
        return "no_quorum"
    share = {"majority": for_it > against, "two_thirds": for_it >= 2 * against, "unanimous": against == 0}
    return "carried" if for_it + against and share[threshold] else "lost"


def decided(quorum: int | None, threshold: str, electors: list[Elector]) -> bool:
    """Whether no way in which the silent members could still act gives another result; tried one by one."""
    silent = [n for n, (conflict, taken) in enumerate(electors) if not conflict and not taken]
    results = set()
    for acts in product(["", "yes", "no", "abstain", "recused"], repeat=len(silent)):
        filled = list(electors)
        for n, act in zip(silent, acts, strict=True):
            filled[n] = (False, [act] if act else [])
        results.add(outcome(quorum, threshold, filled))
    return len(results) == 1
