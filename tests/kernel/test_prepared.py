"""Statements whose planning costs more than their running are kept prepared; all others are planned as they come."""

import pytest
from django.db import connection

from portal.kernel import prepared

pytestmark = pytest.mark.django_db


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_is_prepared_from_the_first_time_on() -> None:
    asked = "SELECT %(number)s::integer + 4711 AS sum"
    for number in (1, 2):
        assert prepared.rows(asked, {"number": number}) == [{"sum": number + 4711}]
        assert len([text for text in kept() if "4711" in text]) == 1


def test_what_django_asks_is_not() -> None:
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 4712 + %s", [1])
    assert not [text for text in kept() if "4712" in text]
