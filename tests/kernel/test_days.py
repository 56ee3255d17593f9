"""Days that people type, and moments at the edge of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.kernel.days import lately, plausible
from portal.kernel.templatetags.portal import day, due_parts, moment, until


@pytest.mark.parametrize("refused", [date.min, date(1899, 12, 31), date(2101, 1, 1), date.max])
def test_a_day_that_cannot_be_meant_is_refused_in_words(refused: date) -> None:
    with pytest.raises(ValidationError, match="in the years 1900 to 2100"):
        plausible(refused)


def test_a_training_was_done_lately() -> None:
    plausible(date(1900, 1, 1))
    plausible(date(2100, 12, 31))
    lately(date(2000, 1, 1))
    lately(timezone.localdate())
    for refused in (date.min, date(1999, 12, 31), timezone.localdate() + timedelta(days=2), date.max):
        with pytest.raises(ValidationError):
            lately(refused)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_moment_at_the_edge_of_the_calendar_shows(at: datetime, zone: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        for shown in (moment(at), moment(at, "log"), moment(at, "time"), day(at), until(at), *due_parts(at)):
            assert shown


def test_the_end_of_an_inquiry_names_its_day_unless_that_is_today() -> None:
    now = timezone.now()
    assert str(now.year) not in moment(now, "soon").split(">")[1]
    tomorrow = timezone.localtime(now) + timedelta(days=1)
    assert f", {tomorrow.year}, " in moment(tomorrow, "soon")
