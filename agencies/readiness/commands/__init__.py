"""The verbs of readiness: the only writers here."""

from .assessing import (
    Given,
    accept,
    add_evidence,
    answer,
    begin,
    note_download,
    remind_of_assessment,
    remove_evidence,
    send_back,
    show_answers,
    submit,
)
from .planning import add_action, change_action, move_action, remind_of_action

__all__ = [
    "Given",
    "accept",
    "add_action",
    "add_evidence",
    "answer",
    "begin",
    "change_action",
    "move_action",
    "note_download",
    "remind_of_action",
    "remind_of_assessment",
    "remove_evidence",
    "send_back",
    "show_answers",
    "submit",
]
