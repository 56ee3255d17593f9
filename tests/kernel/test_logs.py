"""Log lines say what happened, never what a record holds."""

import json
import logging
from typing import Any

from django.db import IntegrityError
from django.utils.log import AdminEmailHandler
from structlog.stdlib import ProcessorFormatter

from portal.kernel import logs


def written(record: logging.LogRecord) -> dict[str, Any]:
    settings = logs.configuration("INFO")["formatters"]["json"]
    formatter = settings.pop("()")(**settings)
    return dict(json.loads(formatter.format(record)))


def record_of(
    message: str, error: BaseException | None = None, name: str = "portal", **extra: Any
) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, (), info)
    record.__dict__.update(extra)
    return record


def raised(error: Exception) -> Exception:
    try:
        raise error
    except (IntegrityError, FileNotFoundError) as caught:
        return caught


def test_a_query_string_is_dropped() -> None:
    line = written(record_of("Not Found: /records/?q=Jane+Doe&page=2 (seen)"))
    assert line["event"] == "Not Found: /records/ (seen)"


def test_an_error_is_its_type_and_places_without_the_values_it_quotes() -> None:
    error = raised(IntegrityError("Failing row contains (Jane Doe, 1990-01-01)"))
    line = written(record_of("failed", error))
    assert line["error"] == "IntegrityError"
    assert line["places"][0].endswith(" raised")
    assert "Jane" not in json.dumps(line)


def test_an_error_of_the_program_keeps_its_message() -> None:
    assert written(record_of("failed", raised(FileNotFoundError("no such file"))))["error"].endswith("no such file")


def test_a_task_is_named_without_what_it_returned_or_raised() -> None:
    data = {"id": "4711", "name": "portal.notices.send", "exc": "KeyError('Jane')", "return_value": "Jane"}
    line = written(record_of("Task raised KeyError('Jane')", name="celery.app.trace", data=data))
    assert (line["event"], line["task"], line["task_id"]) == ("task failed", "portal.notices.send", "4711")
    assert "Jane" not in json.dumps(line)


def test_every_line_goes_this_way_and_no_error_page_is_mailed() -> None:
    for name in ("", "django", "django.request", "celery", "portal"):
        logger: logging.Logger | None = logging.getLogger(name)
        while logger is not None:
            # pytest listens at the root, and libraries have handlers that write nothing.
            writers = [each for each in logger.handlers if type(each) is logging.StreamHandler]
            assert all(isinstance(each.formatter, ProcessorFormatter) for each in writers), logger
            assert not [each for each in logger.handlers if isinstance(each, AdminEmailHandler)]
            logger = logger.parent if logger.propagate else None
