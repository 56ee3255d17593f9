"""Logging as JSON lines without what a record holds: no bodies, no query strings, no values quoted by errors."""

import logging
import re
import traceback
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from structlog.typing import EventDict, Processor

QUERY = re.compile(r"\?[^\s\"']*")

SPEAKS_OF_THE_PROGRAM = (
    OSError,
    ImportError,
    AttributeError,
    NameError,
    ImproperlyConfigured,
    TemplateDoesNotExist,
    TemplateSyntaxError,
)
"""Errors whose message speaks of the program. Any other may quote a value: PostgreSQL's show whole rows in DETAIL."""


def configuration(level: str) -> dict[str, Any]:
    """The value of settings.LOGGING; structlog's own loggers go the same way."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    of_a_task,
                    without_content,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's defaults would mail error pages to administrators, form values included.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Says what was typed as an address, which may be a password. Failures are events of the account.
            "axes": {"level": "ERROR"},
        },
    }


def of_a_task(logger: Any, name: str, event: EventDict) -> EventDict:
    """Says of a Celery task its name, id and fate; Celery's own line quotes the exception or the result."""
    record = event.get("_record")
    data = getattr(record, "data", None)
    if isinstance(record, logging.LogRecord) and record.name == "celery.app.trace" and isinstance(data, dict):
        fate = str(data.get("description") or ("succeeded" if record.levelno <= logging.INFO else "failed"))
        event.update({"event": f"task {fate}", "task": data.get("name"), "task_id": data.get("id")})
    return event


def without_content(logger: Any, name: str, event: EventDict) -> EventDict:
    """Drops query strings, and turns an exception into its type and the places it passed through."""
    found = event.pop("exc_info", None)
    if found is True:
        found = getattr(event.get("_record"), "exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = said(error)
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    event["event"] = QUERY.sub("", str(event.get("event", "")))
    return event


def said(error: BaseException) -> str:
    """An exception's type, its database code or constraint where it has one, its message only if harmless."""
    cause = error.__cause__
    parts = [type(error).__qualname__]
    for part in (getattr(cause, "sqlstate", None), getattr(getattr(cause, "diag", None), "constraint_name", None)):
        if part:
            parts.append(str(part))
    if isinstance(error, SPEAKS_OF_THE_PROGRAM):
        parts.append(str(error).splitlines()[0] if str(error) else "")
    return " ".join(part for part in parts if part)


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
]
