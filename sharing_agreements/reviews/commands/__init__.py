"""The verbs of reviews: the only writers of plans, reviews and remarks."""

from .planning import adopt_plan
from .reminding import remind_of_review
from .reviewing import approve, delegate, give_back, remark, send_back, take, take_remark_back

__all__ = [
    "adopt_plan",
    "approve",
    "delegate",
    "give_back",
    "remark",
    "remind_of_review",
    "send_back",
    "take",
    "take_remark_back",
]
