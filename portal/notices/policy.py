"""Who may do what with notices."""

from typing import TYPE_CHECKING, Union

from django.core.exceptions import PermissionDenied

from portal.kernel.errors import Refused

from .models import Notice

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from agencies.models import User

Person = Union["User", "AnonymousUser"]


def may_mark_read(person: Person, notice: Notice) -> None:
    """Whose it is."""
    if notice.recipient_id != person.pk:
        raise PermissionDenied


def may_tend_failed(person: Person) -> None:
    """Portal administrators see which messages failed and to whom, never what they say."""
    if not (person.is_authenticated and person.is_portal_administrator):
        raise PermissionDenied


def may_retry(person: Person, notice: Notice) -> None:
    """What was given up can be tried again, by a portal administrator."""
    may_tend_failed(person)
    if notice.status != Notice.Status.FAILED:
        raise Refused("This message is not among the failed ones any more. Reload the page.", code="not_failed")
