"""Who sees what: one decision, asked by every screen, export, interface and count."""

from .decide import Decision, OpenSet, decide
from .disclosure import Disclosure, Ruling
from .explain import Condition, Explanation, explain
from .viewer import Viewer

__all__ = ["Condition", "Decision", "Disclosure", "Explanation", "OpenSet", "Ruling", "Viewer", "decide", "explain"]
