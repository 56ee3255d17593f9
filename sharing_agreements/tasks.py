"""What beat asks of agreements: the nightly comparison of guardian's rows with the grants above them."""

import logging

from celery import shared_task

from . import grants

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def heal_grants() -> None:
    """Put right what drifted. Anything but zero is a mistake to look for, so it is logged as one."""
    if changed := grants.heal():
        log.error("%s grants or guardian rows did not fit and were put right", changed)
