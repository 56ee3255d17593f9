"""What people do about funding: one function a verb."""

from .applying import (
    add_task,
    apply,
    attach,
    change_application,
    finish_task,
    record_award,
    record_rejection,
    remove_document,
    remove_task,
    submit,
    withdraw,
)
from .keeping import draw, expect_report, remind_of_deadline, remind_of_report, send_report
from .programs import save_program

__all__ = [
    "add_task",
    "apply",
    "attach",
    "change_application",
    "draw",
    "expect_report",
    "finish_task",
    "record_award",
    "record_rejection",
    "remind_of_deadline",
    "remind_of_report",
    "remove_document",
    "remove_task",
    "save_program",
    "send_report",
    "submit",
    "withdraw",
]
