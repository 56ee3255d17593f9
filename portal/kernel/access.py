"""Every view names its audience; a house test refuses a URL whose view does not."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public(view: View) -> View:
    """Anybody, without sign-in. What they see is narrowed to what is published."""
    opened = login_not_required(view)
    opened.audience = "public"  # type: ignore[attr-defined]
    return opened


def members(view: View) -> View:
    """Any signed-in person; what they see is narrowed by `visible_to`, what they do by `may_...`."""
    view.audience = "members"  # type: ignore[attr-defined]
    return view
