"""Statements whose planning costs more than their running are kept prepared; all others are planned as they come."""

from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from agencies.models import User
from portal.kernel import prepared
from tests import make

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


def test_parameters_are_named_and_reach_the_database_by_number() -> None:
    asked = "SELECT %(b)s::text AS b, %(a)s::integer + %(a)s::integer AS a, '%%' AS percent, 7 %% 4 AS rest"
    for pooled in (False, True):
        with patch.dict(settings.DATABASES["default"], {"DISABLE_SERVER_SIDE_CURSORS": pooled}):
            assert prepared.rows(asked, {"a": 2, "b": "%(a)s", "unused": object()}) == [
                {"b": "%(a)s", "a": 4, "percent": "%", "rest": 3}
            ]


def test_what_django_asks_is_not() -> None:
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 4712 + %s", [1])
    assert not [text for text in kept() if "4712" in text]


def test_a_compiled_statement_says_what_its_querysets_say() -> None:
    built: list[UUID] = []

    def of(person: UUID) -> QuerySet[Any, Any]:
        built.append(person)
        return User.objects.filter(pk=person, is_active=True).exclude(last_name="100% O'Hara").values("pk")

    asked = prepared.Compiled(
        "SELECT EXISTS ({people}) AS known, (SELECT count(*) FROM ({people}) AS p) AS n", people=of
    )
    assert asked.row(uuid4()) == {"known": False, "n": 0}
    assert asked.row(make.auditor().pk) == {"known": True, "n": 1}
    assert len(built) == 1, "the text is made once"
