"""Fiscal years: named after the calendar year in which they end."""

from __future__ import annotations

from datetime import date, timedelta


def span(year: int, begins_month: int) -> tuple[date, date]:
    """The first and the last day of a fiscal year."""
    first = date(year - (begins_month > 1), begins_month, 1)
    return first, date(first.year + 1, begins_month, 1) - timedelta(days=1)


def label(year: int) -> str:
    return f"FY {year}"


def spelled(year: int, begins_month: int) -> str:
    """`FY 2027, Jul 2026 to Jun 2027`."""
    first, last = span(year, begins_month)
    return f"{label(year)}, {first:%b %Y} to {last:%b %Y}"


def of_day(day: date, begins_month: int) -> int:
    """The fiscal year in which a day falls."""
    return day.year + (begins_month > 1 and day.month >= begins_month)
