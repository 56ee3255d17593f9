"""The Celery application. Redis carries nudges only; what must not be lost lies in PostgreSQL."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init, setup_logging
from django.conf import settings
from django.core.cache import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Copied into the database when beat starts. Nothing here opens or closes access: a deadline is a time that queries
# compare. What beat could not hand to a worker for three hours is let go, so that rings don't pile up while no worker
# runs. A worker compares that moment with its own clock: were it shorter, one whose clock is an hour ahead of beat's
# would throw every sweep away.
LET_GO = {"expire_seconds": 10_800}


@app.on_after_configure.connect
def keep_schedule(sender: Celery, **kwargs: Any) -> None:
    """Reads the settings when Celery does: `portal` is imported before they are known."""
    sender.conf.beat_schedule = {
        "notices: sweep": {
            "task": "portal.notices.deliver",
            "schedule": timedelta(seconds=settings.NOTICES_SWEEP_SECONDS),
            "options": LET_GO,
        },
        "notices: forget old ones": {
            "task": "portal.notices.forget",
            "schedule": crontab(hour="9", minute="50"),
        },
        "account mails: sweep": {
            "task": "agencies.tasks.send_account_mails",
            "schedule": timedelta(minutes=1),
            "options": LET_GO,
        },
        "account mails: forget settled ones": {
            "task": "agencies.tasks.forget_account_mails",
            "schedule": crontab(hour="9", minute="40"),
        },
        "redress: mails to who asked": {
            "task": "privacy.redress.tasks.send_redress_mails",
            "schedule": timedelta(minutes=1),
            "options": LET_GO,
        },
        "redress: remind of requests": {
            "task": "privacy.redress.tasks.remind_of_requests",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "redress: forget who asked long ago": {
            "task": "privacy.redress.tasks.forget_requests",
            "schedule": crontab(hour="9", minute="20"),
        },
        "boards: settle ballots past their deadline": {
            "task": "sharing_agreements.boards.tasks.settle_due_ballots",
            "schedule": timedelta(minutes=1),
            "options": LET_GO,
        },
        "boards: remind members": {
            "task": "sharing_agreements.boards.tasks.remind_members",
            "schedule": timedelta(minutes=1),
            "options": LET_GO,
        },
        "imports: take up what a lost ring or a killed worker left": {
            "task": "portal.records.tasks.work_on_imports",
            "schedule": timedelta(seconds=30),
            "options": LET_GO,
        },
        "agreements: remind signatories": {
            "task": "sharing_agreements.tasks.remind_signatories",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "reviews: remind reviewers": {
            "task": "sharing_agreements.reviews.tasks.remind_reviewers",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "policies: remind of yearly reviews": {
            "task": "privacy.development.tasks.remind_of_yearly_reviews",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "agreements: tell of ends that come near": {
            "task": "sharing_agreements.tasks.tell_of_ends",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "agreements: remind of obligations": {
            "task": "sharing_agreements.tasks.remind_of_obligations",
            "schedule": timedelta(hours=1),
            "options": LET_GO,
        },
        "registers: remove files that a crash left": {
            "task": "sharing_agreements.registers.tasks.sweep_files",
            "schedule": crontab(hour="9", minute="30"),
        },
        "agreements: remove files that a crash left": {
            "task": "sharing_agreements.tasks.sweep_files",
            "schedule": crontab(hour="9", minute="40"),
        },
        "grants: mend what guardian's rows say of them": {
            "task": "sharing_agreements.tasks.heal_grants",
            "schedule": crontab(hour="9", minute="10"),
        },
    }


@celeryd_init.connect
def wait_longer(conf: Any, **kwargs: Any) -> None:
    """Gives a worker time for a slow broker: nobody waits for it as for a request, and it would drop its tasks."""
    conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": 2, "socket_connect_timeout": 2}


@setup_logging.connect
def keep_portal_logging(**kwargs: Any) -> None:
    """Leaves logging as settings.LOGGING has it: Celery configures nothing while this signal has a receiver."""


@app.task(name="portal.answer")
def answer(token: str) -> None:
    """Shows that a task went through broker and worker: `quickstart --check` sends a token and looks for it."""
    cache.set(f"answer:{token}", True, timeout=60)
