"""Who may do what with notices, whatever a view lets through."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.kernel.errors import Refused
from portal.notices import commands
from portal.notices.models import Notice

from . import probe

pytestmark = pytest.mark.django_db


def failed() -> Notice:
    probe.happen([probe.someone()])
    Notice.objects.update(status=Notice.Status.FAILED, settled_at=timezone.now(), attempts=8, why="SMTPDataError 554")
    return Notice.objects.filter(channel=Notice.Channel.EMAIL).get()


def test_only_the_recipient_marks_a_notice_read() -> None:
    notice = failed()
    with pytest.raises(PermissionDenied):
        commands.mark_read(actor=probe.someone(is_portal_administrator=True), notice_id=notice.pk)
    assert commands.mark_read(actor=notice.recipient, notice_id=notice.pk).read_at is not None


def test_only_a_portal_administrator_retries() -> None:
    notice = failed()
    with pytest.raises(PermissionDenied):
        commands.retry_notice(actor=notice.recipient, notice_id=notice.pk)
    with pytest.raises(PermissionDenied):
        commands.retry_all_notices(actor=notice.recipient)
    assert Notice.objects.failed().count() == 2


def test_a_retried_notice_has_all_its_attempts_again_and_is_retried_once() -> None:
    notice, administrator = failed(), probe.someone(is_portal_administrator=True)
    again = commands.retry_notice(actor=administrator, notice_id=notice.pk)
    assert (again.status, again.attempts, again.why, again.settled_at) == (Notice.Status.OWED, 0, "", None)
    with pytest.raises(Refused) as refused:
        commands.retry_notice(actor=administrator, notice_id=notice.pk)
    assert refused.value.code == "not_failed"
