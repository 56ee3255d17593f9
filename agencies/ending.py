"""What floors above do when an agency ends. They register when they are ready, as notice kinds do."""

from collections.abc import Callable

from .models import Agency, User

Follow = Callable[[Agency, User], None]

_floors: list[Follow] = []


def register(follow: Follow) -> None:
    """`follow(agency, actor)` runs in the transaction that ends the agency, which is marked as ended by then."""
    _floors.append(follow)


def follow(agency: Agency, *, actor: User) -> None:
    """Let every floor above draw its consequences."""
    for each in _floors:
        each(agency, actor)
