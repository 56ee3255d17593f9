"""On which days something falls due: held against a simple count of days and months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing_agreements import recurrence
from sharing_agreements.recurrence import Rule, Span

ZONES = st.sampled_from(["UTC", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Auckland", "America/New_York"])
DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))
MOMENTS = st.datetimes(datetime(1996, 1, 1), datetime(2060, 1, 1), timezones=st.just(timezone.utc))  # noqa: UP017
RULES = st.builds(Rule, st.integers(1, 60), st.none() | DAYS) | st.builds(Rule, st.none(), DAYS)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_without_that_day_takes_its_last(day: date, months: int, then: date) -> None:
    assert recurrence.months_after(day, months) == then


@given(day=DAYS, months=st.integers(0, 480))
def test_the_month_is_so_many_later_and_the_day_the_nearest_that_there_is(day: date, months: int) -> None:
    then = recurrence.months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == min(day.day, monthrange(then.year, then.month)[1])


@given(rule=RULES, anchor=DAYS)
def test_each_day_is_counted_from_the_first_and_none_comes_twice(rule: Rule, anchor: date) -> None:
    found = list(islice(recurrence.days(rule, anchor), 40))
    assert found == sorted(set(found))
    if rule.every_months is None:
        assert found == [rule.first_on]
        return
    first = rule.first_on or recurrence.months_after(anchor, rule.every_months)
    start = rule.first_on or anchor
    assert found[:1] in ([], [first])
    assert all(each.day in {start.day, monthrange(each.year, each.month)[1]} for each in found)
    assert all(each.year <= 2100 for each in found)


@settings(max_examples=200)
@given(rule=RULES, anchor=DAYS, moments=st.lists(MOMENTS, min_size=3, max_size=3, unique=True), zone=ZONES)
def test_what_follows_without_a_gap_asks_for_each_day_once(
    rule: Rule, anchor: date, moments: list[datetime], zone: str
) -> None:
    begins, taken_over, ends = sorted(moments)
    whole = list(recurrence.due(rule, anchor=anchor, span=Span(begins, ends, zone)))
    before = recurrence.due(rule, anchor=anchor, span=Span(begins, taken_over, zone))
    after = recurrence.due(rule, anchor=anchor, span=Span(taken_over, ends, zone))
    assert [*before, *after] == whole


@settings(max_examples=200)
@given(rule=RULES, anchor=DAYS, moments=st.lists(MOMENTS, min_size=2, max_size=2, unique=True), zone=ZONES)
def test_nothing_falls_due_outside_the_time_of_force(
    rule: Rule, anchor: date, moments: list[datetime], zone: str
) -> None:
    begins, ends = sorted(moments)
    span = Span(begins, ends, zone)
    found = set(recurrence.due(rule, anchor=anchor, span=span))
    for day in found:
        assert begins < recurrence.end_of(day, zone) <= ends
    for day in islice(recurrence.days(rule, anchor), 60):
        inside = begins < recurrence.end_of(day, zone) <= ends
        assert (day in found) == inside


def test_the_last_day_of_the_term_is_in_it_by_the_clock_of_who_leads() -> None:
    zone = "America/Los_Angeles"
    ends = datetime(2027, 1, 1, 8, tzinfo=timezone.utc)  # noqa: UP017 - midnight there
    span = Span(ends - timedelta(days=365), ends, zone)
    assert span.has(date(2026, 12, 31))
    assert not span.has(date(2027, 1, 1))
    assert not Span(span.begins, ends, "Pacific/Auckland").has(date(2027, 1, 1))
    assert Span(span.begins, None, zone).has(date(2099, 1, 1))
