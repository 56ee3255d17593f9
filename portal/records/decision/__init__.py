"""Who sees what: one decision, asked by every screen, export, interface and count."""

from .decide import Decision, OpenSet, Way, decide, look_as, open_among
from .disclosure import Disclosure
from .explain import Condition, Explanation, explain
from .rules import Ruling
from .viewer import BY_OFFICE, Viewer, see_as

__all__ = [
    "BY_OFFICE",
    "Condition",
    "Decision",
    "Disclosure",
    "Explanation",
    "OpenSet",
    "Ruling",
    "Viewer",
    "Way",
    "decide",
    "explain",
    "look_as",
    "open_among",
    "see_as",
]
