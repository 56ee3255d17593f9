"""The fair information practice principles, and which provisions of a policy serve each."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Principle, Provision

ASKS: dict[str, str] = {
    Principle.COLLECTION: "Only what is needed is collected, by lawful and fair means.",
    Principle.QUALITY: "What is kept is accurate, complete and current.",
    Principle.PURPOSE: "What information is for is said when it is collected.",
    Principle.USE: "It is used and disclosed for that alone, unless the person agrees or the law says so.",
    Principle.SECURITY: "It is protected against loss, and against access by whoever has no right to it.",
    Principle.OPENNESS: "Anybody can find out what is kept, why, and by whom.",
    Principle.PARTICIPATION: "A person can see what is held about them, and have it put right.",
    Principle.ACCOUNTABILITY: "Somebody answers for all of this, and shows that it is done.",
}


def served(provisions: Iterable[Provision]) -> list[tuple[Principle, str, list[Provision]]]:
    """Each principle, what it asks, and the provisions that serve it in the order given; none, where it is not met."""
    known = list(provisions)
    return [(each, ASKS[each], [p for p in known if each in p.principles]) for each in Principle]


def unserved(provisions: Iterable[Provision]) -> str:
    """The principles that no provision serves, in words; nothing where each is served."""
    return ", ".join(str(each.label).lower() for each, _, serving in served(provisions) if not serving)
