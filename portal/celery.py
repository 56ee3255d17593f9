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


OFTEN: dict[str, tuple[str, timedelta]] = {
    "account mails: sweep": ("agencies.tasks.send_account_mails", timedelta(minutes=1)),
    "redress: mails to who asked": ("privacy.redress.tasks.send_redress_mails", timedelta(minutes=1)),
    "boards: settle ballots past their deadline": (
        "sharing_agreements.boards.tasks.settle_due_ballots",
        timedelta(minutes=1),
    ),
    "boards: remind members": ("sharing_agreements.boards.tasks.remind_members", timedelta(minutes=1)),
    "imports: take up what a lost ring or a killed worker left": (
        "portal.records.tasks.work_on_imports",
        timedelta(seconds=30),
    ),
    "exports: take up what a lost ring or a killed worker left": (
        "portal.records.exports.tasks.write_exports",
        timedelta(seconds=30),
    ),
    "records: remind of reviews": ("portal.records.tasks.remind_of_reviews", timedelta(hours=1)),
    "watches: look again": ("portal.records.watches.tasks.run_watches", timedelta(minutes=1)),
    "watches: remind of those to confirm": ("portal.records.watches.tasks.remind_of_watches", timedelta(hours=1)),
    "agreements: remind signatories": ("sharing_agreements.tasks.remind_signatories", timedelta(hours=1)),
    "agreements: tell of ends that come near": ("sharing_agreements.tasks.tell_of_ends", timedelta(hours=1)),
    "agreements: remind of obligations": ("sharing_agreements.tasks.remind_of_obligations", timedelta(hours=1)),
    "budgets: remind of invoices": ("sharing_agreements.budgets.tasks.remind_of_invoices", timedelta(hours=1)),
    "law: tell of changes that take effect": ("privacy.law.tasks.tell_of_effects", timedelta(hours=1)),
    "initiatives: remind of milestones": (
        "sharing_agreements.initiatives.tasks.remind_of_milestones",
        timedelta(hours=1),
    ),
    "funding: remind of what is due": ("sharing_agreements.funding.tasks.remind_of_funding", timedelta(hours=1)),
    "reviews: remind reviewers": ("sharing_agreements.reviews.tasks.remind_reviewers", timedelta(hours=1)),
    "policies: remind of yearly reviews": ("privacy.development.tasks.remind_of_yearly_reviews", timedelta(hours=1)),
    "readiness: remind of what is due": ("agencies.readiness.tasks.remind_of_readiness", timedelta(hours=1)),
    "acknowledgement: remind of what stops counting": (
        "portal.acknowledgement.tasks.remind_of_acceptances",
        timedelta(hours=1),
    ),
    "redress: remind of requests": ("privacy.redress.tasks.remind_of_requests", timedelta(hours=1)),
    "library: remind of reviews": ("portal.resources.library.tasks.remind_of_reviews", timedelta(hours=1)),
    "library: ask for links, where outside access is allowed": (
        "portal.resources.library.tasks.check_links",
        timedelta(hours=1),
    ),
}
"""What finds work that no ring announced, and days that have come: task and span."""

DAILY = {
    "watches: forget what those that are over knew": ("portal.records.watches.tasks.forget_watches", 5),
    "grants: mend what guardian's rows say of them": ("sharing_agreements.tasks.heal_grants", 10),
    "redress: forget who asked long ago": ("privacy.redress.tasks.forget_requests", 20),
    "funding: remove files that a crash left": ("sharing_agreements.funding.tasks.sweep_files", 45),
    "registers: remove files that a crash left": ("sharing_agreements.registers.tasks.sweep_files", 30),
    "account mails: forget settled ones": ("agencies.tasks.forget_account_mails", 40),
    "agreements: remove files that a crash left": ("sharing_agreements.tasks.sweep_files", 40),
    "records: remove orders that a crash left": ("portal.records.tasks.sweep_orders", 45),
    "readiness: remove files that a crash left": ("agencies.readiness.tasks.sweep_files", 35),
    "practitioners: forget messages of long ago": ("agencies.practitioners.tasks.forget_messages", 50),
    "working groups: remove files that a crash left": ("agencies.practitioners.tasks.sweep_files", 55),
    "library: remove files that a crash left": ("portal.resources.library.tasks.sweep_files", 50),
    "notices: forget old ones": ("portal.notices.forget", 50),
}
"""What tidies up: task, and at how many minutes past nine (UTC), when it is night in America."""


@app.on_after_configure.connect
def keep_schedule(sender: Celery, **kwargs: Any) -> None:
    """Reads the settings when Celery does: `portal` is imported before they are known."""
    sweep = ("portal.notices.deliver", timedelta(seconds=settings.NOTICES_SWEEP_SECONDS))
    often = {"notices: sweep": sweep, **OFTEN}
    sender.conf.beat_schedule = {
        **{name: {"task": task, "schedule": span, "options": LET_GO} for name, (task, span) in often.items()},
        **{name: {"task": task, "schedule": crontab(hour="9", minute=str(at))} for name, (task, at) in DAILY.items()},
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
