"""Imported by a real worker (`celery worker -I tests.notices.worker`): makes the probe kind known there."""

from portal.notices import kinds

from . import probe

kinds.register(probe.KIND)
