"""The Celery application. Redis carries nudges only; what must not be lost lies in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.core.cache import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_portal_logging(**kwargs: Any) -> None:
    """Leaves logging as settings.LOGGING has it: Celery configures nothing while this signal has a receiver."""


@app.task(name="portal.answer")
def answer(token: str) -> None:
    """Shows that a task went through broker and worker: `quickstart --check` sends a token and looks for it."""
    cache.set(f"answer:{token}", True, timeout=60)
