"""Reads registers of agreements, as CSV or workbook, into rows; without a database."""

from portal.kernel.reading.tables import Sheet, Unreadable, read_sheets

from .columns import FIELDS, Layout, propose
from .days import Day, read_day
from .lines import Line, Lines, read_lines

__all__ = [
    "FIELDS",
    "Day",
    "Layout",
    "Line",
    "Lines",
    "Sheet",
    "Unreadable",
    "propose",
    "read_day",
    "read_lines",
    "read_sheets",
]
