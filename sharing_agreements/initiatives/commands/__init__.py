"""The verbs of initiatives: the only writers of what agencies set out to do together."""

from .filling import link, offer_investments, take_in, take_offer_back, unlink
from .initiatives import (
    add_partner,
    begin,
    change_initiative,
    complete,
    end_initiative,
    name_owner,
    propose,
    remove_partner,
    start_initiative,
    take_back,
)
from .milestones import (
    assign,
    block,
    lift_block,
    milestone_done,
    milestone_not_done,
    remove_block,
    remove_milestone,
    save_milestone,
)
from .reminding import remind_of_milestone

__all__ = [
    "add_partner",
    "assign",
    "begin",
    "block",
    "change_initiative",
    "complete",
    "end_initiative",
    "lift_block",
    "link",
    "milestone_done",
    "milestone_not_done",
    "name_owner",
    "offer_investments",
    "propose",
    "remind_of_milestone",
    "remove_block",
    "remove_milestone",
    "remove_partner",
    "save_milestone",
    "start_initiative",
    "take_back",
    "take_in",
    "take_offer_back",
    "unlink",
]
